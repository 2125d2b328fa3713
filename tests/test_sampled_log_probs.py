"""Sampled tokens: the means of values and of gradients are the divergence and its gradient."""

from functools import partial

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing.members import members

WIDTH = 6
TOKENS = 1_000_000
OF_A_MEAN = {"bhattacharyya_distance", "hellinger_distance", "jensen_shannon_distance"}
OF_A_MEAN |= {"renyi_divergence"}
PAIRS = [m for m in members(arity=2, joint=False) if m.name != "cross_entropy"]
EVERY = pytest.mark.parametrize("member", [m for m in PAIRS if m.name not in OF_A_MEAN], ids=repr)
SIDES = pytest.mark.parametrize("side", ["p", "q"])


def softmax(z):
    masses = np.exp(z - z.max())
    return masses / masses.sum()


def logits(seed=0):
    return np.random.default_rng(seed).normal(size=(2, WIDTH))


def exact_gradient(function, z, step=2e-3):
    """The gradient by central differences of the fourth order, right to 1e-10."""
    found = np.zeros(len(z))
    for i, e in enumerate(step * np.eye(len(z))):
        near, far = (function(z + k * e) - function(z - k * e) for k in (1, 2))
        found[i] = (8.0 * near - far) / (12.0 * step)
    return found


def values_and_slopes(member, side, p, q):
    """Values of all outcomes as tokens, and their derivatives by both log-probabilities."""
    method = dv.methods.SampledLogRatio(side)

    def value(a, b):
        return member.function(dv.SampledLogProbs(a), dv.SampledLogProbs(b), method=method)

    with jax.enable_x64(True):
        values, back = jax.vjp(value, jnp.log(p), jnp.log(q))
        slopes = back(jnp.ones(WIDTH))
    return np.asarray(values), [np.asarray(s) for s in slopes]


@SIDES
@EVERY
def test_values_and_gradients_are_unbiased(member, side):
    z = logits()
    p, q = map(softmax, z)
    drawn_from = p if side == "p" else q
    values, slopes = values_and_slopes(member, side, p, q)
    plain = member.function(
        *(dv.SampledLogProbs(np.log(x)) for x in (p, q)),
        method=dv.methods.SampledLogRatio(side),
    )
    assert plain == pytest.approx(values, rel=1e-12)
    # The expectation over all outcomes, and the mean of a million tokens.
    truth = member.function(p, q)
    assert drawn_from @ values == pytest.approx(truth, rel=1e-13)
    share = np.random.default_rng(1).multinomial(TOKENS, drawn_from) / TOKENS

    def error(x, mean):
        return np.sqrt(drawn_from @ (x - mean) ** 2 / TOKENS)

    assert abs(share @ values - truth) <= 4.0 * error(values, truth)
    sides = (
        (0, p, lambda x: member.function(dv.Logits(x), dv.Logits(z[1]))),
        (1, q, lambda x: member.function(dv.Logits(z[0]), dv.Logits(x))),
    )
    for i, masses, function in sides:
        gradient = exact_gradient(function, z[i])
        # By a logit, the log-probability of token k changes by its being that outcome, less p.
        by_token = slopes[i][:, None] * (np.eye(WIDTH) - masses)
        assert drawn_from @ by_token == pytest.approx(gradient, rel=1e-8, abs=1e-9)
        for k in range(WIDTH):
            gap = abs(share @ by_token[:, k] - gradient[k])
            assert gap <= 4.0 * error(by_token[:, k], gradient[k])


def test_of_kl_it_is_k3_with_the_gradient_of_the_divergence():
    a, b = jnp.array([-1.0, -3.0, -2.0]), jnp.array([-1.5, -1.0, -2.0])

    def value(a, b, side):
        method = dv.methods.SampledLogRatio(side)
        return dv.kl_divergence(dv.SampledLogProbs(a), dv.SampledLogProbs(b), method=method)

    y = a - b
    assert np.asarray(value(a, b, "p")) == pytest.approx(np.asarray(y - 1 + jnp.exp(-y)), rel=1e-6)
    by_p, by_q = jax.grad(lambda a, b: jnp.sum(value(a, b, "p")), (0, 1))(a, b)
    assert np.asarray(by_p) == pytest.approx(np.asarray(y), rel=1e-6)
    assert np.asarray(by_q) == pytest.approx(np.asarray(jnp.expm1(-y)), rel=1e-5)
    other = np.asarray(jnp.exp(y) * y - jnp.expm1(y))
    assert np.asarray(value(a, b, "q")) == pytest.approx(other, rel=1e-5)
    assert value(a, b, "q")[2] == 0.0


def test_second_derivatives_are_unbiased():
    z = logits()
    with jax.enable_x64(True):
        x, y = jnp.asarray(z)
        p = jax.nn.softmax(x)

        def mean(x):
            sides = (dv.SampledLogProbs(jax.nn.log_softmax(s)) for s in (x, y))
            return jnp.sum(p * dv.kl_divergence(*sides))

        found = jax.jit(jax.hessian(mean))(x)

    def slope(x, k):
        p = softmax(x)
        ratios = np.log(p / softmax(z[1]))
        return p[k] * (ratios[k] - p @ ratios)

    expected = [exact_gradient(partial(slope, k=k), z[0]) for k in range(WIDTH)]
    assert np.asarray(found) == pytest.approx(np.array(expected), rel=1e-8, abs=1e-9)


def test_near_models_far_models_and_padding():
    a = np.array([-2.0, -2.0, -2.0, -0.5, -np.inf, -2.0], np.float32)
    b = np.array([-2.0, -2.0 - 2**-22, -90.0, -100.0, -1.0, -np.inf], np.float32)

    @jax.jit
    def loss(a, b):
        values = dv.kl_divergence(dv.SampledLogProbs(a), dv.SampledLogProbs(b))
        return jnp.sum(jnp.where(jnp.arange(6) < 4, values, 0.0)), values

    slopes, values = jax.grad(loss, (0, 1), has_aux=True)(jnp.asarray(a), jnp.asarray(b))
    y = 2.0**-22
    expected = [0.0, y * y / 2, 87.0, 98.5]
    assert np.asarray(values[:4]) == pytest.approx(expected, rel=1e-5)
    assert np.isnan(values[4])  # a token that its own distribution excludes
    assert values[5] == np.inf
    for slope in slopes:
        assert np.all(np.isfinite(slope))
        assert np.array_equal(slope[4:], np.zeros(2))
    assert np.asarray(slopes[0][:4]) == pytest.approx([0.0, y, 88.0, 99.5], rel=1e-6)


def test_shapes_dtypes_and_units():
    a, b = -np.abs(np.random.default_rng(2).normal(size=(2, 3, 4)))
    measures = [dv.SampledLogProbs(x) for x in (a, b)]
    value = dv.kl_divergence(*measures)
    assert value.shape == (3, 4)
    assert dv.kl_divergence(*measures, base=2) == pytest.approx(value / np.log(2))
    assert dv.kl_divergence(measures[0], dv.SampledLogProbs(b[0])).shape == (3, 4)
    assert isinstance(dv.kl_divergence(*(dv.SampledLogProbs(x[0, 0]) for x in (a, b))), float)
    narrow = [dv.SampledLogProbs(jnp.asarray(x, jnp.bfloat16)) for x in (a, b)]
    assert dv.kl_divergence(*narrow).dtype == jnp.float32
    slopes = jax.grad(lambda *x: jnp.sum(dv.kl_divergence(*x)), (0, 1))(*narrow)
    assert {s.values.dtype for s in slopes} == {jnp.bfloat16.dtype}
    found = dv.kl_divergence(*(dv.SampledLogProbs(strict.asarray(x)) for x in (a, b)))
    assert np.asarray(found) == pytest.approx(value)
    for_each = jax.vmap(lambda *x: dv.kl_divergence(*map(dv.SampledLogProbs, x)))
    assert np.asarray(for_each(a[0], b[0])) == pytest.approx(value[0], rel=1e-5)
    custom = dv.f_divergence(*measures, lambda u: u * np.log(u))
    assert custom == pytest.approx(value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("member", [m for m in PAIRS if m.name in OF_A_MEAN], ids=repr)
def test_functions_of_a_mean_are_refused(member):
    side = dv.SampledLogProbs([-1.0])
    with pytest.raises(TypeError, match=f"{member.name} is not a mean over tokens"):
        member.function(side, side)


def test_what_is_refused():
    side = dv.SampledLogProbs([-1.0, -2.0])
    kl = partial(dv.kl_divergence, side)
    for call, error, words in (
        (lambda: dv.methods.SampledLogRatio("r"), ValueError, 'sampled_from.*"p" or "q"'),
        (lambda: kl(side, axis=0), ValueError, "sampled tokens have one value each"),
        (lambda: kl(side, where=True), ValueError, "sampled tokens have one value each"),
        (lambda: kl(side, method=dv.methods.PlugIn()), TypeError, "SampledLogRatio is"),
        (lambda: kl(dv.SampledLogProbs([-1.0] * 3)), ValueError, "of the same tokens"),
        (lambda: kl(dv.SampledLogProbs([0.5])), ValueError, "q has the log-probability 0.5"),
        (lambda: kl(dv.LogProbs([0.0])), TypeError, "different ways"),
        (lambda: dv.entropy(side), TypeError, "does not say enough"),
        (lambda: dv.wasserstein_distance(side, side), TypeError, "those of all outcomes"),
        (lambda: dv.alpha_divergence(side, side, [1.0, 2.0]), TypeError, "one number"),
    ):
        with pytest.raises(error, match=words):
            call()
