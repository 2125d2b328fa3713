"""What divergences from logits are measured beside: formulas by ``log_softmax``, and optax."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import jax
import jax.numpy as jnp

import divergences as dv

QUANTITIES = {"kl": 2, "js": 2, "entropy": 1, "tv": 2}  # and of how many distributions they are


def _logs(*logits: Any) -> list[Any]:
    return [jax.nn.log_softmax(x.astype(jnp.float32)) for x in logits]


def _kl(a: Any, b: Any) -> Any:
    a, b = _logs(a, b)
    return jnp.sum(jnp.exp(a) * (a - b), axis=-1)


def _js(a: Any, b: Any) -> Any:
    a, b = _logs(a, b)
    m = jnp.logaddexp(a, b) - jnp.log(2.0)
    return 0.5 * jnp.sum(jnp.exp(a) * (a - m) + jnp.exp(b) * (b - m), axis=-1)


def _entropy(a: Any) -> Any:
    (a,) = _logs(a)
    return -jnp.sum(jnp.exp(a) * a, axis=-1)


def _tv(a: Any, b: Any) -> Any:
    a, b = (jax.nn.softmax(x.astype(jnp.float32)) for x in (a, b))
    return 0.5 * jnp.sum(jnp.abs(a - b), axis=-1)


NAIVE = {"kl": _kl, "js": _js, "entropy": _entropy, "tv": _tv}
OURS: dict[str, Callable[..., Any]] = {
    "kl": lambda a, b: dv.kl_divergence(dv.Logits(a), dv.Logits(b)),
    "js": lambda a, b: dv.jensen_shannon_divergence(dv.Logits(a), dv.Logits(b)),
    "entropy": lambda a: dv.entropy(dv.Logits(a)),
    "tv": lambda a, b: dv.total_variation_distance(dv.Logits(a), dv.Logits(b)),
}


def contenders(quantity: str, names: list[str]) -> dict[str, Callable[..., Any]]:
    """Return those of `names` that are installed and have the quantity."""
    found = {"ours": OURS[quantity], "naive": NAIVE[quantity]}
    if quantity == "kl" and "optax" in names:
        try:
            optax = import_module("optax")
        except ImportError:
            pass
        else:

            def of_logs(a: Any, b: Any) -> Any:
                a, b = _logs(a, b)
                return optax.losses.kl_divergence_with_log_targets(b, a)

            found["optax"] = of_logs
    return {name: f for name, f in found.items() if name in names}
