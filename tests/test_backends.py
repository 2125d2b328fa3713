"""One result on every array library, dtype and memory layout."""

import array_api_strict as strict
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest

import divergences as dv
from divergences.testing.members import ORDERS, members
from divergences.testing.regions import JOINT_REGIONS, REGIONS, unit
from tests.together import MEASURES, value_under_jax, vectorised_value_under_jax

ONE = ORDERS[:1]  # how arrays are taken has nothing to do with the order
EVERY = pytest.mark.parametrize("member", members(orders=ONE), ids=repr)
MARGINAL = pytest.mark.parametrize("member", members(joint=False, orders=ONE), ids=repr)
KINDS = pytest.mark.parametrize("kind", MEASURES)
# Each library's result is right to 4 units in the last place.
ULPS = 8


def batch(member, kind, rows=8, n=5):
    """A row of masses or logits from each of several regions, for each argument of the member."""
    rng = np.random.default_rng(0)
    if member.joint:
        ps = [np.stack([JOINT_REGIONS["dependent"](rng, (2, n)) for _ in range(rows)])]
    else:
        names = ("generic", "with_zeros", "zeros_in_p", "close", "near_uniform", "disjoint")
        drawn = [REGIONS[names[i % len(names)]](rng, n) for i in range(rows)]
        ps = [np.stack(side) for side in zip(*drawn, strict=True)][: member.arity]
    with np.errstate(divide="ignore"):
        return [np.log(p) + 1.5 if kind == "logits" else p for p in ps]


def assert_same(a, b, dtype=np.float64, ulps=ULPS):
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape
    finite = np.isfinite(b)
    assert np.array_equal(a[~finite], b[~finite], equal_nan=True)
    spacing = np.spacing(abs(b[finite]).astype(dtype)).astype(np.float64)
    assert np.all(abs(a[finite].astype(np.float64) - b[finite]) <= ulps * spacing)


def value_of(member, kind, arrays, **keywords):
    return member.function(*map(MEASURES[kind], arrays), **keywords)


# --- libraries ------------------------------------------------------------------------------------


@KINDS
@EVERY
def test_strict_array_namespace(member, kind):
    arrays = batch(member, kind)
    result = member.function(*(MEASURES[kind](strict.asarray(x)) for x in arrays))
    assert result.__array_namespace__() is strict
    assert result.dtype == strict.float64
    assert_same(result, value_of(member, kind, arrays))
    single = [x.astype(np.float32) for x in arrays]
    result = member.function(*(MEASURES[kind](strict.asarray(x)) for x in single))
    assert result.dtype == strict.float32


@pytest.mark.parametrize("kind", ["probabilities", "logits"])
@EVERY
def test_jax_compiles_and_vectorises(member, kind):
    # Batches as they are: test_accuracy compares those with the oracle, in both precisions.
    arrays = batch(member, kind)
    expected = value_of(member, kind, arrays)
    with jax.enable_x64(True):
        xs = [jnp.asarray(x) for x in arrays]
        result = vectorised_value_under_jax(member, kind, xs)
    assert result.dtype == jnp.float64
    assert_same(result, expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", ["probabilities", "logits"])
@pytest.mark.parametrize("member", members(joint=True), ids=repr)
def test_jax_takes_batches_of_joint_distributions(member, kind, dtype):
    # The floats are those that the precision holds; NumPy computes with more and rounds once.
    arrays = [x.astype(dtype) for x in batch(member, kind)]
    expected = value_of(member, kind, arrays)
    with jax.enable_x64(dtype == np.float64):
        result = member.function(*(MEASURES[kind](jnp.asarray(x)) for x in arrays))
    assert result.dtype == dtype
    assert_same(result, expected, dtype)


@MARGINAL
def test_numpy_and_jax_arrays_mix(member):
    p = np.full((2, 4), 0.25, np.float32)  # of the shape of the next test, which then compiles less
    result = member.function(*[p, jnp.asarray(p)][: member.arity])
    assert isinstance(result, jax.Array) == (member.arity == 2)


# --- dtypes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@EVERY
def test_dtype_out_is_dtype_in_and_at_least_single(member, dtype):
    # Eighths, so that every dtype holds them and their sums.
    eighths = [
        np.array([[1, 4, 1, 2], [2, 2, 2, 2]]) / 8,
        np.array([[2, 2, 3, 1], [0, 4, 2, 2]]) / 8,
    ]
    ps = [x[..., None] if member.joint else x for x in eighths][: member.arity]
    exact = member.function(*ps)
    wanted = dtype if dtype == "float64" else "float32"
    result = member.function(*(x.astype(dtype) for x in ps))
    assert result.dtype == wanted
    assert np.array_equal(result, exact.astype(wanted))  # computed in double, rounded once
    with jax.enable_x64(dtype == "float64"):
        result = member.function(*(jnp.asarray(x, dtype) for x in ps))
        assert result.dtype == wanted
    info = np.finfo(wanted)
    gap = abs(np.asarray(result, np.float64)[np.isfinite(exact)] - exact[np.isfinite(exact)])
    assert np.all(gap <= 4 * float(info.eps) * abs(exact[np.isfinite(exact)]))


@MARGINAL
def test_narrow_dtypes_accumulate_in_wider_ones(member):
    # In bfloat16 a running sum of ones sticks at 256.
    ones = jnp.ones((1000,), jnp.bfloat16)
    result = value_under_jax(member, "weights", [ones] * member.arity)
    expected = member.function(*[dv.Weights(np.ones(1000))] * member.arity)
    assert result.dtype == jnp.float32
    assert_same(result, expected, np.float32, 4)


def test_numpy_arrays_of_bfloat16():
    p, q = (np.array(x, ml_dtypes.bfloat16) for x in ([0.3, 0.2, 0.5], [0.6, 0.15, 0.25]))
    wide = [x.astype(np.float64) for x in (p, q)]
    for kind in (dv.Weights, dv.Logits):
        result = dv.kl_divergence(kind(p), kind(q))
        assert result == np.float32(dv.kl_divergence(*map(kind, wide)))
    # Plain probabilities have totals of one as far as three digits tell.
    assert abs(float(wide[0].sum()) - 1.0) > 5e-4
    assert dv.kl_divergence(p, q) == np.float32(dv.kl_divergence(*map(dv.Weights, wide)))
    eight = dv.entropy(dv.Logits(np.array([0.0, 1.0], ml_dtypes.float8_e4m3fn)))
    assert eight == np.float32(dv.entropy(dv.Logits([0.0, 1.0])))


def test_a_loss_of_bfloat16_logits_is_single_and_its_gradient_narrow():
    a, b = (jnp.array(x, jnp.bfloat16) for x in ([0.3, -1.25, 2.0], [0.5, -1.0, 1.5]))
    value, slope = jax.value_and_grad(lambda a: dv.kl_divergence(dv.Logits(a), dv.Logits(b)))(a)
    exact = dv.kl_divergence(*(dv.Logits(np.asarray(x, np.float64)) for x in (a, b)))
    assert value.dtype == jnp.float32
    assert slope.dtype == jnp.bfloat16
    assert_same(value, exact, np.float32, 4)


@MARGINAL
def test_lists_integers_and_booleans(member):
    p, q = [0.25, 0.75], [0.5, 0.5]
    expected = member.function(*[np.array(p), np.array(q)][: member.arity])
    assert isinstance(expected, np.float64)
    assert member.function(*[p, tuple(q)][: member.arity]) == expected
    weights = [dv.Weights([1, 3]), dv.Weights(np.array([7, 7], np.uint8))][: member.arity]
    assert_same(member.function(*weights), expected, ulps=4)
    certain = [[[0.0, 0.0, 0.0, 1.0]] * 2, [[1.0, 0.0, 0.0, 0.0]] * 2][: member.arity]
    for convert in (lambda x: np.array(x, bool), lambda x: np.array(x, np.int64), jnp.asarray):
        result = member.function(*map(convert, certain))
        assert np.asarray(result) == pytest.approx(member.function(*certain), rel=1e-6)


# --- shapes ---------------------------------------------------------------------------------------


@MARGINAL
def test_axes(member):
    rng = np.random.default_rng(1)
    ps = [rng.dirichlet(np.ones(6), size=(2, 3)) for _ in range(member.arity)]
    expected = member.function(*ps)
    assert expected.shape == (2, 3)
    moved = [np.moveaxis(p, -1, 0) for p in ps]
    assert np.array_equal(member.function(*moved, axis=0), expected)
    assert np.array_equal(member.function(*moved, axis=np.int64(-3)), expected)
    assert member.function(*ps, keepdims=True).shape == (2, 3, 1)
    split = [np.moveaxis(p.reshape(2, 3, 2, 3), 1, 3) for p in ps]  # (2, 2, 3, 3)
    assert np.array_equal(member.function(*split, axis=(1, 2)), expected)
    assert member.function(*split, axis=(1, 2), keepdims=True).shape == (2, 1, 1, 3)
    whole = member.function(*(p[0, 0].reshape(2, 3) for p in ps), axis=None)
    assert whole == member.function(*(p[0, 0] for p in ps))
    assert isinstance(whole, np.float64)
    assert member.function(*(p[:0] for p in ps)).shape == (0, 3)


@pytest.mark.parametrize("member", members(joint=True), ids=repr)
def test_axes_of_joint_distributions(member):
    joint = unit(np.random.default_rng(1).exponential(size=(2, 3)))
    both = np.stack([joint, joint[::-1]])
    value = member.function(joint)
    assert np.shape(value) == ()
    assert_same(member.function(both), np.stack([value, value]), ulps=2)
    assert_same(
        member.function(np.moveaxis(both, 0, -1), axis=(0, 1)), np.stack([value, value]), ulps=2
    )
    assert member.function(both, keepdims=True).shape == (2, 1, 1)
    assert member.function(joint.T, axis=(1, 0)) == value
    assert member.function(joint.T, axis=(-1, -2)) == value
    padded = np.pad(joint, ((0, 0), (0, 2)), constant_values=np.nan)
    assert_same(member.function(padded, where=~np.isnan(padded)), value, ulps=2)


@pytest.mark.parametrize("member", members(arity=2, orders=ONE), ids=repr)
def test_batches_broadcast(member):
    rng = np.random.default_rng(2)
    p, q = rng.dirichlet(np.ones(6), size=(4, 1)), rng.dirichlet(np.ones(6), size=3)
    table = member.function(p, q)
    each = [[member.function(p[i, 0], q[j]) for j in range(3)] for i in range(4)]
    assert_same(table, each, ulps=4)
    assert member.function(p, q, keepdims=True).shape == (4, 3, 1)
    assert_same(member.function(p[0, 0], q), member.function(p[0], q), ulps=0)


@MARGINAL
def test_where(member):
    rng = np.random.default_rng(3)
    ps = [rng.dirichlet(np.ones(6), size=4) for _ in range(member.arity)]
    expected = member.function(*ps)
    where = np.array([True, False, True, True, True, True, True])
    padded = [np.insert(p, 1, np.nan, axis=-1) for p in ps]
    assert_same(member.function(*padded, where=where), expected, ulps=4)
    assert_same(member.function(*padded, where=np.broadcast_to(where, (4, 7))), expected, ulps=4)
    logits = [jnp.asarray(np.log(p), jnp.float32) for p in padded]
    masked = value_under_jax(member, "logits", logits, where=jnp.asarray(where))
    assert_same(masked, np.asarray(expected, np.float32), np.float32, ulps=64)
    assert_same(
        member.function(*(dv.Weights(p[0]) for p in padded), where=where), expected[0], ulps=4
    )


@pytest.mark.parametrize("member", [m for m in members(orders=ONE) if m.has_unit], ids=repr)
def test_base(member):
    (p, *q) = batch(member, "probabilities", rows=1)
    nats = member.function(p, *q)
    for base in (2, np.float32(10.0), 1.5):
        unit_ = np.log(float(base)) ** member.laws.unit_power
        assert_same(member.function(p, *q, base=base), nats / unit_, ulps=2)


@EVERY
def test_inputs_are_not_written_to(member):
    arrays = batch(member, "probabilities")
    expected = member.function(*arrays)
    for x in arrays:
        x.flags.writeable = False
    assert np.array_equal(member.function(*arrays), expected)
    assert np.array_equal(
        member.function(*map(dv.Weights, arrays)),
        member.function(*map(dv.Weights, [x.copy() for x in arrays])),
    )
    strided = [np.repeat(x, 2, axis=-1)[..., ::2] for x in arrays]
    assert np.array_equal(member.function(*strided), expected)
    backwards = [x[..., ::-1].copy()[..., ::-1] for x in arrays]
    assert np.array_equal(member.function(*backwards), expected)


@pytest.mark.parametrize("shape", [(3000, 50), (200, 64), (5, 40_000), (40_000, 2)])
@pytest.mark.parametrize("measure", [np.asarray, dv.Weights], ids=["probabilities", "weights"])
@MARGINAL
def test_blocks_of_a_large_batch(member, measure, shape):
    # Blocks of rows, of outcomes, and rows so short that they are worked on as columns.
    rng = np.random.default_rng(4)
    ps = [rng.exponential(size=shape) for _ in range(2)]
    ps[1][::3] = ps[0][::3] * (1.0 + 1e-9 * ps[1][::3])  # rows that need care among others
    ps[0][1::5, 0] = 0.0
    ps[1][2::5, -1] = 0.0
    ps = [p / p.sum(axis=-1, keepdims=True) for p in ps][: member.arity]
    whole = member.function(*map(measure, ps))
    some = np.unique(np.append(rng.integers(shape[0], size=40), [0, shape[0] - 1]))
    rows = [member.function(*(measure(p[i]) for p in ps)) for i in some]
    assert_same(whole[some], rows)


def test_rows_of_joint_logits_may_differ_in_offset():
    # Underflow of one row beside another, were both taken as shares of one greatest mass.
    z = np.random.default_rng(8).normal(size=(2, 3, 4)) - np.array([0.0, 2000.0])[:, None, None]
    expected = dv.mutual_information(dv.Logits(z))
    with jax.enable_x64(True):
        result = dv.mutual_information(dv.Logits(jnp.asarray(z)))
        assert np.asarray(result) == pytest.approx(expected, rel=1e-12)
