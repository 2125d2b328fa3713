"""The derivatives of an f-divergence by log masses: p dT/dp and q dT/dq."""

from __future__ import annotations

from typing import Any

from divergences.core import Array, FDivergence
from divergences.numerics.floats.jvp_rules import times_limit
from divergences.numerics.floats.normalised_pair import Pair


def products(
    member: FDivergence, pair: Pair, slopes: tuple[Array, Array], terms: Array, xp: Any
) -> tuple[Array, Array]:
    """Return p dT/dp and q dT/dq.

    T is homogeneous, T = p dT/dp + q dT/dq, which gives the one where its mass has underflowed;
    members know it where T is infinite.
    """
    infinite = xp.isinf(terms)
    direct = []
    for part, slope in zip(pair[:2], slopes, strict=True):
        plain = (part > 0) & (xp.isfinite(slope) | infinite)
        product = xp.where(plain, part, 1.0) * xp.where(plain, slope, 0.0)
        direct.append((plain, product))
    (plain_p, product_p), (plain_q, product_q) = direct
    rest = xp.where(infinite, 0.0, terms)
    limit_p = times_limit(xp.where(infinite, pair.q, 1.0), member.limits.p_dp_p0, xp)
    limit_q = times_limit(xp.where(infinite, pair.p, 1.0), member.limits.q_dq_q0, xp)
    return (
        xp.where(
            plain_p,
            product_p,
            xp.where(infinite, limit_p, rest - xp.where(plain_q, product_q, 0.0)),
        ),
        xp.where(
            plain_q,
            product_q,
            xp.where(infinite, limit_q, rest - xp.where(plain_p, product_p, 0.0)),
        ),
    )
