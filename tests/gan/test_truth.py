"""True values: tables and closed forms; test_objectives compares all with plain sums."""

import math

import jax
import numpy as np
import pytest
from scipy.special import xlogy

import divergences as dv
import gan
from gan.distributions import Family
from gan.pairs import Pair
from gan.truth import values_at

# 2 JS - 2 log 2 to the digits of published tables, and JS where it is known to all digits.
V_STAR = {
    "normal-mu-0": -2 * math.log(2),
    "normal-mu-0.5": 2 * 0.030311300520838981 - 2 * math.log(2),
    "normal-mu-1": 2 * 0.11142148218473618 - 2 * math.log(2),
    "normal-mu-2": 2 * 0.33683082034683161 - 2 * math.log(2),
    "normal-mu-4": 2 * 0.63272019373686698 - 2 * math.log(2),
    "normal-mu-6": 2 * 0.68929793302907777 - 2 * math.log(2),
    "cauchy-cauchy": 2 * math.log(1.2) - 2 * math.log(2),
    "ring-8": -0.548133285637,
    "parallel-lines": 0.0,
    # The Mahalanobis distance is 2.
    "normal-16d": 2 * 0.33683082034683161 - 2 * math.log(2),
}


@pytest.mark.parametrize("name", V_STAR)
def test_reference_values(name):
    assert gan.targets[name].v_star == pytest.approx(V_STAR[name], rel=0, abs=1e-12)


def test_small_value_is_relatively_accurate():
    assert gan.targets["normal-mu-6"].v_star == pytest.approx(-0.00769849506174, rel=1e-11)


@pytest.mark.parametrize(("loc", "scale"), [(1, 1), (3, 2), (-0.5, 0.3)])
def test_cauchy_closed_form(loc, scale):
    pair = Pair("", Family(dv.Cauchy(0, 1)), Family(dv.Cauchy(loc, scale)))
    chi = (loc**2 + (1 - scale) ** 2) / (2 * scale)
    root = math.sqrt(2 + chi)
    assert pair.js == pytest.approx(math.log(2 * root / (math.sqrt(2) + root)), abs=1e-13)


def test_plane_reduces_to_the_line_for_a_shared_covariance():
    plane = Pair(
        "",
        Family(dv.DiagonalNormal([0, 0], [1, 1])),
        Family(dv.DiagonalNormal([1.2, 1.6], [1, 1])),
    )
    assert plane.v_star == pytest.approx(gan.targets["normal-mu-2"].v_star, abs=1e-12)


@pytest.mark.parametrize("name", sorted({*gan.targets} - {"grid-25"}))  # which takes long
def test_js_and_v_star_agree(name):
    pair = gan.targets[name]
    assert gan.js_from_value(pair.v_star) == pytest.approx(pair.js, abs=1e-14)


def test_equal_distributions_have_exactly_no_divergence():
    assert gan.targets["normal-mu-0"].js == 0.0


# Of shifts, paddings and images: JS knows nothing of coordinates.
SAME = {
    "normal-mu-2": ["normal-2d", "normal-4d", "normal-64d", "padded-2d", "padded-64d"],
    "normal-2d": ["normal-2d-rotated", "normal-2d-bent", "normal-2d-bent-rotated"],
    "covariance-2d": ["covariance-4d", "covariance-64d", "covariance-2d-rotated"],
}


@pytest.mark.parametrize("name", SAME)
def test_coordinates_do_not_change_js(name):
    for other in SAME[name]:
        assert gan.targets[other].js == pytest.approx(gan.targets[name].js, abs=1e-13)


@pytest.mark.parametrize("name", ["normal-2d-bent-rotated", "covariance-2d-rotated", "mixture-2d"])
def test_densities_in_the_plane_have_their_js(name):
    """By trapezoids of the densities as they are, without what is known of the images."""
    pair = gan.targets[name]
    estimate = gan.true_js(pair.p, pair.q)
    # JS of a part is at most log 2 times its mass: that is what the grid can miss.
    missed = math.log(2) * estimate.info["missed"]
    assert missed < 1e-6
    assert estimate.value == pytest.approx(pair.js, abs=missed + 1e-9)


@pytest.mark.parametrize("name", ["ring-8-turned", "ring-8-missing", "moons", "swiss-roll"])
def test_trapezoids_have_converged(name):
    """Beside a sum over another grid, whose spacing is at most a fifth of the finest scale."""
    pair = gan.targets[name]
    x = np.arange(-9.013, 9, 0.03)
    nodes = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
    with jax.enable_x64(True):
        p, q = (np.exp(values_at(side.logpdf, nodes)) for side in (pair.p, pair.q))
    middle = (p + q) / 2
    terms = (xlogy(p, p) + xlogy(q, q)) / 2 - xlogy(middle, middle)
    # A hundred-thousandth of the tolerance of a gap; the part that this grid misses is 4e-9.
    assert pair.js == pytest.approx(0.03**2 * np.sum(terms), abs=1e-8)


def test_checkerboard_by_an_exact_sum():
    pair = gan.targets["checkerboard"]
    cells = np.arange(4) + 0.5  # both densities are constant on each of the sixteen squares
    middles = np.stack(np.meshgrid(cells, cells), axis=-1).reshape(-1, 2)
    p, q = (np.exp(np.asarray(side.logpdf(middles), np.float64)) for side in (pair.p, pair.q))
    js = dv.jensen_shannon_divergence(dv.Weights(p), dv.Weights(q))
    assert pair.js == pytest.approx(js, abs=1e-15)


def test_suites():
    assert [len(gan.suites[name]) for name in ("quick", "full", "hard")] == [17, 64, 6]
    assert {*gan.suites["quick"], *gan.suites["hard"]} <= {*gan.suites["full"]} == {*gan.targets}
