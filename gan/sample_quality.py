"""How good generated samples are, beside real ones that training has not seen.

Precision and recall are those of Kynkäänniemi et al. (2019), density and coverage those of Naeem et
al. (2020): each side's samples are the centres of balls that reach to their k-th neighbours on the
same side, and the question is which samples of the other side these balls hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from gan.checks import whole
from gan.observations import numbers

BLOCK = 1024
"""Samples whose distances are held in memory at a time."""


@dataclass(frozen=True)
class Quality:
    """What `quality` has found; the first four are shares, of which density may exceed 1.

    Attributes
    ----------
    precision
        Share of the generated samples in at least one ball around a real one: are they realistic?
    recall
        Share of the real samples in at least one ball around a generated one: are they all reached?
    density
        Number of balls around real samples that a generated one is in, on average, over k. Its mean
        is 1 if the two distributions are the same.
    coverage
        Share of the balls around real samples that hold a generated one.
    class_right
        Share of the generated samples that a support vector machine takes for what they are to be;
        None without labels.
    nearest_training_ratio
        Median distance from generated samples to the nearest of training, over that from real ones:
        far below 1, samples of training have been copied. None without them.
    """

    precision: float
    recall: float
    density: float
    coverage: float
    class_right: float | None = None
    nearest_training_ratio: float | None = None


def quality(
    real: Any, fake: Any, labels: Any = None, *, training: Any = None, k: int = 5
) -> Quality:
    """Judge generated samples by real ones that training has not seen.

    Parameters
    ----------
    real, fake : array_like of shape (n, d) and (m, d)
        Held-out samples of the data, and samples of the generator. Distances between them are
        Euclidean: scale the coordinates first if their units differ.
    labels : array_like of shape (n,), or a pair of them, optional
        Classes of the real and of the generated samples; one array if they are the same, row by
        row. A support vector machine with a radial kernel learns the classes of the real samples.
    training : array_like of shape (t, d), optional
        What the generator was trained on.
    k : int
        Balls reach to the k-th neighbour.

    Returns
    -------
    Quality
        Precision, recall, density and coverage; with labels and training samples, more.

    Raises
    ------
    TypeError, ValueError
        If the arguments are no such arrays.

    References
    ----------
    Kynkäänniemi et al. (2019), "Improved precision and recall metric for assessing generative
    models", equations 1 and 2. Naeem et al. (2020), "Reliable fidelity and diversity metrics for
    generative models", equations 3 and 4.

    Examples
    --------
    A generator that has found one mode of two is precise, but covers half:

    >>> import numpy as np
    >>> import gan
    >>> real = np.concatenate([np.arange(20), np.arange(100, 120)])
    >>> found = gan.quality(real, np.arange(20) + 0.5)
    >>> found.precision, found.recall, found.coverage
    (1.0, 0.5, 0.5)
    """
    k = whole("k", k)
    x, y = numbers("real", real, k + 1), numbers("fake", fake, k + 1)
    _same_columns("fake", y, x)
    radii_x, radii_y = _radii(x, k), _radii(y, k)
    balls, covered = [], np.zeros(len(x), bool)
    for block in _blocks(y):
        inside = cdist(block, x) <= radii_x
        balls.append(inside.sum(axis=1))
        covered |= inside.any(axis=0)
    count = np.concatenate(balls)
    reached = [(cdist(block, y) <= radii_y).any(axis=1) for block in _blocks(x)]
    return Quality(
        precision=float(np.mean(count > 0)),
        recall=float(np.mean(np.concatenate(reached))),
        density=float(np.mean(count) / k),
        coverage=float(np.mean(covered)),
        class_right=None if labels is None else _class_right(x, y, labels),
        nearest_training_ratio=None if training is None else _ratio(x, y, training),
    )


def nearest(x: np.ndarray, others: np.ndarray, rank: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return index and distance of the nearest of `others`, or of the one `rank` places behind."""
    found = []
    for block in _blocks(x):
        distances = cdist(block, others)
        chosen = np.argpartition(distances, rank, axis=1)[:, rank]
        found.append((chosen, distances[np.arange(len(block)), chosen]))
    indices, distances = zip(*found, strict=True)
    return np.concatenate(indices), np.concatenate(distances)


def _radii(x: np.ndarray, k: int) -> np.ndarray:
    """Return distances to k-th neighbours; the first of all is the point itself."""
    return nearest(x, x, k)[1]


def _blocks(x: np.ndarray) -> Iterator[np.ndarray]:
    return (x[i : i + BLOCK] for i in range(0, len(x), BLOCK))


def _same_columns(name: str, given: np.ndarray, real: np.ndarray) -> None:
    if given.shape[1] != real.shape[1]:
        raise ValueError(f"{name} has {given.shape[1]} columns and real has {real.shape[1]}.")


def _ratio(x: np.ndarray, y: np.ndarray, training: Any) -> float:
    known = numbers("training", training, 1)
    _same_columns("training", known, x)
    of_real, of_fake = (float(np.median(nearest(side, known)[1])) for side in (x, y))
    if of_real == 0.0:
        raise ValueError("half of real are in training; hold real samples out of training.")
    return of_fake / of_real


def _class_right(x: np.ndarray, y: np.ndarray, labels: Any) -> float:
    from sklearn.svm import SVC

    of_x, of_y = labels if isinstance(labels, tuple) and len(labels) == 2 else (labels, labels)
    of_x, of_y = np.asarray(of_x), np.asarray(of_y)
    for name, side, given in (("real", x, of_x), ("fake", y, of_y)):
        if given.shape != (len(side),):
            raise ValueError(
                f"labels has shape {given.shape} for the {len(side)} samples of {name}; pass one "
                "label for each, or a pair of arrays: those of real, and those of fake."
            )
    if len(np.unique(of_x)) < 2:
        raise ValueError("labels holds one class; a classifier needs two.")
    return float(np.mean(SVC().fit(x, of_x).predict(y) == of_y))
