"""Every closed formula against its paper's, evaluated with many digits; counts reach 10^12."""

import mpmath
import numpy as np
import pytest
from mpmath import mp

import divergences as dv
from divergences import methods
from divergences.functionals.hellinger import HELLINGER
from divergences.functionals.jensen_shannon import JENSEN_SHANNON
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER

from . import textbook

RELATIVE = 1e-12
XI = 0.6
FORMULAS = [
    (methods.PlugIn(), textbook.plug_in),
    (methods.MillerMadow(), textbook.miller_madow),
    (methods.Jackknife(), textbook.jackknife),
    (methods.Grassberger(1988), textbook.grassberger_1988),
    (methods.Grassberger(2003), textbook.grassberger_2003),
    (methods.Schurmann(XI), lambda counts: textbook.schurmann(counts, XI)),
    (methods.ChaoShen(), textbook.chao_shen),
    (methods.Zhang(), textbook.zhang),
    (methods.ChaoWangJost(), textbook.chao_wang_jost),
    (methods.Shrinkage(), textbook.shrinkage),
]
RNG = np.random.default_rng(0)
VECTORS = {
    "few": [1, 2, 3, 2, 1],
    "one outcome": [7],
    "all once": [1, 1, 1, 1],
    "one observation": [1, 0],
    "once and never twice": [5, 1, 1, 0],
    "zeros": [0, 4, 0, 2, 9, 1],
    "billions": [10**12, 3, 10**9, 1, 2, 0],
    "equal billions": [10**11] * 7,
    "nearly certain": [10**12, 1],
    "many": RNG.multinomial(800, RNG.dirichlet(np.full(100, 0.3))).tolist(),
    "Zipf": RNG.multinomial(60, (w := 1.0 / np.arange(1, 101)) / w.sum()).tolist(),
}
SMALL = [[9, 3, 2, 0, 1], [2, 4, 3, 1, 5]]


def relative(value, exact):
    """Relative error; where the exact value is 0 but for rounding, the absolute one."""
    return abs(float((mp.mpf(float(value)) - exact) / (exact if abs(exact) > 1e-40 else 1)))


@pytest.mark.parametrize("counts", VECTORS.values(), ids=VECTORS)
@pytest.mark.parametrize(("method", "formula"), FORMULAS, ids=lambda x: getattr(x, "__name__", x))
def test_entropy_is_that_of_the_formula(method, formula, counts):
    with mpmath.workdps(60):
        exact = formula(counts)
        value = dv.entropy(dv.Counts(counts), method=method).value
        assert relative(value, exact) < RELATIVE


@pytest.mark.parametrize("counts", VECTORS.values(), ids=VECTORS)
@pytest.mark.parametrize(
    ("prior", "b"),
    [
        ("jeffreys", lambda n: mp.mpf(1) / 2),
        ("laplace", lambda n: mp.mpf(1)),
        ("perks", lambda n: mp.mpf(1) / len(n)),
        ("minimax", lambda n: mp.sqrt(sum(n)) / len(n)),
        (1e-3, lambda n: mp.mpf(1e-3)),
    ],
)
def test_posterior_mean_and_deviation_are_those_of_wolpert_and_wolf(prior, b, counts):
    with mpmath.workdps(60):
        mean, variance = textbook.dirichlet(counts, b(counts))
        estimate = dv.entropy(dv.Counts(counts), method=methods.Dirichlet(prior))
        assert relative(estimate.value, mean) < RELATIVE
        if len(counts) > 1:
            assert relative(estimate.standard_error, mp.sqrt(variance)) < RELATIVE


@pytest.mark.parametrize("version", [1988, 2003])
def test_the_two_versions_of_grassberger_are_told_apart(version):
    # Reference values of the design, which other libraries mix up.
    value = dv.entropy(dv.Counts([1, 2, 3, 2, 1]), method=methods.Grassberger(version)).value
    assert value == pytest.approx({1988: 1.876292, 2003: 1.912032}[version], abs=5e-7)


def test_schurmann_at_one_half_is_grassberger_with_digamma_of_the_total():
    counts = VECTORS["many"]
    ours = dv.entropy(dv.Counts(counts), method=methods.Schurmann(0.5)).value
    grassberger = dv.entropy(dv.Counts(counts), method=methods.Grassberger(2003)).value
    with mpmath.workdps(40):
        gap = mp.digamma(sum(counts)) - mp.log(sum(counts))
        assert ours == pytest.approx(float(grassberger + gap), rel=1e-13)


def test_zhang_divergence_is_that_of_zhang_and_grabchak():
    n, m = SMALL
    with mpmath.workdps(60):
        exact = textbook.zhang_kl(n, m)
        value = dv.kl_divergence(dv.Counts(n), dv.Counts(m), method=methods.Zhang()).value
        assert relative(value, exact) < RELATIVE


@pytest.mark.parametrize("factor", [1, 60, 10**11])
@pytest.mark.parametrize(
    "member", [JENSEN_SHANNON, KULLBACK_LEIBLER, HELLINGER], ids=lambda m: m.name
)
def test_jackknife_of_a_divergence_leaves_out_each_observation(member, factor):
    n, m = ([factor * x for x in counts] for counts in SMALL)
    power = 2 if member is HELLINGER else 1  # the sum is corrected, not its root
    with mpmath.workdps(60):
        exact = textbook.jackknife_divergence(
            lambda p, q: member.definition(mp, p, q) ** power, n, m
        ) ** (mp.mpf(1) / power)
        function = getattr(dv, member.name)
        found = function(dv.Counts(n), dv.Counts(m), method=methods.Jackknife())
        value = found.info["unprojected"]
        assert relative(value, exact) < RELATIVE


@pytest.mark.parametrize("smoothing", ["none", "additive", "krichevsky-trofimov", 0.1, "shrink"])
@pytest.mark.parametrize(
    "function", [dv.kl_divergence, dv.jensen_shannon_divergence, dv.cross_entropy]
)
def test_plug_in_is_the_quantity_of_the_smoothed_masses(function, smoothing):
    def masses(counts):
        n = np.asarray(counts, dtype=float)
        if smoothing == "shrink":
            shares, total = n / n.sum(), n.sum()
            weight = (1 - (shares**2).sum()) / ((total - 1) * ((shares - 1 / n.size) ** 2).sum())
            return min(weight, 1.0) / n.size + (1 - min(weight, 1.0)) * shares
        return n + {"none": 0.0, "additive": 1.0, "krichevsky-trofimov": 0.5}.get(
            smoothing, smoothing
        )

    exact = function(*(dv.Weights(masses(counts)) for counts in SMALL))
    value = function(*map(dv.Counts, SMALL), method=methods.PlugIn(smoothing)).value
    assert value == pytest.approx(float(exact), rel=1e-13)
