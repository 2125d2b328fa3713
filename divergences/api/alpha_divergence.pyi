from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Parameter, Result
from divergences.core import Estimate, Method

@overload
def alpha_divergence(
    p: Numbers,
    q: Numbers,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def alpha_divergence(
    p: Numbers,
    q: A,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def alpha_divergence(
    p: A,
    q: A | Numbers,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def alpha_divergence(
    p: Estimated,
    q: Estimated | Finite,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def alpha_divergence(
    p: Finite,
    q: Finite,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
@overload
def tsallis_divergence(
    p: Numbers,
    q: Numbers,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def tsallis_divergence(
    p: Numbers,
    q: A,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def tsallis_divergence(
    p: A,
    q: A | Numbers,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def tsallis_divergence(
    p: Estimated,
    q: Estimated | Finite,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def tsallis_divergence(
    p: Finite,
    q: Finite,
    alpha: Parameter,
    *,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
