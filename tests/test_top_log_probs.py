"""K outcomes and a rest: a divergence of coarsened distributions, on every library."""

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.methods.finite.logits.differentiable import blocks, coarse
from divergences.testing.members import members

WIDTH = 40
PAIRS = members(arity=2, joint=False)
ALONE = [m for m in members(arity=1, joint=False) if m.name != "entropy_deficit"]
EVERY = pytest.mark.parametrize("member", PAIRS, ids=repr)
SIZES = (1, 7, WIDTH - 1, WIDTH)


def log_softmax(z):
    top = z.max(axis=-1, keepdims=True)
    return (z - top) - np.log(np.sum(np.exp(z - top), axis=-1, keepdims=True))


def drawn(rows=5, width=WIDTH, seed=0):
    """Log-probabilities of teachers, and logits of students."""
    rng = np.random.default_rng(seed)
    a = 2.0 * rng.normal(size=(rows, width))
    return log_softmax(a), a + rng.normal(size=a.shape)


def top(logs, k, library=np):
    """The k most probable outcomes."""
    indices = np.argsort(-logs, axis=-1)[..., :k]
    values = np.take_along_axis(logs, indices, axis=-1)
    return dv.TopLogProbs(library.asarray(values), library.asarray(indices))


def merged(masses, indices):
    """The masses at the indices, and the sum of the others."""
    others = np.ones(masses.shape)
    np.put_along_axis(others, indices, 0.0, axis=-1)
    rest = np.sum(masses * others, axis=-1, keepdims=True)
    return np.concatenate([np.take_along_axis(masses, indices, axis=-1), rest], axis=-1)


@EVERY
def test_it_is_the_quantity_of_the_merged_distributions(member):
    logs, z = drawn()
    teacher = top(logs, 7)
    p, q = (dv.Weights(merged(np.exp(x), teacher.indices)) for x in (logs, z))
    for one, other in ((teacher, dv.Logits(z)), (teacher, dv.LogProbs(log_softmax(z)))):
        assert member.function(one, other) == pytest.approx(member.function(p, q), rel=1e-12)
        assert member.function(other, one) == pytest.approx(member.function(q, p), rel=1e-12)
    for masses in (np.exp(log_softmax(z)), dv.Weights(3.0 * np.exp(z))):
        value = member.function(teacher, masses)
        assert value == pytest.approx(member.function(p, q), rel=1e-12)


@EVERY
def test_it_is_at_most_the_whole_which_it_is_with_all_outcomes(member):
    logs, z = drawn()
    whole = member.function(dv.LogProbs(logs), dv.Logits(z))
    sign = member.laws.data_processing
    before = None
    for k in SIZES:
        value = sign * member.function(top(logs, k), dv.Logits(z))
        assert np.all(value <= sign * whole + 1e-12 * abs(whole))
        assert before is None or np.all(value >= before - 1e-12)
        before = value
    assert sign * before == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("member", ALONE, ids=repr)
def test_entropies_are_those_of_the_merged_distribution(member):
    logs, _ = drawn()
    value = member.function(top(logs, 7))
    p = merged(np.exp(logs), top(logs, 7).indices)
    assert value == pytest.approx(member.function(dv.Weights(p)), rel=1e-12)
    assert np.all(value <= member.function(dv.LogProbs(logs)))


KL, REVERSE = dv.kl_divergence, lambda p, q: dv.kl_divergence(q, p)


def test_values_and_gradients_under_jax():
    logs, z = drawn()
    known = top(logs, 7)

    def ours(values, z, temperature):
        teacher = dv.TopLogProbs(values, known.indices)
        return jnp.sum(dv.kl_divergence(teacher, dv.Logits(z, temperature)))

    def plainly(values, z, temperature):
        rest = jnp.log1p(-jnp.sum(jnp.exp(values), axis=-1, keepdims=True))
        keep = np.ones(logs.shape)
        np.put_along_axis(keep, known.indices, 0.0, axis=-1)
        q = jax.nn.softmax(z / temperature)
        chosen = jnp.take_along_axis(q, known.indices, axis=-1)
        q = jnp.concatenate([chosen, jnp.sum(q * keep, axis=-1, keepdims=True)], axis=-1)
        p = jnp.concatenate([values, rest], axis=-1)
        return jnp.sum(jnp.exp(p) * (p - jnp.log(q)))

    with jax.enable_x64(True):
        x = jnp.asarray(known.values), jnp.asarray(z), 2.0
        value, found = jax.jit(jax.value_and_grad(ours, (0, 1, 2)))(*x)
        truth, expected = jax.value_and_grad(plainly, (0, 1, 2))(*x)
    assert float(value) == pytest.approx(float(truth), rel=1e-12)
    for a, b in zip(found, expected, strict=True):
        assert np.asarray(a) == pytest.approx(np.asarray(b), rel=1e-9, abs=1e-11)


def test_a_tiny_rest_of_the_student_has_its_gradient():
    # Single precision: one less the sum of the K probabilities would be zero.
    teacher = dv.TopLogProbs(np.float32(np.log([0.5, 0.375])), [0, 1])
    others = np.array([1.0, 2.0, 5.0])
    z = np.concatenate([np.log([0.5, 0.5]), np.log(1e-12 * others / others.sum())])
    slopes = {
        # by the log of the rest, for p' = 1/8 and q' = 1e-12
        KL: 1e-12 - 0.125,
        REVERSE: 1e-12 * (np.log(8e-12) - 0.5 * (np.log(1.0) + np.log(0.5 / 0.375))),
        dv.jensen_shannon_divergence: 0.5e-12 * np.log(16e-12) - 1e-12 * 0.25 * np.log(1.0 / 0.875),
    }
    for function, slope in slopes.items():

        def loss(z, function=function):
            return function(teacher, dv.Logits(z))

        value, found = jax.value_and_grad(loss)(jnp.asarray(z, jnp.float32))
        assert np.isfinite(value)
        assert np.asarray(found[2:]) == pytest.approx(slope * others / others.sum(), rel=3e-5)
        assert abs(float(jnp.sum(found))) < 1e-6


def test_no_rest_of_the_student():
    logs, z = drawn()
    teacher = top(logs, 7)
    mask = np.zeros(z.shape, bool)
    np.put_along_axis(mask, teacher.indices, True, axis=-1)
    student = dv.Logits(np.where(mask, z, -np.inf))
    assert np.array_equal(dv.kl_divergence(teacher, student), np.full(len(z), np.inf))
    sharp = dv.TopLogProbs(log_softmax(teacher.values), teacher.indices)  # without a rest either
    chosen = np.take_along_axis(z, teacher.indices, axis=-1)
    expected = dv.kl_divergence(dv.LogProbs(sharp.values), dv.Logits(chosen))
    assert dv.kl_divergence(sharp, student) == pytest.approx(expected, rel=1e-12)


def test_rows_of_padding_and_wrong_indices_are_nan_without_a_gradient():
    logs, z = drawn(rows=6)
    known = top(logs, 3)
    values, indices = np.array(known.values), np.array(known.indices)
    z[1] = -np.inf
    indices[2, 0], indices[3, 0], indices[4, 0] = -1, WIDTH, indices[4, 1]
    values[5], z[5, np.setdiff1d(np.arange(WIDTH), indices[5])] = log_softmax(values[5]), -np.inf
    keep = np.array([True, False, False, False, False, True])

    @jax.jit
    def loss(z, indices, temperature):
        teacher = dv.TopLogProbs(jnp.asarray(values, jnp.float32), indices)
        found = dv.kl_divergence(teacher, dv.Logits(z, temperature))
        return jnp.sum(jnp.where(keep, found, 0.0)), found

    arguments = jnp.asarray(z, jnp.float32), jnp.asarray(indices), jnp.float32(1.5)
    (slope, by_temperature), found = jax.grad(loss, (0, 2), has_aux=True)(*arguments)
    assert np.array_equal(np.isfinite(found), keep)
    assert np.all(np.isfinite(slope))
    assert np.array_equal(np.any(slope != 0.0, axis=-1), keep)
    assert np.isfinite(by_temperature)


def test_blocks_of_rows(monkeypatch):
    logs, z = drawn(rows=7)
    indices = top(logs, 5).indices
    monkeypatch.setattr(blocks, "ON_CPU", 2 * WIDTH + 1)
    for x, index in ((z, indices), (z[0], indices), (z, indices[0])):  # one row, for all others
        found = coarse.of_logits(jnp.asarray(x, jnp.float32), jnp.asarray(index), None)
        batch = np.broadcast_shapes(x.shape[:-1], index.shape[:-1])
        x, index = (np.broadcast_to(y, (*batch, y.shape[-1])) for y in (x, index))
        expected = np.log(merged(np.exp(x), index))
        assert np.asarray(found) == pytest.approx(expected, abs=2e-6)
    monkeypatch.undo()
    jax.clear_caches()


def test_memory_is_that_of_blocks():
    rows, width = 128, 32768

    def loss(z, values, indices):
        return jnp.sum(dv.kl_divergence(dv.TopLogProbs(values, indices), dv.Logits(z)))

    shapes = [(width, jnp.float32), (5, jnp.float32), (5, jnp.int32)]
    arguments = [jax.ShapeDtypeStruct((rows, n), dtype) for n, dtype in shapes]
    compiled = jax.jit(jax.value_and_grad(loss)).lower(*arguments).compile()
    # A block holds the logits, those that are masked, and shares: 3 of 2^17 numbers, not of 2^22.
    assert compiled.memory_analysis().temp_size_in_bytes <= 5 * 4 * blocks.ON_CPU


def test_axes_batches_dtypes_and_units():
    logs, z = drawn()
    teacher = top(logs, 4)
    value = dv.kl_divergence(teacher, dv.Logits(z))
    turned = dv.TopLogProbs(teacher.values.T, teacher.indices.T)
    kept = dv.kl_divergence(turned, dv.Logits(z.T), axis=0, keepdims=True)
    assert kept.shape == (1, len(z))
    assert kept[0] == pytest.approx(value, rel=1e-14)
    assert dv.kl_divergence(teacher, dv.Logits(z), base=2) == pytest.approx(value / np.log(2))
    one = dv.TopLogProbs(teacher.values[0], teacher.indices[0])
    assert dv.kl_divergence(one, dv.Logits(z)).shape == (len(z),)
    assert dv.kl_divergence(one, dv.Logits(z[0])) == pytest.approx(value[0], rel=1e-14)
    narrow = dv.TopLogProbs(np.float32(teacher.values), teacher.indices)
    assert dv.kl_divergence(narrow, dv.Logits(np.float32(z))).dtype == np.float32
    found = dv.kl_divergence(top(logs, 4, strict), dv.Logits(strict.asarray(z), 2.0))
    assert np.asarray(found) == pytest.approx(dv.kl_divergence(teacher, dv.Logits(z, 2.0)))
    radius = dv.jensen_shannon_divergence(teacher, dv.Logits(z), dv.LogProbs(logs))
    assert np.all(radius > 0)
    custom = dv.f_divergence(teacher, dv.Logits(z), lambda u: u * np.log(u))
    assert custom == pytest.approx(value, rel=1e-9)


def test_two_of_the_same_indices():
    logs, z = drawn()
    p, q = top(logs, 6), log_softmax(z)
    same = dv.TopLogProbs(np.take_along_axis(q, p.indices, axis=-1), p.indices)
    value = dv.kl_divergence(p, same)
    assert value == pytest.approx(dv.kl_divergence(p, dv.LogProbs(q)), rel=1e-12)
    assert np.array_equal(dv.kl_divergence(p, p), np.zeros(len(z)))

    @jax.jit
    def traced(indices, others):
        one, other = (np.asarray(x.values, np.float32) for x in (p, same))
        return dv.kl_divergence(dv.TopLogProbs(one, indices), dv.TopLogProbs(other, others))

    others = np.array(p.indices)
    others[1] = others[1][::-1]
    found = np.asarray(traced(p.indices, others))
    assert np.isnan(found[1])
    assert np.delete(found, 1) == pytest.approx(np.delete(value, 1), rel=1e-4)


def test_it_is_an_argument_of_transformed_functions():
    logs, z = drawn()
    teacher = top(np.float32(logs), 3)
    assert len(jax.tree.leaves(teacher)) == 2
    value = jax.jit(dv.kl_divergence)(teacher, dv.Logits(jnp.asarray(z, jnp.float32)))
    assert np.asarray(value) == pytest.approx(dv.kl_divergence(teacher, dv.Logits(z)), rel=1e-5)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda t, z: dv.kl_divergence(t, top(z, 3)), ValueError, "different outcomes.*same"),
        (lambda t, z: dv.kl_divergence(t, top(z, 4)), ValueError, "different outcomes.*same"),
        (
            lambda t, z: dv.kl_divergence(t, dv.Logits(z[:, :3])),
            ValueError,
            "has the index",
        ),
        (lambda t, z: dv.kl_divergence(t, dv.Logits(z), where=True), ValueError, "where leaves"),
        (lambda t, z: dv.kl_divergence(t, dv.Logits(z), axis=None), ValueError, "one axis"),
        (lambda t, z: dv.kl_divergence(t, dv.Counts([1, 2])), TypeError, "different ways"),
        (lambda t, z: dv.entropy_deficit(t), TypeError, "does not say enough"),
        (lambda t, z: dv.mutual_information(t), TypeError, "does not say enough"),
        (lambda t, z: dv.wasserstein_distance(t, t), TypeError, "needs those of all"),
        (lambda t, z: dv.TopLogProbs([0.0], [0.5]), TypeError, "indices has dtype"),
        (lambda t, z: dv.TopLogProbs([0.0], [0, 1]), ValueError, "one index for each"),
        (lambda t, z: dv.entropy(dv.TopLogProbs([0.1], [0])), ValueError, "at most 1"),
        (lambda t, z: dv.entropy(dv.TopLogProbs([-1.0, -2.0], [3, 3])), ValueError, "twice"),
        (lambda t, z: dv.entropy(dv.TopLogProbs([-1.0], [-3])), ValueError, "index -3"),
    ],
)
def test_what_is_refused(call, error, words):
    logs, z = drawn()
    with pytest.raises(error, match=words):
        call(top(logs, 3), z)
