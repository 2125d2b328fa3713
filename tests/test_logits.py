"""Logits of vocabularies under JAX: accuracy, edges, and memory that does not grow with rows.

The truth is NumPy's result in double precision, itself right to four units there.
"""

from functools import partial

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest

import divergences as dv
from divergences.methods.finite.logits.differentiable import blocks
from divergences.testing.tolerance import ulps

PAIRS = (
    dv.kl_divergence,
    dv.jensen_shannon_divergence,
    dv.total_variation_distance,
    dv.hellinger_distance,
    dv.jeffreys_divergence,
)
EVERY = pytest.mark.parametrize("function", [*PAIRS, dv.entropy], ids=lambda f: f.__name__)
PAIR = pytest.mark.parametrize("function", PAIRS, ids=lambda f: f.__name__)
WIDTH = 9001  # outcomes: long enough to be summed by XLA, of no round number
BOUND = {dv.jeffreys_divergence: 5.0, dv.jensen_shannon_divergence: 5.0}


def of(function, *logits):
    """The function of arrays of logits."""
    return function(*map(dv.Logits, logits))


def sides(function, *arrays):
    return arrays[:1] if function is dv.entropy else arrays


def drawn(rows, width, apart=1.0, dtype=np.float32, seed=0):
    """Logits of teachers and of students that are so far apart."""
    rng = np.random.default_rng(seed)
    a = 3.0 * rng.normal(size=(rows, width))
    return a.astype(dtype), (a + apart * rng.normal(size=a.shape)).astype(dtype)


def both(function, *arrays):
    """Values, and the gradients of their sum by each side."""

    def total(*xs):
        values = of(function, *xs)
        return jnp.sum(values), values

    slopes = jax.grad(total, tuple(range(len(arrays))), has_aux=True)
    found, values = jax.jit(slopes)(*map(jnp.asarray, arrays))
    return np.asarray(values), [np.asarray(x) for x in found]


def exact(function, *arrays):
    """The same in double precision; gradients by JAX, whose rule has tests of its own."""
    wide = [np.asarray(x, np.float64) for x in arrays]
    with jax.enable_x64(True):
        return of(function, *wide), both(function, *wide)[1]


@EVERY
@pytest.mark.parametrize("apart", [1.0, 1e-3, 1e-5])
def test_single_precision(function, apart):
    arrays = sides(function, *drawn(3, WIDTH, apart))
    (values, slopes), (truth, gradients) = both(function, *arrays), exact(function, *arrays)
    assert values.dtype == np.float32
    for value, expected in zip(values, truth, strict=True):
        assert ulps(value, expected) <= BOUND.get(function, 4.0)
    for slope, expected in zip(slopes, gradients, strict=True):
        gap = np.max(abs(slope - expected), axis=-1)
        assert np.all(gap <= 3e-6 * np.max(abs(expected), axis=-1))


@PAIR
@pytest.mark.parametrize("dtype", [np.float32, np.float16, ml_dtypes.bfloat16])
def test_identical_logits(function, dtype):
    a, _ = drawn(3, WIDTH, dtype=dtype)
    values, slopes = both(function, a, a)
    assert np.array_equal(values, np.zeros(3))
    for slope in slopes:
        assert np.array_equal(slope.astype(np.float32), np.zeros(a.shape))
    shifted = (np.round(a * 8) / 8 + 4).astype(np.float32)
    assert np.array_equal(of(function, jnp.asarray(shifted), jnp.asarray(shifted - 2)), np.zeros(3))


@EVERY
@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_sixteen_bits(function, dtype):
    arrays = sides(function, *drawn(4, WIDTH, dtype=dtype))
    (values, slopes), (truth, gradients) = both(function, *arrays), exact(function, *arrays)
    assert values.dtype == np.float32
    unit = float(ml_dtypes.finfo(dtype).eps)
    least = float(ml_dtypes.finfo(dtype).smallest_subnormal)
    for value, expected in zip(values, truth, strict=True):
        assert ulps(value, expected) <= BOUND.get(function, 4.0)
    for slope, expected in zip(slopes, gradients, strict=True):
        assert slope.dtype == dtype
        gap = abs(slope.astype(np.float64) - expected)
        scale = np.max(abs(expected), axis=-1, keepdims=True)
        assert np.all(gap <= 0.5 * unit * abs(expected) + 3e-6 * scale + least)


@pytest.mark.parametrize(
    ("function", "rows", "size", "dtype"),
    [
        (dv.kl_divergence, 7, 3, np.float32),
        (dv.kl_divergence, 6, 2, ml_dtypes.bfloat16),
        (dv.jensen_shannon_divergence, 18, 17, np.float32),
        (dv.jensen_shannon_divergence, 5, 1, np.float16),
        (dv.entropy, 7, 3, ml_dtypes.bfloat16),
        (dv.entropy, 5, 1, np.float32),
    ],
)
def test_blocks_of_rows_are_the_rows(function, rows, size, dtype, monkeypatch):
    width = 40 + rows + size  # a shape of this test alone, so that it is traced with these blocks
    arrays = sides(function, *drawn(rows, width, dtype=dtype))
    monkeypatch.setattr(blocks, "ON_CPU", size * width + 1)
    values, slopes = both(function, *arrays)
    monkeypatch.undo()
    jax.clear_caches()
    expected, gradients = both(function, *arrays)
    assert values == pytest.approx(expected, rel=5e-7)
    for slope, x in zip(slopes, gradients, strict=True):
        scale = float(np.max(abs(x.astype(np.float64))))
        unit = float(ml_dtypes.finfo(dtype).eps)
        assert np.max(abs(slope.astype(np.float64) - x.astype(np.float64))) <= unit * scale


def test_a_single_row_meets_every_row_of_the_other(monkeypatch):
    monkeypatch.setattr(blocks, "ON_CPU", 3 * 91)
    teacher, students = drawn(6, 91)
    values, (by_teacher, by_students) = both(
        dv.kl_divergence, teacher[0], students.reshape(2, 3, 91)
    )
    monkeypatch.undo()
    repeated = np.broadcast_to(teacher[0], students.shape)
    expected, (first, second) = both(dv.kl_divergence, repeated, students)
    assert values.shape == (2, 3)
    assert values.ravel() == pytest.approx(expected, rel=5e-7)
    assert by_teacher == pytest.approx(first.sum(axis=0), abs=1e-6)
    assert by_students.reshape(6, 91) == pytest.approx(second, abs=1e-7)


def memory(function, rows, width, dtype):
    """Bytes that value and gradient take beside inputs and outputs."""
    arguments = tuple(range(1 if function is dv.entropy else 2))
    slopes = jax.value_and_grad(lambda *x: jnp.sum(of(function, *x)), arguments)
    shapes = [jax.ShapeDtypeStruct((rows, width), dtype)] * len(arguments)
    compiled = jax.jit(slopes).lower(*shapes).compile()
    return compiled.memory_analysis().temp_size_in_bytes


@pytest.mark.parametrize(
    "function",
    [dv.kl_divergence, dv.jensen_shannon_divergence, dv.entropy],
    ids=lambda f: f.__name__,
)
def test_memory_does_not_grow_with_rows(function):
    width, block = 32768, 4 * blocks.ON_CPU
    some, more = (memory(function, rows, width, jnp.float32) for rows in (32, 128))
    # Statistics of rows are kept: some numbers each.
    assert more - some <= 96 * 64
    # The formula of a divergence by log_softmax keeps three arrays of the size of the inputs.
    assert some <= 16 * block


def test_second_derivatives_go_through_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "ON_CPU", 2 * 13)
    rng = np.random.default_rng(3)
    a, v = rng.normal(size=(2, 4, 13))

    def value(b, x=a):
        return jnp.sum(dv.kl_divergence(dv.Logits(jnp.asarray(x)), dv.Logits(b)))

    with jax.enable_x64(True):
        b = jnp.asarray(a + rng.normal(size=a.shape))
        _, change = jax.jvp(jax.jit(jax.grad(value)), (b,), (jnp.asarray(v),))
        q = np.asarray(jax.nn.softmax(b))
    # The Hessian by the logits of Q is diag(q) - q q^T.
    expected = q * (v - np.sum(q * v, axis=-1, keepdims=True))
    assert np.asarray(change) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@EVERY
@pytest.mark.parametrize("mask", [-np.inf, np.finfo(np.float32).min, -1e4, -1e9])
def test_masks_and_sharp_logits(function, mask):
    a, b = drawn(6, 301)
    a[1:4, 7:60] = mask
    b[1:3, 7:60] = mask
    b[4, 100:] = mask
    a[5], b[5] = 1000.0 * a[5], 1000.0 * b[5]
    arrays = sides(function, a, b)
    values, slopes = both(function, *arrays)
    truth = exact(function, *arrays)[0]
    for value, expected in zip(values, truth, strict=True):
        assert value == np.inf if expected > 3e38 else ulps(value, expected) <= 8.0 or value < 1e-37
    for slope in slopes:
        assert not np.isnan(slope).any()
    eager = of(function, *map(jnp.asarray, arrays))
    # XLA may contract products and sums in one program and not in the other.
    assert values == pytest.approx(np.asarray(eager), rel=2.5e-7)


def test_padding_has_no_gradient_in_sixteen_bits():
    a, b = drawn(4, 77, dtype=ml_dtypes.bfloat16)
    a[2] = -np.inf
    keep = jnp.array([True, True, False, True])

    def loss(*x, function=dv.kl_divergence):
        return jnp.sum(jnp.where(keep, of(function, *x), 0.0))

    for function, arrays in ((dv.kl_divergence, (a, b)), (dv.entropy, (a,))):
        assert np.isnan(of(function, *map(jnp.asarray, arrays))[2])
        slopes = jax.grad(partial(loss, function=function), tuple(range(len(arrays))))
        for slope in slopes(*map(jnp.asarray, arrays)):
            slope = np.asarray(slope, np.float32)
            assert np.array_equal(slope[2], np.zeros(77))
            assert np.all(np.isfinite(slope))
            assert np.any(slope[3])


def test_where_and_several_axes():
    a, b = drawn(4, 96)
    where = np.random.default_rng(5).random(96) < 0.7
    value = dv.kl_divergence(dv.Logits(jnp.asarray(a)), dv.Logits(jnp.asarray(b)), where=where)
    expected = dv.kl_divergence(dv.Logits(a[:, where]), dv.Logits(b[:, where]))
    assert np.asarray(value) == pytest.approx(expected, rel=5e-7)
    x, y = (jnp.asarray(z).reshape(2, 2, 8, 12).transpose(2, 0, 3, 1) for z in (a, b))
    value = dv.entropy(dv.Logits(x), axis=(0, 2), keepdims=True)
    assert value.shape == (1, 2, 1, 2)
    assert np.asarray(value).ravel() == pytest.approx(dv.entropy(dv.Logits(a)), rel=5e-7)
    value = dv.kl_divergence(dv.Logits(x), dv.Logits(y), axis=(0, 2), base=2)
    expected = dv.kl_divergence(dv.Logits(a), dv.Logits(b), base=2)
    assert np.asarray(value).ravel() == pytest.approx(expected, rel=5e-7)


@pytest.mark.parametrize("dtype", [np.float32, ml_dtypes.bfloat16])
def test_blocks_of_an_accelerator(dtype, monkeypatch):
    width = 9001 + np.dtype(dtype).itemsize  # a shape of this test alone
    monkeypatch.setattr(blocks, "on_cpu", lambda: False)
    monkeypatch.setattr(blocks, "ON_ACCELERATOR", 2 * width)
    arrays = drawn(5, width, dtype=dtype)
    values, slopes = both(dv.kl_divergence, *arrays)
    monkeypatch.undo()
    jax.clear_caches()
    truth, gradients = exact(dv.kl_divergence, *arrays)
    for value, expected in zip(values, truth, strict=True):
        assert ulps(value, expected) <= 4.0
    for slope, expected in zip(slopes, gradients, strict=True):
        assert slope.dtype == dtype
        unit = float(ml_dtypes.finfo(dtype).eps)
        gap = np.max(abs(slope.astype(np.float64) - expected))
        assert gap <= (0.5 * unit + 3e-6) * np.max(abs(expected))
