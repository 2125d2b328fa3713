"""Quantities of one order, from samples and counts: whatever estimates an f-divergence has them."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import divergences as dv
from divergences.core.alpha_term import alpha_term_of
from divergences.methods.samples.neighbours.powers import powers
from divergences.testing.members import members

P, Q = dv.Normal(0.0, 1.0), dv.Normal(1.0, 1.0)
QUANTITIES = [dv.renyi_divergence, dv.tsallis_divergence, dv.alpha_divergence]
CLASSIFIER = dv.methods.Classifier(LogisticRegression(C=1e4))


def drawn(seed=0, n=2000):
    rng = np.random.default_rng(seed)
    return dv.Sample(P.sample(rng, n)), dv.Sample(Q.sample(rng, n))


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("order", [0.1, 0.5, 0.9, 1.0])
def test_nearest_neighbours_find_orders_up_to_one(quantity, order):
    found = quantity(*drawn(), order)
    assert abs(found.value - float(quantity(P, Q, order))) < 3.5 * found.standard_error
    assert "NearestNeighbours" in found.method


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("order", [-0.5, 1.5, 2.0])
def test_nearest_neighbours_find_orders_beyond(quantity, order):
    found = quantity(*drawn(n=4000), order)
    assert abs(found.value - float(quantity(P, Q, order))) < 3.5 * found.standard_error
    assert found.standard_error < 0.5 * abs(found.value)


def test_errors_of_orders_above_one_are_of_the_size_that_they_say():
    p, q = (dv.MultivariateNormal([m, 0.0], np.eye(2)) for m in (0.0, 0.5))
    runs = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, y = dv.Sample(p.sample(rng, 500)), dv.Sample(q.sample(rng, 400))
        runs.append(dv.chi_squared_divergence(x, y))
    z = [(run.value - np.expm1(0.25)) / run.standard_error for run in runs]
    assert abs(np.mean(z)) < 0.2 + 3.0 / 60**0.5
    assert 0.7 < np.std(z) < 1.3
    x, y = (dv.Sample(law.sample(np.random.default_rng(0), 300)) for law in (p, q))
    chi = dv.chi_squared_divergence(x, y)
    assert chi.value == pytest.approx(2.0 * dv.alpha_divergence(x, y, 2).value, rel=1e-9)
    assert chi.info["largest_share"] < 0.05
    far = dv.Sample(y.points + 4.0)  # chi-squared is e^20 and more, which no sample shows
    assert dv.chi_squared_divergence(x, far).info["largest_share"] > 0.1
    other = dv.alpha_divergence(y, x, -1)
    assert chi.value == pytest.approx(2.0 * other.value, rel=1e-9)


@pytest.mark.parametrize("quantity", [dv.renyi_entropy, dv.tsallis_entropy])
@pytest.mark.parametrize("law", [dv.Normal(0.0, 2.0), dv.Uniform(0.0, 1.0), dv.Exponential(1.0)])
@pytest.mark.parametrize("order", [0.7, 2.0, 3.0])
def test_entropies_of_one_order(quantity, law, order):
    truth, found = float(quantity(law, order)), []
    for seed in range(20):
        x = dv.Sample(law.sample(np.random.default_rng(seed), 500))
        found.append(quantity(x, order))
    z = [(one.value - truth) / one.standard_error for one in found]
    assert abs(np.mean(z)) < 0.2 + 3.0 / 20**0.5
    assert 0.5 < np.std(z) < 1.6


def test_entropy_of_order_one_is_shannons_and_of_none_is_refused():
    x = dv.Sample(P.sample(np.random.default_rng(0), 300))
    first, second = dv.renyi_entropy(x, [1.0, 2.0], base=2).value
    assert first == pytest.approx(dv.entropy(x, base=2).value, rel=1e-12)
    assert second < first
    with pytest.raises(ValueError, match=r"entropy of order 0 tells how far the density reaches"):
        dv.renyi_entropy(x, 0)
    with pytest.raises(ValueError, match=r"order 5 takes powers .* NearestNeighbours\(k=9\)"):
        dv.tsallis_entropy(x, 5)
    with pytest.raises(TypeError, match=r"order entropy.*NearestNeighbours"):
        dv.tsallis_entropy(x, 2, method=dv.methods.Spacings())


def test_which_members_are_powers_is_found_from_their_slopes():
    functionals = {member.name: member.functional for member in members(arity=2)}
    assert powers(functionals["chi_squared_divergence"]) == pytest.approx((2.0, 2.0))
    for order in (-2.5, 1.5, 3.0, 20.0):
        assert powers(alpha_term_of(order)) == pytest.approx((order, 1.0))
    for name in ("kl_divergence", "jensen_shannon_divergence", "jeffreys_divergence"):
        assert powers(functionals[name]) is None


@pytest.mark.parametrize("order", [-0.3, 0.5, 1.4])
def test_a_classifier_finds_any_order(order):
    found = dv.renyi_divergence(*drawn(), order, method=CLASSIFIER)
    assert abs(found.value - float(dv.renyi_divergence(P, Q, order))) < 3.5 * found.standard_error


def test_errors_are_of_the_size_that_they_say():
    truth = float(dv.renyi_divergence(P, Q, 0.5))
    runs = [dv.renyi_divergence(*drawn(s, 400), 0.5) for s in range(30)]
    z = np.array([(run.value - truth) / run.standard_error for run in runs])
    # Low by half a standard error at this size: the slopes of the overlap are not bounded.
    assert -0.5 - 3.0 / 30**0.5 < z.mean() < 3.0 / 30**0.5
    assert 0.6 < z.std() < 1.6


def test_orders_one_and_half_are_what_they_are_called():
    x, y = drawn()
    kl = dv.kl_divergence(x, y)
    first = dv.renyi_divergence(x, y, 1)
    assert first.value == pytest.approx(kl.value, rel=1e-12)
    assert first.standard_error == pytest.approx(kl.standard_error, rel=1e-9)
    assert dv.alpha_divergence(x, y, 0).value == pytest.approx(dv.kl_divergence(y, x).value)
    half = dv.renyi_divergence(x, y, 0.5)
    assert dv.bhattacharyya_distance(x, y).value == pytest.approx(0.5 * half.value, rel=1e-12)
    hellinger = dv.hellinger_distance(x, y).value
    assert half.value == pytest.approx(-2.0 * np.log1p(-(hellinger**2)), rel=1e-4)


def test_orders_broadcast_and_have_units():
    x, y = drawn()
    found = dv.renyi_divergence(x, y, [0.3, 0.7], base=2)
    assert found.value.shape == found.standard_error.shape == (2,)
    assert found.value[1] == pytest.approx(float(dv.renyi_divergence(x, y, 0.7)) / np.log(2))
    tsallis = dv.tsallis_divergence(x, y, 0.5)
    assert tsallis.value == pytest.approx(0.5 * float(dv.alpha_divergence(x, y, 0.5)))


def test_counts_and_symbols_have_them_too():
    p, q = np.array([40, 30, 20, 10]), np.array([10, 30, 20, 40])
    plug_in = dv.methods.PlugIn()
    for quantity in QUANTITIES:
        for order in (-0.5, 0.5, 1.0, 2.0):
            exact = quantity(p / 100, q / 100, order)
            found = quantity(dv.Counts(p), dv.Counts(q), order, method=plug_in)
            assert found.value == pytest.approx(exact, rel=1e-12)
    batch = dv.Counts(np.stack([p, q])), dv.Counts(q)
    assert dv.renyi_divergence(*batch, 0.5).value.shape == (2,)
    symbols = (dv.Sample(np.repeat(list("abcd"), n)) for n in (p, q))
    found = dv.renyi_divergence(*symbols, 2.0)
    assert found.value == dv.renyi_divergence(dv.Counts(p), dv.Counts(q), 2.0).value


def test_standard_errors_of_counts_are_the_spread_of_repetitions():
    rng = np.random.default_rng(1)
    laws = [0.4, 0.3, 0.2, 0.1], [0.1, 0.3, 0.2, 0.4]
    p, q = (dv.Counts(rng.multinomial(500, law, size=400)) for law in laws)
    found = dv.renyi_divergence(p, q, 0.7)
    assert np.mean(found.standard_error) == pytest.approx(np.std(found.value), rel=0.15)
    assert np.mean(found.value) == pytest.approx(dv.renyi_divergence(*laws, 0.7), abs=0.01)


def test_what_observations_cannot_tell_is_refused_in_words():
    x, y = drawn(n=50)
    with pytest.raises(ValueError, match="order 0 is told by the mass of Q where P has none"):
        dv.renyi_divergence(x, y, 0)
    with pytest.raises(TypeError, match=r"smooth and bounded.*Classifier"):
        dv.total_variation_distance(x, y)
    for order in (4.0, -3.0):
        with pytest.raises(ValueError, match=r"order 4 takes powers .* NearestNeighbours\(k=7\)"):
            dv.renyi_divergence(x, y, order)
    assert np.isfinite(dv.renyi_divergence(x, y, 4, method=dv.methods.NearestNeighbours(k=7)).value)
    with pytest.raises(ValueError, match="orders of quantities of distributions with a density"):
        dv.renyi_divergence(x, y, np.inf)
