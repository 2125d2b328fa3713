"""`check_estimator` tells wrong estimators from right ones, and says why."""

import json
import math
from functools import partial

import numpy as np
import pytest

import divergences as dv
from divergences.testing import check_estimator, parametrize_with_laws
from divergences.testing.__main__ import main
from divergences.testing.estimators import claimed
from divergences.testing.estimators.laws import LAWS
from divergences.testing.estimators.tasks import (
    KINDS,
    QUANTITIES,
    constants,
    tasks,
    ties,
    zero_tasks,
)

from .estimators import (
    JS,
    RIGHT,
    WRONG,
    H,
    always,
    correction_without_n,
    miller_madow_in_bits,
    plug_in,
)

SCOPE = {"np": np, **{w[0].__name__: w[0] for w in WRONG}}


@pytest.fixture(scope="module")
def wrong():
    return [check_estimator(f, like, takes, **options) for f, like, takes, options, _ in WRONG]


@pytest.mark.parametrize(
    "index", range(len(WRONG)), ids=[f"{w[0].__name__}: {w[4]}" for w in WRONG]
)
def test_a_wrong_one_breaks_the_law_beside_it(wrong, index):
    finding = wrong[index][WRONG[index][4]]
    assert finding.status == "fail"
    assert not wrong[index].ok
    assert finding.broken
    with np.errstate(all="ignore"):
        exec(finding.counterexample.line, dict(SCOPE))


def test_every_law_notices_one(wrong):
    noticed = {law.name for report in wrong for law in report.laws.values() if not law.ok}
    unnoticed = {"equal distributions", "independence", "reflection"}  # see the constants below
    assert {law.name for law in LAWS} - noticed <= unnoticed


@pytest.mark.parametrize(
    ("func", "like", "takes", "options", "words"),
    RIGHT,
    ids=[f"{r[0].__name__}: {r[4]}" for r in RIGHT],
)
def test_another_convention_is_not_wrong(func, like, takes, options, words):
    report = check_estimator(func, like, takes, **options)
    assert words in str(report.convention)
    assert report.convention.known
    assert report.ok, str(report)


@pytest.mark.parametrize("value", [0.0, -1.0, np.inf, np.log(2.0), np.nan])
@pytest.mark.parametrize("takes", KINDS)
@pytest.mark.parametrize("like", QUANTITIES)
def test_constants_are_caught(like, takes, value):
    report = check_estimator(always(value), like, takes)
    assert report["consistency"].status == "fail"
    assert not report.convention.known
    zero = {"mutual_information": "independence", H: "consistency"}.get(like, "equal distributions")
    assert (report[zero].status == "fail") == (value != 0.0 or like == H)
    if np.isnan(value):
        statuses = {law.name: law.status for law in report.laws.values() if law.name != "coverage"}
        assert set(statuses.values()) <= {"fail", "not claimed"}


def test_a_reflection_matters_where_signs_do():
    def of_logs(x):
        return plug_in(np.histogram(np.log1p(np.maximum(x, 0.0)), bins=20)[0])

    assert check_estimator(of_logs, H)["reflection"].status == "fail"


OURS = [
    (dv.entropy, dv.Counts, "counts"),
    (dv.kl_divergence, dv.Counts, "counts"),
    (dv.kl_divergence, dv.Sample, "labels"),
    (partial(dv.entropy, method=dv.methods.Spacings()), dv.Sample, "samples"),
]


@pytest.mark.parametrize(("function", "measure", "takes"), OURS, ids=range(len(OURS)))
def test_ours_are_right_and_their_intervals_cover(function, measure, takes):
    report = check_estimator(
        lambda *arrays: function(*map(measure, arrays)), function, takes, sizes=(60, 240, 960)
    )
    assert report.ok, str(report)
    assert report.convention.name == ""
    assert report["coverage"].status == "pass"
    assert report["coverage"].cases >= 2


@pytest.mark.parametrize("takes", KINDS)
@pytest.mark.parametrize("like", QUANTITIES)
def test_tasks_can_be_drawn(like, takes):
    m = 50 if like == "mutual_information" else 30
    for dimension in (None, 1, 3) if takes == "samples" else (None,):
        for make in (tasks, zero_tasks, ties, constants):
            for task in make(like, takes, dimension):
                arrays = task.draw(50, 0, m).arrays()
                assert len(arrays) == 1 + (like != H and (like[0] != "m" or takes != "counts"))
                if dimension and "8" not in task.code:
                    assert arrays[0].shape == (50, dimension)
                    assert len(arrays[-1]) == (50 if len(arrays) == 1 else m)


def test_truths_of_densities_are_those_of_the_library():
    normal, exponential = dv.Normal, dv.Exponential
    known = {
        "entropy": [(normal(0, 10),), (dv.Uniform(0, 20),), (exponential(8),)],
        "kl_divergence": [
            (normal(0, 1), normal(1, 1)),
            (normal(0, 1), normal(1, 2)),
            (exponential(2), exponential(1)),
        ],
        JS: [
            (normal(0, 1), normal(2, 1)),
            (exponential(1), exponential(4)),
            (dv.Uniform(0, 1), dv.Uniform(0.5, 1.5)),
        ],
    }
    for name, pairs in known.items():
        for task, pair in zip(tasks(name, "samples"), pairs, strict=True):
            value = getattr(dv, name)(*pair)
            assert math.isclose(getattr(value, "value", value), task.truth, rel_tol=1e-9), task.name


def test_the_truth_of_correlated_normals_is_an_integral():
    *normals, mixed = tasks("mutual_information", "samples")
    for task, r in zip(normals, (0.9, 0.6), strict=True):
        assert math.isclose(task.truth, -np.log(1 - r * r) / 2)
    step = 0.01
    x, y = np.meshgrid(*[np.arange(-8, 8, step)] * 2)
    s = 1 - 0.81
    density = np.exp(-(x * x + y * y) / (2 * s)) * np.cosh(0.9 * x * y / s) / np.sqrt(s)
    log_ratio = np.log(density) + (x * x + y * y) / 2
    integral = np.sum(density * log_ratio) * step**2 / (2 * np.pi)
    assert math.isclose(mixed.truth, integral, rel_tol=1e-9)


def test_expected_failures_are_strict():
    reasons = {"consistency": "for small samples", "relabelling": "never"}
    report = check_estimator(correction_without_n, H, "counts", expected_failures=reasons)
    assert report["consistency"].status == "expected failure"
    assert report["relabelling"].status == "fail"
    with pytest.raises(ValueError, match="names 'consistent'; close to it: consistency"):
        check_estimator(plug_in, H, "counts", expected_failures={"consistent": "a slip"})


def test_refusals():
    for options, error, words in [
        ({"like": "renyi_entropy"}, ValueError, "of any order"),
        ({"like": "total_variation_distance"}, ValueError, "it is one of entropy, kl_divergence"),
        ({"takes": "masses"}, ValueError, "takes is 'masses'; it is one of 'samples', 'counts'"),
        ({"dimension": 2}, ValueError, "it is that of samples"),
        ({"sizes": (100, 200, 300)}, ValueError, "three that grow, by 16 times or more"),
        ({"arguments": ("x", "y")}, ValueError, r"it is \('p', 'q'\) or \('q', 'p'\)"),
    ]:
        with pytest.raises(error, match=words):
            check_estimator(plug_in, **{"like": H, "takes": "counts", **options})
    with pytest.raises(TypeError, match="it is the function to check"):
        check_estimator(3, H)


def test_a_report_can_be_read_and_written():
    report = check_estimator(miller_madow_in_bits, H, "counts")
    assert str(report).startswith("miller_madow_in_bits as entropy (counts): in bits, takes counts")
    read = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert read["laws"]["coverage"]["status"] == "not claimed"
    assert read["ulp"] == {}


def test_items_of_pytest_are_those_of_the_laws():
    mark = parametrize_with_laws({correction_without_n: {"like": H, "takes": "counts"}})
    checks = {item.id.partition(": ")[2]: item.values[0] for item in mark.args[1]}
    assert list(checks) == claimed(H, "counts")
    checks["relabelling"]()
    with pytest.raises(AssertionError, match="consistency: fail"):
        checks["consistency"]()
    with pytest.raises(pytest.skip.Exception):
        checks["coverage"]()


def test_the_command_prints_a_script_that_runs(capsys):
    words = ["tests.testing.estimators:correction_without_n", "--like", H, "--takes", "counts"]
    assert main(words) == 1
    assert "consistency" in capsys.readouterr().out
    assert main([*words, "--repro"]) == 1
    exec(capsys.readouterr().out, {})
