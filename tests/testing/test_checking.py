"""`check_divergence` tells wrong from right, and says why."""

import json
import math
import time
from collections import Counter
from functools import partial

import numpy as np
import pytest
import scipy.special
import scipy.stats

import divergences as dv
from divergences.testing import check_divergence, checking
from divergences.testing.checking import LAWS, claimed
from divergences.testing.members import members
from divergences.testing.shrinking import shrink

from .right import RIGHT
from .wrong import JS, KL, WRONG, kl

HELD = {"pass", "rounding", "not claimed"}
OURS = [(member, "float64") for member in members(orders=(0.375,))]
OURS += [(m, "float32") for m, _ in OURS if not isinstance(m.function, partial)]  # orders are slow


def statuses(report):
    return {law.name: law.status for law in report.laws.values()}


def not_held(report):
    return {name: status for name, status in statuses(report).items() if status not in HELD}


@pytest.fixture
def as_found(monkeypatch):
    """Counterexamples as they are found: to make them simpler takes most of the time."""
    monkeypatch.setattr(checking, "SECONDS", 0.0)


def reports_of_wrong_ones():
    return [(check_divergence(f, like, **options), law) for f, like, options, law in WRONG]


@pytest.fixture(scope="module")
def wrong():
    return reports_of_wrong_ones()


@pytest.mark.parametrize(
    "index", range(len(WRONG)), ids=[f"{w[0].__name__}: {w[3]}" for w in WRONG]
)
def test_a_wrong_one_breaks_the_law_beside_it(wrong, index):
    report, law = wrong[index]
    assert report[law].status == ("error" if "raises" in report.function else "fail")
    assert not report.ok
    assert report[law].broken
    assert report[law].counterexample.line.startswith((report.function, "batch", "gradient"))


def test_counterexamples_are_small(wrong):
    assert len(wrong) >= 25
    small = [report[law].counterexample.outcomes <= 3 for report, law in wrong]
    assert sum(small) >= 0.9 * len(small)


def test_shrinking_merges_outcomes_and_drops_digits():
    def between(case):
        return 0.6 < case[0].max() < 0.8

    start = np.array([0.1123456, 0.7123456, 0.1753088])
    (found,) = shrink((start,), between, time.monotonic() + 5.0)
    assert sorted(found.tolist()) == [0.25, 0.75]


def test_every_law_but_those_of_rounding_notices_one(wrong):
    noticed = Counter(law.name for report, _ in wrong for law in report.laws.values() if not law.ok)
    assert {law.name for law in LAWS} <= set(noticed)


@pytest.mark.parametrize(
    ("func", "like", "options", "words"), RIGHT, ids=[f"{r[0].__name__}: {r[3]}" for r in RIGHT]
)
def test_another_convention_is_not_wrong(as_found, func, like, options, words):
    report = check_divergence(func, like, **options)
    assert words in str(report.convention)
    assert report.convention.known
    assert set(not_held(report).values()) <= {"accuracy"}, str(report)


@pytest.mark.parametrize("value", [0.0, -1.0, np.inf, np.log(2.0), np.nan])
@pytest.mark.parametrize("member", members(orders=(3.0,)), ids=repr)
def test_constants_are_caught(as_found, member, value):
    report = check_divergence(lambda *ps: value, member)
    assert report["value"].status == "fail"
    assert not report.convention.known
    if np.isnan(value):
        assert all(law.status in ("fail", "not claimed") for law in report.laws.values())


@pytest.mark.parametrize(
    ("func", "like"),
    [
        (lambda p, q: scipy.stats.entropy(p, q), KL),
        (lambda p, q: scipy.special.rel_entr(p, q).sum(), KL),
        (lambda p: scipy.stats.entropy(p), "entropy"),
    ],
    ids=["entropy(p, q)", "rel_entr", "entropy(p)"],
)
def test_scipy_is_clean_beyond_rounding(as_found, func, like):
    report = check_divergence(func, like)
    assert set(not_held(report)) <= {"accuracy"}
    assert report["accuracy"].status == ("pass" if like == "entropy" else "accuracy")


def test_scipys_distance_is_nan_near_equality():
    report = check_divergence(scipy.spatial.distance.jensenshannon, JS)
    assert report["bounds"].status == "fail"
    assert report["bounds"].counterexample.outcomes == 2
    assert report["bounds"].counterexample.message == "NaN"


@pytest.mark.parametrize(("member", "dtype"), OURS, ids=str)
def test_ours_obey_every_law_to_the_last_bit(member, dtype):
    report = check_divergence(member.function, member, dtype=dtype, batched=member.function)
    assert set(statuses(report).values()) <= {"pass", "not claimed"}, str(report)
    assert report["batch"].cases


def test_how_many_laws_are_checked():
    assert len(claimed(KL)) >= 14
    assert len(claimed(JS)) >= 15
    report = check_divergence(kl, KL)
    assert report.checked == claimed(KL)
    assert all(report[law].cases for law in report.checked)


def test_a_law_without_a_case_is_no_pass():
    # The derivative of a unit that takes floats only is not known.
    unit = (math.log1p, math.expm1)
    gradient = lambda func, argnums: lambda p, q: (p, q)  # noqa: E731
    report = check_divergence(lambda p, q: np.log1p(kl(p, q)), KL, unit=unit, gradient=gradient)
    assert report["gradient"].status == "nothing checked"
    assert not report["gradient"].ok
    assert report["value"].status == "pass"


def test_expected_failures_are_strict():
    report = check_divergence(
        kl, KL, expected_failures={"accuracy": "cancels near P = Q", "bounds": "may be negative"}
    )
    assert report["accuracy"].status == "expected failure"
    assert report["accuracy"].reason == "cancels near P = Q"
    assert report["bounds"].status == "fail"
    assert "expected to fail (may be negative)" in str(report["bounds"])
    with pytest.raises(ValueError, match="names 'acuracy'; close to it: accuracy"):
        check_divergence(kl, KL, expected_failures={"acuracy": "a slip"})


def test_a_report_can_be_read_and_written():
    report = check_divergence(kl, dv.kl_divergence)
    text = str(report)
    assert text.startswith("kl as kl_divergence (float64): values as ours, takes masses")
    assert all(law in text for law in report.laws)
    read = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert read["laws"]["value"]["status"] == "pass"
    line = read["laws"]["accuracy"]["counterexample"]["line"]
    assert " ".join(line.split()) in " ".join(text.split())
    assert read["ulp"]["generic"]["worst"] < 16 < read["ulp"]["close"]["worst"]
    with pytest.raises(KeyError, match="no law 'value of'; there are value, "):
        report["value of"]


def test_lines_can_be_pasted(wrong):
    for report, law in wrong:
        if report.function.startswith("kl_") and report[law].status == "fail":
            func = next(w[0] for w in WRONG if w[0].__name__ == report.function)
            scope = {"np": np, report.function: func}
            with np.errstate(all="ignore"):
                eval(report[law].counterexample.line, scope)


def test_refusals():
    for options, error, words in [
        ({"like": "kl"}, ValueError, "There is no quantity 'kl'; close to it: kl_divergence"),
        ({"like": "renyi_divergence"}, ValueError, "of any order; say which by order="),
        ({"like": "energy_distance"}, TypeError, "asks where outcomes lie"),
        ({"like": np.sum}, TypeError, "no function of the library"),
        ({"like": KL, "takes": "logits"}, ValueError, "takes is 'logits'; it is 'masses'"),
        ({"like": KL, "unit": "bit"}, ValueError, "unit is 'bit'; it is one of 'nats', 'bits'"),
        ({"like": KL, "arguments": ("q",)}, ValueError, r"it is \('p', 'q'\) or \('q', 'p'\)"),
        ({"like": KL, "dtype": "float16"}, ValueError, "dtype is float16; it is float64"),
    ]:
        with pytest.raises(error, match=words):
            check_divergence(kl, **options)
    with pytest.raises(TypeError, match="it is the function to check"):
        check_divergence(3, KL)
