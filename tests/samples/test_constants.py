"""Constant samples and coordinates: what is known needs no estimate."""

import numpy as np
import pytest

import divergences as dv

S = dv.Sample
X = np.random.default_rng(0).normal(size=60)
ONE, TWO = np.full(50, 3.0), np.full(40, 4.0)
INF = np.inf
KNOWN = {  # of equal constants, of different ones (or a constant and a density)
    dv.jensen_shannon_divergence: (0.0, np.log(2.0)),
    dv.jensen_shannon_distance: (0.0, np.log(2.0) ** 0.5),
    dv.jensen_shannon_deficit: (np.log(2.0), 0.0),
    dv.hellinger_distance: (0.0, 1.0),
    dv.total_variation_distance: (0.0, 1.0),
    dv.triangular_discrimination: (0.0, 2.0),
    dv.kl_divergence: (0.0, INF),
    dv.jeffreys_divergence: (0.0, INF),
    dv.chi_squared_divergence: (0.0, INF),
    dv.bhattacharyya_distance: (0.0, INF),
}


@pytest.mark.parametrize("function", KNOWN, ids=lambda f: f.__name__)
def test_divergences_of_constants_are_known(function):
    equal, apart = KNOWN[function]
    cases = [(ONE, ONE[:20], equal), (ONE, TWO, apart), (ONE, X, apart), (X, ONE, apart)]
    for p, q, truth in cases:
        found = function(S(p), S(q))
        assert found.value == pytest.approx(truth, abs=1e-12)
        assert "has one value throughout" in found.warnings[0]
        low, high = found.confidence_interval()
        assert low <= truth <= high
        assert low < high or truth == INF
        flat = function(S(np.stack([p, p], axis=1)), S(np.stack([q, q], axis=1)))
        assert flat.value == found.value


def test_orders_and_mixtures_of_constants():
    assert dv.renyi_divergence(S(ONE), S(ONE), 0.5).value == 0.0
    assert dv.renyi_divergence(S(ONE), S(TWO), [0.5, 2.0]).value.tolist() == [INF, INF]
    js = dv.jensen_shannon_divergence
    assert js(S(ONE), S(X), weights=[0.3, 0.7]).value == pytest.approx(0.6108643020548935)
    assert js(S(ONE), S(ONE), S(ONE)).value == 0.0
    with pytest.raises(ValueError, match=r"constant in a coordinate and has nothing in common"):
        js(S(ONE), S(X), S(TWO))


def test_a_coordinate_that_is_the_same_constant_changes_nothing():
    y = np.random.default_rng(1).normal(1.0, 1.0, 50)
    p, q = (np.stack([z, np.full(len(z), 2.0)], axis=1) for z in (X, y))
    assert dv.kl_divergence(S(p), S(q)).value == dv.kl_divergence(S(X), S(y)).value
    q[:, 1] = 2.5
    assert dv.kl_divergence(S(p), S(q)).value == INF
    z = np.random.default_rng(2).normal(size=60)
    information = dv.mutual_information
    assert information(S.joint(p, z)).value == information(S.joint(X, z)).value
    assert information(S.joint(np.full(60, 2.0), z)).value == 0.0


def test_a_constant_among_rounded_numbers_stands_for_a_cell():
    found = dv.jensen_shannon_divergence(S(np.zeros(200)), S(np.round(X, 1)))
    assert 0.5 < found.value < np.log(2.0)
    assert "coordinate" not in " ".join(found.warnings)


def test_entropies_of_constants_are_refused():
    for sample in (ONE, np.stack([X, np.full(60, 2.0)], axis=1)):
        with pytest.raises(ValueError, match=r"an atom, where there is no density"):
            dv.entropy(S(sample))


def test_one_observation_is_no_constant():
    with pytest.raises(ValueError, match=r"an observation has 0 neighbours"):
        dv.jensen_shannon_divergence(S([1.0]), S([2.0]))
