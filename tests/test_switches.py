"""Where a way of computing hands over to another, both are accurate on their side of the switch."""

import numpy as np
import pytest
from mpmath import mp

import divergences as dv
from divergences.functionals.chi_squared import CHI_SQUARED
from divergences.functionals.jeffreys import JEFFREYS
from divergences.functionals.jensen_shannon import JENSEN_SHANNON
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER
from divergences.functionals.triangular import TRIANGULAR
from divergences.testing import oracle
from divergences.testing.tolerance import ulps

U = 2.0**-53
DIGITS = 40


@pytest.mark.parametrize("size", [1e-6, 1e-5, 1.0])
@pytest.mark.parametrize("drift", [8, 16, 200, 600])
@pytest.mark.parametrize("n", [10, 100])
@pytest.mark.parametrize(
    "member",
    [KULLBACK_LEIBLER, JENSEN_SHANNON, JEFFREYS, CHI_SQUARED, TRIANGULAR],
    ids=lambda member: member.name,
)
def test_totals_apart_by_few_and_by_many_roundings(member, n, drift, size):
    """The direct sum stands for totals apart by up to 12 roundings; from there on it is not good.

    Taken at 600, its error would be 7 to 350 ulp.
    """
    function = getattr(dv, member.name)
    for seed in range(2):
        rng = np.random.default_rng([n, seed])
        p = rng.dirichlet(np.ones(n))
        q = p * (1.0 + size * rng.uniform(-0.5, 0.5, n))
        q *= (1.0 + drift * U) / q.sum()
        assert ulps(function(p, q), oracle.value(member, p, q)) <= 4.0


def exact(mean_p, cov_p, mean_q, cov_q):
    """Return KL of normal distributions of vectors."""
    with mp.workdps(DIGITS):
        first, second = mp.matrix(cov_p.tolist()), mp.matrix(cov_q.tolist())
        shift = mp.matrix(mean_p.tolist()) - mp.matrix(mean_q.tolist())
        inverse = mp.inverse(second)
        ratio = inverse * first
        trace = mp.fsum(ratio[i, i] for i in range(ratio.rows))
        square = (shift.T * inverse * shift)[0]
        return (square + trace - ratio.rows - mp.log(mp.det(ratio))) / 2


@pytest.mark.parametrize(
    "eigenvalues",
    [
        (0.01, 0.005, -0.008),
        (0.06, 0.03, -0.05),
        (0.1, 0.05, -0.08),
        (0.3, 0.2, -0.25),
        (0.3, 0.2, -0.4),
        (0.1, 0.2, -0.9),
        (1.0, 0.5, -0.9),
        (4.0, 2.0, -0.9),
        (4.0, 2.0, 1.0),
        (-0.9, -0.8, -0.7),
    ],
)
def test_normal_vectors_of_covariances_near_and_apart(eigenvalues):
    """KL is an integral for E = L^-1 S1 L^-T - 1 of norm below 1/2, and else a difference.

    At -0.9 the integral is off by 1e-12 to 1e-11, and the difference by U/|E|^2 of small ones.
    """
    mean = np.zeros(3)
    for seed in range(6):
        rng = np.random.default_rng(seed)
        root = np.tril(rng.normal(size=(3, 3)), -1) * 0.3 + np.diag(rng.uniform(0.8, 1.2, 3))
        turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        spread = root @ turn
        cov_p = spread @ np.diag(1.0 + np.array(eigenvalues)) @ spread.T
        cov_p, cov_q = 0.5 * (cov_p + cov_p.T), root @ root.T
        found = dv.kl_divergence(
            dv.MultivariateNormal(mean, cov_p), dv.MultivariateNormal(mean, cov_q)
        )
        # Ten entries of the covariances and their roots are rounded, some of them twice or more.
        assert float(found) == pytest.approx(float(exact(mean, cov_p, mean, cov_q)), rel=50.0 * U)
