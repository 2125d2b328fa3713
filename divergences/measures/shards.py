"""Logits that one device knows in part."""

from __future__ import annotations

from typing import Any


def is_shard(measure: Any) -> bool:
    """Whether a measure is known to one device in part."""
    return getattr(measure, "axis_name", None) is not None


def whole(measure: Any) -> None:
    """Refuse logits that are a shard, where all outcomes must be known."""
    if is_shard(measure):
        raise ValueError(
            "axis_name says that these logits are a shard of all; f-divergences and entropies of "
            "Logits with one axis_name, inside jax.shard_map, are all that can be computed of it."
        )
