"""JAX: constants among what is traced, measures as arguments, strict promotion."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.numerics.differentiable import Slopes, library
from divergences.numerics.floats.jvp_rules import scale_tangent
from divergences.testing.members import ORDERS, members

WRAPPERS = (lambda x: x, dv.Weights, dv.LogProbs, dv.Logits)
P = jnp.array([0.25, 0.5, 0.25], jnp.float32)
Q = jnp.array([0.5, 0.0, 0.5], jnp.float32)  # a teacher may be certain that an outcome is not


def value_of(wrap, x):
    """The distribution x as a measure of a kind."""
    return wrap(jnp.log(x)) if wrap in (dv.LogProbs, dv.Logits) else wrap(x)


@pytest.mark.parametrize("wrap", WRAPPERS, ids=["pmf", "weights", "log-probabilities", "logits"])
def test_constants_of_any_kind_meet_what_is_traced(wrap):
    constant = value_of(wrap, Q)

    @jax.jit
    @jax.value_and_grad
    def from_teacher(logits):
        student = dv.Logits(logits)
        return (
            dv.kl_divergence(constant, student)
            + dv.cross_entropy(constant, student)
            + dv.jensen_shannon_divergence(student, constant, weights=jnp.array([0.5, 0.5]))
            + dv.generalized_jensen_shannon_divergence(constant, student, jnp.array(0.25))
        )

    value, gradient = from_teacher(jnp.log(P))
    q, p = np.asarray(Q, float), np.asarray(P, float)
    m, n = 0.5 * (p + q), 0.25 * q + 0.75 * p

    def kl(a, b):
        some = a > 0
        return np.sum(a[some] * np.log(a[some] / b[some]))

    ce = -np.sum(q * np.log(p))
    js, gjs = 0.5 * (kl(p, m) + kl(q, m)), 0.25 * kl(q, n) + 0.75 * kl(p, n)
    assert float(value) == pytest.approx(kl(q, p) + ce + js + gjs, rel=1e-6)
    slopes = 0.5 * np.log(p / m) + 0.75 * np.log(p / n)
    expected = 2.0 * (p - q) + p * (slopes - np.sum(p * slopes))
    assert np.asarray(gradient) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_constant_distributions_by_formula_and_points():
    location, scale = jnp.array(0.0), jnp.array(1.0)
    points = jnp.array([0.5, 0.25, 0.25])

    @jax.jit
    def both(x):
        constant = dv.Normal(location, scale)
        return (
            dv.kl_divergence(dv.Normal(x, scale), constant).value,
            dv.wasserstein_distance(points, jnp.array([0.125, 0.5, 0.25])) + 0.0 * x,
        )

    kl, distance = both(2.0)
    assert float(kl) == pytest.approx(2.0)
    assert float(distance) == pytest.approx(0.125 / 3.0)


def test_slopes_that_are_constant_and_not_finite_leave_zero_tangents_alone():
    slope = jnp.array([2.0, jnp.inf, -jnp.inf, jnp.nan])
    product = jax.jit(lambda x: scale_tangent(slope, x, jnp))
    assert np.array_equal(product(jnp.zeros(4)), np.zeros(4))
    expected = [-2e-30, -np.inf, np.inf, np.nan]
    assert np.asarray(product(jnp.full(4, -1e-30))) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("kind", [dv.Weights, dv.LogProbs, dv.Logits])
def test_measures_are_arguments_of_transformed_functions(kind):
    rows = jnp.stack([P, P[::-1]])
    measure = value_of(kind, rows)
    expected = dv.entropy(measure)
    assert isinstance(jax.jit(lambda x: x)(measure), kind)
    assert np.asarray(jax.jit(dv.entropy)(measure)) == pytest.approx(np.asarray(expected))
    assert np.asarray(jax.vmap(dv.entropy)(measure)) == pytest.approx(np.asarray(expected))
    gradient = jax.grad(lambda x: jnp.sum(dv.entropy(x)))(measure)
    assert isinstance(gradient, kind)
    by_values = jax.grad(lambda x: jnp.sum(dv.entropy(kind(x))))(measure.values)
    assert np.array_equal(gradient.values, by_values)
    assert len(jax.tree.leaves(kind(np.asarray(P)))) == 1


def test_rules_are_asked_only_for_what_moves():
    asked = []

    def rule(needed, x, y):
        asked.append(needed)
        slopes = [other if need else None for other, need in zip((y, x), needed, strict=True)]
        return Slopes(jnp.ones(()), slopes)

    product = library(jnp).differentiable(lambda x, y: jnp.sum(x * y), rule)
    assert np.array_equal(jax.grad(product)(P, Q), Q)
    assert np.array_equal(jax.jit(jax.grad(product, argnums=1))(P, Q), P)
    assert np.array_equal(jax.grad(lambda x: product(x, x))(P), 2 * P)
    assert asked == [(True, False), (False, True), (True, True)]


def test_strict_promotion_of_ranks_and_dtypes():
    rows = jnp.stack([P, P[::-1]])
    joint = rows[:, :, None] * jnp.array([0.25, 0.75], jnp.float32)
    with jax.numpy_rank_promotion("raise"), jax.numpy_dtype_promotion("strict"):
        for member in members(orders=ORDERS[:1]):
            sides = [joint if member.joint else rows] * member.arity
            for wrap in (lambda x: x, dv.Logits):
                value = jax.eval_shape(
                    jax.grad(lambda *x, f=member.function, w=wrap: jnp.sum(f(*map(w, x)))), *sides
                )
                assert value.shape == sides[0].shape
        x, y = jnp.array([0.5, 2.0, 1.0]), jnp.array([0.25, 3.0, 1.5])
        for function in (
            lambda: dv.jensen_shannon_divergence(rows, rows, rows, weights=P),
            lambda: dv.generalized_jensen_shannon_divergence(rows, rows, jnp.array([0.25, 0.75])),
            lambda: dv.renyi_divergence(rows, rows, jnp.array([0.5, 2.0])),
            lambda: dv.renyi_entropy(dv.Logits(rows), jnp.array([0.5, 2.0])),
            lambda: dv.wasserstein_distance(x, y),
            lambda: dv.wasserstein_distance(P, Q, positions=jnp.arange(3.0)),
            lambda: dv.energy_distance(x, y),
            lambda: dv.maximum_mean_discrepancy(x, y),
            lambda: dv.pairwise("kl_divergence", rows),
            lambda: dv.entropy(dv.Normal(x, y)).value,
        ):
            jax.eval_shape(function)
