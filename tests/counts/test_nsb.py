"""NSB beside integration with many digits; prior, limits and cost."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

import divergences as dv
from divergences import methods
from divergences.methods.counts import nsb
from tests.reference import nsb as textbook

REFERENCE = json.loads(Path(textbook.__file__).with_suffix(".json").read_text(encoding="utf-8"))
RELATIVE = 1e-9


def counts_of(row):
    return np.repeat(*np.array(row["multiplicities"]).T)


def size_of(row):
    return float(row["alphabet"])


@pytest.mark.parametrize("part", range(4))
def test_mean_and_deviation_are_those_of_the_integral(part):
    rows = REFERENCE["rows"][part::4]
    assert len(rows) >= 50
    for row in rows:
        assert row["agreement"] < 1e-8  # of a coarser rule, so that this one is right to 1e-12
        found = dv.entropy(dv.Counts(counts_of(row)), method=methods.NSB(size_of(row)))
        assert found.value == pytest.approx(row["mean"], rel=RELATIVE), row
        # A deviation below the rounding of the mean itself, at 10^12 counts, is right to that.
        ulp = np.spacing(row["mean"])
        assert found.standard_error == pytest.approx(row["deviation"], rel=RELATIVE, abs=ulp), row


@pytest.mark.parametrize(
    ("counts", "size"), [([1, 2, 3, 2, 1], 5), ([2, 1, 1], 10**9), ([3, 1], math.inf)]
)
def test_the_reference_is_reproduced(counts, size):
    mean, deviation, gap = textbook.reference(counts, size)
    found = dv.entropy(dv.Counts(counts), method=methods.NSB(size))
    assert gap < 1e-8
    assert found.value == pytest.approx(mean, rel=RELATIVE)
    assert found.standard_error == pytest.approx(deviation, rel=RELATIVE)


def test_the_integral_takes_some_hundred_points(monkeypatch):
    points = []
    of_one = nsb._Evidence.log_density

    def counted(posterior, s):
        points.append(s.size)
        return of_one(posterior, s)

    monkeypatch.setattr(nsb._Evidence, "log_density", counted)
    for row in REFERENCE["rows"]:
        points.clear()
        dv.entropy(dv.Counts(counts_of(row)), method=methods.NSB(size_of(row)))
        # 157 in the median and 443 at the most, in 6 and 8 calls; a finer rule twice as many.
        assert 0 < sum(points) < 600
        assert len(points) < 12


def test_a_known_alphabet_is_the_counts_own_unless_it_is_given():
    padded = dv.entropy(dv.Counts([3, 2, 1, 0, 0, 0]), method=methods.NSB())
    assert float(padded) == float(dv.entropy(dv.Counts([3, 2, 1]), method=methods.NSB(6)))
    assert float(padded) != float(dv.entropy(dv.Counts([3, 2, 1]), method=methods.NSB()))


def test_large_alphabets_approach_the_infinite_one():
    counts = dv.Counts([5, 3, 2, 2, 1])
    limit = float(dv.entropy(counts, method=methods.NSB(math.inf)))
    gaps = [
        abs(float(dv.entropy(counts, method=methods.NSB(10**k))) / limit - 1) for k in (2, 4, 6, 8)
    ]
    assert all(b < 0.1 * a for a, b in itertools.pairwise(gaps))


def test_without_coincidences_an_infinite_alphabet_has_infinite_entropy():
    found = dv.entropy(dv.Counts([1, 1, 1]), method=methods.NSB(math.inf))
    assert found.value == math.inf
    assert found.standard_error == math.inf
    known = dv.entropy(dv.Counts([1, 1, 1]), method=methods.NSB(100))
    assert math.log(20) < known.value < math.log(100)


def test_an_alphabet_of_one_outcome_has_no_entropy():
    found = dv.entropy(dv.Counts([4]), method=methods.NSB())
    assert (found.value, found.standard_error) == (0.0, 0.0)


def test_counts_to_a_million_million():
    shares = np.array([0.5, 0.3, 0.2])
    counts = (shares * 1e12).astype(np.int64)
    found = dv.entropy(dv.Counts(counts), method=methods.NSB())
    assert found.value == pytest.approx(float(dv.entropy(shares)), rel=1e-11)
    delta = math.sqrt((shares * (np.log(shares) + float(dv.entropy(shares))) ** 2).sum() / 1e12)
    assert found.standard_error == pytest.approx(delta, rel=1e-6)


def test_the_prior_alone_is_nearly_uniform_in_the_entropy():
    """One observation says almost nothing: the posterior is the prior, centred at log(A)/2."""
    size = 10**6
    found = dv.entropy(dv.Counts([1]), method=methods.NSB(size))
    assert found.value == pytest.approx(0.5 * math.log(size), rel=0.1)
    assert found.standard_error == pytest.approx(math.log(size) / math.sqrt(12), rel=0.1)


def test_posterior_intervals_cover_as_the_prior_promises():
    """Entropies drawn from the prior, counts from them: intervals cover at their level."""
    rng = np.random.default_rng(3)
    size, draws = 50, 400
    # xi(b) uniform on (0, log A): by its inverse, on a grid of b
    grid = np.logspace(-6, 5, 4000)
    from scipy.special import digamma

    xi = digamma(size * grid + 1) - digamma(grid + 1)
    b = np.interp(rng.uniform(xi[0], xi[-1], draws), xi, grid)
    logs = np.log(rng.gamma(b[:, None] + 1.0, size=(draws, size)))
    logs += np.log(rng.random((draws, size))) / b[:, None]  # of gamma(b), without underflow
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    counts = np.array([rng.multinomial(30, p) for p in shares])
    found = dv.entropy(dv.Counts(counts), method=methods.NSB())
    z = (found.value - dv.entropy(dv.Weights(shares))) / found.standard_error
    # The posterior mean is unbiased over the prior, and its deviation is the error's.
    assert abs(z.mean()) < 4.0 / math.sqrt(draws)
    assert (z**2).mean() == pytest.approx(1.0, abs=4.0 * np.std(z**2) / math.sqrt(draws))
