"""Integrals over the line: the rule of a panel, maps, and where it is looked first."""

import math

import numpy as np
import pytest

import divergences as dv
from divergences.methods.density.quadrature.breakpoints import outline
from divergences.methods.density.quadrature.double_exponential import Map
from divergences.methods.density.quadrature.legendre import LINE, Rule
from divergences.methods.density.quadrature.line import suited

LINE_SUPPORT = (-math.inf, math.inf)


def test_the_rule_is_exact_for_polynomials_and_its_bound_holds_for_poles():
    for degree in range(0, 48, 2):
        assert LINE.nodes**degree @ LINE.weights == pytest.approx(2 / (degree + 1), rel=1e-14)
    for distance in np.geomspace(0.05, 10, 40):
        value = (1 / (LINE.nodes**2 + distance**2)) @ LINE.weights
        error = abs(value - 2 / distance * math.atan(1 / distance))
        bound = 2 * LINE.decay(1 / (LINE.nodes**2 + distance**2)).bound
        assert error <= bound + 1e-15 * value


@pytest.mark.parametrize(("n", "last"), [(2, 1 / 3**0.5), (3, 0.6**0.5), (24, 0.995187219997021)])
def test_the_margin_of_the_rule_is_what_lies_beyond_its_last_node(n, last):
    # The least zeros of Legendre's polynomials; the last of Abramowitz and Stegun, table 25.4.
    assert Rule(n).margin == pytest.approx(1.0 - last, abs=1e-15)


@pytest.mark.parametrize("scales", [(1.0, 1e-3), (1e-3, 1.0), (1.0, 1.0)])
def test_widths_of_a_mode_are_where_the_density_has_fallen_by_half_a_nat(scales):
    left, right = scales

    def log_density(x):
        return -np.where(x < 0.7, (0.7 - x) / left, (x - 0.7) / right)

    ((mode, *widths),) = outline(dv.Density(log_density, LINE_SUPPORT)).bulks
    peak = log_density(mode)
    assert peak > -0.1
    for end in (mode - widths[0], mode + widths[1]):  # widths are doubled until it has
        assert 0.5 <= peak - log_density(end) < 2.0


@pytest.mark.parametrize(("low", "high"), [(0.0, math.inf), (-math.inf, 0.0), LINE_SUPPORT])
def test_maps_stretch_as_what_lies_in_them(low, high):
    bulks = [(2.0, 0.5, 0.7), (3.0, 1.0, 0.25)] if low == 0.0 else [(-2.0, 0.5, 0.7)]
    first, *others = (
        suited(low, high, [tuple(unit * x for x in bulk) for bulk in bulks], (True, True))
        for unit in (1.0, 2.0**30, 2.0**-30)  # by which nothing is rounded
    )
    for other, unit in zip(others, (2.0**30, 2.0**-30), strict=True):
        assert (other.centre, other.width) == (unit * first.centre, unit * first.width)


@pytest.mark.parametrize(
    "chart",
    [
        Map(-math.inf, math.inf, 3.0, 2.0),
        Map(1.0, math.inf, 0.0, 2.0),
        Map(-math.inf, -1.0, 0.0, 0.5),
        Map(0.0, 1.0, 0.0, 1.0),
        Map(-2.0, 5.0, 0.0, 1.0),
    ],
)
def test_maps_invert_and_state_their_derivative(chart):
    t = np.linspace(-1.5, 1.5, 31)
    nodes = chart.at(t)
    np.testing.assert_allclose(chart.inverse(nodes.x), t, atol=1e-12)
    h = 1e-6
    slope = (chart.at(t + h).x - chart.at(t - h).x) / (2 * h)
    np.testing.assert_allclose(np.exp(nodes.log_slope), slope, rtol=1e-6)
    ends = chart.at(np.array(chart.range))
    assert np.all(np.isfinite(ends.x))
    assert np.all((ends.x > chart.low) & (ends.x < chart.high))
