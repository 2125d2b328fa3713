"""Generators: samples, and of the noisy one the density that they follow."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import divergences as dv
import gan
from gan.sampling import independent

KEY = jax.random.key(0)
LINE = gan.Noisy(KEY, 1, noise=1, codes=16, sigma=0.2, width=8)
PLANE = gan.Noisy(KEY, 2, noise=3, codes=16, sigma=0.2, width=8)


def normals(generator) -> tuple[np.ndarray, float]:
    """Centres and sigma of the mixture, without the generator's own formulas for it."""
    codes = generator.codes.points
    return np.stack([np.asarray(generator.network(z)) for z in codes]), float(generator.sigma)


@pytest.mark.parametrize("generator", [LINE, PLANE])
def test_density_is_that_of_the_mixture_of_normals(generator):
    centres, sigma = normals(generator)
    x = np.random.default_rng(0).normal(size=(50, generator.dim))
    parts = [dv.DiagonalNormal(c, np.full(generator.dim, sigma)) for c in centres]
    # Single precision: the distance of a point from a centre, squared over sigma^2, is some 100.
    np.testing.assert_allclose(
        generator.log_density(x), dv.Mixture(parts).log_prob(x), rtol=1e-4, atol=1e-4
    )


def test_samples_follow_the_density():
    centres, sigma = normals(LINE)
    x = np.asarray(LINE.sample(KEY, 5000, independent))[:, 0]

    def cdf(x: np.ndarray) -> np.ndarray:
        return np.mean([stats.norm(c[0], sigma).cdf(x) for c in centres], axis=0)

    assert stats.kstest(x, cdf).pvalue > 1e-3
    even = np.asarray(LINE.sample(KEY, 5000))[:, 0]  # a lattice: nearer than chance
    assert stats.kstest(even, cdf).statistic < 0.01


def test_codes_are_standard_normal_and_even():
    codes = np.asarray(gan.Noisy(KEY, 1, noise=1, codes=1000).codes.points)[:, 0]
    assert stats.kstest(codes, stats.norm().cdf).statistic < 0.005


def test_sigma_exceeds_its_minimum_and_is_frozen_on_request():
    def slope(generator) -> float:
        def sigma(log_sigma):
            return jnp.sum(_with_log_sigma(generator, log_sigma).sigma)

        return float(jax.grad(sigma)(generator.log_sigma))

    learned = gan.Noisy(KEY, 1, codes=4, sigma=0.3, sigma_min=0.1)
    fixed = gan.Noisy(KEY, 1, codes=4, sigma=0.3, learn_sigma=False)
    assert float(learned.sigma) == pytest.approx(0.3)
    assert float(_with_log_sigma(learned, jnp.asarray(-50.0)).sigma) == pytest.approx(0.1)
    assert slope(learned) == pytest.approx(0.2, rel=1e-6)
    assert slope(fixed) == 0.0


def _with_log_sigma(generator, value):
    import equinox as eqx

    return eqx.tree_at(lambda g: g.log_sigma, generator, value)


def test_pushed_noise_has_no_density():
    generator = gan.Push(KEY, 2, noise=3, width=8)
    assert generator.sample(KEY, 7).shape == (7, 2)
    with pytest.raises(TypeError, match=r"density of gan\.Push is not known"):
        generator.logpdf(np.zeros((1, 2)))
    with pytest.raises(TypeError, match="must have log-densities: the density of"):
        gan.true_js("ring-8", generator)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"dim": 0}, "dim is 0"),
        ({"noise": 1.5}, r"noise is 1\.5"),
        ({"codes": 0}, "codes is 0"),
        ({"width": -1}, "width is -1"),
        ({"sigma": 0.0}, r"sigma is 0\.0; it must be positive"),
        ({"sigma": 0.1, "sigma_min": 0.1}, "it must exceed sigma_min"),
        ({"sigma_min": -1.0}, r"sigma_min is -1\.0"),
        ({"key": 0}, "key is 0"),
    ],
)
def test_generators_that_make_no_sense_are_refused(settings, words):
    with pytest.raises((TypeError, ValueError), match=words):
        gan.Noisy(**{"key": KEY, "dim": 1} | settings)
