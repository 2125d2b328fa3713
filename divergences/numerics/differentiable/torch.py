"""Functions of rows under PyTorch: in blocks, and with rules for both directions.

What a gradient needs is computed again from the arguments, block by block: nothing else is kept.
A gradient that is itself differentiated is computed of all rows at once, and recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from math import prod
from typing import Any

from array_api_compat import torch as namespace

from divergences.numerics.differentiable import NUMBERED, Library, Rule
from divergences.numerics.floats.jvp_rules import dot, scale_tangent
from divergences.numerics.runtime.namespace import is_staged
from divergences.numerics.typing import Array

torch: Any = import_module("torch")
checkpoint: Any = import_module("torch.utils.checkpoint").checkpoint

ON_CPU = 1 << 17  # outcomes in a block: its temporaries stay in cache
ON_ACCELERATOR = 1 << 26  # so many keep it busy


def differentiable(value: Callable[..., Array], rule: Rule) -> Callable[..., Array]:
    """Return the function of tensors with that value and that derivative."""

    def pulled(needed: tuple[bool, ...], cotangent: Array, *rows: Array) -> list[Array | None]:
        """Return the gradients by the arguments that are needed."""
        slopes = rule(needed, *map(_wide, rows))
        outer = scale_tangent(slopes.outer, cotangent, namespace)[..., None]
        return [
            None if slope is None else scale_tangent(slope, outer, namespace).to(x.dtype)
            for slope, x in zip(slopes.inner, rows, strict=True)
        ]

    class Rows(torch.autograd.Function):
        @staticmethod
        def forward(*rows: Array) -> Array:
            if is_staged(rows[0]):
                return value(*map(_wide, rows))
            found = [value(*map(_wide, block)) for block in _blocks(*rows)]
            return torch.cat([x.reshape(-1) for x in found]).reshape(rows[0].shape[:-1])

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        @staticmethod
        def backward(ctx: Any, cotangent: Array) -> Any:
            rows, needed = ctx.saved_tensors, ctx.needs_input_grad
            if torch.is_grad_enabled() or is_staged(rows[0]):
                return tuple(pulled(needed, cotangent, *rows))
            found = [
                x.new_empty(x.shape) if need else None for need, x in zip(needed, rows, strict=True)
            ]
            targets = (x for x in found if x is not None)
            for along, *tables in _blocks(cotangent[..., None], *rows, *targets):
                slopes = rule(needed, *map(_wide, tables[: len(rows)]))
                outer = scale_tangent(slopes.outer, along[..., 0], namespace)
                inner = (slope for slope in slopes.inner if slope is not None)
                for target, slope in zip(tables[len(rows) :], inner, strict=True):
                    torch.mul(slope, outer[..., None], out=target)
                    target[outer == 0] = 0.0  # also where a slope is infinite, or NaN
            return tuple(found)

        @staticmethod
        def jvp(ctx: Any, *tangents: Array | None) -> Array:
            rows = ctx.saved_tensors
            needed = tuple(t is not None for t in tangents)
            slopes = rule(needed, *map(_wide, rows))
            change = sum(
                dot(slope, tangent.to(slope.dtype), namespace)
                for slope, tangent in zip(slopes.inner, tangents, strict=True)
                if slope is not None and tangent is not None
            )
            return scale_tangent(slopes.outer, change, namespace)

        @staticmethod
        def vmap(info: Any, in_dims: Any, *rows: Array) -> tuple[Array, int]:
            moved = (
                x if d is None else x.movedim(d, 0) for d, x in zip(in_dims, rows, strict=True)
            )
            return Rows.apply(*_of_one_batch(*moved)), 0

    def function(*rows: Array) -> Array:
        return Rows.apply(*_of_one_batch(*rows))

    return function


@torch.compiler.allow_in_graph
def operation(number: int, *rows: Array) -> Array:
    """Return the function of a number at `rows`: what PyTorch compiles as a whole."""
    return NUMBERED[number](*rows)


def _of_one_batch(*rows: Array) -> list[Array]:
    """Return rows whose batches broadcast as those of one batch, on one device."""
    batch = torch.broadcast_shapes(*(x.shape[:-1] for x in rows))
    device = rows[0].device  # where a number, such as an order, may not be yet
    return [x.to(device).expand(*batch, x.shape[-1]) for x in rows]


def _wide(x: Array) -> Array:
    """Return `x` at least in single precision."""
    return x.to(torch.float32) if x.dtype.itemsize == 2 else x


def _blocks(*tables: Array) -> Iterator[list[Array]]:
    """Yield the rows of all tables, of one batch, block by block.

    No table is copied as a whole, be its rows repeated or out of order.
    """
    batch, device = tables[0].shape[:-1], tables[0].device
    rows, length = prod(batch), max(x.shape[-1] for x in tables)
    size = max(1, (ON_CPU if device.type == "cpu" else ON_ACCELERATOR) // length)
    flat = [_flat(x, rows) for x in tables]
    for start in range(0, max(rows, 1), size):
        stop = min(start + size, rows)
        index = ()
        if any(x is None for x in flat):
            index = torch.unravel_index(torch.arange(start, stop, device=device), batch)
        yield [
            x[index] if table is None else table[start:stop]
            for x, table in zip(tables, flat, strict=True)
        ]


def _flat(x: Array, rows: int) -> Array | None:
    """Return `x` as a table of all rows that shares its memory, None if it has no such strides."""
    try:
        return x.view(rows, x.shape[-1])
    except RuntimeError:
        return None


def recomputed(function: Callable[..., Array]) -> Callable[..., Array]:
    """Return a function of rows that keeps nothing: for its gradient it is computed again."""

    def again(*rows: Array) -> Array:
        if is_staged(rows[0]) or not torch.is_grad_enabled():
            return function(*rows)
        return checkpoint(function, *rows, use_reentrant=False, preserve_rng_state=False)

    return again


def either(condition: Array, yes: Callable[[], Array], no: Callable[[], Array]) -> Array:
    """Return what is chosen, of both."""
    return namespace.where(condition, yes(), no())


def derivative(function: Callable[[Array], Array], x: Array) -> Array:
    """Return the derivative of a function of each element, at those of `x`."""
    return torch.func.jvp(function, (x,), (torch.ones_like(x),))[1]


LIBRARY = Library(namespace, differentiable, either, derivative, recomputed)
