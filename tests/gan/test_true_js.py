"""The true JS of densities that can be evaluated: on a grid, or as a mean over samples."""

import jax
import numpy as np
import pytest

import divergences as dv
import gan

KEY = jax.random.key(0)
JS = 0.33683082034683161  # of N(0, 1) and N(2, 1)


def test_grid_on_the_line_is_exact():
    found = gan.true_js("normal", dv.Normal(2, 1))
    assert found.value == pytest.approx(JS, abs=1e-13)
    assert abs(found.info["halving"]) < 1e-10
    assert found.info["missed"] < 1e-12
    assert gan.true_js("normal", "normal").value == pytest.approx(0.0, abs=1e-15)


def test_grid_in_the_plane_is_exact():
    # The published value of the pair ring-8, by other quadrature.
    found = gan.true_js("ring-8", gan.targets["ring-8"].q)
    assert found.value == pytest.approx((-0.548133285637 + 2 * np.log(2)) / 2, abs=1e-12)


def test_noisy_generator_agrees_with_the_library():
    generator = gan.Noisy(KEY, 1, noise=1, codes=5, sigma=0.3, width=8)
    with jax.enable_x64(True):
        centres, sigma = np.asarray(generator.centres, float), float(generator.sigma)
    mixture = dv.Mixture([dv.Normal(c[0], sigma) for c in centres])
    found = gan.true_js("mixture", generator)
    expected = dv.jensen_shannon_divergence(gan.targets["mixture-mixture"].p.known, mixture)
    # The centres are computed in single precision in one place, and in double in the other.
    assert found.value == pytest.approx(float(expected), abs=1e-6)


@pytest.mark.parametrize(("q", "truth"), [(dv.Cauchy(3, 2), np.log(1.2)), (dv.Cauchy(0, 1), 0.0)])
def test_tails_that_no_grid_holds_are_sampled(q, truth):
    found = gan.true_js("cauchy", q)
    assert found.method == "MonteCarlo(n=65536)"
    assert abs(found.value - truth) <= 4 * found.standard_error < 0.01


def test_many_dimensions_are_sampled():
    p, q = (dv.DiagonalNormal(np.full(4, mu), np.ones(4)) for mu in (0.0, 1.0))
    found = gan.true_js(p, q)  # as of two normals at distance 2
    assert abs(found.value - JS) <= 4 * found.standard_error < 0.01


def test_what_has_no_density_is_refused():
    with pytest.raises(TypeError, match="must have log-densities: Observations has no"):
        gan.true_js(np.arange(9.0), "normal")
    with pytest.raises(ValueError, match="p has 1 dimensions and q has 2"):
        gan.true_js("normal", "ring-8")
    with pytest.raises(TypeError, match="key is 0"):
        gan.true_js("normal", "normal", key=0)
