"""Smoothing policies: which masses stand for the probabilities of outcomes counted so often.

Each is a named choice of the caller. ``"none"`` is the observed frequencies; ``"additive"`` adds
one to every count (Laplace), ``"krichevsky-trofimov"`` one half, a number itself; ``"shrink"``
mixes in the uniform distribution by the James-Stein rule, with a share estimated from the counts.

Krichevsky & Trofimov, "The performance of universal encoding", IEEE Trans. Inf. Theory 27 (1981);
Hausser & Strimmer, "Entropy inference and the James-Stein estimator", J. Mach. Learn. Res. 10
(2009), eq. 4-6.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array

PSEUDOCOUNTS = {"none": 0.0, "additive": 1.0, "krichevsky-trofimov": 0.5}
NAMES = (*PSEUDOCOUNTS, "shrink")


def check(smoothing: Any, names: tuple[str, ...] = NAMES) -> None:
    """Refuse a policy that is neither known nor a positive pseudocount."""
    if isinstance(smoothing, str):
        known = smoothing in names
    else:
        known = (
            isinstance(smoothing, int | float | np.number)
            and not isinstance(smoothing, bool)
            and 0.0 < smoothing < np.inf
        )
    if not known:
        raise ValueError(
            f"smoothing is {smoothing!r}; pass one of {', '.join(map(repr, names))}, or a positive "
            "number to add to every count."
        )


def pseudocount(smoothing: str | float) -> float:
    """Return what an additive policy adds to every count."""
    return PSEUDOCOUNTS[smoothing] if isinstance(smoothing, str) else float(smoothing)


def blend(
    smoothing: str | float, total: Array, alphabet: Array, squares: Array
) -> tuple[Array, Array]:
    """Return (c, a) such that c n + a is the mass of an outcome seen n times, for each row.

    `squares` are the sums of n^2. The masses of additive policies add up to total + a alphabet,
    those of the others to the total.
    """
    if smoothing != "shrink":
        return np.ones_like(total), np.full_like(total, pseudocount(smoothing))
    share = shrinkage(total, alphabet, squares)
    return 1.0 - share, share * total / alphabet


def shrinkage(total: Array, alphabet: Array, squares: Array) -> Array:
    """Return the James-Stein share of the uniform distribution in the mixture."""
    # sum p (1 - p) / ((N - 1) sum (1/A - p)^2), times N^2 above and below
    spread = squares - total * (total / alphabet)
    fewer = np.maximum(total - 1.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (total * total - squares) / (fewer * spread)
    return np.where((total > 1.0) & (spread > 0.0), np.minimum(share, 1.0), 1.0)
