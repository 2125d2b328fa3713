"""The table and the figure of the full suite say what its report holds."""

import json

import pytest

from benchmarks import identity_suites


def record(name, gap, **fields):
    usual = {"dim": 1, "v_star": -1.0, "gap_standard_error": 1e-6, "tolerance": 1e-3}
    return {"name": name, "gap": gap, "verified": True, "saturates": False} | usual | fields


RECORDS = [
    record("ring-8", 6e-4, dim=2),
    record("normal-mu-1", 1e-6),
    record("normal-mu-8", 8e-6, tolerance=4e-6, verified=False),
    record("parallel-lines", 1e-20, saturates=True),
]
REPORT = {
    "experiment": "verify",
    "complete": True,
    "records": RECORDS,
    "config": {"seeds": 4},
    "cpu_seconds": 120,
}


def test_the_table_has_a_line_for_each_pair_and_the_aims(tmp_path, capsys):
    path, copy, figure = (tmp_path / name for name in ("report.json", "copy.json", "figure.png"))
    path.write_text(json.dumps(REPORT))
    arguments = [str(path), "--json", str(copy), "--figure", str(figure)]
    assert identity_suites.main(arguments) == 0
    first, _, *lines = copy.with_suffix(".md").read_text().splitlines()
    assert first == (
        "3 of 4 pairs verified with 4 seeds each: median gap 8.0e-06, largest 6.0e-04 nat; no "
        "standard error of a gap above 25.0% of its tolerance. 2 minutes of processor time."
    )
    assert [line.split(" | ")[-1] for line in lines[2:]] == [
        "reached |", "reached |", "**missed** |", "saturates |",
    ]  # fmt: skip
    assert lines[2].startswith("| ring-8 | 2 | -1.000000 | 6.0e-04 | 1e-06 | 1.0e-03")
    assert json.loads(copy.read_text()) == REPORT
    assert figure.stat().st_size > 1000
    assert first in capsys.readouterr().out


@pytest.mark.parametrize("fields", [{"complete": False}, {"experiment": "train"}])
def test_a_report_that_is_not_finished_is_refused(fields, tmp_path, capsys):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT | fields))
    with pytest.raises(SystemExit, match="2"):
        identity_suites.main([str(path), "--json", str(tmp_path / "copy.json")])
    assert "no finished report of `gan verify`" in capsys.readouterr().err
