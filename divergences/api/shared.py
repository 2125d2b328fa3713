"""What the docstrings of the public functions have in common, written once."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

PARTS = {
    "p": """p : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distribution P. A plain array holds probabilities and must sum to 1 along `axis`, to within
        the root of its dtype's epsilon: 1.5e-8 in double precision. A `Distribution` is known by a
        formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of what is not an array the result
        is an `Estimate`.""",
    "p, q": """p, q : array_like, Weights, LogProbs, Logits, Counts, Sample or Distribution
        Distributions P and Q. A plain array holds probabilities and must sum to 1 along `axis`, to
        within the root of its dtype's epsilon: 1.5e-8 in double precision. Batches broadcast; the
        numbers of outcomes must agree, and labels (of pandas) are aligned. A `Distribution` is
        known by a formula: `Normal(0, 1)`, a mixture, one of `scipy.stats`. Of what is not an array
        the result is an `Estimate`.""",
    "joint": """p : array_like, Weights, LogProbs, Logits, Counts or Sample
        Joint distribution of X and Y. A plain array holds probabilities and must sum to 1, to
        within the root of its dtype's epsilon; a sample of pairs is ``Sample.joint(x, y)``.""",
    "alpha": """alpha : float or array_like
        Order, any real number or +-inf; orders broadcast with the batch of distributions.""",
    "base": """base : float, optional
        Base of the logarithm, above 1: 2 for bits. Default: nats.""",
    "axis": """axis : int, tuple of ints or None, default -1
        Axis or axes of the outcomes; None for all. They are those of what arrays and `where`
        broadcast to.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the arrays; what remains must still sum to 1. An
        outcome that is masked in a masked array is left out of all.
    method : Method, optional
        How to estimate from counts and samples, or to integrate what is known by a formula. Finite
        distributions are summed exactly; there is nothing to choose.""",
    "axes": """axis : tuple of two ints, default (-2, -1)
        Axes of X and of Y.
    keepdims : bool, default False
        Whether to keep those axes with length one.
    where : array_like of bool, optional
        Outcomes to include, broadcast with the array; what remains must still sum to 1. What is
        masked in a masked array is left out.
    method : Method, optional
        How to estimate from counts and samples, or to integrate what is known by a formula. Finite
        distributions are summed exactly; there is nothing to choose.""",
    "raises": """ValueError
        If a mass is negative, a total is not 1, shapes, dimensions or labels do not agree, there
        are no outcomes, or an integral does not show whether it converges. While JAX traces, a
        negative or infinite mass gives NaN instead, and totals are not checked.
    TypeError
        If an array is not of real numbers, or `where` not of booleans, or it is of a library that
        is not served, or records a gradient that is not JAX's.""",
}


def documented(function: Function) -> Function:
    """Put the shared parts into a docstring, where it has lines such as ``{p, q}``.

    The result has no common indentation, which Python 3.13 and later strip by themselves.
    """
    text = cleandoc(function.__doc__ or "")
    for name, part in PARTS.items():
        text = text.replace("{" + name + "}", part.replace("\n    ", "\n"))
    function.__doc__ = text
    return function
