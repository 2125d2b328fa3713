"""States of sums as the carry of `jax.lax.scan`, and through `jax.jit`."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.states import SumState
from divergences.testing import oracle
from divergences.testing.tolerance import ulps
from tests.states.test_sums import QUANTITIES, ULPS, pairs

N, PARTS = 33, 3


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def scanned(state, *sides):
    """The state after chunks of the sides, all but the first of them in one scan."""
    chunks = [jnp.moveaxis(jnp.reshape(x, (*x.shape[:-1], PARTS, -1)), -2, 0) for x in sides]
    first, rest = [c[0] for c in chunks], [c[1:] for c in chunks]

    @jax.jit
    def run(state, rest):
        return jax.lax.scan(lambda s, chunk: (s.update(*chunk), None), state, rest)[0]

    return run(state.update(*first), rest)


@pytest.mark.parametrize("name", QUANTITIES)
def test_a_scan_is_as_accurate_as_whole_arrays(name):
    batch = [np.stack(x) for x in zip(*pairs(np.random.default_rng(1)), strict=True)]
    sides = batch[:1] if name == "entropy" else batch
    state = scanned(SumState(name), *sides)
    assert not state.needs_second_pass
    for value, *rows in zip(state.result(), *sides, strict=True):
        assert ulps(value, oracle.value(name, *map(dv.Weights, rows))) <= ULPS


def test_two_passes_reach_what_is_nearly_equal():
    rng = np.random.default_rng(2)
    p = rng.dirichlet(np.ones(N))
    q = p * (1.0 + 1e-10 * rng.standard_normal(N))
    q /= q.sum()
    first = scanned(SumState("hellinger_distance"), p, q)
    assert first.needs_second_pass
    value = scanned(first.second_pass(), p, q).result()
    exact = oracle.value("hellinger_distance", dv.Weights(p), dv.Weights(q))
    assert ulps(value, exact) <= ULPS


def test_states_of_jax_and_of_numpy_merge():
    p, q = np.random.default_rng(3).dirichlet(np.ones(N), 2)
    empty = SumState(dv.kl_divergence)
    update = jax.jit(lambda x, y: empty.update(x, y))
    traced, known = update(p[:20], q[:20]), empty.update(p[20:], q[20:])
    exact = oracle.value("kl_divergence", dv.Weights(p), dv.Weights(q))
    for state in (traced.merge(known), known.merge(traced)):
        assert ulps(state.result(), exact) <= ULPS
    again = SumState.from_dict(traced.to_dict()).merge(known)
    assert again.result() == traced.merge(known).result()


def test_weights_take_two_passes_here_too():
    p, q = 7.0 * np.random.default_rng(5).dirichlet(np.ones(N), 2)
    update = jax.jit(lambda state, x, y: state.update(dv.Weights(x), dv.Weights(y)))
    first = update(SumState("kl_divergence"), p, q)
    assert first.needs_second_pass
    value = update(first.second_pass(), p, q).result()
    assert ulps(value, oracle.value("kl_divergence", dv.Weights(p), dv.Weights(q))) <= ULPS


def test_constants_among_what_is_traced():
    p, q = np.random.default_rng(4).dirichlet(np.ones(N), 2)
    state = jax.jit(lambda x: SumState("kl_divergence").update(x, q))(p)
    assert ulps(state.result(), oracle.value("kl_divergence", dv.Weights(p), dv.Weights(q))) <= ULPS


def test_wrong_masses_are_noticed_in_the_end():
    p = np.full(4, 0.25)
    state = jax.jit(SumState("kl_divergence").update)(p, np.array([0.5, 0.75, -0.25, 0.0]))
    assert np.isnan(state.result())  # a negative one
    with pytest.raises(ValueError, match="q sums to 0\\.5"):
        jax.jit(SumState("kl_divergence").update)(p, p / 2).result()


def test_what_is_refused():
    p = np.full(4, 0.25)
    empty = SumState("entropy")
    with pytest.raises(TypeError, match=r"traced by JAX.*return it from"):
        jax.jit(lambda x: empty.update(x).result())(p)
    with jax.enable_x64(False), pytest.raises(TypeError, match="p is traced in single precision"):
        jax.jit(empty.update)(p)
    with pytest.raises(ValueError, match="do not agree"):
        jax.jit(lambda x: empty.update(x).update(jnp.stack([x, x, x])))(np.stack([p, p]))
