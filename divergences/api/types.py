"""What the functions take and return, for type checkers: the stubs beside them read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from divergences.measures.counts import Counts
from divergences.measures.discrete import Logits, LogProbs, Weights
from divergences.measures.distribution import Distribution
from divergences.measures.linear_logits import LinearLogits
from divergences.measures.sample import Sample
from divergences.measures.sampled_log_probs import SampledLogProbs
from divergences.measures.top_log_probs import TopLogProbs


class ArrayObject(Protocol):
    """An array of any library: JAX, PyTorch, array-api-strict. Tables have no device."""

    @property
    def shape(self) -> Any:
        """The lengths of the axes."""
        ...

    @property
    def dtype(self) -> Any:
        """The type of the elements."""
        ...

    @property
    def device(self) -> Any:
        """Where the elements lie."""
        ...


class Labelled(Protocol):
    """A table or a series of pandas, polars or xarray."""

    def to_numpy(self) -> NDArray[Any]:
        """Return the values."""
        ...


class SciPyDistribution(Protocol):
    """A distribution of `scipy.stats` with its parameters."""

    def cdf(self, x: Any, /) -> Any:
        """Return P(X <= x)."""
        ...

    def support(self) -> Any:
        """Return the ends of the support."""
        ...


A = TypeVar("A", bound=ArrayObject)  # the library of the arrays, which is that of the result

Numbers: TypeAlias = NDArray[Any] | Sequence["float | Numbers"]
Result: TypeAlias = np.floating[Any] | NDArray[np.floating[Any]]
Wrapped: TypeAlias = Weights | LogProbs | Logits | LinearLogits | TopLogProbs | SampledLogProbs
Finite: TypeAlias = Numbers | ArrayObject | Labelled | Wrapped
Estimated: TypeAlias = Counts | Sample | Distribution | SciPyDistribution
Parameter: TypeAlias = float | Numbers | ArrayObject
Mask: TypeAlias = bool | Numbers | ArrayObject | Labelled
