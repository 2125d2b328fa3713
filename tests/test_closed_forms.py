"""Closed forms against integrals in fifty digits, and at extreme parameters."""

import json
from collections import defaultdict
from pathlib import Path

import mpmath
import numpy as np
import pytest
from mpmath import mpf

import divergences as dv
from divergences import closed_forms
from divergences.closed_forms import registry

ROWS = json.loads((Path(__file__).parent / "reference" / "closed_forms.json").read_text())["rows"]
FAMILIES = [
    value
    for value in (getattr(dv, name) for name in dv.__all__)
    if isinstance(value, type)
    and issubclass(value, dv.Distribution)
    and value.__module__.startswith("divergences.measures.families.")
]
closed_forms.find("entropy", dv.Normal())  # the first look makes the registry complete
PAIRS = set(registry.pairs("kl", FAMILIES))
VECTORS = {dv.MultivariateNormal, dv.DiagonalNormal, dv.Dirichlet}
# Neither mean nor variance: infinite by design, like the two other pairs that always are.
ALWAYS_INFINITE = {
    (dv.Cauchy, dv.Normal),
    (dv.Cauchy, dv.Laplace),
    (dv.Exponential, dv.InverseGamma),
    (dv.HalfNormal, dv.InverseGamma),
}


def kl(p, q):
    return closed_forms.find("kl", p, q)()


def power(p, q, a):
    return closed_forms.find("order_divergence", p, q)(a)


def computed(row):
    p = getattr(dv, row["p"])(*row["a"])
    if row["kind"] == "entropy":
        return p.entropy()
    q = getattr(dv, row["q"])(*row["b"])
    return kl(p, q) if row["kind"].startswith("kl") else power(p, q, float(row["kind"].split()[1]))


def error(value, exact: str) -> float:
    """Relative error of `value`; infinities must agree."""
    if exact.endswith("inf") or not np.isfinite(value):
        return 0.0 if str(float(value)) == exact.strip("+") else np.inf
    with mpmath.workdps(40):
        return float(abs(mpf(float(value)) / mpf(exact) - 1))


@pytest.mark.parametrize(
    ("near", "tolerance"), [(False, 1e-13), (True, 1e-12)], ids=["apart", "nearly equal"]
)
@pytest.mark.parametrize("kind", ["kl", "entropy", "power"])
def test_values_are_those_of_integrals_in_fifty_digits(kind, near, tolerance):
    rows = [r for r in ROWS if r["kind"].startswith(kind) and ("near" in r["kind"]) == near]
    assert rows or kind == "entropy"
    worst = [(error(computed(row), row["value"]), row) for row in rows]
    wrong = [entry for entry in worst if not entry[0] <= tolerance]
    assert not wrong


def test_every_pair_of_families_of_scalars_has_its_reference_values():
    checked = defaultdict(list)
    for row in ROWS:
        if row["kind"] == "kl":
            checked[getattr(dv, row["p"]), getattr(dv, row["q"])].append(row["value"])
    scalars = {pair for pair in PAIRS if not VECTORS & set(pair)}
    assert scalars - ALWAYS_INFINITE <= checked.keys()
    finite = {pair for pair, values in checked.items() if any("inf" not in v for v in values)}
    assert scalars - finite == ALWAYS_INFINITE
    assert len(finite) >= 100


@pytest.mark.parametrize(
    "family",
    ["Beta", "ContinuousBernoulli", "Exponential", "Gamma", "Gumbel", "Pareto", "Uniform"],
)
def test_the_pairs_with_laplace_that_torch_lacks_are_here(family):
    assert (getattr(dv, family), dv.Laplace) in PAIRS


def test_families_of_scalars_are_not_negative_and_vanish_at_themselves():
    for row in ROWS:
        if row["kind"] == "kl-near":
            p, q = getattr(dv, row["p"])(*row["a"]), getattr(dv, row["q"])(*row["b"])
            assert kl(p, q) >= 0
            if p is not q and type(p) is type(q):
                assert kl(p, p) == 0


def test_a_pair_is_registered_once_and_only_with_a_known_kind():
    with pytest.raises(ValueError, match="registered already"):
        registry.register("kl", dv.Normal, dv.Normal)
    with pytest.raises(ValueError, match="kind is"):
        registry.register("hellinger", dv.Normal, dv.Normal)


def test_the_nearest_ancestors_serve():
    assert registry.lookup("kl", dv.Rayleigh, dv.Weibull) is registry.lookup(
        "kl", dv.Gamma, dv.Gamma
    )
    assert registry.lookup("js", dv.Normal, dv.Normal) is None


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (dv.Normal(), dv.Exponential()),
        (dv.Exponential(), dv.Uniform()),
        (dv.Uniform(0, 2), dv.Beta(1, 1)),
        (dv.Poisson(1.0), dv.Binomial(3, 0.5)),
        (dv.Poisson(1.0), dv.Geometric(0.5)),
        (dv.Poisson(1.0), dv.Exponential()),
        (dv.Exponential(), dv.Poisson(1.0)),
        (dv.Pareto(2.0, 1.0), dv.Pareto(2.0, 2.0)),
        (dv.Binomial(4, 0.5), dv.Binomial(3, 0.5)),
        (dv.Bernoulli(0.5), dv.Bernoulli(0.0)),
        (dv.Cauchy(), dv.Normal()),
        (dv.Cauchy(), dv.Laplace()),
        (dv.StudentT(2.0), dv.Normal()),
        (dv.StudentT(1.0), dv.Laplace()),
        (dv.InverseGamma(1.0), dv.Gamma(2.0)),
        (dv.Zeta(2.0), dv.Geometric(0.5)),
    ],
)
def test_what_q_does_not_have_costs_infinity(p, q):
    assert kl(p, q) == np.inf
    cross_entropy = closed_forms.find("cross_entropy", p, q)
    assert cross_entropy is None or cross_entropy() == np.inf


def test_where_nothing_is_known_nothing_is_found():
    assert closed_forms.find("kl", dv.Normal(), dv.Cauchy()) is None
    assert closed_forms.find("kl", dv.Binomial(2, 0.5), dv.Binomial(3, 0.5)) is None
    assert closed_forms.find("kl", dv.NegativeBinomial(2, 0.5), dv.NegativeBinomial(3, 0.5)) is None
    assert closed_forms.find("entropy", dv.Poisson(1.0)) is None
    assert closed_forms.find("order_divergence", dv.Weibull(1.0), dv.Weibull(2.0)) is None


def test_batches_broadcast_and_infinities_stand_beside_numbers():
    value = kl(dv.Uniform([0.0, 0.5], 1.0), dv.Uniform([[0.0], [0.4]], 1.0))
    expected = [[0.0, np.log(2)], [np.inf, np.log(1.2)]]
    np.testing.assert_allclose(value, expected, rtol=1e-15)
    assert np.isnan(kl(dv.Normal(np.nan, 1.0), dv.Normal()))


def test_jensen_shannon_of_cauchy_distributions():
    js = closed_forms.find("js", dv.Cauchy(0, 1), dv.Cauchy([3, 1, 1e-9], [2, 1, 1]))()
    # Nielsen and Okamura's example; chi = 1/2; and chi/8 + O(chi^2) = 1e-18/16.
    np.testing.assert_allclose(js, [np.log(1.2), 0.054230661598185154, 6.25e-20], rtol=1e-14)


def test_cross_entropy_is_entropy_and_divergence():
    value = closed_forms.find("cross_entropy", dv.Normal(1, 2), dv.Normal(0, 1))()
    np.testing.assert_allclose(value, 0.5 * np.log(2 * np.pi) + 2.5, rtol=1e-15)


# Textbook formulas in 120 digits: for such parameters there is nothing to integrate.
def gamma_divergence(s, a, t, b):
    log, gamma, psi = mpmath.log, mpmath.loggamma, mpmath.digamma
    return (s - t) * psi(s) - gamma(s) + gamma(t) + t * log(b / a) + s * (a - b) / b


def beta_divergence(*parameters):
    a, b, c, d = parameters
    gamma, psi = mpmath.loggamma, mpmath.digamma

    def log_beta(x, y):
        return gamma(x) + gamma(y) - gamma(x + y)

    shared = (c - a + d - b) * psi(a + b)
    return log_beta(c, d) - log_beta(a, b) + (a - c) * psi(a) + (b - d) * psi(b) + shared


@pytest.mark.parametrize(
    ("family", "formula", "parameters"),
    [
        (dv.Gamma, gamma_divergence, (1e20, 1.0, 1.1e20, 1 / 1.1)),
        (dv.Gamma, gamma_divergence, (1e20, 1.0, 1.0000001e20, 1.0)),
        (dv.Gamma, gamma_divergence, (1e20, 3.0, 1e19, 3.0)),
        (dv.Gamma, gamma_divergence, (1e-10, 1.0, 1e-3, 1e10)),
        (dv.Beta, beta_divergence, (2.0, 1e20, 2.2, 1.1e20)),
        (dv.Beta, beta_divergence, (2.0, 1e20, 2.00000002, 1e20)),
        (dv.Beta, beta_divergence, (1e20, 1e20, 1.5e20, 1.4e20)),
        (dv.Beta, beta_divergence, (1e-10, 1e-5, 3.0, 2.0)),
    ],
)
def test_huge_and_tiny_parameters_stay_accurate(family, formula, parameters):
    half = len(parameters) // 2
    value = kl(family(*parameters[:half]), family(*parameters[half:]))
    with mpmath.workdps(120):
        exact = formula(*map(mpf, parameters))
    assert error(value, mpmath.nstr(exact, 25)) < 1e-13


@pytest.mark.parametrize("delta", [1.0, 0.1, 1e-8])
def test_normals_and_dirichlet_of_vectors(delta):
    rng = np.random.default_rng(3)
    root = np.round(rng.normal(size=(3, 3)), 3)
    first = root @ root.T + np.eye(3)
    first = 0.5 * (first + first.T)
    second = first + delta * np.diag([0.3, 0.1, 0.2])
    means = np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2, 0.3]) + delta * np.array([0.2, 0, 0.1])
    with mpmath.workdps(50):
        s, t = (mpmath.matrix(x.tolist()) for x in (first, second))
        d = mpmath.matrix([mpf(y) - mpf(x) for x, y in zip(*means, strict=True)])
        inverse = t**-1
        ratio = mpmath.log(mpmath.det(t) / mpmath.det(s))
        square = (d.T * inverse * d)[0]
        exact = (sum((inverse * s)[i, i] for i in range(3)) - 3 + ratio + square) / 2
    p, q = (dv.MultivariateNormal(m, c) for m, c in zip(means, (first, second), strict=True))
    assert error(kl(p, q), mpmath.nstr(exact, 25)) < 1e-13
    # R(a) and its limit; a Dirichlet distribution of two shares is a beta distribution.
    np.testing.assert_allclose(power(p, q, 1.0), kl(p, q), rtol=1e-15)
    np.testing.assert_allclose(power(p, q, 0.25), power(q, p, 0.75), rtol=1e-12)
    a, b = np.array([2.0, 3.5]), np.array([2.0, 3.5]) * (1 + delta * np.array([0.5, 0.25]))
    np.testing.assert_allclose(
        kl(dv.Dirichlet(a), dv.Dirichlet(b)), kl(dv.Beta(*a), dv.Beta(*b)), rtol=1e-15
    )
    np.testing.assert_allclose(
        power(dv.Dirichlet(a), dv.Dirichlet(b), 0.3),
        power(dv.Beta(*a), dv.Beta(*b), 0.3),
        rtol=1e-14,
    )


def test_independent_coordinates_are_a_diagonal_covariance():
    p, q = dv.DiagonalNormal([0.0, 1.0], [1.0, 2.0]), dv.DiagonalNormal([0.5, 1.0], [1.5, 2.5])
    for first, second in ((p.full, q.full), (p, q.full), (p.full, q)):
        np.testing.assert_allclose(kl(first, second), kl(p, q), rtol=1e-14)
    np.testing.assert_allclose(power(p.full, q.full, 2.0), power(p, q, 2.0), rtol=1e-13)


def test_powers_end_in_the_divergence_and_in_infinity():
    p, q = dv.Normal(0.0, 1.0), dv.Normal(1.0, 2.0)
    assert power(p, q, 1.0) == kl(p, q)
    assert power(p, q, 0.0) == kl(q, p)
    assert power(q, p, 4 / 3 + 1e-9) == np.inf  # where p^a q^(1-a) stops being integrable
    np.testing.assert_allclose(power(p, q, 1 - 1e-12), kl(p, q), rtol=1e-11)
    certain = [power(dv.Bernoulli(x), dv.Bernoulli(y), 0.5) for x, y in ((0, 1), (0, 0), (0, 0.5))]
    np.testing.assert_allclose(certain, [np.inf, 0.0, 2 * np.log(2)], rtol=1e-15)
    assert power(dv.Bernoulli(0.5), dv.Bernoulli(1.0), 2.0) == np.inf


@pytest.mark.parametrize("concentration", [60.0, 1e4])
def test_von_mises_of_nearly_equal_great_concentrations(concentration):
    x, y = concentration, concentration * (1.0 + 2.0**-7)
    with mpmath.workdps(40):
        ratio = mpmath.besseli(1, x) / mpmath.besseli(0, x)
        truth = mpmath.log(mpmath.besseli(0, y) / mpmath.besseli(0, x)) + (x - y) * ratio
    found = dv.kl_divergence(dv.VonMises(0.0, x), dv.VonMises(0.0, y)).value
    assert found == pytest.approx(float(truth), rel=1e-13, abs=0.0)
