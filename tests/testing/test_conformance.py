"""Functions of other libraries are checked as anybody's; ours are clean in the committed table."""

import json

import numpy as np
import pytest

from divergences.testing.__main__ import main
from divergences.testing.conformance import GROUPS, conformance, text
from divergences.testing.regions import JOINT_REGIONS, REGIONS
from tests.architecture.source import ROOT

FOUND = json.loads((ROOT / "benchmarks/results/conformance.json").read_text(encoding="utf-8"))
HELD = {"pass", "not claimed"}


@pytest.fixture(scope="module")
def of_scipy():
    return {row["call"]: row for row in conformance(["SciPy"])["rows"]}


def test_every_region_is_in_one_group():
    named = [region for regions in GROUPS.values() for region in regions]
    assert sorted(named) == sorted({"simple", *REGIONS, *JOINT_REGIONS})


def test_ours_are_clean_in_the_committed_table():
    ours = [row for row in FOUND["rows"] if row["library"].startswith("divergences")]
    assert {row["library"].partition(", ")[2] for row in ours} == {"NumPy", "JAX", "PyTorch"}
    assert {row["dtype"] for row in ours} == {"float64", "float32"}
    for row in ours:
        assert set(row["statuses"].values()) <= HELD, row["call"]
        assert max(group["worst"] for group in row["ulp"].values()) <= 4.0


def test_the_table_is_of_many_functions():
    others = [row for row in FOUND["rows"] if not row["library"].startswith("divergences")]
    assert len(others) >= 35
    assert len({row["library"] for row in others}) >= 9


def test_scipy_is_as_in_the_committed_table(of_scipy):
    table = {row["call"]: row for row in FOUND["rows"] if row["library"] == "SciPy"}
    assert table.keys() == of_scipy.keys()
    for call, row in table.items():
        now = of_scipy[call]
        assert now["convention"] == row["convention"]
        broken = [{x for x, s in r["statuses"].items() if s == "fail"} for r in (now, row)]
        assert broken[0] == broken[1], call


def test_scripts_of_counterexamples_run(of_scipy, capsys):
    row = of_scipy["scipy.spatial.distance.jensenshannon(p, q)"]
    with np.errstate(all="ignore"):
        exec(row["counterexample"]["script"], {})
    assert capsys.readouterr().out.strip() == "nan"
    assert row["counterexample"]["says"] == "NaN"


def test_findings_are_told(of_scipy):
    said = text({"rows": list(of_scipy.values()), "missing": {"dit": "not installed"}})
    assert "scipy.stats.entropy(p)\n  as entropy: values as ours" in said
    assert "every law holds" in said
    assert "not checked: dit (not installed)" in said


def test_libraries_that_are_not_there_are_named(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--peers", "nobody"])
    assert stopped.value.code == 2
    assert "nobody: not in the list of peers" in capsys.readouterr().err
