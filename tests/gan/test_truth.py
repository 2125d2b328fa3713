"""True values: tables, closed forms, convergence."""

import math

import numpy as np
import pytest

import gan
from gan.distributions import Cauchy, Normal
from gan.pairs import Pair
from gan.truth import Quadrature, sinh_sinh, trapezoid

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
}


@pytest.mark.parametrize("name", V_STAR)
def test_reference_values(name):
    assert gan.targets[name].v_star == pytest.approx(V_STAR[name], rel=0, abs=1e-12)


def test_small_value_is_relatively_accurate():
    assert gan.targets["normal-mu-6"].v_star == pytest.approx(-0.00769849506174, rel=1e-11)


def test_laplace_normal_does_not_depend_on_the_rule():
    # Independent of the rule in use: adaptive quadrature on the two sides of the kink.
    from scipy import integrate, stats

    p, q = stats.laplace(0, 1), stats.norm(0, 1)

    def integrand(x: float) -> float:
        log_ratio = q.logpdf(x) - p.logpdf(x)
        return p.pdf(x) * np.logaddexp(0, log_ratio) + q.pdf(x) * np.logaddexp(0, -log_ratio)

    half, _ = integrate.quad(integrand, 0, 40, epsabs=1e-13, epsrel=1e-13, limit=400)
    assert gan.targets["laplace-normal"].v_star == pytest.approx(-2 * half, abs=1e-12)


@pytest.mark.parametrize(("loc", "scale"), [(1, 1), (3, 2), (-0.5, 0.3)])
def test_cauchy_closed_form(loc, scale):
    pair = Pair("", Cauchy(0, 1), Cauchy(loc, scale), Quadrature(sinh_sinh(4.2, 0.02)))
    chi = (loc**2 + (1 - scale) ** 2) / (2 * scale)
    root = math.sqrt(2 + chi)
    assert pair.js == pytest.approx(math.log(2 * root / (math.sqrt(2) + root)), abs=1e-13)


def test_plane_reduces_to_the_line_for_a_shared_covariance():
    rule = Quadrature(trapezoid(-10, 12, 0.1))
    plane = Pair("", Normal([0, 0], [1, 1]), Normal([1.2, 1.6], [1, 1]), rule)
    assert plane.v_star == pytest.approx(gan.targets["normal-mu-2"].v_star, abs=1e-12)


@pytest.mark.parametrize("name", gan.targets)
def test_js_and_v_star_agree(name):
    pair = gan.targets[name]
    assert gan.js_from_value(pair.v_star) == pytest.approx(pair.js, abs=1e-14)


def test_equal_distributions_have_exactly_no_divergence():
    assert gan.targets["normal-mu-0"].js == 0.0
