"""Several distributions against their weighted mixture."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from divergences.interface import Array, Perspective
from divergences.measures.discrete import Masses
from divergences.numerics.namespace import SCALE, is_jax
from divergences.numerics.pairs import Pair, common_total, masses
from divergences.numerics.sums import fold
from divergences.numerics.tangents import times


def evaluate(member: Perspective, sides: list[Masses], shares: Array, xp: Any) -> Array:
    """Return sum_j w_j D(P_j‖M), M = sum_j w_j P_j, for the weights w = `shares` over their sum."""
    for side in sides:
        side.check_values(xp)
    parts = [masses(side.values, side.is_log, xp) for side in sides]
    if xp is np:
        # Away from the subnormal numbers, where the parts of the mixture would be rounded.
        parts = [
            x if side.tolerance is None and not side.is_log else x * 2.0**SCALE
            for x, side in zip(parts, sides, strict=True)
        ]
    if is_jax(xp):
        import jax.numpy as jnp

        stacked = jnp.stack(jnp.broadcast_arrays(*parts))
        return _compiled(member)(stacked, jnp.asarray(shares, stacked.dtype))
    with np.errstate(all="ignore"):
        shares = xp.asarray(shares, dtype=parts[0].dtype)
        return _mean(member, parts, shares, xp)[0]


def _pairs(parts: list[Array], weights: list[Array], xp: Any) -> tuple[list[Pair], Array]:
    """Return each distribution with the mixture, all on one total, and that total.

    The differences p_j - m are those of the distributions among themselves, which do not cancel.
    """
    first, *others = parts
    compared = [common_total(first, other, xp) for other in others]
    scaled = [first, *(pair.q for pair, _ in compared)]
    gaps = [xp.zeros_like(first), *(-pair.difference for pair, _ in compared)]
    m = sum(w * x for w, x in zip(weights, scaled, strict=True))
    pairs = []
    for x, gap in zip(scaled, gaps, strict=True):
        d = sum(w * (gap - other) for w, other in zip(weights, gaps, strict=True))
        pairs.append(Pair(x + 0.0 * m, m, d))
    return pairs, compared[0][1]


def _mean(
    member: Perspective, parts: list[Array], shares: Array, xp: Any
) -> tuple[Array, list[Array], list[Pair], Array]:
    """Return the mean divergence from the mixture, each divergence, the pairs and their total."""
    weights = [shares[j] / xp.sum(shares) for j in range(len(parts))]
    pairs, total = _pairs(parts, weights, xp)
    each = [fold(member.terms(pair, xp), xp) / total for pair in pairs]
    mean = sum(
        xp.where(w > 0, w, 0.0) * xp.where(w > 0, d, 0.0)
        for w, d in zip(weights, each, strict=True)
    )
    bound = -sum(xp.where(w > 0, w * xp.log(xp.where(w > 0, w, 1.0)), 0.0) for w in weights)
    return xp.minimum(mean, bound), each, pairs, total


@cache
def _compiled(member: Perspective) -> Callable[[Array, Array], Array]:
    """Return the function of stacked masses and weights under JAX, with its derivative.

    dD = sum_j w_j sum_i (g_ji - <g_j, p_j>) dp_ji + sum_j (D_j - D) dw_j,

    g_j being dT/dp at (p_j, m), with masses and weights normalised. The mixture is the nearest of
    all distributions, so that moving it changes nothing to first order.
    """
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def value(p: Array, shares: Array) -> Array:
        return _mean(member, list(p), shares, jnp)[0]

    @value.defjvp
    def _(primals, tangents):
        (p, shares), (dp, dshares) = primals, tangents
        mean, each, pairs, _ = _mean(member, list(p), shares, jnp)
        change = jnp.zeros_like(mean)
        whole = jnp.sum(shares)
        for j, pair in enumerate(pairs):
            slope = member.slopes(pair, jnp)[0]
            centred = jnp.where(jnp.isinf(slope), slope, slope - each[j][..., None])
            share = shares[j] / whole
            own = fold(p[j], jnp)[..., None]
            change += jnp.where(share > 0, share, 0.0) * fold(times(centred / own, dp[j], jnp), jnp)
            change += times((each[j] - mean) / whole, dshares[j], jnp)
        return value(p, shares), change

    return jax.jit(value)
