from typing import Any, overload

from divergences.api.types import A, Estimated, Finite, Numbers, Result
from divergences.core import Estimate
from divergences.methods.density.quadrature import DistributionFunctions
from divergences.methods.transport.quantiles import Quantiles
from divergences.methods.transport.sinkhorn import Sinkhorn

@overload
def wasserstein_distance(
    p: Numbers,
    q: Numbers,
    order: float = 1,
    *,
    positions: Any = None,
    axis: int = -1,
    keepdims: bool = False,
    method: Quantiles | DistributionFunctions | None = None,
) -> Result: ...
@overload
def wasserstein_distance(
    p: Numbers,
    q: A,
    order: float = 1,
    *,
    positions: Any = None,
    axis: int = -1,
    keepdims: bool = False,
    method: Quantiles | DistributionFunctions | None = None,
) -> A: ...
@overload
def wasserstein_distance(
    p: A,
    q: A | Numbers,
    order: float = 1,
    *,
    positions: Any = None,
    axis: int = -1,
    keepdims: bool = False,
    method: Quantiles | DistributionFunctions | None = None,
) -> A: ...
@overload
def wasserstein_distance(
    p: Estimated,
    q: Estimated,
    order: float = 1,
    *,
    positions: Any = None,
    axis: int = -1,
    keepdims: bool = False,
    method: Quantiles | DistributionFunctions | None = None,
) -> Estimate: ...
@overload
def wasserstein_distance(
    p: Finite,
    q: Finite,
    order: float = 1,
    *,
    positions: Any = None,
    axis: int = -1,
    keepdims: bool = False,
    method: Quantiles | DistributionFunctions | None = None,
) -> Any: ...
@overload
def sliced_wasserstein_distance(
    p: Numbers, q: Numbers, order: float = 1, *, directions: int = 128, rng: Any = None
) -> Result: ...
@overload
def sliced_wasserstein_distance(
    p: Numbers, q: A, order: float = 1, *, directions: int = 128, rng: Any = None
) -> A: ...
@overload
def sliced_wasserstein_distance(
    p: A, q: A | Numbers, order: float = 1, *, directions: int = 128, rng: Any = None
) -> A: ...
@overload
def sliced_wasserstein_distance(
    p: Estimated, q: Estimated, order: float = 1, *, directions: int = 128, rng: Any = None
) -> Estimate: ...
@overload
def sliced_wasserstein_distance(
    p: Finite, q: Finite, order: float = 1, *, directions: int = 128, rng: Any = None
) -> Any: ...
@overload
def sinkhorn_divergence(
    p: Numbers, q: Numbers, order: float = 2, *, epsilon: Any = None, method: Sinkhorn | None = None
) -> Result: ...
@overload
def sinkhorn_divergence(
    p: Numbers, q: A, order: float = 2, *, epsilon: Any = None, method: Sinkhorn | None = None
) -> A: ...
@overload
def sinkhorn_divergence(
    p: A, q: A | Numbers, order: float = 2, *, epsilon: Any = None, method: Sinkhorn | None = None
) -> A: ...
@overload
def sinkhorn_divergence(
    p: Estimated,
    q: Estimated,
    order: float = 2,
    *,
    epsilon: Any = None,
    method: Sinkhorn | None = None,
) -> Estimate: ...
@overload
def sinkhorn_divergence(
    p: Finite, q: Finite, order: float = 2, *, epsilon: Any = None, method: Sinkhorn | None = None
) -> Any: ...
