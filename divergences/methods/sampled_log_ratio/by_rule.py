"""Values of tokens whose derivatives, under JAX and PyTorch, are those of the divergence.

With c the log-probability under the distribution drawn from, held fixed, the value is
T(exp(log p - c), exp(log q - c)). Its mean over tokens is the sum of exp(c) T / exp(c) over all
outcomes, also after any number of differentiations: the weight exp(c) of an outcome is not moved,
and its mass in T is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from divergences.core import Array, FDivergence
from divergences.core.products import products
from divergences.methods.sampled_log_ratio import relative
from divergences.numerics.differentiable import Slopes, library, made_once


@made_once
def function(member: FDivergence, xp: Any) -> Callable[[Array, Array], Array]:
    """Return the differentiable function of log p - c and log q - c, each token a row of one."""

    def value(a: Array, b: Array) -> Array:
        return member.terms(relative(a, b, xp), xp)[..., 0]

    def rule(needed: tuple[bool, ...], a: Array, b: Array) -> Slopes:
        pair = relative(a, b, xp)
        terms = member.terms(pair, xp)
        parts = products(member, pair, member.gradients(pair, xp), terms, xp)
        inner = [part if need else None for part, need in zip(parts, needed, strict=True)]
        return Slopes(xp.ones_like(a[..., 0]), inner)

    return library(xp).differentiable(value, rule)
