"""Distributions known by a density: how each family of functionals is computed, from one table.

A finite sum of closed parts is not what one has here, so results are `Estimate`: they say which
method was used, and how wrong the value may be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, Method, warnings_of
from divergences.dispatch import orders
from divergences.dispatch.call import Call, Families
from divergences.measures import checks
from divergences.measures.distribution import Distribution
from divergences.measures.reductions import reduced
from divergences.measures.scipy_adapter import distribution
from divergences.methods.density.closed_form import ClosedForm
from divergences.methods.density.quadrature import LatticeSum, MonteCarlo, Quadrature
from divergences.numerics.runtime.namespace import is_traced

# In the order in which they are tried; MonteCarlo only if it is asked for.
METHODS: tuple[type[Method], ...] = (ClosedForm, Quadrature, LatticeSum, MonteCarlo)
# Families whose members a bijection of the outcomes leaves as they are.
INVARIANT = ("f_divergence", "information_radius", "order_divergence")


def evaluate(call: Call) -> Estimate:
    """Return what is asked for, of a family whose member is all that it takes."""
    return _estimate(call, call.members)


def of_orders(call: Call) -> Estimate:
    """Return a quantity of one order, or of several."""
    return orders.each(call.alpha, lambda a: _estimate(call, (call.member, a)))


def information_radius(call: Call) -> Estimate:
    """Return the mean divergence of several distributions from their weighted mixture."""
    return _estimate(call, (call.member, checks.shares(call.weights, len(call.measures))))


FAMILIES: Families = {
    "f_divergence": evaluate,
    "order_divergence": of_orders,
    "order_entropy": of_orders,
    "cross_entropy": evaluate,
    "perplexity": evaluate,
    "information_radius": information_radius,
}


def _estimate(call: Call, what: tuple[Any, ...]) -> Estimate:
    """Choose the method, let it compute in nats, one pair of a batch after the other."""
    unit, family, named = call.unit, call.family, call.measures
    _, axis, keepdims, where, method = call.options
    if axis != -1 or keepdims or where is not None:
        raise ValueError(
            "axis, keepdims and where are for arrays of probabilities; a distribution has no axis "
            "of outcomes. Leave them out."
        )
    ps = tuple(distribution(name, p) for name, p in named.items())
    _alike(dict(zip(named, ps, strict=True)))
    estimate = _closed(family, what, ps) if method is None else None
    if estimate is None:
        estimate = _by(_default(family, ps) if method is None else method, family, what, ps)
    return estimate.expressed(unit, call.unit_power)


def _by(method: Any, family: str, what: tuple[Any, ...], ps: tuple[Distribution, ...]) -> Estimate:
    """Compute by a method, after an exact reduction to fewer dimensions where there is one."""
    function = getattr(method, family, None)
    if function is None or not isinstance(method, METHODS):
        able = [kind.__name__ for kind in METHODS if hasattr(kind, family)]
        raise TypeError(
            f"{method!r} does not compute this quantity ({family.replace('_', ' ')}) of "
            f"distributions; these do: {', '.join(able)}."
        )
    if isinstance(method, ClosedForm):
        return function(*what, *ps)

    def compute(*single: Distribution) -> Estimate:
        fewer = reduced(single) if family in INVARIANT else None
        if fewer is None:
            return function(*what, *single)
        estimate = function(*what, *fewer)
        note = f"exact, from {single[0].dim} dimensions to {fewer[0].dim or 1}"
        return replace(estimate, info={**estimate.info, "reduction": note})

    return each(compute, ps)


def _closed(family: str, what: tuple[Any, ...], ps: tuple[Distribution, ...]) -> Estimate | None:
    """Return the closed form, if there is one and it has a value."""
    closed = ClosedForm()
    if not closed.serves(family, *what, *ps):
        return None
    estimate = getattr(closed, family)(*what, *ps)
    if is_traced(estimate.value) or not np.any(np.isnan(np.asarray(estimate.value))):
        return estimate
    given = [x for p in ps for x in p.parameters.values()]
    return estimate if any(np.any(np.isnan(np.asarray(x))) for x in given) else None


def _default(family: str, ps: tuple[Distribution, ...]) -> Method:
    """Return the method for distributions without a closed form."""
    if any(is_traced(x) for p in ps for x in p.parameters.values()):
        names = " and ".join(type(p).__name__ for p in ps)
        raise TypeError(
            f"no closed form of this quantity is known for {names}, and numerical integration "
            "cannot be traced by JAX; compute it outside of jit, grad and vmap."
        )
    if ps[0].support.lattice:
        return LatticeSum()
    single = tuple(single_of(p) for p in ps)
    fewer = reduced(single) if family in INVARIANT else None
    if (fewer or ps)[0].dim > 2:
        raise TypeError(
            f"{type(ps[0]).__name__} has {ps[0].dim} dimensions, too many for quadrature, and "
            "there is neither a closed form nor an exact reduction; pass method=MonteCarlo(n, rng)."
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
        warnings_of(found),
    )


def single_of(p: Distribution) -> Distribution:
    """Return the first distribution of a batch."""
    return _single(p, p.batch_shape, (0,) * len(p.batch_shape))


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
