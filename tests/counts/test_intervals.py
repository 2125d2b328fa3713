"""Intervals of divergences and of mutual information of counts cover what they say, anywhere."""

import math
import pickle

import numpy as np
import pytest

import divergences as dv
from divergences import methods

HALVES, NEAR = (0.5, 0.5), (0.6, 0.4)
SIX = (0.4, 0.25, 0.15, 0.1, 0.06, 0.04)
SIX_NEAR = (0.35, 0.25, 0.2, 0.1, 0.06, 0.04)
SIX_APART = (0.2, 0.2, 0.25, 0.15, 0.1, 0.1)
TEN = (0.1,) * 10
RUNS = 2000
# Four standard errors of a share of 95 % among so many runs are 2 %.
LOW, HIGH = 0.92, 0.98
NSB = methods.NSB()


def drawn(seed, shares, n, runs=RUNS):
    shares = np.asarray(shares)
    counts = np.random.default_rng(seed).multinomial(n, shares.ravel(), runs)
    return dv.Counts(counts.reshape(runs, *shares.shape))


def coverage(found, truth):
    low, high = found.confidence_interval()
    assert np.all(high > low)
    return np.mean((low <= truth + 1e-15) & (truth <= high))


@pytest.mark.parametrize(
    "function",
    [dv.kl_divergence, dv.jensen_shannon_divergence, dv.hellinger_distance],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize(
    ("p", "q", "n", "m"),
    [
        (HALVES, HALVES, 100, 100),
        (HALVES, HALVES, 1000, 300),
        (HALVES, NEAR, 20, 20),
        (HALVES, NEAR, 50, 100),
        (HALVES, NEAR, 100, 100),
        (SIX, SIX_NEAR, 100, 100),
        (SIX, SIX_NEAR, 1000, 1000),
        (SIX, SIX_APART, 1000, 400),
        (TEN, TEN, 100, 100),
    ],
)
def test_divergences_near_equality_are_covered(function, p, q, n, m):
    """With a normal interval KL of the third to fifth pair was covered in 85 to 90 %."""
    found = function(drawn(1, p, n), drawn(2, q, m))
    assert LOW <= coverage(found, float(function(p, q))) <= HIGH


def test_three_samples_near_equality_are_covered():
    laws = (HALVES, NEAR, HALVES)
    found = dv.jensen_shannon_divergence(*(drawn(i, p, 100) for i, p in enumerate(laws)))
    assert LOW <= coverage(found, float(dv.jensen_shannon_divergence(*laws))) <= HIGH


@pytest.mark.parametrize(
    ("k", "n", "dependence", "runs"),
    [
        (30, 100, 0.0, 1000),
        (6, 100, 0.0, RUNS),
        (2, 50, 0.0, RUNS),
        (2, 100, 0.3, RUNS),
        (4, 100, 0.2, 1000),
        (10, 300, 0.7, 1000),
    ],
)
def test_mutual_information_is_covered(k, n, dependence, runs):
    """The first was covered in 70 %: nine hundred cells, of which most were seen once or never."""
    table = (1.0 - dependence) / k**2 + dependence * np.eye(k) / k
    found = dv.mutual_information(drawn(3, table, n, runs))
    assert LOW <= coverage(found, float(dv.mutual_information(table))) <= HIGH


@pytest.mark.parametrize(
    "method",
    [
        methods.PlugIn(),
        methods.MillerMadow(),
        methods.Jackknife(),
        methods.Grassberger(),
        methods.Schurmann(),
        methods.Zhang(),
        methods.Dirichlet("perks"),
        methods.ChaoShen(),
    ],
    ids=repr,
)
def test_a_biased_estimate_of_information_knows_its_bias(method):
    """At independence the plug-in is 40 of its old standard errors from 0, Miller's 30."""
    found = dv.mutual_information(drawn(4, np.full((30, 30), 1 / 900), 100, 300), method=method)
    assert coverage(found, 0.0) >= 0.9


def test_the_error_of_nsb_is_not_that_of_the_plug_in():
    table = drawn(5, np.full((30, 30), 1 / 900), 100, 20)
    found, plain = (dv.mutual_information(table, method=m) for m in (NSB, methods.PlugIn()))
    joint = dv.entropy(dv.Counts(table.values.reshape(20, -1)), method=NSB)
    assert np.all(found.standard_error != plain.standard_error)
    assert np.all(found.standard_error > 0.8 * joint.standard_error)
    assert coverage(found, 0.0) >= LOW


@pytest.mark.parametrize("method", [None, methods.PlugIn(), methods.Zhang()], ids=repr)
def test_pairs_that_were_all_seen_once_bound_nothing(method):
    symbols = np.arange(101)
    found = dv.mutual_information(dv.Sample.joint(symbols, symbols), method=method)
    assert found.standard_error == math.inf
    assert found.confidence_interval() == (0.0, math.inf)
    assert any("seen about 0 %" in warning for warning in found.warnings)


def test_information_of_a_table_is_at_most_the_logarithm_of_its_shorter_side():
    found = dv.mutual_information(dv.Counts([[2, 0], [0, 2]]))
    assert found.value == pytest.approx(math.log(2))
    assert found.bounds == (0.0, math.log(2))
    assert found.info["unprojected"] == pytest.approx(5 / 6)
    assert found.standard_error > 0.3
    low, high = found.confidence_interval()
    assert low < 0.4
    assert high == pytest.approx(math.log(2))
    symbols = dv.mutual_information(dv.Sample.joint([0, 0, 1, 1], [0, 0, 1, 1]))
    assert symbols.bounds == (0.0, math.inf)  # there may be more symbols than were seen
    assert symbols.value == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    "function",
    [
        dv.kl_divergence,
        dv.jensen_shannon_divergence,
        dv.jensen_shannon_distance,
        dv.cross_entropy,
        dv.hellinger_distance,
        dv.total_variation_distance,
        dv.jeffreys_divergence,
        dv.chi_squared_divergence,
        dv.triangular_discrimination,
        dv.jensen_shannon_deficit,
        dv.bhattacharyya_distance,
    ],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize(
    ("p", "q"), [([5, 5], [50, 50]), ([10, 0], [0, 10]), ([3, 1], [1, 0]), ([5, 0], [5, 0])]
)
@pytest.mark.parametrize("method", [None, methods.PlugIn("krichevsky-trofimov")], ids=repr)
def test_no_interval_has_width_zero(function, p, q, method):
    found = function(dv.Counts(p), dv.Counts(q), method=method)
    low, high = found.confidence_interval()
    assert found.standard_error > 0.0
    assert high > low
    assert low <= float(found) <= high


def test_what_one_sample_lacks_may_make_the_divergence_infinite():
    found = dv.kl_divergence(dv.Counts([10, 0]), dv.Counts([0, 10]))
    low, high = found.confidence_interval()
    assert 0.5 < low < float(found)
    assert high == math.inf
    assert any("100 % of P's" in warning for warning in found.warnings)
    assert dv.kl_divergence(dv.Counts([9, 5]), dv.Counts([4, 8])).warnings == ()


def test_one_observation_bounds_nothing():
    for function in (dv.jensen_shannon_divergence, dv.total_variation_distance):
        found = function(dv.Counts([1, 0]), dv.Counts([0, 1]))
        assert found.standard_error == math.inf
        assert found.confidence_interval() == found.bounds
    three = dv.jensen_shannon_divergence(*map(dv.Counts, ([1, 0], [0, 1], [0, 1])))
    assert three.standard_error == math.inf
    alike = dv.jensen_shannon_divergence(*map(dv.Counts, ([5, 0], [5, 0], [5, 0])))
    assert 0.05 < alike.standard_error < 0.5


@pytest.mark.parametrize("k", [1, 2, 5])
def test_disjoint_samples_leave_room_for_an_overlap(k):
    """With chance 5 % two samples of ten miss an overlap of 0.14, where JS is 0.29."""
    found = dv.jensen_shannon_divergence(
        dv.Counts([10] * k + [0] * k), dv.Counts([0] * k + [10] * k)
    )
    low, high = found.confidence_interval()
    assert high == pytest.approx(math.log(2))
    assert low < {1: 0.29, 2: 0.55, 5: 0.63}[k]


@pytest.mark.parametrize("order", [0.1, 0.5, 0.9])
def test_orders_of_disjoint_samples(order):
    """No rounding of the largest possible sum makes 367 of an infinite Renyi divergence."""
    p, q = dv.Counts([5, 0]), dv.Counts([0, 7])
    found = dv.renyi_divergence(p, q, order)
    assert found.value == found.standard_error == math.inf
    assert found.confidence_interval() == (0.0, math.inf)
    assert float(dv.tsallis_divergence(p, q, order)) == pytest.approx(1.0 / (1.0 - order))


def test_intervals_of_a_histogram_move_with_the_value():
    rng = np.random.default_rng(0)
    x, y = dv.Sample(rng.normal(size=200)), dv.Sample(rng.normal(size=200))
    zhang = methods.Zhang()
    found = dv.cross_entropy(x, y, method=methods.Histogram(np.arange(-5.0, 5.1), zhang))
    wide = dv.cross_entropy(
        dv.Sample(10.0 * x.points[:, 0]),
        dv.Sample(10.0 * y.points[:, 0]),
        method=methods.Histogram(np.arange(-50.0, 51.0, 10.0), zhang),
    )
    shifts = np.subtract(wide.confidence_interval(), found.confidence_interval())
    np.testing.assert_allclose(shifts, math.log(10.0), rtol=1e-9)
    low, high = found.confidence_interval()
    assert low < float(found) < high


def test_intervals_follow_the_unit_the_order_and_the_shape():
    p, q = dv.Counts([[12, 5, 3], [9, 9, 9]]), dv.Counts([10, 8, 4])
    for function in (dv.kl_divergence, dv.jensen_shannon_distance):
        nats, bits = function(p, q), function(p, q, base=2, keepdims=True)
        power = 0.5 if function is dv.jensen_shannon_distance else 1.0
        for x, y in zip(nats.confidence_interval(), bits.confidence_interval(), strict=True):
            assert y.shape == (2, 1)
            np.testing.assert_allclose(y[:, 0] * math.log(2) ** power, x, rtol=1e-13)
        first = function(dv.Counts([12, 5, 3]), q)
        np.testing.assert_allclose(nats.confidence_interval()[1][0], first.confidence_interval()[1])
        copied = pickle.loads(pickle.dumps(first))
        assert copied.confidence_interval() == first.confidence_interval()
    orders = [0.5, 2.0, 1.0]
    several = dv.renyi_divergence(dv.Counts([12, 5, 3]), q, orders).confidence_interval()
    single = [
        dv.renyi_divergence(dv.Counts([12, 5, 3]), q, a).confidence_interval() for a in orders
    ]
    np.testing.assert_allclose(np.array(several), np.array(single).T, rtol=1e-13)
    wide, narrow = (nats.confidence_interval(level) for level in (0.99, 0.9))
    assert np.all(wide[0] <= narrow[0])
    assert np.all(narrow[1] < wide[1])
    with pytest.raises(ValueError, match=r"level is 1\.5; a confidence level is between 0 and 1"):
        nats.confidence_interval(1.5)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "method",
    [
        methods.ChaoWangJost(),
        methods.ChaoShen(),
        methods.PlugIn(),
        methods.MillerMadow(),
        methods.Jackknife(),
        methods.Grassberger(),
        methods.Schurmann(),
        methods.Zhang(),
        methods.Dirichlet(),
        methods.Shrinkage(),
        NSB,
    ],
    ids=repr,
)
def test_totals_beyond_int64(method):
    counts = dv.Counts([2**53] * 1100)
    found = dv.entropy(counts, method=method)
    assert float(found) == pytest.approx(math.log(1100), rel=1e-15)
    assert found.info["observations"] == 1100 * 2.0**53
    assert 0.0 < found.standard_error < 1e-12
    table = dv.Counts(np.full((34, 34), 2**53))
    assert float(dv.mutual_information(table, method=method)) == pytest.approx(0.0, abs=1e-14)


@pytest.mark.filterwarnings("error")
def test_divergences_of_totals_beyond_int64():
    p, q = dv.Counts([2**53] * 1100), dv.Counts([2**53] * 550 + [2**52] * 550)
    for function in (dv.kl_divergence, dv.jensen_shannon_divergence, dv.total_variation_distance):
        weights = (dv.Weights(np.asarray(x.values, float)) for x in (p, q))
        found = function(p, q)
        assert float(found) == pytest.approx(float(function(*weights)), rel=1e-12)
        assert 0.0 < found.standard_error < 1e-8
