"""The discriminator as a method: near the truth, never far above it, and the same every time."""

import numpy as np
import pytest

import divergences as dv
import gan
from gan.fitting import fit
from gan.networks import Stereographic

# Equal shapes and settings everywhere: they share compiled functions.
N = 300
SMALL = gan.Recipe(width=16, depth=2, checks=30)
JS_OF_NORMALS = {0.0: 0.0, 2.0: 0.33683082034683161}  # N(0,1), N(mu,1)


def normals(mu, seed, dim=1):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(N, dim)), rng.normal(size=(N, dim))
    y[:, 0] += mu
    return dv.Sample(x), dv.Sample(y)


def js(x, y, **settings):
    method = gan.Discriminator(SMALL, folds=3, **settings)
    return dv.jensen_shannon_divergence(x, y, method=method)


@pytest.fixture(scope="module")
def far():
    """Estimate of two normals apart by two."""
    return js(*normals(2.0, 0))


def test_js_of_normals_is_near_the_truth(far):
    # The excess risk of a dozen effective parameters, at 160 observations a side, is 12/(4 160).
    assert abs(far.value - JS_OF_NORMALS[2.0]) < 4.0 * far.standard_error + 0.02
    assert 0.01 < far.standard_error < 0.04


def test_lower_bound_is_below_the_truth_and_says_something(far):
    assert 0.0 < far.info["lower_bound"] < JS_OF_NORMALS[2.0]


def test_result_is_reproducible(far):
    again = js(*normals(2.0, 0))
    assert (again.value, again.info) == (far.value, far.info)


def test_equal_distributions_are_not_found_apart():
    found = js(*normals(0.0, 1))
    assert found.value < 4.0 * found.standard_error
    assert found.confidence_interval()[0] == 0.0


def test_great_offsets_and_scales_cost_nothing():
    x, y = normals(2.0, 0, dim=2)
    scale, offset = np.array([1e-3, 1e4]), np.array([1e3, -1e9])
    moved = [dv.Sample(offset + scale * sample.points) for sample in (x, y)]
    # In float64 the offset leaves seven digits, which the networks do not see.
    assert js(*moved).value == pytest.approx(js(x, y).value, abs=0.01)


def test_embedding_tames_heavy_tails():
    rng = np.random.default_rng(0)
    x, y = dv.Sample(rng.standard_cauchy(N)), dv.Sample(3.0 + 2.0 * rng.standard_cauchy(N))
    found = js(x, y, embedding=Stereographic())
    truth = np.log(1.2)  # of C(0, 1) and C(3, 2): closed form
    assert abs(found.value - truth) < 4.0 * found.standard_error + 0.02


def test_fine_structure_is_found():
    rng = np.random.default_rng(0)
    angle = 0.25 * np.pi * rng.integers(8, size=1500)
    ring = 2.0 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.2 * rng.normal(size=(1500, 2))
    x, y = dv.Sample(ring), dv.Sample(1.5 * rng.normal(size=(1500, 2)))
    method = gan.Discriminator(gan.Recipe(networks=1), folds=2, bound_level=None)
    found = dv.jensen_shannon_divergence(x, y, method=method)
    # A recipe that stops before it sees eight modes in the ring is low by 0.1 or more.
    assert abs(found.value - gan.targets["ring-8"].js) < 0.03 + 3.0 * found.standard_error


def test_every_split_is_judged_in_the_order_of_its_observations():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 1)) - 5.0, rng.normal(size=(100, 1)) + 5.0

    split = dv.methods.Split(
        train_p=np.arange(100),
        train_q=np.arange(50),
        test_p=np.arange(199, 149, -1),
        test_q=np.arange(99, 69, -1),
    )
    ((on_p, on_q),) = fit(x / 5.0, y / 5.0, [split], SMALL, rng)
    assert on_p.shape == (50,)
    assert on_q.shape == (30,)
    assert on_p.min() > 0.0 > on_q.max()
    # Logits fall along the line: their order is that of the observations.
    assert np.corrcoef(on_p, x[split.test_p, 0])[0, 1] < -0.5


def test_what_makes_no_sense_is_refused_in_words():
    x, y = normals(0.0, 0, dim=2)
    flat = dv.Sample(np.repeat(x.points[:, :1], 2, axis=1))
    with pytest.raises(ValueError, match=r"do not spread in every direction"):
        js(flat, flat)
    with pytest.raises(ValueError, match=r"need two observations to learn from"):
        js(dv.Sample(x.points[:3]), y)
