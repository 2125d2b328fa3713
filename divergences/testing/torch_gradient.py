"""Gradients of functions of PyTorch, asked for as those of JAX are."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def torch_grad(func: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """Return a function that gives the derivatives of `func`, as `jax.grad` does.

    Parameters
    ----------
    func : callable
        Takes tensors of PyTorch, and returns one of a single number.
    argnums : int or tuple of ints, default 0
        Which arguments to differentiate by.

    Returns
    -------
    callable
        Of the same arguments; gives a tensor for an int, and a tuple of tensors for a tuple.

    Examples
    --------
    >>> from divergences.testing import torch_grad
    >>> torch_grad(lambda x, y: (x * y).sum(), argnums=(0, 1))  # doctest: +ELLIPSIS
    <function torch_grad.<locals>.gradient at ...>
    """
    numbers = (argnums,) if isinstance(argnums, int) else argnums

    def gradient(*tensors: Any) -> Any:
        torch = import_module("torch")

        leaves = [t.detach().clone().requires_grad_(i in numbers) for i, t in enumerate(tensors)]
        found = torch.autograd.grad(func(*leaves), [leaves[i] for i in numbers])
        return found[0] if isinstance(argnums, int) else found

    return gradient
