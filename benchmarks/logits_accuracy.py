"""Errors of divergences from logits, beside the exact value of the same floats."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import divergences as dv
from benchmarks.logits_formulas import QUANTITIES, contenders
from divergences.testing import oracle
from divergences.testing.tolerance import ulps

OUTCOMES = 4096
APART = {"float32": (0.0, 1e-5, 1e-3, 1.0), "bfloat16": (0.0, 1.0)}
MEMBERS = {
    "kl": "kl_divergence",
    "js": "jensen_shannon_divergence",
    "entropy": "entropy",
    "tv": "total_variation_distance",
}


def accuracy(quantities: list[str], names: list[str]) -> list[dict[str, Any]]:
    """Return the errors of values and gradients of every contender."""
    return [
        {"quantity": quantity, "contender": name, "dtype": dtype, "apart": apart}
        | _errors(slopes, quantity, dtype, apart)
        for quantity in quantities
        for name, function in contenders(quantity, ["ours", *names]).items()
        for slopes in [jax.jit(jax.value_and_grad(function, QUANTITIES[quantity] - 1))]
        for dtype, distances in APART.items()
        for apart in (distances if QUANTITIES[quantity] == 2 else distances[-1:])
    ]


def _errors(slopes: Any, quantity: str, dtype: str, apart: float) -> dict[str, float]:
    """Return the errors of the function of value and gradient, for logits so far apart."""
    rng = np.random.default_rng(0)
    a = 3.0 * rng.normal(size=OUTCOMES)
    b = a + apart * rng.normal(size=OUTCOMES)
    xs = [jnp.asarray(x, dtype) for x in (a, b)][-QUANTITIES[quantity] :]
    sides = [np.asarray(x.astype(jnp.float32)) for x in xs]
    exact = oracle.value(MEMBERS[quantity], *map(dv.Logits, sides))
    slope = _exact_gradient(quantity, sides)
    value, gradient = slopes(*xs)
    wide = np.asarray(gradient.astype(jnp.float32), np.float64)
    scale = float(np.max(abs(slope)))
    return {
        "value": float(ulps(np.float32(value), exact)) if exact else abs(float(value)),
        "gradient": float(np.max(abs(wide - slope))) / (scale or 1.0),
    }


def _exact_gradient(quantity: str, sides: list[Any]) -> Any:
    """Return the gradient by the last side, of the formula in double precision."""
    if len(sides) == 2 and np.array_equal(*sides):
        return np.zeros(OUTCOMES)
    with jax.enable_x64(True):
        a, b = (jnp.asarray(x, jnp.float64) for x in (sides[0], sides[-1]))
        p, q = jax.nn.softmax(a), jax.nn.softmax(b)
        slopes = {
            "kl": lambda: -p / q,
            "js": lambda: 0.5 * jnp.log(2.0 * q / (p + q)),
            "tv": lambda: 0.5 * jnp.sign(q - p),
            "entropy": lambda: -jnp.log(q),
        }[quantity]()
        return np.asarray(q * (slopes - jnp.sum(q * slopes)))
