"""Infinite integrands that come of densities below the range of floating-point numbers.

Densities of `scipy.stats` that state no `logpdf` of their own have -inf where the density has
underflowed. KL from a density that is larger there would be infinite.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from divergences.measures.affine import Affine
from divergences.measures.density import Density
from divergences.measures.distribution import Distribution
from divergences.measures.scipy_adapter import SciPyAdapter
from divergences.methods.density.quadrature.adaptive import UNSEEN, Piece
from divergences.methods.density.quadrature.integrands import Integrand
from divergences.methods.density.quadrature.lattice_support import UNDERFLOW, components

HALVINGS = 60


def refuse_underflow(
    integrand: Integrand, pieces: Sequence[Piece], ps: Sequence[Distribution]
) -> None:
    """Refuse densities that fade out below floating-point numbers where the integrand is infinite.

    A density with a true zero there ends at once, from values that are not small.

    Raises
    ------
    ValueError
        If there is such a density.
    """
    for piece in pieces:
        nodes = piece.map.at(piece.edges)
        logs = piece.logs(nodes)[0]
        with np.errstate(all="ignore"):
            unit, log_scale, _ = integrand(logs, np.zeros_like(logs))
        weight = np.where(np.isinf(unit) & (log_scale > UNSEEN), log_scale + nodes.log_slope, -inf)
        at = int(np.argmax(weight))
        if weight[at] == -inf:
            continue
        for i, p in enumerate(ps):
            seen = np.nonzero(logs[i] > -inf)[0]
            if logs[i, at] > -inf or not seen.size or not _by_formula(p):
                continue
            nearest = seen[np.argmin(np.abs(seen - at))]
            if _last(piece, i, float(piece.edges[at]), float(piece.edges[nearest])) < UNDERFLOW:
                raise ValueError(
                    f"the log-density of {p!r} at {nodes.x[at]:.6g} is -inf, though that is inside "
                    "its support: it has underflowed, and the result depends on it. Pass a family "
                    "of divergences, or a distribution whose logpdf does not underflow."
                )


def _by_formula(p: Distribution) -> bool:
    """Whether a density is a user's or SciPy's, at least in part."""
    return any(
        isinstance(c.base if isinstance(c, Affine) else c, SciPyAdapter | Density)
        for c in components(p)
    )


def _last(piece: Piece, i: int, zero: float, seen: float) -> float:
    """Return the last log-density that is not -inf on the way from `seen` to `zero`."""
    last = inf
    for _ in range(HALVINGS):
        middle = 0.5 * (zero + seen)
        value = float(piece.logs(piece.map.at(np.array([middle])))[0][i, 0])
        if value > -inf:
            seen, last = middle, value
        else:
            zero = middle
    return last
