"""Quantities that depend on where the mass lies: of observations, or of pmfs with positions."""

from __future__ import annotations

from typing import Any

from divergences.interface import Array, Transport
from divergences.measures import points
from divergences.methods import sorted_coupling


def transport(
    member: Transport, p: Any, q: Any, positions: Any, axis: Any, keepdims: bool, method: Any
) -> Array:
    """Return the transport distance of two distributions on the line."""
    if method is not None:
        raise ValueError(
            f"method is {method!r}; on the line the optimal coupling is known, and there is "
            "nothing to choose. Leave method=None."
        )
    x, y, xp, dtype, kept = points.on_line(p, q, positions, axis)
    value = sorted_coupling.evaluate(member, x, y, xp)
    return _present(value, xp, dtype, kept, keepdims)


def _present(value: Array, xp: Any, dtype: Any, kept: tuple[int, ...], keepdims: bool) -> Array:
    """Convert a result to its dtype and shape."""
    if value.dtype != dtype:
        value = xp.astype(value, dtype)
    return xp.reshape(value, kept) if keepdims else value
