"""Labelled samples, generators and discriminators of classes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gan

KEY = jax.random.key(0)
X = np.array([[0.0], [1.0], [10.0], [11.0], [12.0], [20.0]])
LABELS = np.array(["a", "a", "b", "b", "b", "c"])
DATA = gan.Labelled(X[::-1], LABELS[::-1])
SIZES = {"width": 8, "depth": 2}
GENERATOR = gan.Conditional(KEY, dim=1, classes=3, noise=2, **SIZES)
DISCRIMINATOR = gan.Projection(KEY, dim=1, classes=3, **SIZES)


def test_labelled_samples_are_the_observations_of_their_classes():
    drawn = np.asarray(DATA.sample(KEY, 300))
    assert drawn.shape == (300, DATA.dim) == (300, 4)
    np.testing.assert_array_equal(drawn[:, 1:], np.tile(np.eye(3), (100, 1)))
    for i, label in enumerate(DATA.classes):
        np.testing.assert_array_equal(np.unique(drawn[i::3, 0]), X[label == LABELS, 0])


def test_observations_of_a_class_are_equally_likely():
    drawn = np.asarray(DATA.sample(KEY, 9000))[1::3, 0]
    shares = np.array([np.mean(drawn == x) for x in (10.0, 11.0, 12.0)])
    assert np.all(np.abs(shares - 1 / 3) < 4 * (2 / 9 / 3000) ** 0.5)


def test_noise_is_added_to_coordinates_alone():
    noisy = gan.Labelled(X[::-1], LABELS[::-1], sigma=0.5)
    added = np.asarray(noisy.sample(KEY, 6000) - DATA.sample(KEY, 6000))
    assert np.all(added[:, 1:] == 0)
    assert np.std(added[:, 0]) == pytest.approx(0.5, abs=4 * 0.5 / 12000**0.5)
    blurred = gan.Conditional(KEY, dim=1, classes=3, noise=2, sigma=0.5, **SIZES)
    added = np.asarray(blurred.sample(KEY, 6000) - GENERATOR.sample(KEY, 6000))
    assert np.all(added[:, 1:] == 0)
    assert np.std(added[:, 0]) == pytest.approx(0.5, abs=4 * 0.5 / 12000**0.5)


def test_drawn_samples_depend_on_their_class_and_on_noise():
    first, again, other = (
        np.asarray(GENERATOR.draw(key, labels))
        for key, labels in ((KEY, [0, 1, 2]), (KEY, [1, 1, 2]), (jax.random.key(1), [0, 1, 2]))
    )
    assert first.shape == (3, 1)
    assert np.all(np.abs(first) < 1)
    assert (first == again).ravel().tolist() == [False, True, True]
    assert np.all(first != other)
    sampled = np.asarray(GENERATOR.sample(KEY, 7))
    np.testing.assert_array_equal(sampled[:, 1:], np.eye(3)[np.arange(7) % 3])


def test_logit_is_a_projection_on_the_class():
    x = jnp.array([[0.3], [-2.0]])
    h = np.asarray(jax.vmap(DISCRIMINATOR.features)(x))
    for label in range(3):
        points = jnp.concatenate([x, jnp.tile(jnp.eye(3)[label], (2, 1))], axis=1)
        weights = np.asarray(DISCRIMINATOR.linear.weight[0] + DISCRIMINATOR.embedding[label])
        expected = h @ weights + float(DISCRIMINATOR.linear.bias[0])
        np.testing.assert_allclose(DISCRIMINATOR(points), expected, rtol=1e-5)
        slopes = jax.grad(lambda points: jnp.sum(DISCRIMINATOR(points)))(points)
        assert np.all(slopes[:, 0] != 0)
        assert np.all(slopes[:, 1:] == 0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gan.Labelled(X, LABELS[:2]), r"labels has shape \(2,\) for 6 observations"),
        (lambda: gan.Labelled(X, np.zeros(6)), "labels holds one class"),
        (lambda: gan.Labelled(X + np.inf, LABELS), "x holds NaN"),
        (lambda: gan.Labelled(X, LABELS, sigma=-1.0), "sigma is -1.0"),
        (lambda: gan.Conditional(KEY, dim=1, classes=1), "classes is 1; it must be at least 2"),
        (lambda: gan.Conditional(KEY, dim=0, classes=2), "dim is 0"),
        (lambda: gan.Conditional(0, dim=1, classes=2), "key is 0"),
        (lambda: GENERATOR.draw(KEY, [0, 3]), "labels must be at least 0 and less than 3"),
        (lambda: GENERATOR.draw(KEY, [0.0]), "pass whole numbers"),
        (lambda: gan.Projection(KEY, dim=1, classes=2, depth=0), "depth is 0"),
    ],
)
def test_parts_that_make_no_sense_are_refused(make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make()
