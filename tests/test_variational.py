"""Variational forms: conjugates and activations that fit each other, right to the last digits."""

from math import inf, log

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.testing.tolerance import ulps

mp = mpmath.mp
FORMS = {
    "kl_divergence": {},
    "jensen_shannon_divergence": {},
    "hellinger_distance": {},
    "chi_squared_divergence": {},
    "triangular_discrimination": {},
    "jeffreys_divergence": {},
    "generalized_jensen_shannon_divergence": {"weight": 0.125},
    "alpha_divergence": {"alpha": 0.25},
}
MORE_ORDERS = [{"alpha": a} for a in (-1.0, 0.0, 1.0, 2.5)]
EVERY = pytest.mark.parametrize(
    ("name", "options"),
    [*FORMS.items(), *(("alpha_divergence", a) for a in MORE_ORDERS)],
)
# Where f(u) is known by a formula, with f(1) = f'(1) = 0.
V = np.concatenate([-(10.0 ** np.linspace(1.4, -9, 27)), 10.0 ** np.linspace(-9, 1.4, 27), [0.0]])


def generator(name, weight=None, alpha=None):
    """f, in the arithmetic of mpmath."""
    w = mp.mpf(weight or 0)
    a = mp.mpf(alpha or 0)
    power = {
        0: lambda u: -mp.log(u) + u - 1,
        1: lambda u: u * mp.log(u) - u + 1,
    }.get(alpha, lambda u: (u**a - a * u + a - 1) / (a * (a - 1)))
    return {
        "kl_divergence": lambda u: u * mp.log(u) - u + 1,
        "jensen_shannon_divergence": lambda u: u * mp.log(2 * u / (u + 1)) + mp.log(2 / (u + 1)),
        "hellinger_distance": lambda u: (mp.sqrt(u) - 1) ** 2,
        "chi_squared_divergence": lambda u: (u - 1) ** 2,
        "triangular_discrimination": lambda u: (u - 1) ** 2 / (u + 1),
        "jeffreys_divergence": lambda u: (u - 1) * mp.log(u),
        "generalized_jensen_shannon_divergence": lambda u: (
            (w * u * mp.log(u / (w * u + 1 - w)) - (1 - w) * mp.log(w * u + 1 - w)) / (w * (1 - w))
        ),
        "alpha_divergence": power,
    }[name]


def slope(f, u):
    step = u * mp.mpf(10) ** -60
    return (f(u + step) - f(u - step)) / (2 * step)


@EVERY
def test_activation_and_penalty_are_the_tangent_at_the_ratio(name, options):
    form, f = dv.variational_form(name, **options), generator(name, **options)
    activation, penalty = form.activation(V), form.penalty(V)
    with mpmath.workdps(150):
        for v, t, c in zip(V, activation, penalty, strict=True):
            u = mp.exp(mp.mpf(v))
            exact = slope(f, u)
            assert ulps(t, exact) <= 8.0 or abs(t - exact) < 1e-40
            of_q = u * exact - f(u)
            assert ulps(c, of_q) <= 8.0 or abs(c - of_q) < 1e-40


@EVERY
def test_the_conjugate_of_the_activation_is_the_penalty(name, options):
    form = dv.variational_form(name, **options)
    v = V[np.abs(V) < 4.0]
    # A rounding of t moves f*(t) by u = exp v of it.
    rounding = 2.0**-53 * (1.0 + np.exp(v)) * (1.0 + np.abs(form.activation(v)))
    error = np.abs(form.conjugate(form.activation(v)) - form.penalty(v))
    assert np.all(error <= 8.0 * rounding)


@EVERY
def test_no_other_slope_gains_more(name, options):
    """The inequality of Fenchel and Young: f(u) + f*(t) >= u t."""
    form, f = dv.variational_form(name, **options), generator(name, **options)
    for t in np.linspace(-6.0, 6.0, 25):
        conjugate = float(form.conjugate(t))
        for u in (1e-3, 0.3, 1.0, 1.7, 40.0):
            gain = u * t - float(f(mp.mpf(u)))
            assert conjugate >= gain - 1e-13 * (1.0 + abs(gain))


def test_total_variation_is_bounded():
    form = dv.variational_form("total_variation_distance")
    assert form.conjugate([-2.0, -1.0, 0.25, 1.0, 1.5]).tolist() == [-1.0, -1.0, 0.25, 1.0, inf]
    assert form.activation([-inf, 0.0, inf]).tolist() == [-1.0, 0.0, 1.0]
    assert np.array_equal(form.penalty(V), form.activation(V))
    assert form.supremum(dv.total_variation_distance([0.5, 0.5], [0.25, 0.75])) == 0.5


@EVERY
def test_of_the_log_ratio_the_objective_is_the_divergence(name, options):
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(6), 2)
    form = dv.variational_form(name, **options)

    def objective(v):
        return p @ form.activation(v) - q @ form.penalty(v)

    v = np.log(p / q)
    if "weight" in options:
        options = options | {"normalized": True}
    value = getattr(dv, name)(p, q, **options)
    assert objective(v) == pytest.approx(float(form.supremum(value)), rel=1e-13)
    others = [objective(v + 0.1 * rng.standard_normal(6)) for _ in range(20)]
    assert max(others) < objective(v)


def test_the_vanilla_gan_is_the_jensen_shannon_divergence():
    form = dv.variational_form(dv.jensen_shannon_divergence)
    v = np.linspace(-30.0, 30.0, 61)
    s = 1.0 / (1.0 + np.exp(-v))
    assert form.activation(v) == pytest.approx(np.log(s) + log(2.0), rel=1e-14, abs=1e-15)
    # log(1 - s) as it should be computed: log of the other's output.
    other = np.log(1.0 / (1.0 + np.exp(v)))
    assert form.penalty(v) == pytest.approx(-other - log(2.0), rel=1e-14, abs=1e-15)
    assert form.penalty(800.0) == pytest.approx(800.0 - log(2.0))


@pytest.mark.parametrize("x64", [True, False])
@EVERY
def test_jax(name, options, x64):
    form = dv.variational_form(name, **options)
    with jax.enable_x64(x64):
        dtype = jnp.float64 if x64 else jnp.float32
        v = jnp.asarray([-20.0, -1.0, -1e-3, 0.0, 1e-3, 2.0, 12.0], dtype)
        eps = float(jnp.finfo(dtype).eps)
        for function in (form.activation, form.penalty):
            result = jax.jit(function)(v)
            assert result.dtype == dtype
            np.testing.assert_allclose(result, function(np.asarray(v)), rtol=16 * eps, atol=0)
            slopes = jax.vmap(jax.grad(function))(v)
            h = 1e-3
            quotient = (function(np.asarray(v, float) + h) - function(np.asarray(v, float) - h)) / (
                2 * h
            )
            np.testing.assert_allclose(slopes, quotient, rtol=1e-4, atol=1e-5)


def test_what_has_no_such_form_is_refused():
    for call, error, words in (
        (lambda: dv.variational_form("entropy"), TypeError, "entropy has no variational form"),
        (lambda: dv.variational_form(np.log), TypeError, "log has no variational form"),
        (lambda: dv.variational_form("kl"), ValueError, "no quantity 'kl'"),
        (lambda: dv.variational_form("kl_divergence", alpha=2), TypeError, "has no alpha"),
        (lambda: dv.variational_form("alpha_divergence"), ValueError, "needs alpha="),
        (
            lambda: dv.variational_form("generalized_jensen_shannon_divergence", weight=1.0),
            ValueError,
            "between 0 and 1",
        ),
    ):
        with pytest.raises(error, match=words):
            call()
