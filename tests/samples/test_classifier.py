"""A classifier measures divergences: what it knows decides how near, and never how far too high."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

import divergences as dv
from divergences.core import FDivergence
from divergences.core.influence import slopes
from divergences.methods.samples.density_ratio.betting_bound import lower_bound, payoffs
from divergences.methods.samples.density_ratio.variational_estimate import estimate
from divergences.testing.members import members

PAIRED = [member.functional for member in members(arity=2, joint=False)]
PERSPECTIVES = [functional for functional in PAIRED if isinstance(functional, FDivergence)]
JS_OF_NORMALS = {0.0: 0.0, 1.0: 0.11142148218473618, 2.0: 0.33683082034683161}  # N(0,1), N(mu,1)


class Knowing:
    """A classifier that needs no fitting: it knows that P is N(0, 1) and Q is N(mu, 1)."""

    def __init__(self, mu):
        self.mu = mu

    def fit(self, points, labels):
        self.odds = np.log(np.sum(labels == 1) / np.sum(labels == 0))

    def predict_proba(self, points):
        logit = self.mu * (0.5 * self.mu - points[:, 0]) + self.odds
        return np.stack([expit(-logit), expit(logit)], axis=1)


def normals(mu, n, m, seed, dim=1):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, dim)), rng.normal(size=(m, dim))
    y[:, 0] += mu
    return dv.Sample(x), dv.Sample(y)


def js(x, y, estimator, **settings):
    return dv.jensen_shannon_divergence(x, y, method=dv.methods.Classifier(estimator, **settings))


@pytest.mark.parametrize("member", PERSPECTIVES, ids=lambda member: member.name)
def test_variational_form_at_the_true_log_ratio_is_the_divergence(member):
    # Every outcome as often as it is probable: the means are exact.
    p, q = np.array([1, 2, 3, 10]), np.array([4, 6, 5, 1])
    t = np.log(p / q)
    found = estimate(member, np.repeat(t, p), np.repeat(t, q), "", {})
    truth = getattr(dv, member.name)(p / 16, q / 16)
    assert found.value == pytest.approx(float(truth), rel=1e-12)


@pytest.mark.parametrize("member", PERSPECTIVES, ids=lambda member: member.name)
@pytest.mark.parametrize("error", [-0.5, 0.1, 0.7])
def test_a_wrong_log_ratio_never_raises_a_divergence(member, error):
    p, q = np.array([1, 2, 3, 10]), np.array([4, 6, 5, 1])
    t = np.log(p / q) + error * np.array([1, -1, 1, 1])
    found = estimate(member, np.repeat(t, p), np.repeat(t, q), "", {})
    excess = found.value - float(getattr(dv, member.name)(p / 16, q / 16))
    assert excess * member.laws.data_processing <= 1e-12


@pytest.mark.parametrize("member", PERSPECTIVES, ids=lambda member: member.name)
def test_slopes_have_their_limits_at_infinite_log_ratios(member):
    p, q = slopes(member, np.array([-np.inf, np.inf]))
    assert p[1] == member.limits.value_q0
    assert q[0] == member.limits.value_p0


def test_value_is_half_the_value_of_the_game_plus_log_2():
    x, y = normals(2.0, 400, 600, 1)
    real, fake = 2.0 * (1.0 - x.points[:, 0]), 2.0 * (1.0 - y.points[:, 0])
    game = -np.mean(np.logaddexp(0, -real)) - np.mean(np.logaddexp(0, fake))
    assert js(x, y, Knowing(2.0)).value == pytest.approx(0.5 * game + np.log(2), rel=1e-12)


def test_standard_error_is_the_efficient_one():
    x, y = normals(2.0, 400, 600, 1)
    log_d = -np.logaddexp(0, -2.0 * (1.0 - x.points[:, 0]))
    log_not_d = -np.logaddexp(0, 2.0 * (1.0 - y.points[:, 0]))
    variance = (np.var(log_d, ddof=1) / 400 + np.var(log_not_d, ddof=1) / 600) / 4
    assert js(x, y, Knowing(2.0)).standard_error == pytest.approx(variance**0.5, rel=1e-12)


@pytest.mark.parametrize("mu", [0.0, 1.0, 2.0])
def test_intervals_cover_the_truth_as_often_as_they_say(mu):
    repetitions, covered, errors = 150, 0, []
    for seed in range(repetitions):
        x, y = normals(mu, 300, 500, seed)
        found = js(x, y, LogisticRegression(C=1e4), bound_level=None)
        low, high = found.confidence_interval()
        covered += low <= JS_OF_NORMALS[mu] <= high
        errors.append(found.value - JS_OF_NORMALS[mu])
    # At mu = 0 all of the error is the excess risk, and intervals that end at 0 always cover it.
    assert binom.ppf(1e-3, repetitions, 0.95) <= covered
    assert mu == 0.0 or covered <= binom.ppf(1.0 - 1e-3, repetitions, 0.95)
    # Of two parameters and n = 300, m = 500 the excess costs about 1e-3 nat.
    assert abs(np.mean(errors)) < 3e-3 + 4 * np.std(errors) / repetitions**0.5


@pytest.mark.parametrize("mu", [0.0, 1.0])
def test_lower_bound_holds_even_for_a_classifier_that_overfits(mu):
    repetitions = 100
    beyond = 0
    for seed in range(repetitions):
        x, y = normals(mu, 60, 90, seed)
        estimator = DecisionTreeClassifier(max_depth=4, random_state=0)
        found = js(x, y, estimator, folds=3, bound_level=0.8)
        beyond += found.info["lower_bound"] > JS_OF_NORMALS[mu]
    assert beyond <= binom.ppf(1.0 - 1e-3, repetitions, 0.2)


def test_lower_bound_of_a_fixed_witness_errs_no_more_often_than_stated():
    (member,) = (f for f in PERSPECTIVES if f.name == "jensen_shannon_divergence")
    rng = np.random.default_rng(0)
    repetitions, beyond = 1000, 0
    for _ in range(repetitions):
        x, y = rng.normal(size=200), 1.0 + rng.normal(size=150)
        bound = lower_bound(payoffs(member, [(0.5 - x, 0.5 - y)]), 0.5)
        beyond += 0.5 * bound > JS_OF_NORMALS[1.0]
    assert beyond <= binom.ppf(1.0 - 1e-3, repetitions, 0.5)
    assert beyond > 0  # or the bound would say nothing


def test_lower_bound_rises_to_the_divergence():
    # With twelve ways to bet, sqrt(2 log(12/0.05)) = 3.3 standard errors of four fifths of the
    # sample; the stake in the list may cost up to a third more than the best.
    x, y = normals(2.0, 20_000, 20_000, 0)
    found = js(x, y, Knowing(2.0))
    assert found.info["lower_bound_level"] == 0.95
    assert 0.0 < found.value - found.info["lower_bound"] < 5.0 * found.standard_error


def test_disjoint_samples_are_log_2_apart_and_no_more():
    rng = np.random.default_rng(0)
    x, y = dv.Sample(rng.random(200)), dv.Sample(5.0 + rng.random(300))
    found = js(x, y, DecisionTreeClassifier())
    assert np.log(2) - 0.01 < found.value <= np.log(2)
    assert 0.5 < found.info["lower_bound"] < np.log(2)
    assert found.confidence_interval()[1] <= np.log(2)


@pytest.mark.parametrize("certain", [40.0, 1e9, np.inf])
def test_no_single_observation_decides_a_bounded_divergence(certain):
    t = np.random.default_rng(0).normal(0.5, 1.0, 500)
    wrong = np.append(t[1:], -certain)  # an observation of P, said to be certainly of Q
    (member,) = (member for member in PERSPECTIVES if member.name == "jensen_shannon_divergence")
    found = [estimate(member, on_p, -t, "", {}).value for on_p in (t, wrong)]
    assert 0.0 < found[0] - found[1] < 2.0 * np.log(1000) / 500


def test_unequal_samples_are_accounted_for():
    x, y = normals(1.0, 500, 20_000, 0)
    found = js(x, y, LogisticRegression(C=1e4), bound_level=None)
    assert abs(found.value - JS_OF_NORMALS[1.0]) < 4.0 * found.standard_error


def test_kl_and_reverse_kl_of_equal_normals_apart_by_one():
    x, y = normals(1.0, 20_000, 20_000, 3)
    method = dv.methods.Classifier(LogisticRegression(C=1e4), bound_level=None)
    for found in (dv.kl_divergence(x, y, method=method), dv.kl_divergence(y, x, method=method)):
        assert abs(found.value - 0.5) < 4.0 * found.standard_error
        assert found.info["largest_share"] < 0.2


def test_mixture_with_equal_weights_is_the_jensen_shannon_divergence():
    x, y = normals(1.0, 100, 150, 0)
    method = dv.methods.Classifier(Knowing(1.0))
    plain = dv.jensen_shannon_divergence(x, y, method=method)
    mixed = dv.jensen_shannon_divergence(x, y, weights=[0.5, 0.5], method=method)
    assert mixed.value == pytest.approx(plain.value, rel=1e-12)
    assert mixed.standard_error == pytest.approx(plain.standard_error, rel=1e-12)


def test_weighted_mixture_of_true_log_ratios_is_near_its_truth():
    x, y = normals(1.0, 100_000, 100_000, 0)
    grid = np.arange(-9.0, 10.0, 0.05)
    pmfs = [dv.Weights(np.exp(-0.5 * (grid - mu) ** 2)) for mu in (0.0, 1.0)]
    truth = float(dv.jensen_shannon_divergence(*pmfs, weights=[0.2, 0.8]))
    method = dv.methods.Classifier(Knowing(1.0))
    found = dv.jensen_shannon_divergence(x, y, weights=[0.2, 0.8], method=method)
    assert abs(found.value - truth) < 4.0 * found.standard_error


def test_root_of_an_estimate_below_zero_is_zero_with_an_error():
    x, y = normals(0.0, 200, 200, 0)
    method = dv.methods.Classifier(Knowing(0.5), bound_level=None)
    assert dv.jensen_shannon_divergence(x, y, method=method).value < 0.0
    distance = dv.jensen_shannon_distance(x, y, method=method)
    assert distance.value == 0.0
    assert 0.0 < distance.standard_error < 0.2


def test_interval_stays_between_the_possible_values():
    x, y = normals(0.0, 200, 200, 0)
    found = js(x, y, Knowing(0.5), bound_level=None)
    assert found.value < 0.0
    low, high = found.confidence_interval(0.1)
    assert low == 0.0 < high < 0.01


def test_result_is_reproducible_and_depends_on_the_folds():
    x, y = normals(1.0, 200, 300, 0)
    values = [js(x, y, LogisticRegression(), rng=seed).value for seed in (0, 0, 1)]
    assert values[0] == values[1] != values[2]


def test_estimator_is_left_unfitted():
    x, y = normals(1.0, 50, 50, 0)
    estimator = LogisticRegression()
    js(x, y, estimator)
    assert not hasattr(estimator, "coef_")


def test_bits_are_nats_over_log_2():
    x, y = normals(1.0, 50, 50, 0)
    method = dv.methods.Classifier(Knowing(1.0))
    nats = dv.jensen_shannon_divergence(x, y, method=method)
    bits = dv.jensen_shannon_divergence(x, y, base=2, method=method)
    assert bits.value == pytest.approx(nats.value / np.log(2))
    assert bits.info["lower_bound"] == nats.info["lower_bound"]  # as documented


class Odd(Knowing):
    def predict_proba(self, points):
        return np.full((len(points), 3), 1 / 3)


def test_what_makes_no_sense_is_refused_in_words():
    x, y = normals(1.0, 10, 10, 0)
    with pytest.raises(TypeError, match=r"estimator is .*; pass an object with fit"):
        dv.methods.Classifier(LogisticRegression)
    with pytest.raises(TypeError, match=r"estimator is 3; pass an object with fit"):
        dv.methods.Classifier(3)
    pipeline = make_pipeline(LogisticRegression(class_weight="balanced"))
    with pytest.raises(ValueError, match=r"logisticregression__class_weight='balanced'; its prob"):
        dv.methods.Classifier(pipeline)
    with pytest.raises(ValueError, match=r"folds is 1; cross-fitting needs an integer >= 2"):
        dv.methods.Classifier(LogisticRegression(), folds=1)
    with pytest.raises(ValueError, match=r"bound_level is 95; a confidence level is between"):
        dv.methods.Classifier(LogisticRegression(), bound_level=95)
    with pytest.raises(ValueError, match=r"p has 10 observation\(s\), fewer than folds=11"):
        js(x, y, LogisticRegression(), folds=11)
    with pytest.raises(ValueError, match=r"q has weights; Classifier takes equally weighted"):
        js(x, dv.Sample(y.values, np.ones(10)), LogisticRegression())
    with pytest.raises(ValueError, match=r"returned an array of shape \(4, 3\) for 4 points"):
        js(x, y, Odd(1.0))
    with pytest.raises(ValueError, match=r"Classifier compares two samples, not 3; pass two"):
        dv.jensen_shannon_divergence(x, y, x, method=dv.methods.Classifier(LogisticRegression()))
