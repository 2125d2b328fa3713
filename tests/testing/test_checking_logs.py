"""Functions of logarithms, and of PyTorch's tensors."""

import numpy as np
import pytest

import divergences as dv
from divergences.testing import check_divergence, torch_grad
from divergences.testing.members import members

# From logs these are right to less than the units that are asked of masses: docs/numerics/core.md.
LOOSE = {"mutual_information"}
KL = "kl_divergence"


# One of each family; tests of logits have the others.
FAMILIES = (KL, "jensen_shannon_distance", "chi_squared_divergence", "entropy", *LOOSE)


@pytest.mark.parametrize("member", [m for m in members() if m.name in FAMILIES], ids=repr)
def test_ours_of_logs_are_clean(member):
    def function(*logs):
        return member.function(*map(dv.LogProbs, logs))

    report = check_divergence(function, member, takes="logs")
    assert report["accuracy"].status == ("accuracy" if member.name in LOOSE else "pass")
    others = {law.name: law.status for law in report.laws.values() if law.name != "accuracy"}
    assert set(others.values()) <= {"pass", "rounding", "not claimed"}, str(report)


def test_one_may_divide_by_the_total_of_exponentials_or_not():
    # Of nearly equal distributions their difference feels the totals, which roundings of logs move.
    def tv(a, b):
        low, high = np.minimum(a, b), np.maximum(a, b)
        some = high > -np.inf
        return -(np.exp(high[some]) * np.expm1(low[some] - high[some])).sum() / 2

    def dividing(a, b):
        return dv.total_variation_distance(dv.LogProbs(a), dv.LogProbs(b))

    for function in (tv, dividing):
        report = check_divergence(function, "total_variation_distance", takes="logs")
        assert report["accuracy"].status == "pass", function
        assert report.ok


def test_pytorch_is_told_what_its_gradient_lacks():
    torch = pytest.importorskip("torch")

    def kl_div(p, q):
        return torch.nn.functional.kl_div(q.log(), p, reduction="sum")

    def kl(p, q):
        some = p > 0
        return (p[some] * (p[some].log() - q[some].log())).sum()

    options = {"takes": torch.tensor, "gradient": torch_grad}
    wrong, right = (check_divergence(f, KL, **options) for f in (kl_div, kl))
    assert wrong["gradient"].status == "fail"
    assert "NaN in the gradient" in wrong["gradient"].counterexample.message
    assert right["gradient"].status == "pass"
    assert right["gradient"].cases > 10
    assert wrong["value"].counterexample.line == (
        "kl_div(tensor(np.array([0.0, 1.0])), tensor(np.array([0.0, 1.0])))  # NaN"
    )
