"""Quality of samples: the formulas of their papers, by hand and in expectation, and mistakes."""

import numpy as np
import pytest

import gan
from gan import sample_quality

RNG = np.random.default_rng(0)


def by_definition(x, y, k):
    """Precision, recall, density and coverage, ball by ball, on the line."""

    def balls(points):
        return [(p, sorted(abs(p - other) for other in points)[k]) for p in points]

    def holds(ball, point):
        return abs(point - ball[0]) <= ball[1]

    of_x, of_y = balls(x), balls(y)
    return (
        np.mean([any(holds(ball, point) for ball in of_x) for point in y]),
        np.mean([any(holds(ball, point) for ball in of_y) for point in x]),
        np.sum([[holds(ball, point) for ball in of_x] for point in y]) / (k * len(y)),
        np.mean([any(holds(ball, point) for point in y) for ball in of_x]),
    )


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("block", [4, 1024])
def test_formulas_are_those_of_the_papers(k, block, monkeypatch):
    monkeypatch.setattr(sample_quality, "BLOCK", block)
    x, y = RNG.normal(size=12), RNG.normal(1, 2, size=9)
    found = gan.quality(x, y, k=k)
    expected = by_definition(x, y, k)
    assert (found.precision, found.recall, found.density, found.coverage) == pytest.approx(expected)
    assert found.class_right is None
    assert found.nearest_training_ratio is None


def test_ball_reaches_to_the_neighbour_and_holds_it():
    found = gan.quality([0.0, 1.0, 3.0], [4.0, 5.0, -2.0], k=1)
    # Radii of the real are 1, 1, 2, and the last ball holds 4 and 5; those of the fake 1, 1, 6.
    assert (found.precision, found.density, found.coverage) == (2 / 3, 2 / 3, 1 / 3)
    assert found.recall == 1.0


def test_expectations_where_the_distributions_are_the_same():
    """The ball of one of 2n points misses the n others if its k nearest are all on its own side."""
    n, k, runs = 40, 5, 200
    found = [gan.quality(*RNG.normal(size=(2, n, 3)), k=k) for _ in range(runs)]
    expected = 1 - np.prod([(n - i) / (2 * n - i) for i in range(1, k + 1)])
    for values, mean in (
        ([q.density for q in found], 1.0),
        ([q.coverage for q in found], expected),
    ):
        error = np.std(values, ddof=1) / runs**0.5
        assert abs(np.mean(values) - mean) < 4 * error < 0.1
    recalls, precisions = (
        np.array([getattr(q, a) for q in found]) for a in ("recall", "precision")
    )
    difference = recalls - precisions
    assert abs(np.mean(difference)) < 4 * np.std(difference, ddof=1) / runs**0.5


def test_classes_and_copies_are_found_out():
    centres = np.repeat([[0.0, 0.0], [9.0, 9.0], [0.0, 9.0]], 20, axis=0)
    labels = np.repeat(["a", "b", "c"], 20)
    real, fake, training = centres + RNG.normal(size=(3, 60, 2))
    found = gan.quality(real, fake, labels, training=training)
    assert found.class_right == 1.0
    assert 0.5 < found.nearest_training_ratio < 2.0
    wrong = gan.quality(real, fake, (labels, np.roll(labels, 20)), training=training)
    assert wrong.class_right == 0.0
    copies = gan.quality(real, training + 1e-6, labels, training=training)
    assert copies.nearest_training_ratio < 1e-3


X = RNG.normal(size=(8, 2))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"fake": X[:, :1]}, "fake has 1 columns and real has 2"),
        ({"fake": X[:5]}, "fake has shape"),
        ({"fake": X * np.nan}, "fake holds NaN"),
        ({"real": "digits"}, "real has dtype"),
        ({"k": 0}, "k is 0"),
        ({"labels": [0, 1]}, r"labels has shape \(2,\) for the 8 samples of real"),
        ({"labels": (np.arange(8), [0])}, r"labels has shape \(1,\) for the 8 samples of fake"),
        ({"labels": np.zeros(8)}, "labels holds one class"),
        ({"training": X[:, :1]}, "training has 1 columns"),
        ({"training": X}, "half of real are in training"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=words):
        gan.quality(**{"real": X, "fake": X + 1} | arguments)
