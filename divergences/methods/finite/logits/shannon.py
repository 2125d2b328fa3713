"""The entropy of logits: the value of rows, and its derivative.

With s_i = log(sum p / p_i) the entropy is H = sum p s, and its derivative by a logit p_i (s_i - H)
for shares p. The most probable outcome has log1p of the rest: no term is negative, none cancels.
"""

from __future__ import annotations

from math import exp
from typing import Any, NamedTuple

from divergences.core import Array
from divergences.methods.finite.logits.statistics import Logs, below, mass, row_sums
from divergences.numerics.floats.elementary import log1p

FAR = 64.0  # masses below exp(-FAR) of the greatest are multiplied on a scale of exp(FAR)


class Row(NamedTuple):
    """What must be known of a row: how many masses are the greatest, and the sum of the others."""

    count: Array
    rest: Array  # over the greatest mass


def row(p: Logs, xp: Any, shards: str | None = None) -> Row:
    """Return what is to be known of each row."""
    peak = p.high == p.top
    peaks, others = xp.where(peak, 1.0, 0.0 * p.top), xp.where(peak, 0.0, mass(*below(p, xp), xp))
    count, rest = row_sums(peaks, others, xp=xp, shards=shards)
    return Row(count[..., None], rest[..., None])


def value(p: Logs, known: Row, xp: Any, shards: str | None = None) -> Array:
    """Return the entropies of rows of which that is known."""
    high, low = below(p, xp)
    shortest = _shortest(known, xp)
    # Of a certain outcome log1p(rest) is the rest, whose masses may underflow where others' terms
    # do not. It is shared out among them.
    certain = (known.count - 1.0) + known.rest < 2.0 ** (-60 if high.dtype.itemsize > 4 else -30)
    far = high < -FAR
    share = xp.exp(xp.where(far, high + FAR, high))
    share = share + share * low
    length = (shortest - high) + xp.where(certain, 1.0, 0.0)
    terms = _product(share, length, xp)
    terms = xp.where(far, terms * exp(-FAR), terms)
    (others,) = row_sums(xp.where(high == 0.0, 0.0, terms), xp=xp, shards=shards)
    total = others + (known.count * xp.where(certain, 0.0, shortest))[..., 0]
    return total / (known.count + known.rest)[..., 0]


def slopes(p: Logs, known: Row, xp: Any, shards: str | None = None) -> Array:
    """Return the derivatives of the entropies by the logits."""
    peak = p.high == p.top
    share, shortest = mass(*below(p, xp), xp), _shortest(known, xp)
    total = known.count + known.rest
    length = shortest - (p.high - p.top)
    (others,) = row_sums(xp.where(peak, 0.0, _product(share, length, xp)), xp=xp, shards=shards)
    others = others[..., None]
    mean = (others + known.count * shortest) / total
    slope = _product(share, length - mean, xp)
    # They sum to zero: that of an outcome with nearly all of the mass is best had from the rest.
    heavy = peak & (total < 1.001)
    return xp.where(heavy, known.rest * mean - others, slope) / total


def _shortest(known: Row, xp: Any) -> Array:
    """Return the length log(sum p / p_i) of the greatest masses."""
    return log1p((known.count - 1.0) + known.rest, xp)


def _product(mass: Array, length: Array, xp: Any) -> Array:
    """Return mass * length, 0 where the mass has underflowed and the length is infinite."""
    return mass * xp.where(mass == 0, 0.0, length)
