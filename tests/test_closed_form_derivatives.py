"""Derivatives of closed forms in the parameters, under JAX."""

import numpy as np
import pytest

import divergences as dv
from divergences import closed_forms

jax = pytest.importorskip("jax")


def kl(p, q):
    return closed_forms.find("kl", p, q)()


# One pair for each way of computing; Laplace stands for all that is known by moments.
DIFFERENTIABLE = [
    (dv.Normal, (0.3, 1.2), dv.Normal, (0.1, 0.8)),
    (dv.Gamma, (2.3, 0.7), dv.Gamma, (1.9, 0.9)),
    (dv.Gamma, (2.3, 0.7), dv.Gamma, (2.3, 0.7)),
    (dv.Weibull, (1.4, 0.7), dv.Rayleigh, (0.9,)),
    (dv.Beta, (2.3, 0.7), dv.Beta, (1.9, 0.9)),
    (dv.Cauchy, (0.3, 1.2), dv.Cauchy, (0.1, 0.8)),
    (dv.VonMises, (0.3, 1.2), dv.VonMises, (0.1, 0.8)),
    (dv.ContinuousBernoulli, (0.3,), dv.ContinuousBernoulli, (0.6,)),
    (dv.Poisson, (2.3,), dv.Poisson, (1.2,)),
    (dv.Geometric, (0.3,), dv.Geometric, (0.2,)),
    (dv.Zeta, (2.3,), dv.Zeta, (3.2,)),
    (dv.Gumbel, (0.3, 1.2), dv.Laplace, (0.1, 0.8)),
    (dv.Gamma, (2.3, 0.7), dv.Normal, (0.1, 0.8)),
    (dv.LogNormal, (0.3, 0.5), dv.Gamma, (2.1, 0.8)),
]


@pytest.mark.parametrize(("first", "a", "second", "b"), DIFFERENTIABLE)
def test_derivatives_in_the_parameters_are_those_of_the_value(first, a, second, b):
    theta = np.array([*a, *b])

    def value(t):
        return kl(first(*(t[i] for i in range(len(a)))), second(*t[len(a) :]))

    with jax.enable_x64(True):
        slopes = jax.grad(value)(jax.numpy.asarray(theta))
    # Richardson's extrapolation of centred differences: error h^4 and rounding over h.
    h = 1e-3
    for i, slope in enumerate(slopes):
        step = np.eye(len(theta))[i]
        coarse, fine = (
            (value(theta + k * step) - value(theta - k * step)) / (2 * k) for k in (h, h / 2)
        )
        np.testing.assert_allclose(slope, (4 * fine - coarse) / 3, rtol=1e-7, atol=1e-10)


def test_derivatives_of_vectors():
    def value(scale):
        p = dv.MultivariateNormal(jax.numpy.zeros(2), scale * jax.numpy.eye(2))
        return kl(p, dv.MultivariateNormal(jax.numpy.zeros(2), jax.numpy.eye(2)))

    with jax.enable_x64(True):  # of scale - 1 - log(scale), near and far, and at degeneracy
        slope = jax.jit(jax.grad(value))
        slopes = [slope(s) for s in (1.0, 1.1, 4.0)]
    np.testing.assert_allclose(slopes, [0.0, 1 - 1 / 1.1, 0.75], rtol=1e-12, atol=1e-15)
