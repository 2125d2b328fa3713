from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Result
from divergences.core import Estimate, Method

@overload
def joint_entropy(
    p: Numbers,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def joint_entropy(
    p: A,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def joint_entropy(
    p: Estimated,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def joint_entropy(
    p: Finite,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def conditional_entropy(
    p: Numbers,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def conditional_entropy(
    p: A,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def conditional_entropy(
    p: Estimated,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def conditional_entropy(
    p: Finite,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def mutual_information(
    p: Numbers,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def mutual_information(
    p: A,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def mutual_information(
    p: Estimated,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def mutual_information(
    p: Finite,
    *,
    base: float | None = None,
    axis: tuple[int, int] = (-2, -1),
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
