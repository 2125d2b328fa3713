from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Parameter, Result
from divergences.core import Estimate, Method

@overload
def jensen_shannon_divergence(
    p: Numbers,
    q: Numbers,
    *more: Numbers,
    weights: Parameter | None = None,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def jensen_shannon_divergence(
    p: Numbers,
    q: A,
    *more: A,
    weights: Parameter | None = None,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def jensen_shannon_divergence(
    p: A,
    q: A | Numbers,
    *more: A | Numbers,
    weights: Parameter | None = None,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def jensen_shannon_divergence(
    p: Estimated,
    q: Estimated | Finite,
    *more: Estimated,
    weights: Parameter | None = None,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def jensen_shannon_divergence(
    p: Finite,
    q: Finite,
    *more: Finite,
    weights: Parameter | None = None,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def jensen_shannon_distance(
    p: Numbers,
    q: Numbers,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def jensen_shannon_distance(
    p: Numbers,
    q: A,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def jensen_shannon_distance(
    p: A,
    q: A | Numbers,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def jensen_shannon_distance(
    p: Estimated,
    q: Estimated | Finite,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def jensen_shannon_distance(
    p: Finite,
    q: Finite,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def jensen_shannon_deficit(
    p: Numbers,
    q: Numbers,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def jensen_shannon_deficit(
    p: Numbers,
    q: A,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def jensen_shannon_deficit(
    p: A,
    q: A | Numbers,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def jensen_shannon_deficit(
    p: Estimated,
    q: Estimated | Finite,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def jensen_shannon_deficit(
    p: Finite,
    q: Finite,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
