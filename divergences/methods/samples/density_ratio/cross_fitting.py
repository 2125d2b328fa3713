"""Cross-fitting: every observation is judged by a log ratio that was learned without it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.measures.sample import Sample
from divergences.methods.samples.density_ratio.betting_bound import lower_bound, payoffs
from divergences.methods.samples.density_ratio.variational_estimate import (
    estimate,
    mixture_estimate,
)


class Split(NamedTuple):
    """Indices of the observations of P and of Q to learn from, and of those to be judged."""

    train_p: Array
    train_q: Array
    test_p: Array
    test_q: Array


@dataclass(frozen=True, kw_only=True)
class CrossFitted(Method, ABC):
    """A method that learns log p/q on some folds and averages its variational form over others.

    A subclass says how to learn, in `log_ratios`; see `Classifier`.

    Parameters
    ----------
    folds : int, default 5
        Number of folds, at least 2. Each is judged by what was learned on all others.
    rng : int or numpy.random.Generator, default 0
        Who chooses the folds.
    bound_level : float or None, default 0.95
        Confidence level of the lower bound in ``info["lower_bound"]``; None leaves it out, and
        saves folds - 1 fits.
    """

    folds: int = 5
    rng: Any = 0
    bound_level: float | None = 0.95

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing."""
        if isinstance(self.folds, bool) or not isinstance(self.folds, int) or self.folds < 2:
            raise ValueError(f"folds is {self.folds!r}; cross-fitting needs an integer >= 2.")
        if self.bound_level is not None and not 0.0 < self.bound_level < 1.0:
            raise ValueError(
                f"bound_level is {self.bound_level!r}; a confidence level is between 0 and 1. "
                "None leaves the bound out."
            )

    @abstractmethod
    def log_ratios(
        self, x: Array, y: Array, splits: Sequence[Split]
    ) -> Sequence[tuple[Array, Array]]:
        """Return log p/q, learned anew for each split, at its points of P and of Q to be judged.

        Parameters
        ----------
        x, y : arrays of shape (n, d) and (m, d)
            Observations of P and of Q.
        splits : sequence of Split
            What to learn from and what to judge, each time.
        """

    def f_divergence(self, member: FDivergence, p: Sample, q: Sample) -> Estimate:
        """Estimate an f-divergence by its variational form."""
        splits = self._folds(p, q)
        # A convex quantity only: of a concave one, such as the deficit, it is an upper bound.
        bounded = self.bound_level is not None and member.laws.data_processing == 1
        earlier = _progressive(splits) if bounded else []
        ratios = self.log_ratios(p.points, q.points, splits + earlier)
        on_p, on_q = _assembled(splits, ratios)
        info: dict[str, Any] = {"folds": self.folds}
        if bounded and self.bound_level is not None:
            total = lower_bound(payoffs(member, ratios[len(splits) :]), self.bound_level)
            least = member.laws.bounds[0]
            if total > 0.0:
                least = max(least, float(member.transform(np.asarray(total), np)))
            info |= {"lower_bound": least, "lower_bound_level": self.bound_level}
        return estimate(member, on_p, on_q, repr(self), info)

    def information_radius(
        self, member: FDivergence, shares: Array, p: Sample, q: Sample, *more: Sample
    ) -> Estimate:
        """Estimate the mean divergence of two distributions from their weighted mixture."""
        if more:
            raise ValueError(
                f"{type(self).__name__} compares two samples, not {2 + len(more)}; pass two."
            )
        splits = self._folds(p, q)
        on_p, on_q = _assembled(splits, self.log_ratios(p.points, q.points, splits))
        return mixture_estimate(member, shares, on_p, on_q, repr(self), {"folds": self.folds})

    def _folds(self, p: Sample, q: Sample) -> list[Split]:
        """Return one split for each fold."""
        for name, sample in (("p", p), ("q", q)):
            if sample.weights is not None:
                raise ValueError(
                    f"{name} has weights; {type(self).__name__} takes equally weighted samples. "
                    "Resample in proportion to the weights, or use another method."
                )
            if len(sample.points) < self.folds:
                raise ValueError(
                    f"{name} has {len(sample.points)} observation(s), fewer than "
                    f"folds={self.folds}; pass more, or fewer folds."
                )
        rng = np.random.default_rng(self.rng)
        first, second = (
            np.array_split(rng.permutation(len(sample.points)), self.folds) for sample in (p, q)
        )
        return [
            Split(_others(first, k), _others(second, k), first[k], second[k])
            for k in range(self.folds)
        ]


def _others(parts: list[Array], k: int) -> Array:
    return np.concatenate(parts[:k] + parts[k + 1 :])


def _progressive(splits: list[Split]) -> list[Split]:
    """Return splits that judge each fold by what was learned on those before it.

    What is learned then depends on the past only, so the gains of all but the first fold are those
    of one game, and its capital may be multiplied.
    """
    return [
        Split(
            np.concatenate([split.test_p for split in splits[:k]]),
            np.concatenate([split.test_q for split in splits[:k]]),
            splits[k].test_p,
            splits[k].test_q,
        )
        for k in range(1, len(splits))
    ]


def _assembled(
    splits: Sequence[Split], ratios: Sequence[tuple[Array, Array]]
) -> tuple[Array, Array]:
    """Return the log ratios of all observations of P and of Q, in the order of the folds."""
    mine = ratios[: len(splits)]
    return np.concatenate([on_p for on_p, _ in mine]), np.concatenate([on_q for _, on_q in mine])
