"""Closed forms of divergences between distributions known by a formula.

Each file enters the pairs of a family, or of a group of related ones, in the registry.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from math import inf
from pkgutil import iter_modules
from typing import Any

import numpy as np

from divergences.closed_forms import registry, support
from divergences.measures.distribution import Distribution
from divergences.measures.univariate import Univariate
from divergences.numerics.runtime.namespace import as_scalar, namespace
from divergences.numerics.typing import Array


def find(kind: str, p: Distribution, q: Distribution | None = None) -> Callable[..., Array] | None:
    """Return the closed form of a quantity of P, or of P and Q, or None where none is known.

    Parameters
    ----------
    kind
        A kind of `divergences.closed_forms.registry`.
    p, q
        Distributions; for the entropy, P alone.

    Returns
    -------
    callable or None
        It takes ``()``, for ``"order_divergence"`` and ``"wasserstein"`` the order, and returns
        an array of the shape of the batch, in nats where the quantity has a unit.

    Examples
    --------
    >>> from divergences import Laplace, Normal
    >>> find("kl", Normal(0.0, 1.0), Normal(1.0, 1.0))()
    np.float64(0.5)
    >>> find("js", Normal(0.0, 1.0), Laplace(0.0, 1.0)) is None
    True
    """
    _load()
    q = p if q is None else q
    entry = registry.lookup(kind, type(p), type(q))
    if entry is not None and entry.holds is not None and not entry.holds(p, q):
        entry = None
    if entry is None and kind == "cross_entropy":
        return _cross_entropy(p, q)
    outside = None
    if kind in ("kl", "cross_entropy") and isinstance(p, Univariate) and isinstance(q, Univariate):
        outside = support.escapes(p, q)
    if outside is not None and support.always(outside):
        return lambda: np.full(np.broadcast_shapes(p.batch_shape, q.batch_shape), inf)[()]
    if entry is None:
        return None
    function = entry.function

    def value(*order: Any) -> Array:
        with np.errstate(all="ignore"):  # infinities are results, and NaN comes of NaN
            result = function(p, q, *order)
        xp = namespace(result, outside)
        return result if outside is None else as_scalar(xp.where(outside, inf, result), xp)

    return value


def _cross_entropy(p: Distribution, q: Distribution) -> Callable[..., Array] | None:
    """Return the entropy of P plus KL(P‖Q), where both are known."""
    entropy, divergence = find("entropy", p), find("kl", p, q)
    if entropy is None or divergence is None:
        return None
    return lambda: entropy() + divergence()


@registry.register("entropy", Distribution, Distribution, lambda p, _: _has_entropy(type(p)))
def _entropy(p: Distribution, _: Distribution) -> Array:
    return p.entropy()


def _has_entropy(family: type[Distribution]) -> bool:
    return family.entropy is not Distribution.entropy


@cache
def _load() -> None:
    """Import the files that make the entries."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
