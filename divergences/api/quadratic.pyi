from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Result
from divergences.core import Estimate, Method

@overload
def chi_squared_divergence(
    p: Numbers,
    q: Numbers,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def chi_squared_divergence(
    p: Numbers,
    q: A,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def chi_squared_divergence(
    p: A,
    q: A | Numbers,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def chi_squared_divergence(
    p: Estimated,
    q: Estimated | Finite,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def chi_squared_divergence(
    p: Finite,
    q: Finite,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def triangular_discrimination(
    p: Numbers,
    q: Numbers,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def triangular_discrimination(
    p: Numbers,
    q: A,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def triangular_discrimination(
    p: A,
    q: A | Numbers,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def triangular_discrimination(
    p: Estimated,
    q: Estimated | Finite,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def triangular_discrimination(
    p: Finite,
    q: Finite,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
