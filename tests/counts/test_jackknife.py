"""Standard errors are those of leaving out each observation in turn, done literally."""

import math

import numpy as np
import pytest

import divergences as dv
from divergences import methods
from divergences.functionals.hellinger import HELLINGER
from divergences.functionals.jensen_shannon import JENSEN_SHANNON
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER
from divergences.measures.counts import CountTable
from divergences.methods.counts.jackknife import _Side, _without_one
from divergences.numerics.floats.normalised_pair import Pair

P = np.array([9, 6, 3, 2, 2])
Q = np.array([4, 7, 5, 3, 2])


def leave_one_out(counts, function):
    """Return the jackknife's variance of a function of counts, from all leave-one-out values."""
    flat = np.ravel(counts)
    found = []
    for i, n in enumerate(flat):
        less = flat.copy()
        less[i] -= 1
        found += [float(function(less.reshape(np.shape(counts))))] * int(n)
    total = len(found)
    return (total - 1) / total * np.sum((np.array(found) - np.mean(found)) ** 2)


@pytest.mark.parametrize(
    "method",
    [
        methods.MillerMadow(),
        methods.Jackknife(),
        methods.ChaoShen(),
        methods.ChaoWangJost(),
        methods.Zhang(),
    ],
    ids=repr,
)
@pytest.mark.parametrize("counts", [[9, 6, 3, 2, 2, 1, 1, 1], [9, 3, 2, 2], [2, 2, 1]])
def test_errors_of_entropies_are_the_jackknifes(method, counts):
    def entropy(x):
        return dv.entropy(dv.Counts(x), method=method).value

    expected = math.sqrt(leave_one_out(np.array(counts), entropy))
    found = dv.entropy(dv.Counts(counts), method=method).standard_error
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("total", [0.99e12, 1.01e12])
def test_errors_of_large_samples(total):
    """From 10^12 observations on leave-one-out values agree in nearly all digits."""
    shares = np.array([0.5, 0.3, 0.2])
    found = dv.entropy(dv.Counts(np.rint(total * shares)))
    spread = shares @ np.log(shares) ** 2 - (shares @ np.log(shares)) ** 2
    assert found.standard_error == pytest.approx(math.sqrt(spread / total), rel=2e-3)


@pytest.mark.parametrize(
    "member", [KULLBACK_LEIBLER, JENSEN_SHANNON, HELLINGER], ids=lambda m: m.name
)
@pytest.mark.parametrize("swapped", [False, True])
def test_variances_of_divergences_are_the_jackknifes(member, swapped):
    def total(x, y):
        p, q = x / x.sum(), y / y.sum()
        return member.terms(Pair(p, q, p - q), np).sum()

    own, other = (Q, P) if swapped else (P, Q)
    side = CountTable(own, None, np.asarray(False))
    _, found = _without_one(_Side(member, swapped), own.astype(float), other / other.sum(), side)
    function = (lambda x: total(other, x)) if swapped else (lambda x: total(x, other))
    assert float(found) == pytest.approx(leave_one_out(own, function), rel=1e-12)


def unseen(counts):
    """Return what Chao, Wang & Jost add to Zhang's entropy for outcomes that were not seen."""
    x = dv.Counts(counts)
    found = [dv.entropy(x, method=m).value for m in (methods.ChaoWangJost(), methods.Zhang())]
    return float(found[0] - found[1])


@pytest.mark.parametrize(
    ("p", "q"),
    [(P, Q), (np.array([1, 1, 2, 9, 30, 40]), np.array([2, 1, 1, 12, 25, 30]))],
    ids=["all seen", "some seen once"],
)
@pytest.mark.parametrize("function", [dv.kl_divergence, dv.cross_entropy])
def test_errors_of_zhangs_estimates(function, p, q):
    def value(p, q):
        found = function(dv.Counts(p), dv.Counts(q))
        return found.info.get("unprojected", found.value)

    first = leave_one_out(p, lambda x: value(x, q)) + leave_one_out(q, lambda x: value(p, x))
    n, m = p.sum(), q.sum()
    ratio, own = p / n / (q + 1), 1.0 if function is dv.kl_divergence else 0.0
    squares = (own / n + ratio) ** 2 + (1.0 - own) * 2.0 * ratio / n
    share = (m * (p / n) + n * (q / m)) / (n + m)
    second = 0.5 * (np.sum(squares * (1.0 - 2.0 * share)) + (np.sqrt(squares) @ share) ** 2)
    found = function(dv.Counts(p), dv.Counts(q)).standard_error
    expected = math.hypot(math.sqrt(max(first - second, second)), own * unseen(p) - unseen(q))
    assert found == pytest.approx(expected, rel=1e-9)


def test_errors_of_information_are_the_jackknifes_to_second_order():
    """Of a table of few empty cells half of the first order is more than enough to take off."""
    table = np.array([[9, 2, 3], [1, 8, 2], [2, 4, 7]])
    method = methods.MillerMadow()

    def information(x):
        return dv.mutual_information(dv.Counts(x), method=method).info["unprojected"]

    first = leave_one_out(table, information)
    total = table.sum()
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    interaction = [-1 / (total * x) for x in (rows[:, None], columns[None], table)]
    x, y, z = interaction
    cells = np.sum(table * (table - 1) * (z**2 + 2 * x * y - 2 * x * z - 2 * y * z))
    sides = np.sum(rows * (rows - 1) * x.ravel() ** 2)
    sides += np.sum(columns * (columns - 1) * y.ravel() ** 2)
    second = 0.5 * (cells + sides - 1 / total**2)
    bias = information(table) - dv.mutual_information(dv.Counts(table)).info["unprojected"]
    found = dv.mutual_information(dv.Counts(table), method=method).standard_error
    assert found == pytest.approx(math.sqrt(first - second + bias**2), rel=1e-9)


def test_errors_of_information_are_the_spread_of_the_estimates():
    shares = np.array([[0.3, 0.1, 0.02], [0.05, 0.2, 0.03], [0.05, 0.05, 0.2]])
    counts = np.random.default_rng(0).multinomial(300, shares.ravel(), 2000).reshape(-1, 3, 3)
    for method in (None, methods.Zhang(), methods.NSB()):
        few = counts[:300] if method == methods.NSB() else counts
        found = dv.mutual_information(dv.Counts(few), method=method)
        raw = found.info["unprojected"]
        assert np.mean(found.standard_error) == pytest.approx(np.std(raw), rel=0.1)
