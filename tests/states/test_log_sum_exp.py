"""Log-sum-exp and entropy of logits in parts: right to a few roundings for each rise of the top."""

import json
from functools import reduce

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.states import LogSumExpState
from divergences.testing import oracle
from divergences.testing.tolerance import ulps

# Three roundings of each exponential and its factor, those of log1p and the quotient, and one for
# each rise of the greatest logit, of which random chunks have two or three.
ULPS = 6.0


def exact_lse(z):
    with mpmath.workdps(60):
        return mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(float(x))) for x in z))


@pytest.mark.parametrize("scale", [0.01, 1.0, 40.0])
def test_any_order_is_right_to_a_few_units(scale):
    rng = np.random.default_rng(6)
    z = scale * rng.standard_normal(60)
    states = [LogSumExpState().update(z[i : i + 7]) for i in range(0, 60, 7)]
    for order in (range(9), rng.permutation(9), np.argsort([s.result() for s in states])):
        state = reduce(LogSumExpState.merge, (states[i] for i in order), LogSumExpState())
        # The sum of the top and a logarithm: as accurate as the greater of the two.
        error = abs(float(state.result() - exact_lse(z)))
        assert error <= 4.0 * np.spacing(max(abs(z.max()), np.log(60.0)))
        assert ulps(state.entropy(), oracle.value("entropy", dv.Logits(z))) <= ULPS


def test_certain_softmaxes_keep_their_digits():
    z = np.array([0.0, -40.0, -300.0, -np.inf, 700.0])
    state = LogSumExpState().update(z[:2]).update(z[2:3]).update(z[3:])
    assert ulps(state.entropy(), oracle.value("entropy", dv.Logits(z))) <= ULPS


def test_batches_json_and_temperature():
    rng = np.random.default_rng(7)
    z = rng.standard_normal((3, 20))
    left = LogSumExpState().update(dv.Logits(z[:, :9], temperature=2.0))
    again = LogSumExpState.from_dict(json.loads(json.dumps(left.to_dict())))
    state = again.update(z[:, 9:] / 2.0)
    assert state.entropy(base=2) == pytest.approx(
        dv.entropy(dv.Logits(z, temperature=2.0), base=2), rel=1e-14
    )
    p = np.exp(z / 2.0 - state.result()[:, None])
    found = dv.states.SumState("entropy").update(p[:, :5]).update(p[:, 5:])
    assert found.result() == pytest.approx(state.entropy(), rel=1e-13)


def scanned(chunks):
    """Return the state of chunks that a loop of JAX reads."""

    def step(state, chunk):
        return state.update(chunk), None

    return jax.lax.scan(step, LogSumExpState().update(chunks[0]), chunks[1:])[0]


def test_the_carry_of_a_scan():
    chunks = 5.0 * np.random.default_rng(8).standard_normal((6, 3, 50))
    rows = np.moveaxis(chunks, 0, 1).reshape(3, -1)
    state = jax.jit(scanned)(jnp.asarray(chunks, jnp.float32))
    assert state.result().dtype == jnp.float32
    single = np.float32(rows)
    for row, total, entropy in zip(single, state.result(), state.entropy(), strict=True):
        error = abs(float(float(total) - exact_lse(row)))
        assert error <= 4.0 * np.spacing(np.float32(row.max()))
        exact = oracle.value("entropy", dv.Logits(np.float64(row)))
        assert ulps(np.float32(entropy), exact) <= ULPS
    # A state of the one library merges with one of the other.
    both = LogSumExpState().update(chunks[0]).merge(scanned(jnp.asarray(chunks[1:], jnp.float32)))
    np.testing.assert_allclose(both.result(), state.result(), rtol=1e-6)


def test_gradients_are_those_of_whole_rows():
    with jax.enable_x64(True):
        chunks = jnp.asarray(3.0 * np.random.default_rng(9).standard_normal((4, 2, 30)))

        def rows(z):
            return jnp.moveaxis(z, 0, 1).reshape(2, -1)

        pairs = [
            (lambda z: scanned(z).result(), lambda z: jax.nn.logsumexp(rows(z), axis=-1)),
            (lambda z: scanned(z).entropy(), lambda z: dv.entropy(dv.Logits(rows(z)))),
        ]
        for of_state, of_rows in pairs:
            found, expected = (
                jax.jit(jax.grad(lambda z, f=f: jnp.sum(f(z))))(chunks) for f in (of_state, of_rows)
            )
            # A share of a few roundings, times the range of its logarithm.
            np.testing.assert_allclose(found, expected, rtol=0, atol=64 * 2.0**-53)


def test_boundary_and_refusals():
    empty = LogSumExpState()
    nothing = empty.update([-np.inf, -np.inf])
    assert nothing.result() == -np.inf
    assert np.isnan(nothing.entropy())
    assert nothing.merge(empty.update([1.0])).result() == 1.0
    assert empty.update([1.0]).update([]).entropy() == 0.0
    with pytest.raises(ValueError, match=r"contains \+inf"):
        empty.update([np.inf])
    with pytest.raises(ValueError, match="no logits"):
        empty.result()
    with pytest.raises(ValueError, match="all chunks have one batch"):
        empty.update([1.0]).update([[1.0], [2.0]])
    with pytest.raises(TypeError, match="merge with their like"):
        empty.merge(dv.states.CountState())
