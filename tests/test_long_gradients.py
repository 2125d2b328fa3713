"""Gradients under JAX of distributions with as many outcomes as a vocabulary has words.

Outcomes come in few kinds, so that the truth is the gradient of a distribution with one outcome of
each kind, which the oracle knows. Each kind is split into `copies` equal outcomes: divergences stay
as they are, entropies become those of an independent uniform variable more.
"""

import os
from itertools import product
from math import fsum

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.numerics.floats import sums
from divergences.testing import oracle
from divergences.testing.members import ORDERS, members

ULPS = 8.0
EPS = 2.0**-52
LENGTHS = (65_536, 151_936, 262_144)
MEASURES = {"probabilities": lambda x: x, "logits": dv.Logits}
MEMBERS = members(orders=ORDERS[:1])
# Each member meets one length and one measure; every pair of these meets members of every rule.
# The profile `deep` has them all, which takes some minutes.
SPREAD = [(member, list(MEASURES)[i // 3 % 2], LENGTHS[i % 3]) for i, member in enumerate(MEMBERS)]
ALL = list(product(MEMBERS, MEASURES, LENGTHS))
CASES = ALL if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else SPREAD


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def drawn(member, measure, length):
    """Kinds of outcomes, one array for each argument, and the kind of every outcome."""
    rng = np.random.default_rng(11)
    shape = (4, 2) if member.joint else (8,)
    copies = length // 8
    kinds = [rng.dirichlet(np.ones(8)).reshape(shape) / copies for _ in range(member.arity)]
    if measure == "logits":
        kinds = [np.log(x) + 3.0 for x in kinds]
    return kinds, rng.permutation(np.repeat(np.arange(shape[0]), copies))


def factor(member, copies):
    """By how much the gradient of few outcomes differs from that of their copies."""
    order = getattr(member.functional, "order", None)
    gain = {"perplexity": copies, "tsallis_entropy": copies ** (1.0 - (order or 0.0))}
    return gain.get(member.name, 1.0) / copies


def assert_gradients(member, measure, kinds, which, gradients):
    copies = len(which) // len(kinds[0])
    measures = [MEASURES[measure](x) for x in kinds]
    exact = oracle.gradient(member.functional, *measures)
    value = float(oracle.value(member.functional, *measures))
    for got, true, x in zip(gradients, exact, kinds, strict=True):
        unit = factor(member, copies)
        expected = np.array([float(t) for t in true]).reshape(x.shape)
        mean = value / np.sum(x) if measure == "probabilities" else value
        scale = unit * (np.max(abs(expected)) + mean)
        if (member.name, measure) == ("cross_entropy", "logits"):
            scale += unit  # q - p, of masses that are each rounded
        gap = np.max(abs(np.asarray(got) - unit * expected[which]))
        assert gap <= ULPS * EPS * scale, (measure, len(which), gap / (EPS * scale))


@pytest.mark.parametrize(("member", "measure", "length"), CASES, ids=repr)
def test_gradients_of_many_outcomes(member, measure, length):
    def value(*xs):
        return member.function(*map(MEASURES[measure], xs))

    kinds, which = drawn(member, measure, length)
    gradients = jax.jit(jax.grad(value, tuple(range(member.arity))))
    found = gradients(*(jnp.asarray(x[which]) for x in kinds))
    assert_gradients(member, measure, kinds, which, found)


@pytest.mark.parametrize("length", [1, 511, 513, *LENGTHS])
def test_linear_sums_are_linear_and_accurate(length):
    x = np.random.default_rng(12).normal(size=length) + 1.0
    total, pull = jax.vjp(lambda x: sums.linear_sum(x, jnp), jnp.asarray(x))
    assert abs(float(total) - fsum(x)) <= 64 * EPS * fsum(abs(x))
    assert np.array_equal(pull(jnp.asarray(2.0))[0], np.full(length, 2.0))
