"""Distributions made by the user: a log-density of one's own, and mixtures of anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.measures import checks, randomness
from divergences.measures.distribution import Distribution, Support
from divergences.measures.scipy_adapter import distribution
from divergences.numerics.special.inverse_cdf import invert_by_root_finding, invert_on_integers
from divergences.numerics.typing import Array


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Density(Distribution):
    """A distribution known by its log-density alone.

    Parameters
    ----------
    logpdf
        Function of an array of points that returns natural logarithms of the density there, -inf
        where it vanishes. In d dimensions the last axis of its argument has the d coordinates.
    support
        Ends ``(low, high)`` of the interval that holds all outcomes, which may be infinite; in d
        dimensions one such pair for each coordinate.
    points
        Where to look: points near the mass, and those where the density has a kink or a jump. They
        matter where a density is narrow and far from zero. In d dimensions, points as rows.

    Raises
    ------
    TypeError
        If `logpdf` cannot be called.
    ValueError
        If `support` is not made of ends with low < high, or `points` lie outside it.

    Notes
    -----
    The density must integrate to one. Where it is integrated numerically this is checked, and
    an error says what it integrates to.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> p = dv.Density(lambda x: np.log(2.0 * x), support=(0, 1))
    >>> round(float(dv.entropy(p)), 12)
    -0.19314718056
    """

    logpdf: Callable[[Array], Array]
    ends: Support
    points: np.ndarray

    def __init__(
        self, logpdf: Callable[[Array], Array], support: Any, points: Sequence[Any] = ()
    ) -> None:
        if not callable(logpdf):
            raise TypeError(
                f"logpdf is {logpdf!r}; pass a function of points that returns log-densities."
            )
        try:
            ends = np.asarray(support, dtype=float)
        except (TypeError, ValueError):
            ends = np.zeros(0)
        if (
            ends.ndim not in (1, 2)
            or ends.shape[-1] != 2
            or ends.shape == (1, 2)
            or not np.all(ends[..., 0] < ends[..., 1])
        ):
            raise ValueError(
                f"support is {support!r}; pass (low, high) with low < high, or one such pair for "
                "each coordinate."
            )
        low, high = ends[..., 0], ends[..., 1]
        try:
            places = np.reshape(np.asarray(points, dtype=float), (-1, *low.shape))
        except (TypeError, ValueError):
            raise ValueError(
                f"points is {points!r}; pass a list of points of the support."
            ) from None
        if not np.all((low <= places) & (places <= high)):
            raise ValueError(f"points is {points!r}; they must lie in the support {support!r}.")
        _put(self, logpdf=logpdf, ends=Support(low[()], high[()]), points=places)

    def __repr__(self) -> str:
        return f"Density({getattr(self.logpdf, '__name__', self.logpdf)!s})"

    @property
    def dim(self) -> int:
        """Number of coordinates, 0 for scalars."""
        return np.size(self.ends.low) if np.ndim(self.ends.low) else 0

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """A density is a single distribution."""
        return ()

    @property
    def support(self) -> Support:
        """The interval, or box, given."""
        return self.ends

    def log_prob(self, x: Array) -> Array:
        """Return the log-density at `x`, -inf off the support."""
        x = np.asarray(x, dtype=float)
        inside = self.support.contains(x, np)
        if self.dim:
            inside = np.all(inside, axis=-1)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            try:
                logs = np.asarray(self.logpdf(x), dtype=float)
            except TypeError as error:
                raise TypeError(
                    f"logpdf of {self!r} failed on points of shape {x.shape}: {error}. "
                    "It must take arrays; numpy.vectorize helps."
                ) from error
        if logs.shape != inside.shape:
            raise ValueError(
                f"logpdf returned shape {logs.shape} for points of shape {x.shape}; it must return "
                f"one number for each point, shape {inside.shape}."
            )
        return np.where(inside, logs, -np.inf)

    def draw(self, source: randomness.Source, shape: tuple[int, ...]) -> Array:
        """Refuse: a log-density alone says nothing of how to sample.

        Raises
        ------
        TypeError
            Always.
        """
        raise TypeError(
            "a Density cannot be sampled; pass a family or a scipy.stats distribution, or a Sample."
        )


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Mixture(Distribution):
    """A mixture sum_j w_j P_j of distributions of any kind.

    Parameters
    ----------
    components
        Distributions: families, densities, distributions of `scipy.stats`, other mixtures.
    weights
        One for each component, summing to 1. Default: equal weights.

    Raises
    ------
    ValueError
        If there are no components, their dimensions differ, or the weights are not such.
    TypeError
        If a component is no distribution, or some are discrete and others not.

    Examples
    --------
    >>> import divergences as dv
    >>> p = dv.Mixture([dv.Normal(-1, 0.5), dv.Normal(1, 0.5)])
    >>> round(float(dv.jensen_shannon_divergence(p, dv.Normal(0, 1))), 10)
    0.0487718328
    """

    components: tuple[Distribution, ...]
    weights: np.ndarray

    def __init__(self, components: Sequence[Any], weights: Any = None) -> None:
        if not isinstance(components, Iterable):
            kind = type(components).__name__
            raise TypeError(f"components is one {kind}; pass a list, Mixture([P, Q]).")
        parts = tuple(distribution("component", c) for c in components)
        if not parts:
            raise ValueError("components is empty; a mixture needs at least one.")
        dims = [c.dim for c in parts]
        if len(set(dims)) > 1:
            raise ValueError(
                f"components have dimensions {dims}; a mixture is of distributions on one space."
            )
        if any(c.batch_shape for c in parts):
            raise ValueError("components are batches; mix single distributions, one mixture each.")
        kinds = {_is_lattice(c) for c in parts}
        if len(kinds) > 1:
            raise TypeError(
                "components are partly discrete, partly continuous; such a mixture has no density."
            )
        shares = np.asarray(checks.shares(weights, len(parts)), dtype=float)
        _put(self, components=parts, weights=shares / np.sum(shares))

    def __repr__(self) -> str:
        return f"Mixture({list(self.components)!r}, weights={self.weights.tolist()!r})"

    @property
    def dim(self) -> int:
        """Dimension of the components."""
        return self.components[0].dim

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """A mixture is a single distribution."""
        return ()

    @property
    def support(self) -> Support:
        """The least interval that holds those of all components."""
        supports = [c.support for c in self.components]
        low = np.min([np.broadcast_to(s.low, self.dim or ()) for s in supports], axis=0)
        high = np.max([np.broadcast_to(s.high, self.dim or ()) for s in supports], axis=0)
        return Support(low, high, _is_lattice(self.components[0]))

    def log_prob(self, x: Array) -> Array:
        """Return log sum_j w_j p_j(x)."""
        return self.combined(np.stack([np.asarray(c.log_prob(x)) for c in self.components]))

    def between(self, low: float, high: float) -> Mixture | None:
        """Return what there is between two ends of supports: weights may sum to less than one."""
        parts = []
        for c in self.components:
            whole = c if c.support.low <= low and high <= c.support.high else None
            parts.append(c.between(low, high) if isinstance(c, Mixture) else whole)
        components = tuple(part for part in parts if part is not None)
        if not components or components == self.components:
            return self if components else None
        reaching = object.__new__(Mixture)
        weights = self.weights[[part is not None for part in parts]]
        _put(reaching, components=components, weights=weights)
        return reaching

    def combined(self, logs: Array) -> Array:
        """Return log sum_j w_j exp(logs[j]), of log-densities of the components."""
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = logs + np.log(self.weights).reshape((-1,) + (1,) * (logs.ndim - 1))
            top = np.max(logs, axis=0)
            sums = np.sum(np.exp(logs - np.where(np.isinf(top), 0.0, top)), axis=0)
            return np.where(np.isinf(top), top, top + np.log(sums))

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against trusting the densities of the components."""
        return tuple(dict.fromkeys(doubt for c in self.components for doubt in c.doubts))

    @property
    def density_error(self) -> float:
        """How wrong the density may be everywhere."""
        return float(np.dot(self.weights, [c.density_error for c in self.components]))

    def missing_tail(self) -> float | None:
        """Return a point from which on a distribution function is known to be wrong, or None."""
        return next((p for c in self.components if (p := c.missing_tail()) is not None), None)

    @property
    def closed_quantile(self) -> bool:
        """Whether quantiles take no search."""
        return False

    def cdf(self, x: Array) -> Array:
        """Return the probability of outcomes up to `x`."""
        self._need("cdf", "distribution function")
        return np.tensordot(self.weights, np.stack([c.cdf(x) for c in self.components]), 1)  # type: ignore[attr-defined]

    def sf(self, x: Array) -> Array:
        """Return the probability of outcomes above `x`."""
        self._need("cdf", "distribution function")
        above = [c.sf(x) if hasattr(c, "sf") else 1.0 - c.cdf(x) for c in self.components]  # type: ignore[attr-defined]
        return np.tensordot(self.weights, np.stack(above), 1)

    def quantile(self, u: Array) -> Array:
        """Return the least outcome whose `cdf` is at least `u`."""
        self._need("quantile", "quantiles")
        each = np.stack([np.asarray(c.quantile(u), dtype=float) for c in self.components])  # type: ignore[attr-defined]
        low, high = np.min(each, axis=0), np.max(each, axis=0)
        if self.support.lattice:
            return invert_on_integers(self.cdf, u, low, np)
        return invert_by_root_finding(self.cdf, u, low, high)

    def _need(self, name: str, what: str) -> None:
        for c in self.components:
            if self.dim or not hasattr(c, name):
                raise TypeError(f"{c!r} has no {what}; draw samples of both and pass Sample(x).")

    def draw(self, source: randomness.Source, shape: tuple[int, ...]) -> Array:
        """Return samples: of a component, chosen for each, by its weight."""
        uniform = np.asarray(source.uniform(shape))
        which = np.searchsorted(np.cumsum(self.weights)[:-1], uniform, side="right")
        draws = np.stack([np.asarray(c.draw(source, shape)) for c in self.components])
        index = which[None, ..., None] if self.dim else which[None]
        return np.take_along_axis(draws, index, axis=0)[0]


def _put(instance: Distribution, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(instance, name, value)


def _is_lattice(component: Distribution) -> bool:
    return component.support.lattice
