"""True values: tables and closed forms; test_objectives compares all with plain sums."""

import math

import pytest

import gan
from gan.distributions import Cauchy, Normal
from gan.pairs import Pair

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
    pair = Pair("", Cauchy(0, 1), Cauchy(loc, scale))
    chi = (loc**2 + (1 - scale) ** 2) / (2 * scale)
    root = math.sqrt(2 + chi)
    assert pair.js == pytest.approx(math.log(2 * root / (math.sqrt(2) + root)), abs=1e-13)


def test_plane_reduces_to_the_line_for_a_shared_covariance():
    plane = Pair("", Normal([0, 0], [1, 1]), Normal([1.2, 1.6], [1, 1]))
    assert plane.v_star == pytest.approx(gan.targets["normal-mu-2"].v_star, abs=1e-12)


@pytest.mark.parametrize("name", gan.targets)
def test_js_and_v_star_agree(name):
    pair = gan.targets[name]
    assert gan.js_from_value(pair.v_star) == pytest.approx(pair.js, abs=1e-14)


def test_equal_distributions_have_exactly_no_divergence():
    assert gan.targets["normal-mu-0"].js == 0.0
