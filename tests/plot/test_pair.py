"""Pictures of pairs: what is drawn are the densities, and what is shaded has the value as area."""

import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import scipy.stats as st

import divergences as dv

WIDE = np.linspace(-30.0, 30.0, 20_001)
LOG_ROOT = 0.5 * np.log(2.0 * np.pi)
PLANE = dv.DiagonalNormal([0, 0], [1, 1])
P, Q = dv.Normal(0, 1), dv.Normal(1.5, 1.3)
AREAS = [
    ("jensen_shannon_divergence", {}),
    ("jensen_shannon_divergence", {"base": 2}),
    ("kl_divergence", {}),
    ("jeffreys_divergence", {}),
    ("total_variation_distance", {}),
    ("hellinger_distance", {}),
    ("triangular_discrimination", {}),
    ("alpha_divergence", {"alpha": 0.3}),
    ("generalized_jensen_shannon_divergence", {"weight": 0.3}),
    ("generalized_jensen_shannon_divergence", {"weight": 0.3, "normalized": True}),
]


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def named(ax):
    """Return the artists of the legend by their names; of bars the container."""
    handles, labels = ax.get_legend_handles_labels()
    return dict(zip(labels, handles, strict=True))


def shaded(ax):
    """Return the heights of the shaded region over the points of the lines."""
    (region,) = ax.collections
    vertices = region.get_paths()[0].vertices
    x = named(ax)["P"].get_xdata()
    return vertices[1 : len(x) + 1, 1]


def area(quantity, value):
    return value**2 if quantity == "hellinger_distance" else value


@pytest.mark.parametrize(("quantity", "options"), AREAS)
def test_shaded_area_is_the_value(quantity, options):
    ax = dv.plot.pair(P, Q, quantity, x=WIDE, **options)
    value = float(getattr(dv, quantity)(P, Q, **options))
    assert f" = {value:.4g}" in ax.get_title()
    # The trapezoidal rule with 20,000 steps errs by h^2/12 of the slopes at kinks: 1e-6 or less.
    assert np.trapezoid(shaded(ax), WIDE) == pytest.approx(area(quantity, value), rel=1e-5)


@pytest.mark.parametrize(("quantity", "options"), AREAS)
def test_shaded_bars_sum_to_the_value(quantity, options):
    p, q = np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.3, 0.5, 0.1])
    if quantity == "jeffreys_divergence":  # which would be infinite
        p = 0.75 * p + 0.0625
    ax = dv.plot.pair(p, q, quantity, **options)
    value = float(getattr(dv, quantity)(p, q, **options))
    heights = [bar.get_height() for bar in named(ax)["integrand"]]
    assert sum(heights) == pytest.approx(area(quantity, value), rel=1e-12)
    assert [bar.get_height() for bar in named(ax)["P"]] == pytest.approx(p)
    assert [bar.get_height() for bar in named(ax)["Q"]] == pytest.approx(q)


def test_densities_are_drawn_where_they_are_high():
    ax = dv.plot.pair(dv.Cauchy(0, 1), st.norm(1, 2))
    lines = named(ax)
    x = lines["P"].get_xdata()
    assert lines["P"].get_ydata() == pytest.approx(np.exp(dv.Cauchy(0, 1).log_prob(x)))
    assert lines["Q"].get_ydata() == pytest.approx(st.norm(1, 2).pdf(x))
    mean = 0.5 * (lines["P"].get_ydata() + lines["Q"].get_ydata())
    assert lines["(P + Q)/2"].get_ydata() == pytest.approx(mean)
    # Cauchy's density is a hundredth of its height at +-sqrt(99), far within its 0.1 % quantile.
    low, high = ax.get_xlim()
    assert -13.0 < low < -8.0
    assert 8.0 < high < 13.0
    assert 1.0 / np.pi < ax.get_ylim()[1] < 1.2 / np.pi
    styles = {lines[name].get_linestyle() for name in ("P", "Q", "(P + Q)/2")}
    assert len(styles) == 3  # which a print in grey shows


def test_poles_are_cut_and_jumps_are_upright():
    ax = dv.plot.pair(dv.Beta(0.5, 0.5), dv.Uniform(0, 1))
    assert 1.5 < ax.get_ylim()[1] < 10.0
    lines = named(ax)
    x, y = lines["Q"].get_xdata(), lines["Q"].get_ydata()
    assert np.array_equal(y, np.where((x >= 0) & (x <= 1), 1.0, 0.0))
    before, after = x[y > 0][0], x[y == 0][x[y == 0] < 0][-1]
    assert before - after < 1e-300


def test_densities_without_quantiles_are_found():
    laplace = dv.Density(lambda x: -np.abs(x) - np.log(2.0), (-np.inf, np.inf))
    ax = dv.plot.pair(laplace, dv.Mixture([dv.Normal(-2, 0.5), dv.Normal(2, 0.5)]))
    assert -6.0 < ax.get_xlim()[0] < -4.0
    far = dv.Density(lambda x: -0.5 * (x - 1e9) ** 2 - LOG_ROOT, (-np.inf, np.inf), [1e9])
    with pytest.raises(ValueError, match="it is not known where p has its mass; pass x="):
        dv.plot.pair(far, dv.Normal(1e9, 1))
    ax = dv.plot.pair(far, dv.Normal(1e9, 1), x=1e9 + np.linspace(-3, 3))
    assert ax.get_xlim() == (1e9 - 3, 1e9 + 3)


@pytest.mark.parametrize(
    ("p", "q"),
    [(dv.Bernoulli(0.3), dv.Bernoulli(0.6)), (st.poisson(4), st.binom(20, 0.4)),
     (dv.Zeta(2.5), dv.Geometric(0.5))],
)  # fmt: skip
def test_lattices_are_bars_at_their_outcomes(p, q):
    bars = named(dv.plot.pair(p, q))["P"]
    places = np.array([bar.get_x() + 0.5 * bar.get_width() for bar in bars]) + 0.2
    assert places == pytest.approx(np.round(places))
    expected = p.pmf(places.round()) if hasattr(p, "pmf") else np.exp(p.log_prob(places.round()))
    assert [bar.get_height() for bar in bars] == pytest.approx(expected)
    assert len(bars) <= 60


def test_many_outcomes_are_steps():
    steps = named(dv.plot.pair(dv.Poisson(300), dv.Poisson(330)))
    values, edges, _ = steps["P"].get_data()
    x = edges[:-1] + 0.5
    assert values == pytest.approx(np.exp(dv.Poisson(300).log_prob(x)))
    assert values.sum() > 0.98


def test_labels_are_aligned_and_named():
    p, q = pd.Series([0.5, 0.3, 0.2], list("abc")), {"c": 0.2, "a": 0.5, "b": 0.3}
    for wrap in (lambda z: z, dv.Weights, lambda z: dv.LogProbs(np.log(z))):
        ax = dv.plot.pair(wrap(p), q)
        assert [tick.get_text() for tick in ax.get_xticklabels()] == ["a", "b", "c"]
        assert [bar.get_height() for bar in named(ax)["Q"]] == pytest.approx([0.5, 0.3, 0.2])


def test_masked_outcomes_are_drawn_without_mass():
    p = np.ma.masked_array([0.2, 0.3, 0.5], mask=[False, False, True])
    bars = named(dv.plot.pair(dv.Weights(p), [0.4, 0.6, 0.0]))
    assert [bar.get_height() for bar in bars["P"]] == pytest.approx([0.4, 0.6, 0.0])


def test_infinite_values_are_drawn_within_the_axes():
    ax = dv.plot.pair([0.5, 0.5], [1.0, 0.0], "kl_divergence")
    assert ax.get_title() == "Kullback-Leibler divergence = inf nat"
    assert np.isfinite(ax.get_ylim()[1])
    ax = dv.plot.pair(dv.Uniform(0, 2), dv.Uniform(0, 1), "kl_divergence")
    assert np.isfinite(shaded(ax)).all()


def test_text_can_be_read_at_six_inches():
    ax = dv.plot.pair(P, Q)
    assert tuple(ax.figure.get_size_inches()) == (6.0, 4.0)
    texts = [*ax.get_xticklabels(), *ax.get_legend().get_texts(), ax.xaxis.label, ax.title]
    assert min(text.get_fontsize() for text in texts) >= 8.0
    own = plt.figure().add_subplot()
    assert dv.plot.pair(P, Q, ax=own) is own


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dv.plot.pair(P, Q, "renyi_divergence", alpha=2), TypeError, "no variational form"),
        (lambda: dv.plot.pair(P, Q, "alpha_divergence"), ValueError, "needs alpha="),
        (lambda: dv.plot.pair(np.eye(2), np.eye(2)), ValueError, "batches of distributions"),
        (
            lambda: dv.plot.pair(dv.Counts([1, 2]), dv.Counts([2, 1])),
            TypeError,
            "p is Counts; pass probabilities of one distribution",
        ),
        (
            lambda: dv.plot.pair(PLANE, PLANE),
            ValueError,
            "only single distributions of scalars are drawn",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_without_matplotlib_words_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        dv.plot.pair(P, Q)
