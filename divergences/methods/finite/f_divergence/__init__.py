"""The exact sum of an f-divergence over finite distributions, on any array namespace."""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array, FDivergence, ParametricFDivergence
from divergences.measures.discrete import MassArray, masses_first
from divergences.methods.finite.f_divergence import by_rule, stages
from divergences.methods.finite.f_divergence.compensated import normalised_total
from divergences.numerics.differentiable import differentiates
from divergences.numerics.runtime.backend import backend
from divergences.numerics.runtime.namespace import SCALE, as_scalar, is_array, namespace


def evaluate(member: FDivergence, p: MassArray, q: MassArray, xp: Any) -> Array:
    """Return the quantity `member` of P and Q for every distribution of the batch."""
    if member.laws.symmetric:
        p, q = masses_first(p, q)
    if differentiates(xp):
        for side in (p, q):
            side.check_values(xp)
        if isinstance(member, ParametricFDivergence) and is_array(member.parameter):
            parameter, dtype = member.parameter, p.values.dtype
            own = namespace(parameter) is xp
            parameter = xp.astype(parameter, dtype) if own else xp.asarray(parameter, dtype=dtype)
            family = by_rule.parametric(member.with_parameter(None), p.is_log, q.is_log, xp)
            return family(p.values, q.values, parameter[..., None])
        unit = not (p.is_log or q.is_log or p.tolerance is None or q.tolerance is None)
        return by_rule.function(member, p.is_log, q.is_log, unit, xp)(p.values, q.values)
    total = _total(member, p, q, xp)
    if p.tolerance is None and not p.is_log and xp.finfo(p.values.dtype).bits == 64:
        infinite = xp.isinf(total)
        if bool(xp.any(infinite)):
            # Weights are scaled up, so that none is subnormal; what of theirs overflows may be an
            # ordinary share of their total.
            smaller = p._replace(values=p.values * 2.0**-SCALE)
            total = xp.where(infinite, _total(member, smaller, q, xp), total)
            total = as_scalar(total, xp)
    value = member.transform(total, xp)
    return np.float64(value) if type(value) is float else value


def _total(member: FDivergence, p: MassArray, q: MassArray, xp: Any) -> Array:
    """Return the sum of T over P and Q normalised."""
    if backend(xp).native and not (p.is_log or q.is_log or is_array(member.parameter)):
        return stages.total(member, p, q)
    if backend(xp).native and p.is_log and q.is_log and not is_array(member.parameter):
        return stages.of_logs(member, p.values, q.values)
    for side in (p, q):
        side.check_values(xp)
    with np.errstate(all="ignore"):
        return normalised_total(member, p.values, q.values, p.is_log, q.is_log, xp)
