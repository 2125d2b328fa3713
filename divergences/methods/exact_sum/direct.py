"""The direct sum over a block of NumPy arrays: the stable term, as if P and Q had equal totals.

Outcomes lie along the first axis here: sums over them then run along contiguous rows, however few
they are. With its sums each function returns the least masses, which validation needs.
"""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.numerics.namespace import FEW
from divergences.numerics.pairs import Pair
from divergences.numerics.recycler import RECYCLE, columns, plain, recycler
from divergences.numerics.sums import short_sum

U = 2.0**-53
# The direct sum is good where the totals of P and Q agree to DRIFT, as those of normalised floats
# do, and the result is at least LEAST, so that the square of the drift does not show in it.
DRIFT = 4.0 * U
# Of totals that are apart by up to this the drift is taken out of the differences of the masses,
# for members that are symmetric: their terms feel the masses themselves but once.
UNEVEN = 12.0 * U
LEAST = 512.0 * U
TINY = 1e-290  # a smaller mass may make a quotient overflow, or be zero
# A member's rough terms are off by (3.1 |p - q| + 2.1 T) u at most: where |p - q| sums to at most
# this many times their sum, they are as good as its stable ones.
ROUGH = 2.5
MOST = 0.3  # if more columns than this are not good, all are summed again: picking them costs too


def direct(p: Array, q: Array, member: Perspective) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q, sum T, the least p and the least q."""
    if p.ndim == 1 and p.shape[0] <= FEW:
        return _few(p, q, member)
    least_p, least_q = leasts(p, q)
    if not (least_p > TINY and least_q > TINY):
        with np.errstate(all="ignore"):
            return *sums(p, q, member.terms(Pair(p, q, p - q), np)), least_p, least_q
    xp, p, q = recycled(p, q)
    d = p - q
    pair = Pair(p, q, d)
    rough = member.rough(pair, xp)
    if rough is None:
        return *sums(p, q, member.term(pair, xp)), least_p, least_q
    mass, value = sums(p, rough)
    del rough  # whose memory is used again
    drift = np.add.reduce(plain(d))
    if p.ndim > 1:
        size = np.add.reduce(plain(xp.abs(d)))
        value = _improved(member, pair, xp, value, ~(size <= ROUGH * value))
        return mass, mass - drift, value, least_p, least_q
    if not (value >= member.rough_least or np.add.reduce(plain(xp.abs(d))) <= ROUGH * value):
        value = sums(member.term(pair, xp))[0]
    return mass, mass - float(drift), value, least_p, least_q


def _few(p: Array, q: Array, member: Perspective) -> tuple[float, float, float, float, float]:
    """Return what `direct` does, for few outcomes: lists are then faster than arrays."""
    masses_p, masses_q = p.tolist(), q.tolist()
    least_p, least_q = min(masses_p), min(masses_q)
    mass_p, mass_q = fsum(masses_p), fsum(masses_q)
    pair = Pair(p, q, p - q)
    if not (least_p > TINY and least_q > TINY):
        with np.errstate(all="ignore"):
            return mass_p, mass_q, fsum(member.terms(pair, np).tolist()), least_p, least_q
    rough = member.rough(pair, np)
    if rough is not None:
        value = fsum(rough.tolist())
        far = value >= member.rough_least
        if far or fsum(map(abs, pair.difference.tolist())) <= ROUGH * value:
            return mass_p, mass_q, value, least_p, least_q
    return mass_p, mass_q, fsum(member.term(pair, np).tolist()), least_p, least_q


def _improved(member: Perspective, pair: Pair, xp: Any, value: Array, poor: Array) -> Array:
    """Return sums T, those that are `poor` by its stable term."""
    if not poor.any():
        return value
    if poor.mean() > MOST:
        return sums(member.term(pair, xp))[0]
    some = Pair(*(xp.asarray(columns(plain(x), poor)) for x in pair[:3]))
    value[poor] = sums(member.term(some, xp))[0]
    return value


def judged(member: Perspective, mass_p: Any, mass_q: Any, value: Any) -> tuple[Any, Any]:
    """Return the totals of T over P and Q normalised from direct sums, and which are good."""
    drift, mass, most = abs(mass_p - mass_q), 0.5 * (mass_p + mass_q), DRIFT
    share = member.share_of_q
    if share is not None:  # sum T is nearly of that degree in the total of Q
        mass = mass_p if share == 0.0 else mass_p * (mass_p / mass_q) ** -share
        most = UNEVEN
    return value / mass, (drift <= most * mass) & (value >= LEAST)


def balance(p: Array, q: Array) -> tuple[Any, Any, Any, float, float]:
    """Return sum p, sum q, the difference of both as that of the masses, the least p and least q.

    The difference is as accurate as sum |p - q|, where that of the sums would be all rounding.
    """
    _, x, y = recycled(p, q)
    with np.errstate(invalid="ignore"):
        return *sums(x, y, x - y), least(p), least(q)


def level(p: Array, q: Array, member: Perspective, shift: Any, inside: bool) -> tuple[Any]:
    """Return sum T once the totals are equal: p gives the share `shift` away, q takes as much.

    That is a few roundings: `inside`, where all masses are positive, only p - q notices.
    """
    with np.errstate(all="ignore"):
        xp, x, y = recycled(p, q) if inside else (np, p, q)
        d = x - y
        d -= (x + y) * shift
        if not inside:
            return tuple(sums(member.terms(Pair(p - p * shift, q + q * shift, d), np)))
        return tuple(sums(member.term(Pair(x, y, d), xp)))


def sums(*xs: Array) -> list[Any]:
    """Return the sum of each of `xs` over the first axis: floats, or arrays of column sums."""
    if xs[0].ndim > 1 or xs[0].shape[0] >= RECYCLE:
        fold = recycler().fold
        return [fold(plain(x)) for x in xs]
    return [short_sum(x) for x in xs]


def least(x: Array) -> float:
    """Return the least of all entries."""
    if x.ndim > 1:
        return float(np.minimum.reduce(x, axis=None))
    return min(x.tolist()) if x.size <= FEW else float(np.minimum.reduce(x))


def leasts(p: Array, q: Array) -> tuple[float, float]:
    """Return the least masses of P and of Q; of short vectors, for both the lesser if positive."""
    if p.ndim == 1 and p.size < RECYCLE:  # to search costs more than to compare
        both = float(np.minimum.reduce(np.minimum(p, q)))
        if both > 0.0:
            return both, both
    return least(p), least(q)


def recycled(p: Array, q: Array) -> tuple[Any, Array, Array]:
    """Return the namespace to compute in, and the arrays for it."""
    if p.size < RECYCLE:
        return np, p, q
    xp = recycler()
    return xp, xp.asarray(p), xp.asarray(q)
