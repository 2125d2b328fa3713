"""Logits at a temperature: exactly z / T, for every quantity and on every library."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing import oracle
from divergences.testing.members import ORDERS, members
from divergences.testing.tolerance import ulps

EVERY = pytest.mark.parametrize("member", members(orders=ORDERS[:1]), ids=repr)
PAIRS = (dv.kl_divergence, dv.jensen_shannon_divergence, dv.total_variation_distance)


def drawn(member, dtype=np.float64):
    shape = (3, 2, 4) if member.joint else (3, 8)
    rng = np.random.default_rng(1)
    return [rng.normal(size=shape).astype(dtype) for _ in range(member.arity)]


@EVERY
@pytest.mark.parametrize("library", [np, jnp], ids=["numpy", "jax"])
def test_every_quantity_is_that_of_the_quotient(member, library):
    with jax.enable_x64(True):
        arrays = [library.asarray(x) for x in drawn(member)]
        for temperature in (0.05, 2.0, 3.0):
            value = member.function(*(dv.Logits(x, temperature) for x in arrays))
            expected = member.function(*(dv.Logits(x / temperature) for x in arrays))
            close = pytest.approx(np.asarray(expected), rel=1e-12, abs=1e-15)
            assert np.asarray(value) == close, temperature


@pytest.mark.parametrize("function", [*PAIRS, dv.entropy], ids=lambda f: f.__name__)
@pytest.mark.parametrize("apart", [1.0, 1e-5])
def test_quotients_are_not_rounded_in_single_precision(function, apart):
    rng = np.random.default_rng(2)
    a = (5.0 * rng.normal(size=33)).astype(np.float32)
    b = (a + apart * rng.normal(size=33)).astype(np.float32)
    temperature = float(np.float32(0.7))
    sides = [dv.Logits(x, temperature) for x in (a, b)][: 1 if function is dv.entropy else 2]
    value = function(*(dv.Logits(jnp.asarray(x.values), temperature) for x in sides))
    assert value.dtype == jnp.float32
    assert ulps(np.asarray(value), oracle.value(function, *sides)) <= 5.0


def test_temperatures_of_both_sides_may_differ():
    teacher, student = np.array([2.0, 0.0, -4.0]), np.array([1.0, 0.0, -2.0])
    for function in PAIRS:
        for library in (np, jnp):
            p, q = library.asarray(teacher), library.asarray(student)
            assert function(dv.Logits(p, 2.0), dv.Logits(q)) == 0.0
            assert function(dv.Logits(q), dv.Logits(p, temperature=2.0)) == 0.0
            assert function(dv.Logits(p, 4.0), dv.Logits(q)) > 0.0


def test_gradients_by_logits_and_by_the_temperature():
    rng = np.random.default_rng(3)
    with jax.enable_x64(True):
        a, b = jnp.asarray(rng.normal(size=(2, 5, 9)))

        def value(a, b, temperature):
            p, q = dv.Logits(a, temperature), dv.Logits(b, 2.0)
            return jnp.sum(dv.kl_divergence(p, q) + dv.entropy(p))

        def plain(a, b, temperature):
            x, y = jax.nn.log_softmax(a / temperature), jax.nn.log_softmax(b / 2.0)
            return jnp.sum(-jnp.exp(x) * y)

        found = jax.jit(jax.grad(value, (0, 1, 2)))(a, b, 1.5)
        expected = jax.grad(plain, (0, 1, 2))(a, b, 1.5)
    for got, true in zip(found, expected, strict=True):
        assert np.asarray(got) == pytest.approx(np.asarray(true), rel=1e-11, abs=1e-14)


def test_measures_with_a_temperature_are_arguments():
    z = jnp.array([0.5, 1.0, -2.0])
    expected = dv.entropy(dv.Logits(z / 2.0))
    number, array = dv.Logits(z, 2), dv.Logits(z, jnp.float32(2.0))
    assert len(jax.tree.leaves(number)) == 1
    assert len(jax.tree.leaves(array)) == 2
    for measure in (number, array):
        assert jax.jit(dv.entropy)(measure) == pytest.approx(float(expected), rel=1e-6)
    slopes = jax.grad(dv.entropy)(array)
    assert isinstance(slopes, dv.Logits)
    assert float(slopes.temperature) == pytest.approx(
        -float(jnp.vdot(slopes.values, z)) / 2.0, rel=1e-5
    )


def test_pairs_and_positions_keep_the_temperature():
    z = np.random.default_rng(4).normal(size=(3, 4))
    for library in (np, jnp):
        x = library.asarray(z)
        table = dv.pairwise("kl_divergence", dv.Logits(x, 2.0))
        expected = dv.pairwise("kl_divergence", dv.Logits(x / 2.0))
        assert np.asarray(table) == pytest.approx(np.asarray(expected), rel=1e-6, abs=1e-7)
    distance = dv.wasserstein_distance(
        dv.Logits(z[0], 2.0), dv.Logits(z[1], 2.0), positions=np.arange(4.0)
    )
    expected = dv.wasserstein_distance(
        dv.Logits(z[0] / 2.0), dv.Logits(z[1] / 2.0), positions=np.arange(4.0)
    )
    assert distance == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf, np.nan, 0])
def test_temperatures_that_are_not_positive_are_refused(bad):
    with pytest.raises(ValueError, match=r"temperature is .*positive, finite"):
        dv.Logits([0.0, 1.0], bad)


@pytest.mark.parametrize("bad", ["2", [1.0, 2.0], True, None, 1j])
def test_temperatures_that_are_no_number_are_refused(bad):
    with pytest.raises(TypeError, match=r"temperature is .*one positive number"):
        dv.Logits([0.0, 1.0], temperature=bad)
