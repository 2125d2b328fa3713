"""A joint distribution against the product of its marginals: how far from independent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.measures.discrete import MassArray
from divergences.numerics.compiled import number_of, sums
from divergences.numerics.differentiable import Slopes, differentiates, library, made_once
from divergences.numerics.floats.error_free import divide, two_product
from divergences.numerics.floats.jvp_rules import simplex_derivative
from divergences.numerics.floats.normalised_pair import Pair, masses
from divergences.numerics.floats.sums import compensated_sum, pairwise_sum
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.parallel import fill


def evaluate(member: FDivergence, p: MassArray, shape: tuple[int, int], xp: Any) -> Array:
    """Return `member` of the joint P, outcomes (x, y) of `shape`, and its independent twin."""
    values = p.values
    if differentiates(xp):
        p.check_values(xp)
        return _by_rule(member, shape, p.is_log, xp)(values)
    scale = 2.0**-450 if p.tolerance is None and not p.is_log else 1.0  # products may overflow
    number = number_of(type(member)) if backend(xp).native and not p.is_log else None
    if number is None:
        p.check_values(xp)
        return member.transform(_total(member, shape, p.is_log, scale, xp, values), xp)
    table = values.reshape(*values.shape[:-1], *shape)
    value, found = sums.of_tables(number, table if scale == 1.0 else table * scale)
    p.check_range(*found)
    total = fill(value, partial(_total, member, shape, p.is_log, scale, xp), values)
    return member.transform(total, xp)


def _total(
    member: FDivergence, shape: tuple[int, int], is_log: bool, scale: float, xp: Any, values: Array
) -> Array:
    """Return the sum of T over the joint distribution and its independent twin, with care."""
    with np.errstate(all="ignore"):
        mass = masses(values, is_log, xp) * scale
        pair, total = _against_marginals(mass, shape, xp)
        return pairwise_sum(member.terms(pair, xp), xp) / total


def _against_marginals(p: Array, shape: tuple[int, int], xp: Any) -> tuple[Pair, Array]:
    """Return the joint and the product of its marginals on one total, and that total.

    The product r_x c_y / P and its difference from p are carried in twice the precision: near
    independence the two agree in most of their bits.
    """
    joint = xp.reshape(p, p.shape[:-1] + shape)
    rows = compensated_sum(joint, xp)
    columns = compensated_sum(xp.matrix_transpose(joint), xp)
    total = compensated_sum(p, xp)
    r0, r1 = (x[..., :, None] for x in rows)
    c0, c1 = (x[..., None, :] for x in columns)
    high, low = two_product(r0, c0, xp)
    product = high, low + (r0 * c1 + r1 * c0)
    q, error = divide(product, tuple(x[..., None, None] for x in total), xp)
    d = (joint - q) - error
    noise = 8.0 * float(xp.finfo(p.dtype).eps) ** 2
    d = xp.where(xp.abs(d) <= noise * q, 0.0, d)
    return Pair(p, xp.reshape(q, p.shape), xp.reshape(d, p.shape)), total[0]


@made_once
def _by_rule(
    member: FDivergence, shape: tuple[int, int], is_log: bool, xp: Any
) -> Callable[[Array], Array]:
    """Return the function of the joint (log) masses that is differentiated by rule.

    dI = sum (g - <g, p>/P) dp / P,   g = dT/dp,   with p da for dp of log masses a.

    It is that of the first argument alone: the product of the marginals is the nearest one, so that
    moving it changes nothing to first order.
    """

    def value(x: Array) -> Array:
        return member.transform(_total(member, shape, is_log, 1.0, xp, x), xp)

    def rule(_: tuple[bool, ...], x: Array) -> Slopes:
        p = masses(x, is_log, xp)
        pair, total = _against_marginals(p, shape, xp)
        joint = xp.reshape(p, p.shape[:-1] + shape)
        marginals = xp.sum(joint, axis=-1, keepdims=True) + xp.sum(joint, axis=-2, keepdims=True)
        # In an empty row or column the new mass is its own marginal, and only the other counts.
        alone = xp.log(total[..., None] / xp.reshape(marginals, p.shape))
        slope = xp.where(pair.q > 0, member.gradients(pair, xp)[0], alone)
        mean = pairwise_sum(xp.where(p > 0, p * xp.where(p > 0, slope, 0.0), 0.0), xp) / total
        slope, share = slope - mean[..., None], p / total[..., None]
        if is_log:
            slope = xp.where(share > 0, share, 0.0) * xp.where(share > 0, slope, 0.0)
        slope = simplex_derivative(slope, share, x, is_log, xp)
        return Slopes(xp.ones_like(total), [slope])

    return library(xp).differentiable(value, rule)
