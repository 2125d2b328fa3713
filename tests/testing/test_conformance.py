"""Functions of other libraries are checked as anybody's; ours are clean in the committed table."""

import json

import numpy as np
import pytest

import divergences as dv
from divergences.testing.__main__ import main
from divergences.testing.conformance import GROUPS, conformance, text
from divergences.testing.peers import PEERS, arrays
from divergences.testing.regions import JOINT_REGIONS, REGIONS
from tests.architecture.source import ROOT

FOUND = json.loads((ROOT / "benchmarks/results/conformance.json").read_text(encoding="utf-8"))
HELD = {"pass", "not claimed"}


@pytest.fixture(scope="module")
def of_scipy():
    return {row["call"]: row for row in conformance(["SciPy"], of_estimators=False)["rows"]}


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
    assert len({row["library"] for row in others}) >= 12


def test_estimators_are_in_the_table_and_ours_are_clean():
    by = {}
    for row in FOUND["estimators"]:
        by.setdefault(row["library"], []).append(row)
    for row in by.pop("divergences, NumPy"):
        assert set(row["statuses"].values()) <= HELD, row["call"]
    assert len(by) >= 8
    assert sum(map(len, by.values())) >= 45


def test_every_function_of_every_peer_is_in_the_table():
    calls = {row["call"] for row in FOUND["rows"]}
    estimators = {row["call"] for row in FOUND["estimators"]}
    for peer in PEERS:
        if peer.library not in FOUND["missing"]:
            assert estimators >= {call for _, _, call in peer.estimators}
            asked = peer.calls if peer.takes == "masses" else ()
            assert calls >= {call for like, call in asked if "weights" not in like}


def test_every_script_is_code():
    for row in FOUND["rows"] + FOUND["estimators"]:
        if row["counterexample"]:
            compile(row["counterexample"]["script"], row["call"], "exec")


def test_functions_of_rows_are_the_quantity():
    p, q = np.random.default_rng(0).dirichlet(np.ones(4), (2, 3))
    for peer in (arrays.SCIPY, arrays.JAX, arrays.FORMULA):
        for name, function in peer.functions_of_rows().items():
            ps = (p,) if name == "entropy" else (p, q)
            assert function(*ps) == pytest.approx(getattr(dv, name)(*ps), rel=1e-5), (peer, name)


def test_scipy_is_as_in_the_committed_table(of_scipy):
    table = {row["call"]: row for row in FOUND["rows"] if row["library"] == "SciPy"}
    assert table.keys() == of_scipy.keys()
    for call, row in table.items():
        now = of_scipy[call]
        assert now["convention"] == row["convention"]
        broken = [{x for x, s in r["statuses"].items() if s == "fail"} for r in (now, row)]
        assert broken[0] == broken[1], call
        if broken[0]:  # roundings depend on the instructions of the machine
            assert now["counterexample"] == row["counterexample"], call


def test_scripts_show_what_is_said(of_scipy, capsys):
    shown = 0
    for call, row in of_scipy.items():
        example = row["counterexample"]
        if example is None:
            continue
        with np.errstate(all="ignore"):
            exec(example["script"], {})
        printed = [float(x) for x in capsys.readouterr().out.split()]
        said = example["says"].partition(" ")[0].rstrip(",")
        assert repr(float(said)) in map(repr, printed), call
        shown += 1
    assert shown > 5
    example = of_scipy["scipy.stats.chisquare(p, q).statistic"]["counterexample"]
    assert "[1.0, 0.0]" in example["calls"]  # an outcome that P and Q lack makes it NaN


def test_findings_are_told(of_scipy):
    said = text(
        {"rows": list(of_scipy.values()), "estimators": [], "missing": {"dit": "not installed"}}
    )
    assert "scipy.stats.entropy(p)\n  as entropy: values as ours" in said
    assert "every law holds" in said
    assert "not checked: dit (not installed)" in said


def test_libraries_that_are_not_there_are_named(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--peers", "nobody"])
    assert stopped.value.code == 2
    assert "nobody: not in the list of peers" in capsys.readouterr().err
