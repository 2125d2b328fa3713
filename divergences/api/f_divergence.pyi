from collections.abc import Callable
from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Mask, Numbers, Result
from divergences.core import Estimate, Method

@overload
def f_divergence(
    p: Numbers,
    q: Numbers,
    f: Callable[..., Any] | str,
    *,
    derivative: Callable[..., Any] | None = None,
    at_zero: float | None = None,
    slope_at_infinity: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Result: ...
@overload
def f_divergence(
    p: Numbers,
    q: A,
    f: Callable[..., Any] | str,
    *,
    derivative: Callable[..., Any] | None = None,
    at_zero: float | None = None,
    slope_at_infinity: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def f_divergence(
    p: A,
    q: A | Numbers,
    f: Callable[..., Any] | str,
    *,
    derivative: Callable[..., Any] | None = None,
    at_zero: float | None = None,
    slope_at_infinity: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> A: ...
@overload
def f_divergence(
    p: Estimated,
    q: Estimated | Finite,
    f: Callable[..., Any] | str,
    *,
    derivative: Callable[..., Any] | None = None,
    at_zero: float | None = None,
    slope_at_infinity: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def f_divergence(
    p: Finite,
    q: Finite,
    f: Callable[..., Any] | str,
    *,
    derivative: Callable[..., Any] | None = None,
    at_zero: float | None = None,
    slope_at_infinity: float | None = None,
    axis: int | tuple[int, ...] | None = -1,
    keepdims: bool = False,
    where: Mask | None = None,
    method: Method | None = None,
) -> Any: ...
