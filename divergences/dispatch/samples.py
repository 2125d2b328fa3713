"""Samples of points: each family is estimated by a method, with its uncertainty."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from divergences.core import Estimate, FDivergence, Method
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.dispatch import constants, orders
from divergences.measures import checks
from divergences.measures.sample import Sample, in_one_order
from divergences.methods.counts.histogram import Histogram
from divergences.methods.from_alpha_term import alpha_term, of_alpha_term
from divergences.methods.samples.density_ratio.classifier import Classifier
from divergences.methods.samples.density_ratio.cross_fitting import CrossFitted
from divergences.methods.samples.density_ratio.kernel_density import KernelDensity
from divergences.methods.samples.neighbours import NearestNeighbours
from divergences.methods.samples.spacings import Spacings
from divergences.numerics.observations.duplicates import count_shared
from divergences.numerics.observations.rank_autocorrelation import rank_autocorrelation

# Methods that estimate from points, and the default of each family of functionals.
METHODS: tuple[type[Method], ...] = (
    Classifier,
    CrossFitted,
    Histogram,
    KernelDensity,
    NearestNeighbours,
    Spacings,
)
DISTRUST = "Neither the value nor the standard error can be trusted."
HEAVY = 0.1, 30  # share of the variance that one of n observations may have, or this over n
DEFAULTS: dict[str, Method] = {
    "mutual_information": NearestNeighbours(),
    "cross_entropy": NearestNeighbours(),
    "information_radius": NearestNeighbours(),
    "f_divergence": NearestNeighbours(),
    "order_entropy": NearestNeighbours(),
}


def f_divergence(member: FDivergence, p: Any, q: Any, *how: Any) -> Estimate:
    """Estimate an f-divergence of two distributions."""
    return _estimate("f_divergence", (member,), (p, q), member.laws.unit_power, *how)


def order_divergence(
    member: OrderDivergence, p: Any, q: Any, alpha: Any, base: Any, *how: Any
) -> Estimate:
    """Estimate a quantity of the power family, of one order or several."""
    return orders.each(alpha, lambda a: _of_order(member, a, p, q, base, *how))


def _of_order(member: OrderDivergence, a: float, p: Any, q: Any, base: Any, *how: Any) -> Estimate:
    found = _estimate("f_divergence", (alpha_term(a),), (p, q), 0.0, None, *how)
    return of_alpha_term(member, a, found).expressed(checks.unit_of(base), member.laws.unit_power)


def order_entropy(member: OrderEntropy, p: Any, alpha: Any, base: Any, *how: Any) -> Estimate:
    """Estimate an entropy of one order, or several."""
    unit_power = member.laws.unit_power
    return orders.each(
        alpha, lambda a: _estimate("order_entropy", (member, a), (p,), unit_power, base, *how)
    )


def cross_entropy(p: Any, q: Any, *how: Any) -> Estimate:
    """Estimate the mean code length under P of Q's code (P's own if q is None)."""
    return _estimate("cross_entropy", (), (p, q), 1.0, *how)


def perplexity(p: Any, *how: Any) -> Estimate:
    """Estimate exp of the mean code length of P in its own code."""
    return _estimate("perplexity", (), (p,), 0.0, None, *how)


def information_radius(
    member: FDivergence, ps: tuple[Any, ...], weights: Any, *how: Any
) -> Estimate:
    """Estimate the mean divergence of several distributions from their weighted mixture."""
    shares = checks.shares(weights, len(ps))
    return _estimate("information_radius", (member, shares), ps, 1.0, *how)


def mutual_information(member: FDivergence, p: Any, base: Any, axis: Any, *how: Any) -> Estimate:
    """Estimate an f-divergence of a joint distribution and the product of its marginals."""
    if p.classes is not None:
        return _of_classes(member, p, base, axis, *how)
    return _estimate("mutual_information", (member,), (_pairs(p, axis),), 1.0, base, -1, *how)


def _of_classes(
    member: FDivergence, p: Sample, base: Any, axis: Any, keepdims: bool, where: Any, method: Any
) -> Estimate:
    """Estimate the mutual information of a symbol and a point observed with it.

    It is the mean divergence of the points of each symbol from those of all.
    """
    refuse_axes(axis, keepdims, where)
    chosen = NearestNeighbours() if method is None else method
    if not isinstance(chosen, NearestNeighbours) or not member.is_relative_entropy:
        raise TypeError(
            f"{chosen!r} is no method for a symbol and a point; their mutual information is "
            "estimated by NearestNeighbours."
        )
    groups = p.by_class()
    rare = min(map(len, groups))
    if rare <= chosen.k:
        raise ValueError(
            f"a symbol was observed {rare} time(s), and k is {chosen.k}; leave rare symbols out, "
            "join them, or pass NearestNeighbours(k) with a smaller k."
        )
    if len(groups) == 1:
        raise ValueError("all pairs have one symbol, so they show nothing of what it tells.")
    shares = np.array([len(group) for group in groups]) / len(p)
    given, found = constants.from_mixture(shares, tuple(groups), repr(chosen))
    if found is None:
        found = chosen.information_radius(member, shares, *given, drawn=True)
    elif found.value > 0.0:  # known but for the shares: the spread of log 1/share
        spread = float(np.sum(shares * (np.log(shares) + found.value) ** 2) / len(p)) ** 0.5
        greatest = float(np.log(len(groups)))
        found = replace(found, standard_error=spread + 1.0 / len(p), bounds=(0.0, greatest))
    return replace(found, n=(len(p),)).expressed(checks.unit_of(base), 1.0)


def conditional_entropy(p: Any, base: Any, axis: Any, *how: Any) -> Estimate:
    """Estimate the mean code length of the second variable when the first is known."""
    return _estimate("conditional_entropy", (), (_pairs(p, axis),), 1.0, base, -1, *how)


def _estimate(
    family: str,
    what: tuple[Any, ...],
    samples: tuple[Sample | None, ...],
    unit_power: float,
    base: Any,
    axis: Any,
    keepdims: bool,
    where: Any,
    method: Any,
) -> Estimate:
    """Choose the method, let it estimate in nats, and convert."""
    unit = checks.unit_of(base)
    refuse_axes(axis, keepdims, where)
    given = tuple(in_one_order(*(sample for sample in samples if sample is not None)))
    _alike(given)
    numbers = tuple(map(len, given))
    samples = (*given, *(None for sample in samples if sample is None))
    chosen = DEFAULTS.get(family) if method is None else method
    function = getattr(chosen, family, None)
    if function is None or not isinstance(chosen, METHODS):
        able = [kind.__name__ for kind in METHODS if hasattr(kind, family)]
        what_then = f"these can: {', '.join(able)}" if able else "none can"
        said = "There is no default method" if chosen is None else f"{chosen!r} is no method"
        raise TypeError(
            f"{said} for this quantity ({family.replace('_', ' ')}) of samples of points; "
            f"{what_then}."
        )
    found = None
    if isinstance(chosen, NearestNeighbours):
        given, found = _without_constants(family, what, given, repr(chosen))
    if found is None:
        found = function(*what, *(samples if samples[-1] is None else given))
    warnings = (
        *found.warnings,
        *doubts(family, given, chosen),
        *_heavy_tails(found, min(numbers)),
    )
    found = replace(found, warnings=warnings, n=numbers)
    return found.expressed(unit, unit_power)


def refuse_axes(axis: Any, keepdims: bool, where: Any) -> None:
    """Refuse what is for arrays of probabilities."""
    if axis not in (-1, (-2, -1)) or keepdims or where is not None:
        raise ValueError(
            "axis, keepdims and where are for arrays of probabilities; a Sample has observations "
            "along its first axis. Leave them out, and select observations before."
        )


def _without_constants(
    family: str, what: tuple[Any, ...], samples: tuple[Sample, ...], method: str
) -> tuple[tuple[Sample, ...], Estimate | None]:
    """Return samples without coordinates that are constant, and an estimate if these decide it."""
    if family == "f_divergence":
        return constants.divergence(what[0], samples, method)
    if family == "information_radius":
        return constants.from_mixture(what[1], samples, method)
    if family == "mutual_information":
        return constants.mutual_information(what[0], samples[0], method)
    return samples, None


def doubts(family: str, samples: tuple[Sample, ...], method: Method | None) -> list[str]:
    """Return what speaks against taking observations as independent."""
    found = []
    parts = [sample.points for sample in samples]
    if family == "mutual_information":
        parts = np.split(parts[0], [samples[0].split or 1], axis=1)
    strongest = [max(rank_autocorrelation(column) for column in part.T) for part in parts]
    # Pairs are as good as independent if one of the variables is.
    strength = min(strongest) if family == "mutual_information" else max(strongest)
    if strength:
        found.append(
            f"Consecutive observations are correlated ({strength:.2f}). If they are in the order "
            "of time they are not independent, and the standard error is too small: take fewer, "
            "farther apart."
        )
    if (
        len(parts) == 2
        and family != "mutual_information"
        and not isinstance(method, NearestNeighbours)
    ):
        shared = count_shared(*parts)
        if shared:
            found.append(
                f"{shared} observations of one sample are in the other too, if the numbers were "
                "not rounded; the samples are taken as independent."
            )
    return found


def _heavy_tails(found: Estimate, n: int) -> list[str]:
    """Return a warning if one observation decides the standard error."""
    share = found.info.get("largest_share", 0.0)
    if share < max(HEAVY[0], HEAVY[1] / n):
        return []
    percent = f"{100.0 * share:.0f} %"
    return [f"One observation makes {percent} of the variance: the tails are heavy. {DISTRUST}"]


def _alike(samples: tuple[Sample, ...]) -> None:
    """Refuse points of different dimensions."""
    dims = [sample.points.shape[1] for sample in samples]
    if len(set(dims)) > 1:
        raise ValueError(
            f"the samples have points of {' and '.join(map(str, dims))} dimensions; distributions "
            "of different dimensions cannot be compared."
        )


def _pairs(p: Sample, axis: Any) -> Sample:
    """Return a sample of pairs: one made by `Sample.joint`, or two columns."""
    if axis != (-2, -1):
        raise ValueError(
            f"axis is {axis!r}; it is for joint arrays of probabilities. Give the variables of a "
            "sample in their order: Sample.joint(x, y)."
        )
    return p.paired()
