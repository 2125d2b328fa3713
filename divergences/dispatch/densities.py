"""Distributions known by a density: how each family of functionals is computed, from one table.

A finite sum of closed parts is not what one has here, so results are `Estimate`: they say which
method was used, and how wrong the value may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from divergences.interface import Array, Estimate, Method, Perspective
from divergences.measures import checks
from divergences.measures.distribution import Distribution
from divergences.measures.foreign import distribution
from divergences.methods.quadrature import Quadrature

METHODS: tuple[type[Method], ...] = (Quadrature,)


def perspective(member: Perspective, p: Any, q: Any, *how: Any) -> Estimate:
    """Return a perspective of two distributions."""
    return _estimate("perspective", (member,), {"p": p, "q": q}, member.laws.unit_power, *how)


def mean_code_length(p: Any, q: Any, *how: Any) -> Estimate:
    """Return the mean code length under P of Q's code (P's own if q is None)."""
    ps = {"p": p} if q is None else {"p": p, "q": q}
    return _estimate("mean_code_length", (), ps, 1.0, *how)


def perplexity(p: Any, *how: Any) -> Estimate:
    """Return exp of the mean code length of P in its own code."""
    return _estimate("perplexity", (), {"p": p}, 0.0, None, *how)


def mixture_divergence(
    member: Perspective, ps: tuple[Any, ...], weights: Any, *how: Any
) -> Estimate:
    """Return the mean divergence of several distributions from their weighted mixture."""
    names = ["p", "q", *(f"more[{i}]" for i in range(len(ps) - 2))]
    shares = checks.shares(weights, len(ps))
    named = dict(zip(names, ps, strict=True))
    return _estimate("mixture_divergence", (member, shares), named, 1.0, *how)


def _estimate(
    family: str,
    what: tuple[Any, ...],
    named: dict[str, Any],
    unit_power: float,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Estimate:
    """Choose the method, let it compute in nats, one pair of a batch after the other."""
    unit = checks.unit_of(base)
    if axis != -1 or keepdims or where is not None:
        raise ValueError(
            "axis, keepdims and where are for arrays of probabilities; a distribution has no axis "
            "of outcomes. Leave them out."
        )
    ps = tuple(distribution(name, p) for name, p in named.items())
    _alike(dict(zip(named, ps, strict=True)))
    chosen = _default(ps) if method is None else method
    function = getattr(chosen, family, None)
    if function is None or not isinstance(chosen, METHODS):
        able = [kind.__name__ for kind in METHODS if hasattr(kind, family)]
        raise TypeError(
            f"{chosen!r} does not compute this quantity ({family.replace('_', ' ')}) of "
            f"distributions; these do: {', '.join(able)}."
        )
    estimate = each(lambda *single: function(*what, *single), ps)
    return estimate.in_unit(unit**unit_power) if unit != 1.0 else estimate


def _default(ps: tuple[Distribution, ...]) -> Method:
    """Return the method for distributions without a closed form."""
    if ps[0].dim > 2:
        raise TypeError(
            f"{ps[0]!r} has {ps[0].dim} dimensions, too many for quadrature; pass "
            "method=MonteCarlo(n, rng)."
        )
    return Quadrature()


def _alike(named: dict[str, Distribution]) -> None:
    """Refuse distributions on different spaces."""
    dims = {name: p.dim for name, p in named.items()}
    if len(set(dims.values())) > 1:
        listed = " and ".join(f"{name} ({dim or 'scalar'})" for name, dim in dims.items())
        raise ValueError(f"{listed} have different dimensions; divergences compare like with like.")
    lattices = {name: p.support.lattice for name, p in named.items()}
    if len(set(lattices.values())) > 1:
        listed = " and ".join(
            f"{name} ({'discrete' if lattice else 'continuous'})"
            for name, lattice in lattices.items()
        )
        raise TypeError(f"{listed} have no common measure; both must have densities, or neither.")


def each(function: Callable[..., Estimate], ps: tuple[Distribution, ...]) -> Estimate:
    """Apply a function of single distributions to each element of a batch."""
    shape = np.broadcast_shapes(*(p.batch_shape for p in ps))
    if not shape:
        return function(*ps)
    found = [function(*(_single(p, shape, i) for p in ps)) for i in np.ndindex(shape)]

    def stacked(name: str) -> Array | None:
        values = [getattr(estimate, name) for estimate in found]
        return None if None in values else np.reshape(np.asarray(values, dtype=float), shape)

    first = found[0]
    info = {key: np.reshape([e.info[key] for e in found], shape) for key in first.info}
    return Estimate(
        stacked("value"),
        first.method,
        stacked("standard_error"),
        stacked("error_bound"),
        first.bounds,
        info,
    )


def _single(p: Distribution, shape: tuple[int, ...], index: tuple[int, ...]) -> Distribution:
    """Return one distribution of a batch that is broadcast to `shape`."""
    batch = p.batch_shape
    if not batch:
        return p
    own = tuple(
        i if n > 1 else 0 for i, n in zip(index[len(shape) - len(batch) :], batch, strict=True)
    )
    events = 0 if not p.dim else 1

    def picked(name: str, x: Array) -> Array:
        extra = {"cov": 2}.get(name, events)
        x = np.asarray(x)
        full = np.broadcast_to(x, batch + x.shape[x.ndim - extra :])
        return full[own]

    return type(p)(**{name: picked(name, x) for name, x in p.parameters.items()})
