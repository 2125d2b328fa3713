"""Null calibration: how large a divergence is if both samples come from one law."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from divergences.interface import Array, Estimate, Method, Perspective
from divergences.measures.counts import Tallies
from divergences.methods.counts.plug_in import PlugIn
from divergences.numerics.progress import track

MOST = 10**9  # NumPy's hypergeometric draws take fewer observations than this
CHUNK = 1 << 20  # counts drawn at a time


@dataclass(frozen=True)
class Permutation(Method):
    r"""A divergence of two samples beside what it is when their observations are exchanged.

    The observations of both are put together and dealt anew, many times. ``pvalue`` is
    (1 + the number of deals with a divergence at least as large) / (1 + deals), which
    is valid for every sample size, the mean under the null hypothesis, ``null_mean``, and its 95 %
    quantile, ``null_quantile``. A divergence of 0.43 with a null mean of 0.4 is just sample size.

    Parameters
    ----------
    rng : int or numpy.random.Generator, optional
        Where the deals come from. Default: fresh entropy.
    deals
        Number of deals.
    method
        The method whose value is compared; it gives value and standard error.

    Raises
    ------
    ValueError
        If there are no deals, or 10^9 observations or more.
    TypeError
        If `rng` is neither a seed nor a Generator nor None.

    References
    ----------
    Phipson & Smyth, "Permutation p-values should never be zero", Stat. Appl. Genet. Mol. Biol. 9
    (2010).

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = dv.Counts([5, 2, 1, 1, 1]), dv.Counts([1, 2, 3, 2, 2])
    >>> estimate = dv.jensen_shannon_divergence(p, q, method=dv.methods.Permutation(rng=0))
    >>> round(float(estimate), 4), round(float(estimate.info["null_mean"]), 4)
    (0.1159, 0.1353)
    >>> float(estimate.pvalue) > 0.3
    True
    """

    rng: Any = None
    deals: int = 999
    method: PlugIn = field(default_factory=PlugIn)

    def __post_init__(self) -> None:
        """Check the settings."""
        if isinstance(self.rng, bool) or not isinstance(
            self.rng, int | np.integer | np.random.Generator | None
        ):
            raise TypeError(f"rng is {self.rng!r}; pass a seed or a numpy.random.Generator.")
        if isinstance(self.deals, bool) or not isinstance(self.deals, int) or self.deals < 1:
            raise ValueError(f"deals is {self.deals!r}; pass a positive integer.")
        if not hasattr(self.method, "perspective"):
            raise ValueError(f"method is {self.method!r}; pass one for divergences of counts.")

    def perspective(self, member: Perspective, p: Tallies, q: Tallies) -> Estimate:
        """Return the divergence, and where it stands among those of the deals."""
        if np.max(p.total) + np.max(q.total) >= MOST:
            raise ValueError(
                "Permutation deals fewer than 10^9 observations; with so many, compare the "
                "confidence interval with zero."
            )
        rng = np.random.default_rng(self.rng)
        observed = self.method.perspective(member, p, q)
        shape = np.shape(observed.value)
        full = (*shape, p.counts.shape[-1])
        n, m = (np.broadcast_to(x.counts, full).reshape(-1, full[-1]) for x in (p, q))
        values = np.broadcast_to(observed.value, shape).reshape(-1)
        kept = [
            None if p.kept is None else np.broadcast_to(p.kept, full).reshape(-1, full[-1])[i]
            for i in range(len(values))
        ]
        null = np.stack(
            [self._null(member, a, b, k, rng) for a, b, k in zip(n, m, kept, strict=True)]
        )
        # Dealt values equal to the observed one may differ from it by roundings.
        slack = np.where(np.isinf(values), 0.0, 1e-12 * np.maximum(np.abs(values), 1.0))
        above = (null >= (values - slack)[:, None]).sum(axis=-1)
        info = {
            **observed.info,
            "p_value": ((1.0 + above) / (1.0 + self.deals)).reshape(shape)[()],
            "null_mean": null.mean(axis=-1).reshape(shape)[()],
            "null_quantile": np.quantile(null, 0.95, axis=-1, method="higher").reshape(shape)[()],
        }
        return replace(observed, method=repr(self), info=info)

    def _null(
        self, member: Perspective, n: Array, m: Array, kept: Array | None, rng: np.random.Generator
    ) -> Array:
        """Return the divergences of one pair of samples with their observations dealt anew."""
        pooled = n + m
        some = pooled > 0
        values = []
        at_once = max(1, CHUNK // pooled.size)
        starts = range(0, self.deals, at_once)
        for _, start in track(enumerate(starts), len(starts), "deals"):
            deals = min(at_once, self.deals - start)
            dealt = np.zeros((deals, pooled.size), dtype=np.int64)
            dealt[:, some] = rng.multivariate_hypergeometric(
                pooled[some], int(n.sum()), size=deals, method="marginals"
            )
            sides = (Tallies(x, kept, np.zeros(deals, bool)) for x in (dealt, pooled - dealt))
            if isinstance(self.method, PlugIn):
                values.append(self.method.value(member, *sides))
            else:
                values.append(self.method.perspective(member, *sides).value)
        return np.concatenate(values)
