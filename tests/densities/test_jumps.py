"""Densities with jumps and steep tails: bounds that hold, and values known otherwise."""

import math

import mpmath
import numpy as np
import pytest
from scipy import stats

import divergences as dv
from divergences.methods.density.quadrature.panels import jumps


def within(estimate, truth, rtol=1e-11):
    """Whether the bound holds (up to the rounding of the truth), and is of use."""
    assert abs(estimate.value - truth) <= estimate.error_bound + 1e-15 * (1 + abs(truth))
    assert estimate.error_bound <= rtol * max(1.0, abs(truth))


def steps(edges, masses, **how):
    """Return a density with jumps at `edges`, its entropy, and its log-density."""
    edges, masses = np.asarray(edges, float), np.asarray(masses, float) / np.sum(masses)
    logs = np.log(masses / np.diff(edges))

    def logpdf(x):
        return logs[np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(logs) - 1)]

    density = dv.Density(logpdf, (edges[0], edges[-1]), **how)
    return density, -math.fsum(masses * logs)


HISTOGRAMS = [
    ([3, 1, 6], [0, 1 / 3, 2 / 3, 1]),
    ([2, 5, 1, 7, 3], [0, 1, 2, 3, 4, 5]),
    *(
        np.histogram(sample, bins)
        for sample in (
            np.random.default_rng(1).random(1000),
            np.random.default_rng(1).normal(size=1000),
        )
        for bins in (10, 30)
    ),
]


@pytest.mark.parametrize("histogram", HISTOGRAMS, ids=lambda h: str(len(h[0])))
def test_entropy_of_a_histogram_is_that_of_its_bins(histogram):
    counts, edges = histogram
    kept = np.asarray(counts) > 0
    p = np.asarray(counts)[kept] / np.dot(counts, np.diff(edges))
    truth = -math.fsum(np.diff(edges)[kept] * p * np.log(p))
    within(dv.entropy(stats.rv_histogram(histogram)), truth)
    # The same where nobody says where the edges are.
    density = dv.Density(stats.rv_histogram(histogram).logpdf, (edges[0], edges[-1]))
    within(dv.entropy(density), truth)


def test_histograms_of_common_bins_are_compared_bin_by_bin():
    edges = np.linspace(0.0, 1.0, 31)
    rng = np.random.default_rng(0)
    counts = rng.integers(1, 20, (2, 30))
    p, q = counts / counts.sum(axis=1, keepdims=True)
    a, b = (stats.rv_histogram((c, edges)) for c in counts)
    within(dv.kl_divergence(a, b), float(dv.kl_divergence(p, q)))
    within(dv.jensen_shannon_divergence(a, b), float(dv.jensen_shannon_divergence(p, q)))


def test_bounds_hold_at_jumps_that_have_to_be_found():
    rng = np.random.default_rng(5)
    for k in (2, 3, 5, 10):
        for _ in range(4):
            edges = np.sort(np.concatenate([[0.0, 1.0], rng.random(k)]))
            density, truth = steps(edges, rng.dirichlet(np.ones(k + 1)))
            within(dv.entropy(density), truth, 1e-10)


# One half is the end of two first panels: jumps next to it lie between it and the last node.
@pytest.mark.parametrize("distance", [1e-2, 1e-5, 1e-9, 1e-15])
@pytest.mark.parametrize("side", [-1, 1])
def test_jumps_next_to_the_ends_of_panels_are_seen(distance, side):
    density, truth = steps([0.0, 0.5 + side * distance, 1.0], [0.9, 0.1])
    within(dv.entropy(density), truth)


@pytest.mark.parametrize("distance", [1e-3, 3e-4, 1e-5])
def test_kinks_next_to_the_ends_of_panels_are_seen(distance):
    peak = 0.5 + distance
    within(dv.entropy(stats.triang(peak)), 0.5 - math.log(2.0))


def test_holes_in_a_density_are_jumps():
    density, truth = steps([0.0, 0.1, 0.7, 1.0], [0.5, 1e-300, 0.5])
    within(dv.entropy(density), truth)
    p = dv.Density(
        lambda x: np.where((x < 0.3) | (x > 0.8), math.log(2.0), -np.inf), support=(0.0, 1.0)
    )
    within(dv.entropy(p), -math.log(2.0))


def test_truncations_of_mixtures_keep_their_bound():
    # N(0, 1) between -1 and 1/3, as a density on the line that jumps to zero.
    mass = stats.norm.cdf(1 / 3) - stats.norm.cdf(-1)
    phi = [stats.norm.pdf(x) for x in (-1, 1 / 3)]
    truth = math.log(mass) + 0.5 * math.log(2 * math.pi)
    truth += 0.5 * (1.0 - (phi[1] / 3 + phi[0]) / mass)

    def logpdf(x):
        inside = (x > -1) & (x < 1 / 3)
        return np.where(inside, stats.norm.logpdf(x) - math.log(mass), -np.inf)

    within(dv.entropy(dv.Density(logpdf, (-math.inf, math.inf))), truth)


def test_a_jump_is_found_between_adjacent_floats_and_a_slope_is_none():
    places = np.array([1 / 3, -2.0, math.pi])

    def values(t):
        return np.where(t >= places[np.argmin(np.abs(t[:, None] - places), axis=1)], 2.0, 1.0)

    found = jumps(values, places - 0.3, places + 0.2)
    np.testing.assert_array_equal(found, places)
    assert np.all(np.isnan(jumps(lambda t: np.tanh(1e4 * t), -np.ones(3), np.ones(3))))


GAMMA = 0.57721566490153286

STEEP = [
    (stats.gumbel_l(1.0, 0.5), 1.0 + GAMMA + math.log(0.5)),
    (stats.gompertz(3.5), None),
    (stats.exponpow(0.9), None),
    (stats.loggamma(2.0), None),
]


@pytest.mark.parametrize(
    ("p", "truth"), STEEP, ids=lambda x: getattr(getattr(x, "dist", None), "name", "")
)
def test_tails_that_fall_like_exponentials_of_exponentials(p, truth):
    if truth is None:
        name, shape = p.dist.name, mpmath.mpf(p.args[0])
        log_pdf = {
            "gompertz": lambda x: mpmath.log(shape) + x - shape * mpmath.expm1(x),
            "exponpow": lambda x: (
                1
                + mpmath.log(shape)
                + (shape - 1) * mpmath.log(x)
                + x**shape
                - mpmath.exp(x**shape)
            ),
            "loggamma": lambda x: shape * x - mpmath.exp(x) - mpmath.loggamma(shape),
        }[name]
        low = -60 if name == "loggamma" else 0
        with mpmath.workdps(25):
            truth = -mpmath.quad(
                lambda x: mpmath.exp(log_pdf(x)) * log_pdf(x), [low, 0.01 + low, 0.5, 2, 4, 6]
            )
    within(dv.entropy(p), float(truth), 1e-12)


def test_a_double_exponential_tail_beside_another():
    p, q = dv.Gumbel(0.0, 1.0), dv.Logistic(0.0, 1.0)
    estimate = dv.jensen_shannon_divergence(p, q)

    def integrand(x):
        a = mpmath.exp(-x - mpmath.exp(-x))
        b = mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2
        m = (a + b) / 2
        return (a * mpmath.log(a / m) if a else 0) / 2 + b * mpmath.log(b / m) / 2

    with mpmath.workdps(25):
        truth = float(mpmath.quad(integrand, [-60, -20, -5, -2, 0, 2, 5, 20, 60]))
    within(estimate, truth, 1e-12)
    assert estimate.info["reached"]


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (stats.trapezoid(0.3, 0.636, 2.262, 7.05), stats.wald(0.0, 0.38)),
        (stats.semicircular(3.385112, 0.332027), stats.loglaplace(3.52458, 0.0, 1.243639)),
        (stats.beta(1.327136, 0.977289, 1.333212, 0.39796), stats.logistic(-1.620837, 0.55247)),
    ],
)
def test_ends_where_one_density_gives_way_to_another_are_no_reason_to_refuse(p, q):
    js = dv.jensen_shannon_divergence(p, q)
    assert js.error_bound < 1e-10
    back = dv.jensen_shannon_divergence(q, p)
    assert abs(js.value - back.value) <= js.error_bound + back.error_bound


def test_mass_on_both_sides_of_a_gap_is_seen():
    # The density vanishes at its median; JS of disjoint distributions is log 2.
    p, q = stats.dweibull(2.9447, 0.3, 0.99), stats.uniform(20, 1)
    within(dv.jensen_shannon_divergence(p, q), math.log(2.0), 1e-9)


def test_mixtures_of_many_uniforms_are_sums_over_their_edges():
    rng = np.random.default_rng(3)
    low, width, weights = rng.normal(size=60), rng.random(60) + 0.05, rng.dirichlet(np.ones(60))
    p = dv.Mixture([dv.Uniform(a, a + w) for a, w in zip(low, width, strict=True)], weights)
    edges = np.sort(np.concatenate([low, low + width]))
    middle = 0.5 * (edges[1:] + edges[:-1])[:, None]
    inside = (low < middle) & (middle < low + width)
    density = inside @ (weights / width)
    kept = density > 0
    truth = -math.fsum(np.diff(edges)[kept] * density[kept] * np.log(density[kept]))
    within(dv.entropy(p), truth, 1e-13)
    within(dv.entropy(dv.Mixture([p, dv.Uniform(20, 21)])), 0.5 * truth + math.log(2.0), 1e-13)


def test_a_gap_of_a_mixture_is_no_part_of_its_support():
    p = dv.Mixture([dv.Uniform(0, 1), dv.Uniform(2, 3)])
    q = dv.Normal(1.5, 1.0)
    assert dv.kl_divergence(q, p).value == math.inf
    phi = stats.norm(1.5, 1.0)
    outside = phi.cdf(0) + phi.sf(3) + phi.cdf(2) - phi.cdf(1)
    missing = dv.renyi_divergence(p, q, 0)
    within(missing, -math.log1p(-outside), 1e-13)


@pytest.mark.parametrize("seed", range(3))
def test_boxes_in_the_plane_whose_sides_have_to_be_found(seed):
    rng = np.random.default_rng(seed)
    low = 0.5 * rng.random(2)
    high = low + 0.4 * rng.random(2) + 0.05
    area = float(np.prod(high - low))

    def logpdf(x):
        return np.where(np.all((x > low) & (x < high), axis=-1), -math.log(area), -np.inf)

    p = dv.Density(logpdf, [(0, 1), (0, 1)], points=[0.5 * (low + high)])
    within(dv.entropy(p, method=dv.methods.Quadrature(1e-9)), math.log(area), 1e-8)
