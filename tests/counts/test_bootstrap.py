"""The bootstrap: intervals from samples drawn anew, and refusals where they would be wrong."""

import numpy as np
import pytest
import scipy.stats

import divergences as dv
from divergences.methods import Bootstrap, Histogram, Jackknife, MillerMadow, PlugIn

P, Q = np.array([0.4, 0.3, 0.15, 0.1, 0.05]), np.array([0.1, 0.2, 0.2, 0.25, 0.25])
COUNTS = dv.Counts([80, 60, 30, 20, 10])
OTHER = dv.Counts([20, 40, 40, 50, 50])


def test_interval_is_that_of_scipy_for_a_mean_over_observations():
    # The entropy in the code of Q is a mean: both draw from the same frequencies, by chance alike.
    lengths = -np.log(np.repeat(Q, COUNTS.values))
    found = dv.cross_entropy(COUNTS, Q, method=Bootstrap(PlugIn(), 4000, rng=0))
    expected = scipy.stats.bootstrap(
        (lengths,), np.mean, n_resamples=4000, method="basic", rng=np.random.default_rng(1)
    )
    assert found.value == pytest.approx(lengths.mean(), rel=1e-14)
    # Standard deviations of 4000 draws are off by 1.1 %, quantiles by about 3 %.
    assert found.standard_error == pytest.approx(expected.standard_error, rel=0.06)
    margin = 0.15 * expected.standard_error
    assert found.interval.low == pytest.approx(expected.confidence_interval.low, abs=margin)
    assert found.interval.high == pytest.approx(expected.confidence_interval.high, abs=margin)


@pytest.mark.parametrize(
    ("quantity", "method"),
    [(dv.kl_divergence, Jackknife()), (dv.entropy, MillerMadow())],
    ids=["kl", "entropy"],
)
def test_intervals_cover(quantity, method):
    rng = np.random.default_rng(0)
    laws = [P, Q] if quantity is dv.kl_divergence else [P]
    truth, covered, draws = float(quantity(*laws)), 0, 150
    for _ in range(draws):
        samples = [dv.Counts(rng.multinomial(200, law)) for law in laws]
        low, high = quantity(*samples, method=Bootstrap(method, 199, rng=rng)).interval
        covered += low <= truth <= high
    assert scipy.stats.binom.ppf(1e-4, draws, 0.92) <= covered


def chain(rng, n):
    """Return symbols 0 and 1 that stay for 10 and 20 steps in the mean."""
    change = rng.random(n) < 0.1, rng.random(n) < 0.05
    state, found = 0, []
    for i in range(n):
        state = 1 - state if change[state][i] else state
        found.append(state)
    return dv.Sample(found)


def test_blocks_cover_where_a_series_stays_as_it_was():
    rng, truth = np.random.default_rng(0), float(dv.entropy([1 / 3, 2 / 3]))
    draws, covered, alone = 30, 0, 0
    for _ in range(draws):
        x = chain(rng, 2000)
        low, high = dv.entropy(x, method=Bootstrap(Jackknife(), 99, 60, rng)).interval
        covered += low <= truth <= high
        low, high = dv.entropy(x, method=Jackknife()).interval
        alone += low <= truth <= high
    # Measured with 400 draws of 3000: 90 %, and 39 % of those that take steps as independent.
    assert scipy.stats.binom.ppf(1e-3, draws, 0.88) <= covered
    assert alone <= scipy.stats.binom.ppf(1 - 1e-3, draws, 0.45)


def test_batches_axes_and_units():
    rows = dv.Counts(np.stack([COUNTS.values, OTHER.values]))
    many = dv.entropy(rows, base=2, method=Bootstrap(MillerMadow(), 500, rng=0))
    down = dv.entropy(
        dv.Counts(np.asarray(rows.values).T), axis=0, base=2, method=Bootstrap(MillerMadow(), rng=0)
    )
    nats = dv.entropy(rows, method=Bootstrap(MillerMadow(), 500, rng=0))
    assert many.unit == "bit"
    np.testing.assert_allclose(many.value, down.value, rtol=1e-14)
    np.testing.assert_allclose(many.standard_error, down.standard_error, rtol=0.2)
    for bits, other in zip(many.interval, nats.in_unit(np.log(2)).interval, strict=True):
        np.testing.assert_allclose(bits, other, rtol=1e-12)
    table = dv.Counts([[40, 10], [10, 40]])
    found = dv.mutual_information(table, method=Bootstrap(Jackknife(), 199, rng=0))
    assert found.interval.low < found.value < found.interval.high


def test_histograms_of_points():
    rng = np.random.default_rng(0)
    x, y = dv.Sample(rng.normal(size=400)), dv.Sample(rng.normal(1.5, 1.0, size=400))
    method = Histogram([np.linspace(-8, 8, 17)])
    own = dv.jensen_shannon_divergence(x, y, method=method)
    found = dv.jensen_shannon_divergence(x, y, method=Bootstrap(method, 99, rng=0))
    assert found.value == own.value
    assert found.standard_error == pytest.approx(own.standard_error, rel=0.3)
    again = dv.jensen_shannon_divergence(x, y, method=Bootstrap(method, 99, rng=0))
    assert again.interval == found.interval


def test_what_the_bootstrap_is_wrong_for_is_refused():
    x = dv.Sample(np.random.default_rng(0).normal(size=50))
    for method in (dv.methods.NearestNeighbours(), dv.methods.KernelDensity(), PlugIn()):
        with pytest.raises(TypeError, match="it repeats observations"):
            dv.kl_divergence(x, x, method=Bootstrap(method))
    with pytest.raises(TypeError, match="fewer are seen once"):
        dv.entropy(COUNTS, method=Bootstrap(dv.methods.ChaoShen()))
    with pytest.raises(ValueError, match="within two standard errors of zero"):
        dv.hellinger_distance(COUNTS, dv.Counts([7, 6, 3, 2, 1]), method=Bootstrap(Jackknife()))
    with pytest.raises(ValueError, match="the bias of PlugIn"):
        dv.entropy(dv.Counts(np.ones(60, int)), method=Bootstrap(PlugIn()))
    some, rare = dv.Counts([10, 20, 70]), dv.Counts([50, 40, 1])
    with pytest.raises(ValueError, match="infinite values"):
        dv.kl_divergence(some, rare, method=Bootstrap(PlugIn(), rng=0))
    with pytest.raises(ValueError, match="have no order"):
        dv.entropy(COUNTS, method=Bootstrap(PlugIn(), block=3))
    symbols = dv.Sample(list("ab") * 25)
    with pytest.raises(ValueError, match="block is 40, and there are 50"):
        dv.entropy(symbols, method=Bootstrap(MillerMadow(), block=40))
    with pytest.raises(TypeError, match="pass Counts or a Sample"):
        dv.entropy([0.5, 0.5], method=Bootstrap(PlugIn()))


def test_settings_are_checked():
    with pytest.raises(ValueError, match="resamples is 0"):
        Bootstrap(PlugIn(), 0)
    with pytest.raises(ValueError, match=r"block is 1\.5"):
        Bootstrap(PlugIn(), block=1.5)
    with pytest.raises(TypeError, match="rng is 'x'"):
        Bootstrap(PlugIn(), rng="x")
    with pytest.raises(TypeError, match="method is None"):
        Bootstrap(None)
