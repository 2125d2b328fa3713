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
        entry
        for dtype, distances in APART.items()
        for apart in distances
        for quantity in quantities
        for entry in _errors(quantity, ["ours", *names], dtype, apart)
        if QUANTITIES[quantity] == 2 or apart == 1.0
    ]


def _errors(quantity: str, names: list[str], dtype: str, apart: float) -> list[dict[str, Any]]:
    rng = np.random.default_rng(0)
    a = 3.0 * rng.normal(size=OUTCOMES)
    b = a + apart * rng.normal(size=OUTCOMES)
    sides = [np.asarray(jnp.asarray(x, dtype).astype(jnp.float32)) for x in (a, b)]
    sides = sides[-QUANTITIES[quantity] :]
    exact = oracle.value(MEMBERS[quantity], *map(dv.Logits, sides))
    slope = _exact_gradient(quantity, sides)
    entries = []
    for name, function in contenders(quantity, names).items():
        xs = [jnp.asarray(x, dtype) for x in sides]
        value, gradient = jax.jit(jax.value_and_grad(function, len(xs) - 1))(*xs)
        wide = np.asarray(gradient.astype(jnp.float32), np.float64)
        scale = float(np.max(abs(slope)))
        entries.append(
            {
                "quantity": quantity,
                "dtype": dtype,
                "apart": apart,
                "contender": name,
                "value": float(ulps(np.float32(value), exact)) if exact else abs(float(value)),
                "gradient": float(np.max(abs(wide - slope))) / (scale or 1.0),
            }
        )
    return entries


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
