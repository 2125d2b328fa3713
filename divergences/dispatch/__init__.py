"""From what a user passes to the method that computes it, and back: no silent fallback.

Each kind of measure has a module here, with a table of the families of functionals that can be
computed from it. Plain arrays and their wrappers are finite distributions; whatever else is known
about a distribution says so by its class.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from divergences.core import Array, FDivergence
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.dispatch import finite
from divergences.dispatch.call import Call, Options
from divergences.measures.discrete import values_of
from divergences.numerics.compiled import NUMBERS, library, number_of

# What is an array for certain. For it the estimators and integrals need not be imported.
PLAIN = (np.ndarray, list, tuple)
CROSS_ENTROPY = NUMBERS.get("cross_entropy")
# Below, `how` is what `Options` holds. Two plain vectors are summed before it is made.


def _evaluate(call: Call) -> Any:
    """Return what a call asks for."""
    values = [values_of(x) for x in call.measures.values()]
    if call.options.method is None and all(type(x) in PLAIN for x in values):
        return finite.FAMILIES[call.family](call)
    from divergences.dispatch import handlers

    return handlers.evaluate(call)


def f_divergence(member: FDivergence, p: Any, q: Any, *how: Any) -> Array:
    """Return an f-divergence of two distributions."""
    if type(p) is type(q) is np.ndarray:
        number = number_of(type(member))
        if number is not None and _is_plain(how):
            total = library.vector(number, p, q)
            if total is not None:
                return np.float64(member.transform(total, np))
    return _evaluate(Call("f_divergence", member, {"p": p, "q": q}, Options(*how)))


def _is_plain(how: tuple[Any, ...]) -> bool:
    """Whether a call has no options: two vectors are then summed without further ado."""
    base, axis, keepdims, where, method = how
    return base is where is method is None and axis == -1 and not keepdims


def order_divergence(member: OrderDivergence, p: Any, q: Any, alpha: Any, *how: Any) -> Array:
    """Return a quantity of the power family, of one order or several."""
    return _evaluate(Call("order_divergence", member, {"p": p, "q": q}, Options(*how), alpha))


def order_entropy(member: OrderEntropy, p: Any, alpha: Any, *how: Any) -> Array:
    """Return an entropy of one order, or several."""
    return _evaluate(Call("order_entropy", member, {"p": p}, Options(*how), alpha))


def cross_entropy(p: Any, q: Any, *how: Any) -> Array:
    """Return the cross-entropy of P and Q, or the entropy of P if q is None."""
    code = p if q is None else q
    if type(p) is type(code) is np.ndarray and CROSS_ENTROPY is not None and _is_plain(how):
        total = library.vector(CROSS_ENTROPY, p, code)
        if total is not None:
            return np.float64(total)
    measures = {"p": p} if q is None else {"p": p, "q": q}
    return _evaluate(Call("cross_entropy", None, measures, Options(*how)))


def perplexity(p: Any, *how: Any) -> Array:
    """Return the perplexity of P, exp of its entropy."""
    return _evaluate(Call("perplexity", None, {"p": p}, Options(None, *how)))


def entropy_deficit(member: FDivergence, p: Any, *how: Any) -> Array:
    """Return an f-divergence of P and the uniform distribution on the outcomes kept."""
    return _evaluate(Call("entropy_deficit", member, {"p": p}, Options(*how)))


def information_radius(member: FDivergence, ps: tuple[Any, ...], weights: Any, *how: Any) -> Array:
    """Return the mean divergence of several distributions from their weighted mixture."""
    names = ["p", "q", *(f"more[{i}]" for i in range(len(ps) - 2))]
    measures = dict(zip(names, ps, strict=True))
    return _evaluate(Call("information_radius", member, measures, Options(*how), weights=weights))


def conditional_entropy(p: Any, *how: Any) -> Array:
    """Return the conditional entropy of the second variable given the first."""
    return _evaluate(Call("conditional_entropy", None, {"p": p}, Options(*how)))


def mutual_information(member: FDivergence, p: Any, *how: Any) -> Array:
    """Return an f-divergence of a joint distribution and the product of its marginals."""
    return _evaluate(Call("mutual_information", member, {"p": p}, Options(*how)))
