"""Coordinates that are constant in a sample: what follows from them needs no estimate.

A coordinate that has one value in all samples changes no divergence. Where it has one value in one
sample, which does not occur in the other, the two distributions have nothing in common.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, FDivergence
from divergences.core.influence import to_estimate
from divergences.measures.sample import Sample
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.observations.rounding import cell_widths

CONSTANT = (
    "A sample, or a coordinate of it, has one value throughout and is taken to be constant: the "
    "value follows from that, and the standard error allows for one observation that differs."
)


def divergence(
    member: FDivergence, samples: tuple[Sample, ...], method: str
) -> tuple[tuple[Sample, ...], Estimate | None]:
    """Return two samples without constants, and the divergence if constants decide it."""
    if min(map(len, samples)) < 2:
        return samples, None
    apart = _are_apart(*(sample.points for sample in samples))
    varies = _varies(samples)
    if varies.any() and not apart:
        return _columns(samples, varies), None
    one = np.ones(1)
    equal = member.terms(Pair(one, one, np.zeros(1)), np)[0]
    total = float(member.limits.value_p0 + member.limits.value_q0 if apart else equal)
    if np.isinf(total):
        value = float(member.transform(np.asarray(total), np))
        found = Estimate(value, method, 0.0, bounds=member.laws.bounds)
    else:
        found = to_estimate(member, total, 1.0 / min(map(len, samples)), method, {})
    return samples, replace(found, warnings=(CONSTANT,))


def from_mixture(
    shares: Array, samples: tuple[Sample, ...], method: str
) -> tuple[tuple[Sample, ...], Estimate | None]:
    """Return samples without constants, and their divergence from the mixture if it is decided."""
    error = 1.0 / min(map(len, samples))
    if error == 1.0:
        return samples, None
    points = [sample.points for sample in samples]
    apart = any(_are_apart(x, y) for i, x in enumerate(points) for y in points[:i])
    varies = _varies(samples)
    if apart and len(samples) > 2:
        raise ValueError(
            "one of the samples is constant in a coordinate and has nothing in common with another "
            "one; the divergence of more than two such samples is not served. Compare them in "
            "pairs, or drop the coordinate."
        )
    if varies.any() and not apart:
        return _columns(samples, varies), None
    weights = np.asarray(shares, float) / np.sum(shares)
    some = weights[weights > 0.0]
    most = float(-np.sum(some * np.log(some)))
    value = most if apart else 0.0
    found = Estimate(value, method, error, bounds=(0.0, most), warnings=(CONSTANT,))
    return samples, found


def mutual_information(
    member: FDivergence, pairs: Sample, method: str
) -> tuple[tuple[Sample, ...], Estimate | None]:
    """Return pairs without constants, and the mutual information, 0, if a variable is constant."""
    varies, split = _varies((pairs,)), pairs.split
    kept = int(np.sum(varies[:split]))
    if varies.all() or len(pairs) < 2:
        return (pairs,), None
    if kept == 0 or not varies[split:].any():
        found = to_estimate(member, 0.0, 1.0 / len(pairs), method, {})
        return (pairs,), replace(found, warnings=(CONSTANT,))
    return (Sample(pairs.points[:, varies], pairs.weights, split=kept),), None


def _are_apart(x: Array, y: Array) -> bool:
    """Whether a coordinate has one value in a sample, which does not occur in the other.

    On a grid to which observations were rounded the one value stands for a cell.
    """
    for a, b in zip(x.T, y.T, strict=True):
        alone = [np.ptp(column) == 0.0 for column in (a, b)]
        if all(alone):
            if a[0] != b[0]:
                return True
        elif any(alone) and cell_widths(np.concatenate([a, b])) is None:
            value, others = (a[0], b) if alone[0] else (b[0], a)
            if not np.any(others == value):
                return True
    return False


def _varies(samples: tuple[Sample, ...]) -> Any:
    """Return which coordinates have more than one value in all samples together."""
    return np.ptp(np.concatenate([sample.points for sample in samples]), axis=0) > 0.0


def _columns(samples: tuple[Sample, ...], kept: Any) -> tuple[Sample, ...]:
    if kept.all():
        return samples
    return tuple(Sample(sample.points[:, kept], sample.weights) for sample in samples)
