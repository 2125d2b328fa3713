from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Parameter, Result
from divergences.core import Estimate, Method

@overload
def generalized_jensen_shannon_divergence(
    p: Numbers,
    q: Numbers,
    weight: Parameter = 0.5,
    *,
    normalized: bool = False,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def generalized_jensen_shannon_divergence(
    p: Numbers,
    q: A,
    weight: Parameter = 0.5,
    *,
    normalized: bool = False,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def generalized_jensen_shannon_divergence(
    p: A,
    q: A | Numbers,
    weight: Parameter = 0.5,
    *,
    normalized: bool = False,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def generalized_jensen_shannon_divergence(
    p: Estimated,
    q: Estimated | Finite,
    weight: Parameter = 0.5,
    *,
    normalized: bool = False,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def generalized_jensen_shannon_divergence(
    p: Finite,
    q: Finite,
    weight: Parameter = 0.5,
    *,
    normalized: bool = False,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
