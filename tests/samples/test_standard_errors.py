"""Standard errors beside the spread of estimates over repetitions: neither too small nor too large.

The spread of 100 estimates is known to 7 %. The limits leave room for that, and for what standard
errors of first order are off by with so few observations.
"""

import numpy as np
import pytest

import divergences as dv

REPETITIONS = 100


def normals(rng, n, m, mean=0.5):
    return dv.Sample(rng.normal(size=n)), dv.Sample(rng.normal(mean, 1.0, m))


def pairs(rng, n, correlation):
    x, noise = rng.normal(size=(2, n))
    return dv.Sample.joint(x, correlation * x + (1.0 - correlation**2) ** 0.5 * noise)


CASES = {
    "entropy, uniform": lambda rng: dv.entropy(dv.Sample(rng.random(150))),
    "entropy of order 2": lambda rng: dv.renyi_entropy(dv.Sample(rng.normal(size=150)), 2.0),
    "cross-entropy, many of Q": lambda rng: dv.cross_entropy(*normals(rng, 60, 240)),
    "cross-entropy, many of P": lambda rng: dv.cross_entropy(*normals(rng, 240, 60)),
    "KL, many of Q": lambda rng: dv.kl_divergence(*normals(rng, 60, 240)),
    "KL, many of P": lambda rng: dv.kl_divergence(*normals(rng, 240, 60)),
    "KL in the plane": lambda rng: dv.kl_divergence(
        dv.Sample(rng.normal(size=(60, 2))), dv.Sample(rng.normal(0.5, 1.0, (180, 2)))
    ),
    "Jeffreys": lambda rng: dv.jeffreys_divergence(*normals(rng, 60, 180)),
    "JS, many of Q": lambda rng: dv.jensen_shannon_divergence(*normals(rng, 50, 150, 1.0)),
    "JS, weighted": lambda rng: dv.jensen_shannon_divergence(
        *normals(rng, 150, 50, 1.0), weights=[0.3, 0.7]
    ),
    "chi-squared": lambda rng: dv.chi_squared_divergence(
        dv.Sample(rng.normal(size=150)), dv.Sample(rng.normal(0.0, 2.0, 100))
    ),
    "information, independent": lambda rng: dv.mutual_information(pairs(rng, 150, 0.0)),
    "information, dependent": lambda rng: dv.mutual_information(pairs(rng, 150, 0.6)),
}


@pytest.mark.parametrize("estimate", CASES.values(), ids=CASES)
def test_standard_error_is_the_spread_of_estimates(estimate):
    found = [estimate(np.random.default_rng([11, seed])) for seed in range(REPETITIONS)]
    ratio = np.mean([e.standard_error for e in found]) / np.std([e.value for e in found], ddof=1)
    assert 0.8 < ratio < 1.25
