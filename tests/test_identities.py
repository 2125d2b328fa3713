"""Identities that join the members.

Masses are integers wherever something is made from them (marginals, mixtures, products): that is
exact, so only the quantities themselves are rounded.
"""

import numpy as np
from hypothesis import given

import divergences as dv
from divergences.testing.strategies import integer_weights, pairs, pmfs, several

EPS = 2.0**-52  # the distance between neighbouring floats
LOG2 = np.log(2.0)


def close(a, b, *terms, ulps=8.0):
    """Whether a and b agree to `ulps` units of the largest of them and of `terms`."""
    return a == b or abs(a - b) <= ulps * EPS * max(map(abs, (a, b, *terms)))


@given(pair=pairs())
def test_divergence_and_deficit_sum_to_log_2(pair):
    assert close(dv.jensen_shannon_divergence(*pair) + dv.jensen_shannon_deficit(*pair), LOG2)


@given(pair=pairs())
def test_distance_is_the_root_of_the_divergence(pair):
    distance = dv.jensen_shannon_distance(*pair)
    assert close(distance**2, dv.jensen_shannon_divergence(*pair)) or distance < 1e-150


@given(pair=pairs())
def test_cross_entropy_is_entropy_and_divergence(pair):
    p, q = pair
    assert close(dv.cross_entropy(p, q), dv.entropy(p) + dv.kl_divergence(p, q))


@given(p=pmfs())
def test_deficit_is_what_entropy_lacks_of_log_n(p):
    assert close(dv.entropy(p) + dv.entropy_deficit(p), np.log(p.size))
    uniform = dv.Weights(np.ones_like(p))
    assert close(dv.entropy_deficit(dv.Weights(p)), dv.kl_divergence(dv.Weights(p), uniform))


@given(p=pmfs())
def test_perplexity_is_exp_of_entropy(p):
    entropy = dv.entropy(p)
    assert close(dv.perplexity(p), np.exp(entropy), ulps=8.0 * (1.0 + entropy))


@given(w=integer_weights(12))
def test_chain_rule(w):
    joint = w.reshape(3, 4)
    whole = dv.joint_entropy(dv.Weights(joint))
    first = dv.entropy(dv.Weights(joint.sum(axis=1)))
    assert close(whole, first + dv.conditional_entropy(dv.Weights(joint)))
    second = dv.entropy(dv.Weights(joint.sum(axis=0)))
    information = dv.mutual_information(dv.Weights(joint))
    assert close(first + second, whole + information)
    assert close(information, dv.mutual_information(dv.Weights(joint.T)))


@given(ps=several(4))
def test_affinities_of_products_multiply(ps):
    p, q, r, s = ps
    pr, qs = (dv.Weights(np.multiply.outer(a, b).ravel()) for a, b in ((p, r), (q, s)))
    p, q, r, s = map(dv.Weights, (p, q, r, s))
    affinities = [1.0 - dv.hellinger_distance(*x) ** 2 for x in ((p, q), (r, s), (pr, qs))]
    assert close(affinities[0] * affinities[1], affinities[2], 1.0)


def mixed(p, q):
    """Integer weights of P and Q on one total, and of their mixture."""
    x, y = p * q.sum(), q * p.sum()
    return x, y, x + y


@given(ps=several(3))
def test_compensation_identity(ps):
    p, q, m = mixed(*ps[:2])
    r = dv.Weights(ps[2])
    mean = 0.5 * (dv.kl_divergence(dv.Weights(p), r) + dv.kl_divergence(dv.Weights(q), r))
    js = dv.jensen_shannon_divergence(dv.Weights(p), dv.Weights(q))
    assert close(mean, js + dv.kl_divergence(dv.Weights(m), r))


@given(ps=several(2))
def test_jensen_shannon_is_the_information_of_the_label(ps):
    p, q, _ = mixed(*ps)
    js = dv.jensen_shannon_divergence(dv.Weights(p), dv.Weights(q))
    assert close(js, dv.mutual_information(dv.Weights(np.stack([p, q]))))


@given(ps=several(3), shares=integer_weights(3))
def test_jensen_shannon_of_several_is_the_information_of_the_label(ps, shares):
    # p_j w_j on one total: the shares are small, so that the products are exact.
    a, b, c = (p % 64 + (p > 0) for p in ps)
    shares = shares % 8 + 1
    totals = [x.sum() for x in (a, b, c)]
    whole = np.prod(totals)
    joint = np.stack(
        [x * (whole / t) * w for x, t, w in zip((a, b, c), totals, shares, strict=True)]
    )
    js = dv.jensen_shannon_divergence(*map(dv.Weights, (a, b, c)), weights=shares / shares.sum())
    # The weights are rounded, so the two differ by that much of the entropy of the label.
    assert close(js, dv.mutual_information(dv.Weights(joint)), LOG2)


@given(pair=pairs())
def test_several_distributions_reduce_to_two(pair):
    p, q = pair
    two = dv.jensen_shannon_divergence(p, q)
    assert close(dv.jensen_shannon_divergence(p, q, weights=[0.5, 0.5]), two)
    assert close(dv.jensen_shannon_divergence(p, q, p, weights=[0.5, 0.5, 0.0]), two)
    assert close(dv.jensen_shannon_divergence(p, q, p, q), two)
    assert dv.jensen_shannon_divergence(p, q, weights=[1.0, 0.0]) == 0.0
