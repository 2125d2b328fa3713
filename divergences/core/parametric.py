"""What an f-divergence with a parameter states besides."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from divergences.core.f_divergence import FDivergence
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.runtime.namespace import smallest
from divergences.numerics.typing import Array


class ParametricFDivergence(FDivergence):
    """An f-divergence that depends on `parameter`, a number or an array, called a below."""

    @abstractmethod
    def with_parameter(self, parameter: Any) -> ParametricFDivergence:
        """Return the member of another parameter."""

    @abstractmethod
    def parameter_derivative(self, pair: Pair, xp: Any) -> Array:
        """Return dT/da for positive masses."""

    @abstractmethod
    def transform_parameter_derivative(self, total: Array, xp: Any) -> Array:
        """Return the derivative of `transform` by a."""

    def parameter_derivatives(self, pair: Pair, xp: Any) -> Array:
        """Return dT/da for any masses; one that vanishes is taken to be the smallest float."""
        tiny = smallest(xp, pair.p.dtype)
        p, q = xp.maximum(pair.p, tiny), xp.maximum(pair.q, tiny)
        y = pair.log_ratio
        if y is not None:
            y = xp.where(xp.isfinite(y), y, xp.log(p) - xp.log(q))
        some = pair.p + pair.q > 0
        return xp.where(some, self.parameter_derivative(Pair(p, q, pair.difference, y), xp), 0.0)
