from collections.abc import Callable
from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Numbers, Result
from divergences.core import Array, Estimate, Method

@overload
def energy_distance(
    p: Numbers, q: Numbers, *, positions: Any = None, method: Method | None = None
) -> Result: ...
@overload
def energy_distance(
    p: Numbers, q: A, *, positions: Any = None, method: Method | None = None
) -> A: ...
@overload
def energy_distance(
    p: A, q: A | Numbers, *, positions: Any = None, method: Method | None = None
) -> A: ...
@overload
def energy_distance(
    p: Estimated, q: Estimated, *, positions: Any = None, method: Method | None = None
) -> Estimate: ...
@overload
def energy_distance(
    p: Finite, q: Finite, *, positions: Any = None, method: Method | None = None
) -> Any: ...
@overload
def maximum_mean_discrepancy(
    p: Numbers,
    q: Numbers,
    *,
    kernel: Callable[[Array, Array], Array] | None = None,
    bandwidth: Any = None,
    method: Method | None = None,
) -> Result: ...
@overload
def maximum_mean_discrepancy(
    p: Numbers,
    q: A,
    *,
    kernel: Callable[[Array, Array], Array] | None = None,
    bandwidth: Any = None,
    method: Method | None = None,
) -> A: ...
@overload
def maximum_mean_discrepancy(
    p: A,
    q: A | Numbers,
    *,
    kernel: Callable[[Array, Array], Array] | None = None,
    bandwidth: Any = None,
    method: Method | None = None,
) -> A: ...
@overload
def maximum_mean_discrepancy(
    p: Estimated,
    q: Estimated,
    *,
    kernel: Callable[[Array, Array], Array] | None = None,
    bandwidth: Any = None,
    method: Method | None = None,
) -> Estimate: ...
@overload
def maximum_mean_discrepancy(
    p: Finite,
    q: Finite,
    *,
    kernel: Callable[[Array, Array], Array] | None = None,
    bandwidth: Any = None,
    method: Method | None = None,
) -> Any: ...
