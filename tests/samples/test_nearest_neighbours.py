"""Nearest neighbours: exact where the mathematics says so, honest errors, ties, refusals."""

import numpy as np
import pytest
from scipy.special import digamma, gammaln
from scipy.stats import multivariate_normal, t

import divergences as dv
from divergences.methods.samples.neighbours.density import weighted
from divergences.methods.samples.neighbours.elliptical import Elliptical, fit
from divergences.methods.samples.neighbours.influence import logarithmic
from divergences.testing.members import members

NN = dv.methods.NearestNeighbours


def normals(shift, n, m, seed, d=1):
    rng = np.random.default_rng(seed)
    return dv.Sample(rng.normal(0, 1, (n, d))), dv.Sample(rng.normal(0, 1, (m, d)) + shift)


@pytest.mark.parametrize("d", [1, 3])
def test_without_whitening_the_entropy_is_that_of_kozachenko_and_leonenko(d):
    x = np.random.default_rng(0).normal(size=(60, d))
    distances = np.sort(np.linalg.norm(x[:, None] - x, axis=2), axis=1)[:, 4]  # the 4th, less self
    volume = 0.5 * d * np.log(np.pi) - gammaln(0.5 * d + 1) + d * np.log(distances)
    expected = np.mean(volume) + digamma(60) - digamma(4)
    found = dv.entropy(dv.Sample(x), method=NN(k=4, whiten=False)).value
    assert found == pytest.approx(expected, rel=1e-13)


def test_unevenness_is_the_mass_of_balls_over_density_times_volume():
    # Mass of intervals from the distribution function of SciPy.
    z, r = np.array([[0.0], [1.5], [-4.0]]), np.array([[0.1, 1.0]] * 3)
    for degrees, law in ((np.inf, t(1e12)), (3.0, t(3))):
        found = Elliptical(degrees, np.zeros(1), np.eye(1)).log_nonuniformity(z, r)
        mass = law.cdf(np.abs(z) * -1 + r) - law.cdf(np.abs(z) * -1 - r)
        np.testing.assert_allclose(found, np.log(mass / (2 * r * law.pdf(z))), atol=1e-4)


def test_fitted_distribution_follows_affine_maps_and_tails():
    rng = np.random.default_rng(1)
    x = rng.standard_t(3, (3000, 2))
    root = np.array([[1e3, 0.0], [-2.0, 1e-3]])
    plain, mapped = fit(x), fit(5.0 + x @ root.T)
    assert plain.degrees in (2.0, 3.0, 5.0)
    assert fit(rng.normal(size=(3000, 2))).degrees >= 30.0
    np.testing.assert_allclose(
        mapped.log_density(5.0 + x[:9] @ root.T), plain.log_density(x[:9]), atol=1e-2
    )
    normal = Elliptical(np.inf, np.ones(2), np.linalg.cholesky([[2.0, 1.0], [1.0, 3.0]]))
    expected = multivariate_normal([1, 1], [[2, 1], [1, 3]]).logpdf(x[:9])
    np.testing.assert_allclose(normal.log_density(x[:9]), expected, rtol=1e-12)


def test_weights_sum_to_one_and_cancel_the_leading_bias():
    weights = weighted(5, 20, 5).values
    ranks = np.arange(1, 21)
    assert weights.sum() == pytest.approx(1.0)
    bias = np.exp(gammaln(ranks + 0.4) - gammaln(ranks))
    assert abs(weights @ bias) < 1e-9 * np.abs(weights) @ bias


@pytest.mark.parametrize(
    ("quantity", "shift", "truth", "allowed"),
    [
        (dv.kl_divergence, 1.0, 0.5, 0.02),
        (dv.kl_divergence, 2.0, 2.0, 0.1),
        (dv.jensen_shannon_divergence, 2.0, 0.336860, 0.008),
    ],
)
def test_bias_is_small_beside_the_error_and_intervals_cover(quantity, shift, truth, allowed):
    # `allowed` is the bias plus three standard errors of the mean of thirty.
    found = [quantity(*normals(shift, 1000, 1000, seed)) for seed in range(30)]
    values = np.array([e.value for e in found])
    assert abs(values.mean() - truth) < allowed
    covered = sum(low <= truth <= high for low, high in (e.confidence_interval() for e in found))
    assert covered >= 24  # of 30 at 95 %: fewer happen once in ten thousand


def test_unequal_sizes_leave_no_bias():
    for n, m in ((400, 1600), (1600, 400)):
        values = [
            dv.jensen_shannon_divergence(*normals(1.0, n, m, seed)).value for seed in range(20)
        ]
        assert abs(np.mean(values) - 0.110963) < 3.5 * np.std(values) / 20**0.5 + 0.003


def test_bounded_divergences_of_one_sample_pair():
    x, y = normals(2.0, 2000, 2000, 5, d=2)
    hellinger = dv.hellinger_distance(x, y)
    truth = (1.0 - np.exp(-1.0)) ** 0.5  # two coordinates apart by 2
    assert abs(hellinger.value - truth) < 4 * hellinger.standard_error
    distance = dv.jensen_shannon_distance(x, y)
    assert distance.value**2 == pytest.approx(dv.jensen_shannon_divergence(x, y).value)


def test_js_is_at_most_log_2_and_near_zero_for_equal_distributions():
    x, y = normals(50.0, 200, 200, 0)
    apart = dv.jensen_shannon_divergence(x, y).value
    # The priors of the Beta distributions are combined by least squares.
    assert np.log(2) - 1e-5 < apart <= np.log(2)
    equal = dv.jensen_shannon_divergence(*normals(0.0, 1000, 1000, 1))
    assert abs(equal.value) < 3.5 * equal.standard_error < 0.05


def test_no_interval_is_without_width_and_no_value_nan():
    rng = np.random.default_rng(1)
    x, y = normals(1e3, 20, 30, 0)
    for function in (dv.jensen_shannon_divergence, dv.hellinger_distance):
        low, high = function(x, y).confidence_interval()
        assert high - low > 0.02  # one observation of 20 may be unlike the others
    thin = dv.Sample(rng.normal(size=(20, 2)) * [1.0, 1e-6] + [0.0, 5.0])
    wide = dv.Sample(rng.normal(size=(30, 2)))
    assert 0.6 < dv.jensen_shannon_divergence(thin, wide).value <= np.log(2.0)
    far = dv.chi_squared_divergence(wide, dv.Sample(1e-40 * wide.points[:25]))
    assert far.value > 1e300
    assert far.standard_error == np.inf
    assert far.confidence_interval() == (0.0, np.inf)
    six = dv.mutual_information(dv.Sample(wide.points[:6]))
    assert six.standard_error >= 1.0 / 6.0


def test_mutual_information_of_correlated_normals():
    rng = np.random.default_rng(2)
    x, noise = rng.normal(size=(2, 1500))
    found = dv.mutual_information(dv.Sample.joint(x, x + noise))
    assert abs(found.value - 0.5 * np.log(2)) < 4 * found.standard_error
    columns = dv.mutual_information(dv.Sample(np.stack([x, x + noise], axis=1)))
    assert columns.value == found.value


def test_kl_is_cross_entropy_less_entropy():
    x, y = normals(1.0, 500, 700, 3)
    parts = dv.cross_entropy(x, y).value - dv.entropy(x).value
    assert dv.kl_divergence(x, y).value == pytest.approx(parts, rel=1e-12)


def test_which_members_are_logarithmic_is_found_from_their_slopes():
    functionals = {member.name: member.functional for member in members(arity=2)}
    assert logarithmic(functionals["kl_divergence"]) == (1.0, 0.0)
    assert logarithmic(functionals["jeffreys_divergence"]) == (1.0, -1.0)
    assert logarithmic(functionals["jensen_shannon_divergence"]) is None


def test_ties_are_counted_and_treated_as_asked():
    rng = np.random.default_rng(4)
    x = np.round(rng.normal(size=800), 1)
    corrected = dv.entropy(dv.Sample(x))
    assert np.isfinite(corrected.value)
    assert corrected.info["ties"] > 700
    jittered = dv.entropy(dv.Sample(x), method=NN(ties="jitter"))
    assert abs(jittered.value - 0.5 * np.log(2 * np.pi * np.e)) < 4 * jittered.standard_error
    with pytest.raises(ValueError, match=r"observations occur more than once.*ties='auto'"):
        dv.entropy(dv.Sample(x), method=NN(ties="raise"))
    rounded = dv.Sample(np.round(rng.normal(size=800) + 1.0, 1))
    js = dv.jensen_shannon_divergence(dv.Sample(x), rounded)
    assert abs(js.value - 0.110963) < 4 * js.standard_error


def test_what_makes_no_sense_is_refused_in_words():
    x, y = normals(1.0, 50, 50, 0)
    with pytest.raises(ValueError, match=r"k is 0; pass which neighbour, a positive integer"):
        NN(k=0)
    with pytest.raises(
        ValueError, match=r"ties is 'drop'; pass one of 'auto', 'correct', 'jitter', 'raise'"
    ):
        NN(ties="drop")
    with pytest.raises(ValueError, match=r"k is 5, and an observation has 2 neighbours"):
        dv.entropy(dv.Sample([0.0, 1.0, 3.0]), method=NN(whiten=False))
    with pytest.raises(ValueError, match=r"lie in a hyperplane.*whiten=False"):
        dv.entropy(dv.Sample(x.points * [1.0, 3.0]))
    with pytest.raises(ValueError, match=r"9 observations have the value 1 in coordinate 1"):
        dv.entropy(dv.Sample(np.stack([np.arange(9.0), np.ones(9)], axis=1)))
    with pytest.raises(ValueError, match=r"1 observation\(s\) in 1 dimension\(s\) are too few"):
        dv.entropy(dv.Sample([1.0]))
    with pytest.raises(ValueError, match=r"takes every observation as one. Leave the"):
        dv.entropy(dv.Sample([0.0, 1.0], [1.0, 2.0]), method=NN(k=1))
    with pytest.raises(TypeError, match=r"smooth and bounded.*not total_variation_distance"):
        dv.total_variation_distance(x, y)
    with pytest.raises(ValueError, match=r"6 observations have the value 0 in coordinate 0: an at"):
        dv.entropy(dv.Sample(np.zeros(6)), method=NN(whiten=False))
    with pytest.raises(ValueError, match=r"all 6 points are the same; they have no density"):
        dv.entropy(dv.Sample(np.zeros(6)), method=NN(whiten=False, ties="correct"))


def test_mutual_information_is_that_of_increasing_functions():
    rng = np.random.default_rng(8)
    x, noise = rng.normal(size=(2, 1000))
    y = np.round(0.9 * x + 0.19**0.5 * noise, 2)
    plain = dv.mutual_information(dv.Sample.joint(x, y))
    bent = dv.mutual_information(dv.Sample.joint(x**3, np.exp(5.0 * y)))
    assert bent.value == plain.value
    assert bent.info["ties"] == plain.info["ties"]
    truth = -0.5 * np.log(0.19)
    assert abs(plain.value - truth) < 3.0 * plain.standard_error
    cubed = dv.Sample.joint(x**3, y)
    straight = dv.mutual_information(cubed, method=dv.methods.NearestNeighbours(whiten=False))
    assert straight.value < plain.value - plain.standard_error  # what the ranks are for


def test_mutual_information_of_a_vector_and_a_number():
    rng = np.random.default_rng(9)
    x = rng.normal(size=(2000, 2))
    y = x.sum(axis=1) + rng.normal(size=2000)
    found = dv.mutual_information(dv.Sample.joint(x, y))
    assert abs(found.value - 0.5 * np.log(3.0)) < 3.5 * found.standard_error


def test_mutual_information_of_vectors_is_that_of_normals_but_for_noise():
    for d, correlation in ((5, 0.8), (6, 0.0)):
        truth, off = -0.5 * d * np.log1p(-(correlation**2)), []
        for seed in range(5):
            x, noise = np.random.default_rng(seed).normal(size=(2, 800, d))
            y = correlation * x + (1.0 - correlation**2) ** 0.5 * noise
            found = dv.mutual_information(dv.Sample.joint(x, y))
            off.append((found.value - truth) / found.standard_error)
        # Without the fitted distribution the first is low by 0.95, fifteen standard errors.
        assert abs(np.mean(off)) < 1.0 + 2.0 / 5**0.5


def test_errors_of_mutual_information_are_of_the_size_that_they_say():
    truth, z = -0.5 * np.log(0.64), []
    for seed in range(100):
        x, noise = np.random.default_rng(seed).normal(size=(2, 300))
        found = dv.mutual_information(dv.Sample.joint(x, 0.6 * x + 0.8 * noise))
        z.append((found.value - truth) / found.standard_error)
    assert abs(np.mean(z)) < 0.15 + 3.0 / 100**0.5
    assert 0.8 < np.std(z) < 1.15
