from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Parameter, Result
from divergences.core import Estimate, Method

@overload
def renyi_entropy(
    p: Numbers,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def renyi_entropy(
    p: A,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def renyi_entropy(
    p: Estimated,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def renyi_entropy(
    p: Finite,
    alpha: Parameter,
    *,
    base: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def tsallis_entropy(
    p: Numbers,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def tsallis_entropy(
    p: A,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def tsallis_entropy(
    p: Estimated,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def tsallis_entropy(
    p: Finite,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
