"""Sums over outcomes that come in parts, and when they certify the quantity.

Of each part the totals of p and q are kept, and S(r) = sum T(p_i, r q_i) for some ratios r, all in
double words, so that parts may be added in any order. The quantity is S(R)/P at the ratio R = P/Q
of the totals, which is known at the end only.

Probabilities have nearly equal totals. There S(R) comes from S(1 - h), S(1) and S(1 + h), of which
S(1) holds what is accurate near equality, for p - q is not rounded there. With e = R - 1 and B for
the second difference, h^2 S'', the parabola through them is off by at most |e| B/2: r^3 S'' never
decreases, and S'' never increases, for smooth members of the library. Where there are kinks S is
convex and lies between its chords, which are |e| B/h apart. A sum of which that is more than a
quarter of a rounding is not certified, and is taken again at R.

Cross-entropy changes by log Q exactly, so its sum is taken for the total 1 alone. So is that
of a relative entropy, S(R) = S(1) - P log R + P - Q. The Jensen-Shannon divergence is the sum of
two halves, and S(R) follows from S(1) and from their difference A. So terms of both are evaluated
once.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.measures import checks
from divergences.numerics.compiled import NUMBERS, number_of, sums
from divergences.numerics.floats.error_free import divide
from divergences.numerics.floats.normalised_pair import Pair, scale_by_ratio
from divergences.numerics.floats.sums import compensated_sum, pairwise_sum, sum_to_double_word
from divergences.numerics.runtime.namespace import is_traced, namespace
from divergences.numerics.runtime.parallel import BLOCK, on_all_cores
from divergences.numerics.special.terms import (
    js_halves_difference,
    log_quotient,
    surprisal_term,
)

STEP = 2.0**-25  # the totals of probabilities in double precision are nearer to each other
ONE = np.array([[1.0], [0.0]])
AROUND_ONE = np.array([[1.0 - STEP, 1.0, 1.0 + STEP], [0.0, 0.0, 0.0]])
HALVES = np.array([[1.0, 1.0], [0.0, 0.0]])  # S(1) and A: two sums
NONE = np.empty((2, 0))
QUARTER = 2.0**-55  # of a rounding
TINY = 1e-290  # a smaller mass may make a quotient overflow
MIN_TOTAL, MAX_TOTAL = 1e-100, 1e100  # totals of weights
SHORT = 1 << 10  # outcomes: rows of fewer are summed side by side


def first_ratios(member: FDivergence | None, unit: bool) -> Array:
    """Return the ratios to sum at when totals are not known: none but for probabilities."""
    if not unit:
        return NONE
    if member is not None and member.is_jensen_shannon:
        return HALVES
    return ONE if member is None or member.is_relative_entropy else AROUND_ONE


def part(
    member: FDivergence | None, p: Array, q: Array, ratios: Array
) -> tuple[Array, float, float]:
    """Return what a part of the outcomes adds, and the least masses of both sides.

    `member` is None for the mean under P of the lengths of Q's code. Outcomes lie along the last
    axis, and `ratios` has the axes (high or low word, ratio, *batch); the result has (high or low
    word, total of p or q or sum, *batch). Arrays that are traced cannot be refused: if a mass is
    negative, the words are NaN.
    """
    if traced := [x for x in (p, q, ratios) if is_traced(x)]:
        return _traced_part(member, p, q, ratios, namespace(*traced)), 0.0, 0.0
    same = p is q
    shape = np.broadcast_shapes(p.shape, q.shape)
    batch, n = shape[:-1], shape[-1]
    count = ratios.shape[1]
    if n == 0:
        return np.zeros((2, 2 + count, *batch)), np.inf, np.inf
    p = _readable(p, shape)
    q = p if same else _readable(q, shape)
    at = np.broadcast_to(ratios.reshape(2, count, -1 if count else 1), (2, count, len(p)))
    words = np.zeros((2, 2 + count, len(p)))
    if n < SHORT and len(p) > 1:
        step = max(1, BLOCK // n)
        spots = [slice(i, i + step) for i in range(0, len(p), step)]

        def rows(i: slice) -> None:
            words[:, :, i] = _in_arrays(member, p[i], q[i], at[:, :, i], np)

        on_all_cores(rows, spots)
        least = p.min(), q.min()
    else:
        found = [
            _row(member, *sides, at[:, :, i]) for i, sides in enumerate(zip(p, q, strict=True))
        ]
        tables, leasts = zip(*found, strict=True)
        words[:] = np.moveaxis(np.array(tables), 0, -1)
        least = np.min(leasts, axis=0)
    return words.reshape(2, 2 + count, *batch), float(least[0]), float(least[1])


def _traced_part(member: FDivergence | None, p: Array, q: Array, ratios: Array, xp: Any) -> Array:
    shape = np.broadcast_shapes(p.shape, q.shape)
    p, q = xp.broadcast_to(p, shape), xp.broadcast_to(q, shape)
    at = xp.reshape(xp.asarray(ratios), (2, -1, *(ratios.shape[2:] or (1,) * (len(shape) - 1))))
    words = _in_arrays(member, p, q, xp.broadcast_to(at, (*at.shape[:2], *shape[:-1])), xp)
    return xp.where(xp.any((p < 0.0) | (q < 0.0), axis=-1), xp.nan, words)


def _readable(x: Array, shape: tuple[int, ...]) -> Array:
    """Return rows that loops can read: what another machine has sent may not be aligned."""
    return np.require(np.broadcast_to(x, shape), np.float64, ["C", "A"]).reshape(-1, shape[-1])


def _row(
    member: FDivergence | None, p: Array, q: Array, ratios: Array
) -> tuple[Array, tuple[float, float]]:
    """Return the words of a long row, in blocks that stay in cache, and its least masses."""
    number = NUMBERS.get("cross_entropy") if member is None else number_of(type(member))

    def block(i: int) -> tuple[Array, float, float]:
        x, y = p[i : i + BLOCK], q[i : i + BLOCK]
        if number is None:
            found, least_x, least_y = None, x.min(), y.min()
        else:
            at = None if _by_halves(member, ratios) else ratios
            found, least_x, least_y = sums.part(number, x, y, at)
        if found is None:
            found = _in_arrays(member, x[None], y[None], ratios[..., None], np)[..., 0]
        return found, least_x, least_y

    tables, *leasts = zip(*on_all_cores(block, range(0, len(p), BLOCK)), strict=True)
    words = np.array(tables)
    totals = [sum_to_double_word(words[:, 0, k], words[:, 1, k]) for k in range(words.shape[-1])]
    return np.array(totals).T, (min(leasts[0]), min(leasts[1]))


def _by_halves(member: FDivergence | None, ratios: Array) -> bool:
    """Whether the sums are S(1) and A, not two at ratios."""
    return member is not None and member.is_jensen_shannon and ratios.shape[1] == 2


def _in_arrays(member: FDivergence | None, p: Array, q: Array, ratios: Array, xp: Any) -> Array:
    """Return the words of rows side by side."""
    terms = _surprisals if member is None else partial(_terms, member)
    with np.errstate(all="ignore"):
        halves = _by_halves(member, ratios)
        count = 1 if halves else ratios.shape[1]
        columns = [p, q, *(terms(p, q, ratios[:, k], xp) for k in range(count))]
        if halves:
            difference = js_halves_difference(p, q, p - q, xp)
            columns.append(xp.where(p + q == 0.0, 0.0, difference))
        words = xp.stack([xp.stack(compensated_sum(x, xp)) for x in columns], axis=1)
        plain = xp.stack([pairwise_sum(x, xp) for x in columns])
        infinite = xp.isinf(plain)
        return xp.where(infinite, xp.stack([plain, xp.zeros_like(plain)]), words)


def _terms(member: FDivergence, p: Array, q: Array, ratio: Array, xp: Any) -> Array:
    """Return T(p, r q)."""
    x, d = scale_by_ratio(p, q, (ratio[0], ratio[1]), xp)
    return member.terms(Pair(p, x, d), xp)


def _surprisals(p: Array, q: Array, total: Array, xp: Any) -> Array:
    """Return p log(Q/q), 0 where P has no mass."""
    whole, low = total[0][..., None], total[1][..., None]
    tiny = q < TINY
    safe = xp.where(tiny, 1.0, q)
    near = surprisal_term(p, safe, (whole - safe) + low, xp)
    far = xp.where(q > 0.0, log_quotient(whole, xp.where(q > 0.0, q, 1.0), xp), xp.inf)
    return xp.where(p > 0.0, xp.where(tiny, p * xp.where(p > 0.0, far, 0.0), near), 0.0 * (p + q))


def check_total(name: str, total: Array, tolerance: float | None) -> None:
    """Refuse totals of probabilities that are not one, and totals of weights that are far from it.

    The ratio of totals, and what two of its products leave over, are normal numbers then.
    """
    checks.masses(name, total, np.zeros(()), tolerance, np)
    if tolerance is None and ((total <= MIN_TOTAL) | (total >= MAX_TOTAL)).any():
        raise ValueError(
            f"{name} has a total that is not between {MIN_TOTAL} and {MAX_TOTAL}; multiply all of "
            "it by a power of two."
        )


def ratio_of(member: FDivergence | None, words: Array) -> Array:
    """Return what the sums are to be taken at once the totals are known."""
    p, q = words[:, 0], words[:, 1]
    with np.errstate(all="ignore"):
        ratio = q if member is None else np.stack(divide((p[0], p[1]), (q[0], q[1]), np))
    return ratio[:, None]


def in_one_pass(member: FDivergence | None, words: Array) -> tuple[Array, Array]:
    """Return the quantities of probabilities, summed at `first_ratios`, and which are certified."""
    with np.errstate(all="ignore"):
        if member is None:
            return _mean_length(words)
        p, q = words[:, 0], words[:, 1]
        e = _difference(p, q) / q[0]
        if member.is_relative_entropy:
            return _relative_entropy(member, words, e)
        if member.is_jensen_shannon:
            return _jensen_shannon(member, words)
        below, middle, above = np.moveaxis(words[:, 2:], 1, 0)
        up, down = _difference(above, middle), _difference(below, middle)
        shift = e / STEP
        bend = up + down  # h^2 S''
        total = middle[0] + (middle[1] + (shift * (0.5 * (up - down)) + 0.5 * shift**2 * bend))
        error = np.abs(e if member.smooth else shift) * np.abs(bend)
        certified = (np.abs(shift) <= 1.0) & (error <= QUARTER * np.abs(total))
        same = e == 0.0
        total = np.where(same | np.isinf(middle[0]), middle[0], total)
        certified = certified | same | np.isinf(middle[0]) | np.isnan(middle[0])
        return member.transform(total / p[0], np), certified


def _mean_length(words: Array) -> tuple[Array, Array]:
    """Return the mean lengths, of sums for the total 1: sum p log(1/q) + P log Q."""
    (p, q, total), low = words[0], words[1]
    excess = np.log1p((q - 1.0) + low[1])
    value = (total + low[2] + p * excess) / p
    value = np.where(np.isinf(total), total, value)
    return value, (np.abs(excess) <= np.abs(value)) | (excess == 0.0) | np.isnan(value)


def _relative_entropy(member: FDivergence, words: Array, e: Array) -> tuple[Array, Array]:
    """Return S(1)/P + e/(1 + e) - log(1 + e), whose series is cut where e^3 is below rounding."""
    value = (words[0, 2] + words[1, 2]) / words[0, 0]
    shift = e**2 * (2.0 * e / 3.0 - 0.5)
    certified = (np.abs(e) <= STEP) & (np.abs(shift) <= 0.25 * np.abs(value))
    same = (e == 0.0) | np.isinf(value)
    total = np.where(same, value, value + shift)
    return member.transform(total, np), certified | same | np.isnan(value)


def _jensen_shannon(member: FDivergence, words: Array) -> tuple[Array, Array]:
    """Return (S(1) - t A/2)/M - t^2/4, M = (P + Q)/2, t = log(P/Q); t^2 S is beneath rounding."""
    p, q = words[:, 0], words[:, 1]
    mean = 0.5 * (p[0] + q[0])
    t = _difference(p, q) / mean
    value = (words[0, 2] + (words[1, 2] - 0.5 * t * words[0, 3])) / mean
    shift = 0.25 * t**2
    certified = (np.abs(t) <= STEP) & (shift <= 0.25 * np.abs(value))
    total = np.where(t == 0.0, value, value - shift)
    return member.transform(total, np), certified | (t == 0.0) | np.isnan(value)


def in_two_passes(member: FDivergence | None, words: Array, ratio: Array) -> tuple[Array, Array]:
    """Return the quantities of sums that were taken at the `ratio`, and which are certified."""
    with np.errstate(all="ignore"):
        total, mass = words[0, 2], words[0, 0]
        value = total / mass
        smooth = member is not None and member.smooth
        least = sums.MIN_SECOND_ORDER if smooth else sums.MIN_FIRST_ORDER
        exact = (ratio[0, 0] == 1.0) & (ratio[1, 0] == 0.0)
        certified = (value >= least) | np.isnan(value)
        if member is None:  # zero only of one outcome
            return value, certified | (value == 0.0)
        return member.transform(value, np), certified | exact


def _difference(a: Array, b: Array) -> Array:
    """Return a - b of double words, rounded."""
    return (a[0] - b[0]) + (a[1] - b[1])
