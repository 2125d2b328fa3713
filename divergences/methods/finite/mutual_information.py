"""A joint distribution against the product of its marginals: how far from independent."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.measures.discrete import MassArray
from divergences.numerics.compiled import number_of, sums
from divergences.numerics.floats.error_free import divide, two_product
from divergences.numerics.floats.jvp_rules import dot, simplex_derivative
from divergences.numerics.floats.normalised_pair import Pair, masses
from divergences.numerics.floats.sums import compensated_sum, pairwise_sum
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.parallel import fill


def evaluate(member: FDivergence, p: MassArray, shape: tuple[int, int], xp: Any) -> Array:
    """Return `member` of the joint P, outcomes (x, y) of `shape`, and its independent twin."""
    values = p.values
    if backend(xp).compiles:
        p.check_values(xp)
        return _compiled(member, shape, p.is_log)(values)
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


@cache
def _compiled(
    member: FDivergence, shape: tuple[int, int], is_log: bool
) -> Callable[[Array], Array]:
    """Return the function of the joint (log) masses under JAX, with its derivative.

    dI = sum (g - <g, p>/P) dp / P,   g = dT/dp,   with p da for dp of log masses a.

    It is that of the first argument alone: the product of the marginals is the nearest one, so that
    moving it changes nothing to first order.
    """
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def value(x: Array) -> Array:
        pair, total = _against_marginals(masses(x, is_log, jnp), shape, jnp)
        return member.transform(pairwise_sum(member.terms(pair, jnp), jnp) / total, jnp)

    @value.defjvp
    def _(primals, tangents):
        (x,), (dx,) = primals, tangents
        p = masses(x, is_log, jnp)
        pair, total = _against_marginals(p, shape, jnp)
        joint = jnp.reshape(p, p.shape[:-1] + shape)
        marginals = jnp.sum(joint, axis=-1, keepdims=True) + jnp.sum(joint, axis=-2, keepdims=True)
        # In an empty row or column the new mass is its own marginal, and only the other counts.
        alone = jnp.log(total[..., None] / jnp.reshape(marginals, p.shape))
        slope = jnp.where(pair.q > 0, member.gradients(pair, jnp)[0], alone)
        mean = pairwise_sum(jnp.where(p > 0, p * jnp.where(p > 0, slope, 0.0), 0.0), jnp) / total
        slope, share = slope - mean[..., None], p / total[..., None]
        if is_log:
            slope = jnp.where(share > 0, share, 0.0) * jnp.where(share > 0, slope, 0.0)
        return value(x), dot(simplex_derivative(slope, share, x, is_log, jnp), dx, jnp)

    return jax.jit(value)
