"""Logits known by their factors: those of the product, in blocks that memory does not grow with."""

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.methods.finite.logits.differentiable import blocks
from divergences.methods.finite.logits.differentiable.linear import narrow_product
from divergences.methods.finite.logits.linear import TOKENS
from divergences.testing.members import members
from divergences.testing.tolerance import ulps

ROWS, DEPTH, WIDTH = 2 * TOKENS + 88, 3, 23
MEMBERS = [m for m in members(joint=False, orders=(0.375,)) if m.arity < 3]


def factors(seed, rows=ROWS, depth=DEPTH, width=WIDTH):
    """Factors whose products are exact in single precision."""
    rng = np.random.default_rng(seed)
    return tuple(np.round(8.0 * rng.normal(size=s)) / 8.0 for s in ((rows, depth), (depth, width)))


def logits_of(hidden, matrix, bias=0.0, temperature=1.0, scale=1.0, softcap=None):
    z = scale * (hidden @ matrix) + bias
    z = z if softcap is None else softcap * np.tanh(z / softcap)
    return dv.Logits(z / temperature)


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_every_quantity_on_numpy(member):
    student, teacher = factors(1), factors(2, depth=5)
    options = {"bias": student[1][0], "temperature": 2.0, "scale": 0.5, "softcap": 3.0}
    sides = dv.LinearLogits(*teacher), dv.LinearLogits(*student, **options)
    plain = logits_of(*teacher), logits_of(*student, **options)
    if member.arity == 1:
        sides, plain = sides[1:], plain[1:]
    value = member.function(*sides)
    assert value.shape == (ROWS,)
    assert value == pytest.approx(member.function(*plain), rel=1e-10, abs=1e-14)
    if member.arity == 2:
        assert member.function(plain[0], sides[1]) == pytest.approx(value, rel=1e-10, abs=1e-14)


def test_values_and_gradients_are_those_of_the_product():
    (h, w), (g, u) = factors(1), factors(2, depth=5)
    arrays = [jnp.asarray(x, jnp.float32) for x in (h, w, w[0] / 4, g, u)]
    top = np.argsort(-(g @ u), axis=-1)[:, :4]

    def values(teacher, student):
        logs = jnp.take_along_axis(jax.nn.log_softmax(g @ u), top, axis=-1)
        known = dv.TopLogProbs(logs, top)
        return jnp.stack([dv.kl_divergence(teacher, student), dv.kl_divergence(known, student)])

    def ours(h, w, b, g, u, scale):
        return values(dv.LinearLogits(g, u), dv.LinearLogits(h, w, b, 2.0, scale, softcap=8.0))

    def plainly(h, w, b, g, u, scale):
        z = 8.0 * jnp.tanh((scale * (h @ w) + b) / 8.0)
        return values(dv.Logits(g @ u), dv.Logits(z, 2.0))

    found = []
    for function in (ours, plainly):
        gradient = jax.grad(
            lambda *x, function=function: (jnp.sum(v := function(*x)), v), (0, 1, 2, 5), True
        )
        with jax.default_matmul_precision("highest"):
            found.append(jax.jit(gradient)(*arrays, jnp.float32(0.5)))
    (slopes, value), (expected, truth) = found
    assert max(map(ulps, np.asarray(value[0]), np.asarray(truth[0], np.float64))) <= 4.0
    assert np.asarray(value[1]) == pytest.approx(np.asarray(truth[1]), rel=1e-5, abs=1e-6)
    for a, b in zip(slopes, expected, strict=True):
        # A sum over the tokens has as many roundings, of which most cancel.
        assert np.max(abs(a - b)) <= 1e-5 * np.max(abs(b))


@pytest.mark.parametrize("on_cpu", [True, False])
def test_sixteen_bits_add_up_in_single_precision(on_cpu, monkeypatch):
    # With `on_cpu` false products are of 16 bits, as on an accelerator.
    h, w = factors(1, width=WIDTH + on_cpu)
    narrow = [jnp.asarray(x, jnp.bfloat16) for x in (h, w)]
    z = jnp.asarray(np.random.default_rng(3).normal(size=(ROWS, w.shape[1])), jnp.float32)

    @jax.jit
    def slopes(h, w):
        return jax.grad(
            lambda h, w: jnp.sum(dv.kl_divergence(dv.Logits(z), dv.LinearLogits(h, w))), (0, 1)
        )(h, w)

    monkeypatch.setattr(blocks, "on_cpu", lambda: on_cpu)
    found = slopes(*narrow)
    monkeypatch.undo()
    q, p = (np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True) for x in (h @ w, np.float64(z)))
    for a, b in zip(found, ((q - p) @ w.T, h.T @ (q - p)), strict=True):
        assert a.dtype == jnp.bfloat16
        gap = abs(np.asarray(a, np.float64) - b)
        assert np.all(gap <= 2.0**-8 * abs(b) + 1e-5 * np.max(abs(b)))
    product = narrow_product(jnp.asarray(h, jnp.float32), narrow[1], jnp.zeros(w.shape))
    assert np.array_equal(product, h @ w)


def test_memory_is_that_of_the_matrix_and_two_blocks():
    rows, depth, width = 1024, TOKENS, 16384

    def loss(h, w, z):
        return jnp.sum(dv.kl_divergence(dv.Logits(z), dv.LinearLogits(h, w)))

    shapes = (rows, depth), (depth, width), (rows, width)
    arguments = [jax.ShapeDtypeStruct(s, jnp.float32) for s in shapes]
    compiled = jax.jit(jax.value_and_grad(loss, (0, 1))).lower(*arguments).compile()
    bound = 4 * (depth * width + 2 * TOKENS * width)
    inner = 8 * 4 * blocks.ON_CPU  # blocks in which a block's divergence is computed
    assert compiled.memory_analysis().temp_size_in_bytes <= bound + inner


def test_shapes_units_and_libraries():
    (h, w), (g, u) = factors(1, rows=6), factors(2, rows=1)
    value = dv.kl_divergence(dv.LinearLogits(g[0], u), dv.LinearLogits(h.reshape(2, 3, -1), w))
    plain = dv.kl_divergence(dv.Logits(g[0] @ u), dv.Logits(h @ w))
    assert value == pytest.approx(plain.reshape(2, 3), rel=1e-12)
    side = dv.LinearLogits(h, w)
    assert dv.entropy(side, base=2, keepdims=True).shape == (6, 1)
    assert dv.entropy(side, base=2) == pytest.approx(dv.entropy(dv.Logits(h @ w), base=2))
    assert isinstance(dv.entropy(dv.LinearLogits(h[0], w)), float)
    assert dv.entropy(dv.LinearLogits(np.float32(h), np.float32(w))).dtype == np.float32
    found = dv.entropy(dv.LinearLogits(strict.asarray(h), strict.asarray(w)))
    assert np.asarray(found) == pytest.approx(dv.entropy(side))
    masked = dv.LinearLogits(h, w, bias=np.where(np.arange(WIDTH) < 4, 0.0, -np.inf))
    assert dv.entropy(masked) == pytest.approx(dv.entropy(dv.Logits((h @ w)[:, :4])))
    arrays = dv.LinearLogits(jnp.asarray(h), jnp.asarray(w), scale=jnp.float32(1.0))
    assert len(jax.tree.leaves(arrays)) == 3


def test_what_is_refused():
    h, w = factors(1, rows=2)
    side, z = dv.LinearLogits(h, w), dv.Logits(h @ w)
    for call, error, words in (
        (lambda: dv.LinearLogits(h, w.T), ValueError, "a row of the matrix for each"),
        (lambda: dv.LinearLogits(h, w, bias=np.zeros(3)), ValueError, "one number for each"),
        (lambda: dv.LinearLogits(h, w, softcap=0.0), ValueError, "softcap is 0.0.*positive"),
        (lambda: dv.LinearLogits(h, w, scale="2"), TypeError, "scale is '2'"),
        (lambda: dv.LinearLogits(h, w, temperature=-1.0), ValueError, "temperature"),
        (lambda: dv.kl_divergence(side, z, axis=0), ValueError, "along the last axis"),
        (lambda: dv.kl_divergence(side, z, where=True), ValueError, "bias of -inf"),
        (lambda: dv.kl_divergence(side, dv.Logits(h)), ValueError, "different numbers of outcomes"),
        (lambda: dv.kl_divergence(side, np.ones(WIDTH) / WIDTH), TypeError, "q is ndarray"),
        (lambda: dv.kl_divergence(side, dv.Counts([1, 2])), TypeError, "different ways"),
        (lambda: dv.kl_divergence(dv.TopLogProbs([0.0], [99]), side), ValueError, "index 99"),
        (lambda: dv.renyi_entropy(side, [1.0, 2.0]), TypeError, "one number for LinearLogits"),
        (lambda: dv.mutual_information(side), TypeError, "does not say enough"),
        (lambda: dv.wasserstein_distance(side, side), TypeError, "needs them whole"),
    ):
        with pytest.raises(error, match=words):
            call()
