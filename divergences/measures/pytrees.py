"""Measures that are arguments of functions that JAX transforms."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import numpy as np

from divergences.numerics.runtime.namespace import is_array, is_compiling
from divergences.numerics.typing import Array


class Wrapper:
    """What is said of an array; an argument of transformed functions where JAX is in use."""

    def __post_init__(self) -> None:
        if "jax" in sys.modules and not is_compiling():
            _register(type(self))


@cache
def _register(kind: type) -> None:
    """Tell JAX that the array is a leaf; the first field is one unless it is a name."""
    import jax

    def flatten(measure: Any) -> tuple[tuple[Array, ...], Any]:
        values, *others = vars(measure).values()
        values = np.asarray(values) if isinstance(values, list | tuple) else values
        # A temperature that is computed is an argument too; a number is part of the function.
        fields = (values, *others)
        moving = (not isinstance(values, str), *map(is_array, others))
        leaves = tuple(x for x, moves in zip(fields, moving, strict=True) if moves)
        return leaves, (
            moving,
            tuple(x for x, moves in zip(fields, moving, strict=True) if not moves),
        )

    def unflatten(kept: Any, leaves: Any) -> Any:
        measure = object.__new__(kind)  # JAX puts what is no array there too
        moving, values, others = kept[0], iter(leaves), iter(kept[1])
        for name, moves in zip(kind.__dataclass_fields__, moving, strict=True):
            object.__setattr__(measure, name, next(values if moves else others))
        return measure

    jax.tree_util.register_pytree_node(kind, flatten, unflatten)
