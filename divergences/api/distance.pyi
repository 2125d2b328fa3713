from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Result
from divergences.core import Estimate, Method

@overload
def hellinger_distance(
    p: Numbers,
    q: Numbers,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def hellinger_distance(
    p: Numbers,
    q: A,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def hellinger_distance(
    p: A,
    q: A | Numbers,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def hellinger_distance(
    p: Estimated,
    q: Estimated | Finite,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def hellinger_distance(
    p: Finite,
    q: Finite,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def total_variation_distance(
    p: Numbers,
    q: Numbers,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def total_variation_distance(
    p: Numbers,
    q: A,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def total_variation_distance(
    p: A,
    q: A | Numbers,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def total_variation_distance(
    p: Estimated,
    q: Estimated | Finite,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def total_variation_distance(
    p: Finite,
    q: Finite,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
