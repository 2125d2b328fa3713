"""Samples of points: each family is estimated by a method, with its uncertainty."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from divergences.core import Estimate, Method
from divergences.core.alpha_term import alpha_term_of
from divergences.dispatch import constants, orders
from divergences.dispatch.call import Call, Families, Options
from divergences.measures import checks
from divergences.measures.sample import Sample, in_one_order
from divergences.methods.counts.histogram import Histogram
from divergences.methods.from_alpha_term import of_alpha_term
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


def evaluate(call: Call) -> Estimate:
    """Estimate a family whose member is all that it takes."""
    return _estimate(call, call.members)


def order_divergence(call: Call) -> Estimate:
    """Estimate a quantity of the power family, of one order or several."""
    return orders.each(call.alpha, partial(_of_order, call))


def _of_order(call: Call, a: float) -> Estimate:
    of_term = call._replace(family="f_divergence", member=alpha_term_of(a))
    found = evaluate(of_term.with_options(base=None))
    return of_alpha_term(call.member, a, found).expressed(call.unit, call.unit_power)


def order_entropy(call: Call) -> Estimate:
    """Estimate an entropy of one order, or several."""
    return orders.each(call.alpha, lambda a: _estimate(call, (call.member, a)))


def information_radius(call: Call) -> Estimate:
    """Estimate the mean divergence of several distributions from their weighted mixture."""
    return _estimate(call, (call.member, checks.shares(call.weights, len(call.measures))))


def conditional_entropy(call: Call) -> Estimate:
    """Estimate the conditional entropy of the second variable given the first."""
    return _estimate(_of_pairs(call), ())


def mutual_information(call: Call) -> Estimate:
    """Estimate an f-divergence of a joint distribution and the product of its marginals."""
    if call.measures["p"].classes is not None:
        return _of_classes(call)
    return _estimate(_of_pairs(call), (call.member,))


FAMILIES: Families = {
    "f_divergence": evaluate,
    "order_divergence": order_divergence,
    "order_entropy": order_entropy,
    "cross_entropy": evaluate,
    "perplexity": evaluate,
    "information_radius": information_radius,
    "conditional_entropy": conditional_entropy,
    "mutual_information": mutual_information,
}


def _of_classes(call: Call) -> Estimate:
    """Estimate the mutual information of a symbol and a point observed with it.

    It is the mean divergence of the points of each symbol from those of all.
    """
    refuse_axes(call.options)
    p, method = call.measures["p"], call.options.method
    chosen = NearestNeighbours() if method is None else method
    if not isinstance(chosen, NearestNeighbours) or not call.member.is_relative_entropy:
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
        found = chosen.information_radius(call.member, shares, *given, drawn=True)
    elif found.value > 0.0:  # known but for the shares: the spread of log 1/share
        spread = float(np.sum(shares * (np.log(shares) + found.value) ** 2) / len(p)) ** 0.5
        greatest = float(np.log(len(groups)))
        found = replace(found, standard_error=spread + 1.0 / len(p), bounds=(0.0, greatest))
    return replace(found, n=(len(p),)).expressed(call.unit, call.unit_power)


def _estimate(call: Call, what: tuple[Any, ...]) -> Estimate:
    """Choose the method, let it estimate in nats, and convert."""
    unit, family, method = call.unit, call.family, call.options.method
    refuse_axes(call.options)
    given = tuple(in_one_order(*call.measures.values()))
    _alike(given)
    numbers = tuple(map(len, given))
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
        own = (None,) if family == "cross_entropy" and len(given) == 1 else ()  # the entropy of P
        found = function(*what, *given, *own)
    warnings = (
        *found.warnings,
        *doubts(family, given, chosen),
        *_heavy_tails(found, min(numbers)),
    )
    found = replace(found, warnings=warnings, n=numbers)
    return found.expressed(unit, call.unit_power)


def refuse_axes(options: Options) -> None:
    """Refuse what is for arrays of probabilities."""
    _, axis, keepdims, where, _ = options
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


def _of_pairs(call: Call) -> Call:
    """Return the call for a sample of pairs: one made by `Sample.joint`, or two columns."""
    if (axis := call.options.axis) != (-2, -1):
        raise ValueError(
            f"axis is {axis!r}; it is for joint arrays of probabilities. Give the variables of a "
            "sample in their order: Sample.joint(x, y)."
        )
    return call._replace(measures={"p": call.measures["p"].paired()})
