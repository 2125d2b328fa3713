"""Jensen-Shannon divergences of several samples, and with weights, by who shares a ball."""

import numpy as np
import pytest

import divergences as dv

NORMALS = [dv.Normal(0.0, 1.0), dv.Normal(1.0, 1.0), dv.Normal(3.0, 1.0)]


def drawn(sizes, dim, seed, laws=NORMALS):
    rng = np.random.default_rng(seed)
    points = [rng.normal(size=(n, dim)) for n in sizes]
    for x, law in zip(points, laws, strict=True):
        x[:, 0] = law.sample(rng, len(x))
    return [dv.Sample(x) for x in points]


@pytest.mark.parametrize("dim", [1, 3])
@pytest.mark.parametrize("sizes", [(1000, 1000, 1000), (500, 2000, 800)])
@pytest.mark.parametrize("weights", [None, (0.6, 0.3, 0.1)])
def test_three_normals_are_as_far_apart_as_they_are(dim, sizes, weights):
    truth = float(dv.jensen_shannon_divergence(*NORMALS, weights=weights))
    found = dv.jensen_shannon_divergence(*drawn(sizes, dim, 1), weights=weights)
    # What other coordinates share says nothing. 0.006 is the bias that unequal weights leave.
    assert abs(found.value - truth) < 3.5 * found.standard_error + 0.006
    assert 0.009 < found.standard_error < 0.017
    assert "NearestNeighbours" in found.method


def test_intervals_of_equal_distributions_cover_zero_as_often_as_they_say():
    laws = [dv.Normal(0.0, 1.0)] * 3
    runs = [dv.jensen_shannon_divergence(*drawn((200,) * 3, 1, s, laws)) for s in range(60)]
    z = np.array([run.value / run.standard_error for run in runs])
    assert abs(z.mean()) < 0.5
    assert np.mean(np.abs(z) < 1.96) > 0.86  # three standard errors of a share of 0.95


def test_a_distribution_of_no_weight_does_not_count():
    x, y, z = drawn((400, 500, 600), 2, 2)
    whole = dv.jensen_shannon_divergence(x, y, z, weights=[0.4, 0.6, 0.0])
    method = dv.methods.NearestNeighbours(whiten=False)
    three = dv.jensen_shannon_divergence(x, y, z, weights=[0.4, 0.6, 0.0], method=method)
    two = dv.jensen_shannon_divergence(x, y, weights=[0.4, 0.6], method=method)
    assert three.value == two.value
    assert whole.bounds == pytest.approx((0.0, -0.4 * np.log(0.4) - 0.6 * np.log(0.6)))
    assert dv.jensen_shannon_divergence(x, y, weights=[0.0, 1.0]).value == 0.0


def test_two_samples_of_equal_weights_are_near_the_jensen_shannon_divergence():
    x, y, _ = drawn((1000, 1000, 10), 1, 3)
    plain = dv.jensen_shannon_divergence(x, y)
    mixed = dv.jensen_shannon_divergence(x, y, weights=[0.5, 0.5])
    assert abs(mixed.value - plain.value) < 0.5 * plain.standard_error
    assert mixed.standard_error == pytest.approx(plain.standard_error, rel=0.15)


def test_disjoint_samples_reach_the_entropy_of_the_weights():
    x = [dv.Sample(np.random.default_rng(i).normal(100.0 * i, 1.0, 200)) for i in range(3)]
    found = dv.jensen_shannon_divergence(*x, base=3)
    # The share of the own sample is 1, but for psi(k) - log(n - 1) and their like: 1/n.
    assert found.value == pytest.approx(1.0, abs=0.01)
    assert found.confidence_interval()[1] <= 1.0


def test_duplicates_are_counted():
    rng = np.random.default_rng(4)
    samples = [dv.Sample(np.round(rng.normal(m, 1, 500), 1)) for m in (0, 1, 3)]
    found = dv.jensen_shannon_divergence(*samples)
    truth = float(dv.jensen_shannon_divergence(*NORMALS))
    assert found.info["ties"] > 1000
    assert abs(found.value - truth) < 4.0 * found.standard_error
