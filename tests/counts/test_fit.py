"""Counts beside probabilities that are known: the limit of a sample that never ends."""

from functools import partial

import numpy as np
import pytest
import scipy.stats

import divergences as dv

Q = np.array([0.5, 0.3, 0.2])
P = dv.Counts([60, 25, 15])
JACKKNIFE, PLUG_IN = dv.methods.Jackknife(), dv.methods.PlugIn()
QUANTITIES = [
    (dv.kl_divergence, JACKKNIFE),
    (dv.kl_divergence, PLUG_IN),
    (dv.jensen_shannon_divergence, JACKKNIFE),
    (dv.jensen_shannon_distance, PLUG_IN),
    (dv.hellinger_distance, JACKKNIFE),
    (dv.chi_squared_divergence, JACKKNIFE),
    (dv.total_variation_distance, PLUG_IN),
    (dv.jeffreys_divergence, JACKKNIFE),
    (partial(dv.renyi_divergence, alpha=2.0), JACKKNIFE),
    (partial(dv.tsallis_divergence, alpha=[0.5, 3.0]), PLUG_IN),
]


@pytest.mark.parametrize(("quantity", "method"), QUANTITIES)
@pytest.mark.parametrize("swapped", [False, True])
def test_what_is_known_is_a_sample_without_end(quantity, method, swapped):
    # A sample of m is off by the noise of m, of order 1/m, and shares are rounded to 1/m: 1e-15.
    # Next to zero a root of that is seen.
    many = dv.Counts(np.rint(1e15 * Q).astype(np.int64))
    known, sampled = ([P, q][:: -1 if swapped else 1] for q in (Q, many))
    found, expected = quantity(*known, method=method), quantity(*sampled, method=method)
    assert found.value == pytest.approx(expected.value, rel=1e-9)
    assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-7)
    for own, other in zip(found.interval, expected.interval, strict=True):
        assert own == pytest.approx(other, rel=1e-7, abs=1e-12)
    assert found.n == (100,)


def test_cross_entropy_is_a_mean():
    found = dv.cross_entropy(P, Q, base=2)
    lengths = -np.log2(np.repeat(Q, P.values))
    assert found.value == pytest.approx(lengths.mean(), rel=1e-14)
    assert found.standard_error == pytest.approx(scipy.stats.sem(lengths), rel=1e-12)
    alike = dv.cross_entropy(dv.Counts([5, 0, 0]), Q)  # the frequencies alone would say: no error
    assert alike.interval.high > -np.log(0.5)
    assert dv.cross_entropy(dv.Counts([5, 1]), [1.0, 0.0]).value == np.inf
    with pytest.raises(TypeError, match=r"pass kl_divergence\(p, q\), and add entropy"):
        dv.cross_entropy(Q, P)


@pytest.mark.parametrize(
    "known",
    [Q, list(Q), dv.Weights(7 * Q), dv.LogProbs(np.log(Q)), dv.Logits(np.log(Q) - 900.0)],
    ids=["array", "list", "weights", "logs", "logits"],
)
def test_every_finite_distribution_will_do(known):
    expected = dv.kl_divergence(P, Q)
    found = dv.kl_divergence(P, known)
    assert found.value == pytest.approx(expected.value, rel=1e-12)
    assert found.interval == pytest.approx(expected.interval, rel=1e-12)


def test_axes_batches_masks_and_labels():
    rows = np.array([[60, 25, 15], [3, 4, 5]])
    one_by_one = [dv.kl_divergence(dv.Counts(row), Q) for row in rows]
    for found in (
        dv.kl_divergence(dv.Counts(rows), Q),
        dv.kl_divergence(dv.Counts(rows.T), Q[:, None], axis=0),
        dv.kl_divergence(dv.Counts(np.c_[rows, [9, 9]]), [*Q, 0.0], where=[1 > 0] * 3 + [1 < 0]),
    ):
        np.testing.assert_allclose(found.value, [e.value for e in one_by_one], rtol=1e-12)
        errors = [e.standard_error for e in one_by_one]
        np.testing.assert_allclose(found.standard_error, errors, rtol=1e-12)
    pd = pytest.importorskip("pandas")
    counts = dv.Counts(pd.Series([15, 60, 25], index=list("cab")))
    found = dv.kl_divergence(counts, pd.Series(Q, index=list("abc")))
    assert found.value == pytest.approx(dv.kl_divergence(P, Q).value, rel=1e-12)


def test_what_is_impossible_is_no_chance():
    assert dv.kl_divergence(dv.Counts([5, 1]), [1.0, 0.0]).value == np.inf
    disjoint = dv.jensen_shannon_divergence(dv.Counts([0, 50]), [1.0, 0.0])
    assert disjoint.value == pytest.approx(np.log(2))
    assert np.isnan(dv.kl_divergence(dv.Counts([5, 1]), [np.nan, 0.5]).value)
    with pytest.raises(ValueError, match="q"):
        dv.kl_divergence(P, [0.5, 0.3, 0.3])


@pytest.mark.parametrize(
    ("quantity", "p"),
    [
        (dv.kl_divergence, np.full(10, 0.1)),
        (dv.kl_divergence, np.arange(1, 11) / 55),
        (dv.jensen_shannon_divergence, 0.9 * np.full(10, 0.1) + 0.1 * np.arange(1, 11) / 55),
    ],
    ids=["equal", "far", "near"],
)
def test_intervals_cover(quantity, p):
    # 92 to 98 % for n = 100 and ten outcomes; 4000 draws have a standard error of 0.3 %.
    q, draws = np.full(10, 0.1), 4000
    counts = np.random.default_rng(1).multinomial(100, p, size=draws)
    low, high = quantity(dv.Counts(counts), q).interval
    truth = float(quantity(p, q))
    covered = np.mean((low <= truth + 1e-15) & (truth <= high))
    assert 0.92 <= covered <= 0.98


def test_p_values_of_fit():
    rng = np.random.default_rng(0)
    draws = dv.Counts(rng.multinomial(40, Q, size=400))
    test = dv.methods.Permutation(rng=1, permutations=99)
    p_values = dv.kl_divergence(draws, Q, method=test).pvalue
    for level in (0.1, 0.5):
        assert np.mean(p_values <= level) < level + 4 * (level * (1 - level) / 400) ** 0.5
    assert np.mean(p_values <= 0.5) > 0.3
    wrong = dv.kl_divergence(dv.Counts([10, 10, 80]), Q, method=dv.methods.Permutation(rng=1))
    assert wrong.pvalue == 0.001
    swapped = dv.jensen_shannon_divergence(Q, dv.Counts([10, 10, 80]), method=test)
    assert swapped.pvalue == 0.01
    g = scipy.stats.power_divergence(P.values, 100 * Q, lambda_="log-likelihood")
    exact = dv.kl_divergence(P, Q, method=dv.methods.Permutation(rng=1, permutations=9999)).pvalue
    assert exact == pytest.approx(g.pvalue, abs=0.02)  # asymptotic at n = 100


def test_refusals_say_what_to_do():
    with pytest.raises(TypeError, match="these methods take that: PlugIn, Jackknife, Permutation"):
        dv.kl_divergence(P, Q, method=dv.methods.Zhang())
    with pytest.raises(TypeError, match=r"has no method for both.*Weights\(counts\)"):
        dv.jensen_shannon_divergence(P, Q, Q)
