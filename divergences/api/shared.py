"""What the docstrings of the public functions have in common, written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

PARTS = {
    "p": """p : array_like, Weights, LogProbs, Logits, Counts or Sample
        Distribution P. A plain array holds probabilities and must sum to 1 along `axis`.""",
    "p, q": """p, q : array_like, Weights, LogProbs, Logits, Counts or Sample
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`.
        Batches broadcast; the numbers of outcomes must agree.""",
    "joint": """p : array_like, Weights, LogProbs, Logits, Counts or Sample
        Joint distribution of X and Y. A plain array holds probabilities and must sum to 1; a sample
        of pairs is ``Sample.joint(x, y)``.""",
    "alpha": """alpha : float or array_like
        Order, any real number or +-inf; orders broadcast with the batch of distributions.""",
    "base": """base : float, optional
        Base of the logarithm: 2 for bits. Default: nats.""",
    "axis": """axis : int, tuple of ints or None, default -1
        Axis or axes of the outcomes; None for all.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the arrays; what remains must still sum to 1.
    method : Method, optional
        How to estimate from counts and samples. Finite distributions are summed exactly; there
        is nothing to choose.""",
    "axes": """axis : tuple of two ints, default (-2, -1)
        Axes of X and of Y.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the array; what remains must still sum to 1.
    method : Method, optional
        How to estimate from counts and samples. Finite distributions are summed exactly; there
        is nothing to choose.""",
    "raises": """ValueError
        If a mass is negative, a total is not 1, shapes do not agree or there are no outcomes.
    TypeError
        If an array is not of real numbers, or `where` not of booleans.""",
}


def documented(function: Function) -> Function:
    """Put the shared parts into a docstring, where it has lines such as ``{p, q}``."""
    text = function.__doc__ or ""
    for name, part in PARTS.items():
        text = text.replace("{" + name + "}", part)
    function.__doc__ = text
    return function
