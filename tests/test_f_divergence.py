"""f-divergences of functions that users bring: the value of the member, as accurate as f."""

from math import inf

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing.regions import REGIONS

U = 2.0**-53
HALF = [0.5, 0.5]


def jensen_shannon(u, xp=np):
    return 0.5 * (u * xp.log(u) - (u + 1.0) * xp.log(0.5 * (u + 1.0)))


# f, the member that it is of, and by how many roundings, relative to p + q, f may be off near 1.
FUNCTIONS = {
    "kl_divergence": (lambda u, xp=np: u * xp.log(u), 4.0),
    "reverse": (lambda u, xp=np: -xp.log(u), 4.0),
    "jensen_shannon_divergence": (jensen_shannon, 8.0),
    "chi_squared_divergence": (lambda u, xp=np: (u - 1.0) ** 2, 4.0),
    "total_variation_distance": (lambda u, xp=np: 0.5 * abs(u - 1.0), 4.0),
    "triangular_discrimination": (lambda u, xp=np: (u - 1.0) ** 2 / (u + 1.0), 4.0),
    "jeffreys_divergence": (lambda u, xp=np: (u - 1.0) * xp.log(u), 4.0),
}
EVERY = pytest.mark.parametrize("name", FUNCTIONS)


def member(name):
    return (lambda p, q: dv.kl_divergence(q, p)) if name == "reverse" else getattr(dv, name)


@EVERY
def test_values_are_those_of_the_member_to_what_f_is_off(name):
    f, roundings = FUNCTIONS[name]
    rng = np.random.default_rng(0)
    for region in REGIONS.keys() - {"subnormal"}:  # whose ratios leave the range of floats
        for n in (1, 2, 9):
            p, q = REGIONS[region](rng, n)
            for measure in (np.asarray, dv.Weights, lambda x: dv.Logits(np.log(x))):
                with np.errstate(divide="ignore"):
                    ps = measure(p), measure(q)
                value, expected = dv.f_divergence(*ps, f), member(name)(*ps)
                with np.errstate(all="ignore"):
                    if np.isinf(value) and np.nanmax(p / q) > 1e150:
                        continue  # (u - 1)^2 overflows
                off = 1e3 * U * expected if np.isfinite(expected) else 0.0
                # Of a mass of sixteen powers of ten less, p/q moves log(p/q) by its own rounding.
                close = value == expected or abs(value - expected) <= off + 2.0 * roundings * U
                assert close, (region, value, expected)


def test_near_distributions_are_of_second_order_by_the_derivative():
    p = np.array([0.3, 0.7])
    q = p + np.array([1e-6, -1e-6])
    value = dv.f_divergence(p, q, lambda u: (u - 1.0) ** 2 + 5.0 * (u - 1.0))
    # What f has of first order is taken out of each term; of its roundings near 1 some are left.
    assert value == pytest.approx(dv.chi_squared_divergence(p, q), abs=8.0 * 5.0 * U)


def test_limits_may_be_given():
    p, q = [0.0, 1.0], [0.5, 0.5]
    # f is not a number at 0, and tends to its limit slowly.
    f = lambda u: u**0.001 - 1.0 - 0.001 * (u - 1.0)  # noqa: E731
    with pytest.raises(ValueError, match="not convex"):
        dv.f_divergence(p, q, f)
    g = lambda u: -f(u)  # noqa: E731
    assert dv.f_divergence(p, q, g, at_zero=0.999) == pytest.approx(0.5 * (0.999 + g(2.0)))
    assert dv.f_divergence(q, p, g, slope_at_infinity=inf) == inf


@EVERY
def test_jax_gives_values_and_derivatives(name):
    f, _ = FUNCTIONS[name]
    rng = np.random.default_rng(1)
    g = lambda u: f(u, jnp)  # noqa: E731
    with jax.enable_x64(True):
        ours, theirs = (
            jax.jit(jax.value_and_grad(function, (0, 1)))
            for function in (lambda p, q: dv.f_divergence(p, q, g), member(name))
        )
        for region in ("generic", "zeros_in_p"):
            p, q = map(jnp.asarray, REGIONS[region](rng, 5))
            (value, slopes), (expected, limits) = ours(p, q), theirs(p, q)
            assert float(value) == pytest.approx(float(expected), rel=1e-11)
            for a, b in zip(slopes, limits, strict=True):
                scale = np.max(np.abs(np.where(np.isfinite(b), b, 0.0)))
                np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12 * scale)
        p, q = map(jnp.asarray, REGIONS["zeros_in_p"](rng, 5)[::-1])  # limits that are found
        for a, b in zip(
            jax.grad(lambda p, q: dv.f_divergence(p, q, g), (0, 1))(p, q),
            theirs(p, q)[1],
            strict=True,
        ):
            np.testing.assert_allclose(a, b, rtol=1e-6)


@pytest.mark.parametrize("f", [dv.kl_divergence, "kl_divergence"])
def test_members_are_functions_too(f):
    p, q = [0.25, 0.75], HALF
    assert dv.f_divergence(p, q, f) == dv.kl_divergence(p, q)


def test_batches_axes_and_masks():
    f = FUNCTIONS["kl_divergence"][0]
    rng = np.random.default_rng(2)
    p, q = rng.dirichlet(np.ones(4), 3), rng.dirichlet(np.ones(4), 3)
    expected = dv.kl_divergence(p, q)
    assert dv.f_divergence(p, q, f) == pytest.approx(expected, rel=1e-13)
    assert dv.f_divergence(p.T, q.T, f, axis=0, keepdims=True).shape == (1, 3)
    padded = [np.pad(x, ((0, 0), (0, 1)), constant_values=np.nan) for x in (p, q)]
    kept = dv.f_divergence(*padded, f, where=~np.isnan(padded[0]))
    assert kept == pytest.approx(expected, rel=1e-13)
    large = rng.dirichlet(np.ones(8), 30_000)  # worked on in blocks
    values = dv.f_divergence(large, large[::-1], f)
    assert values == pytest.approx(dv.kl_divergence(large, large[::-1]), rel=1e-12)


def test_distributions_and_samples():
    f = FUNCTIONS["kl_divergence"][0]
    p, q = dv.Normal(0.0, 1.0), dv.Normal(1.0, 1.0)
    exact = dv.f_divergence(p, q, f)
    assert exact.error_bound < 1e-9
    assert abs(exact.value - 0.5) <= exact.error_bound
    rng = np.random.default_rng(3)
    samples = [dv.Sample(x.sample(rng, (1000,))) for x in (p, q)]
    estimates = [
        function(*samples, *more, method=dv.methods.KernelDensity())
        for function, more in ((dv.f_divergence, (f,)), (dv.kl_divergence, ()))
    ]
    assert estimates[0].value == pytest.approx(estimates[1].value, rel=1e-6)


def test_what_is_no_generator_is_refused():
    for f, words in (
        (lambda u: u, r"f\(1\) is 1\.0, not 0; .* Subtract it"),
        (lambda u: -((u - 1.0) ** 2), "f is not convex"),
        (lambda u: np.sqrt(u - 1.0), "it must be finite for u > 0"),
    ):
        with pytest.raises(ValueError, match=words):
            dv.f_divergence(HALF, HALF, f)
    with pytest.raises(
        ValueError, match=r"no quantity 'kl_divergance'; close to it: kl_divergence"
    ):
        dv.f_divergence(HALF, HALF, "kl_divergance")
    with pytest.raises(TypeError, match=r"2\.0 is neither a function nor the name"):
        dv.f_divergence(HALF, HALF, 2.0)
    with pytest.raises(TypeError, match="entropy is no f-divergence"):
        dv.f_divergence(HALF, HALF, dv.entropy)
    with pytest.raises(TypeError, match=r"f cannot be traced: .* jax\.numpy"):
        dv.f_divergence(jnp.asarray(HALF), jnp.asarray(HALF), lambda u: u * np.log(np.asarray(u)))
