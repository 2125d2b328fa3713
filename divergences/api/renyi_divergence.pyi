from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Parameter, Result
from divergences.core import Estimate, Method

@overload
def renyi_divergence(
    p: Numbers,
    q: Numbers,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def renyi_divergence(
    p: Numbers,
    q: A,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def renyi_divergence(
    p: A,
    q: A | Numbers,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def renyi_divergence(
    p: Estimated,
    q: Estimated | Finite,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def renyi_divergence(
    p: Finite,
    q: Finite,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def bhattacharyya_distance(
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
def bhattacharyya_distance(
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
def bhattacharyya_distance(
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
def bhattacharyya_distance(
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
def bhattacharyya_distance(
    p: Finite,
    q: Finite,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
