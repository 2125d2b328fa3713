"""Null calibration: how large a divergence is if both samples come from one law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from divergences.core import Array, Estimate, FDivergence, Method
from divergences.measures.counts import CountTable
from divergences.methods.counts.plug_in import PlugIn
from divergences.numerics.runtime.progress import track

MOST = 10**9  # NumPy's hypergeometric draws take fewer observations than this
CHUNK = 1 << 20  # counts drawn at a time


@dataclass(frozen=True)
class Permutation(Method):
    """A divergence of two samples beside what it is when their observations are exchanged.

    Beside a distribution that is known, as many observations are drawn from it instead: a test of
    goodness of fit.

    The observations of both are pooled and divided at random, many times. ``pvalue`` is
    (1 + the number of permutations with a divergence at least as large) / (1 + permutations), which
    is valid for every sample size, the mean under the null hypothesis, ``null_mean``, and its 95 %
    quantile, ``null_quantile``. A divergence of 0.43 with a null mean of 0.4 is just sample size.

    Parameters
    ----------
    rng : int or numpy.random.Generator, optional
        Where the permutations come from. Default: fresh entropy.
    permutations
        Number of permutations.
    method
        The method whose value is compared; it gives value and standard error.

    Raises
    ------
    ValueError
        If there are no permutations, or 10^9 observations or more.
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
    permutations: int = 999
    method: PlugIn = field(default_factory=PlugIn)

    def __post_init__(self) -> None:
        """Check the settings."""
        if isinstance(self.rng, bool) or not isinstance(
            self.rng, int | np.integer | np.random.Generator | None
        ):
            raise TypeError(f"rng is {self.rng!r}; pass a seed or a numpy.random.Generator.")
        count = self.permutations
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError(f"permutations is {count!r}; pass a positive integer.")
        if not hasattr(self.method, "f_divergence"):
            raise ValueError(f"method is {self.method!r}; pass one for divergences of counts.")

    def f_divergence(self, member: FDivergence, p: CountTable, q: CountTable) -> Estimate:
        """Return the divergence, and where it stands among those of the permutations."""
        if sum(np.max(x.total) for x in (p, q) if not x.known) >= MOST:
            raise ValueError(
                "Permutation takes fewer than 10^9 observations; with so many, compare the "
                "confidence interval with zero."
            )
        rng = np.random.default_rng(self.rng)
        observed = self.method.f_divergence(member, p, q)
        shape = np.shape(observed.value)
        full = (*shape, p.counts.shape[-1])
        values = np.broadcast_to(observed.value, shape).reshape(-1)
        rows = zip(_rows(p, full), _rows(q, full), strict=True)
        null = np.stack([self._null(member, one, other, rng) for one, other in rows])
        # Permuted values equal to the observed one may differ from it by roundings.
        slack = np.where(np.isinf(values), 0.0, 1e-12 * np.maximum(np.abs(values), 1.0))
        above = (null >= (values - slack)[:, None]).sum(axis=-1)
        info = {
            **observed.info,
            "p_value": ((1.0 + above) / (1.0 + self.permutations)).reshape(shape)[()],
            "null_mean": null.mean(axis=-1).reshape(shape)[()],
            "null_quantile": np.quantile(null, 0.95, axis=-1, method="higher").reshape(shape)[()],
        }
        return replace(observed, method=repr(self), info=info)

    def _null(
        self, member: FDivergence, p: CountTable, q: CountTable, rng: np.random.Generator
    ) -> Array:
        """Return the divergences of one pair of samples with their observations permuted."""
        values = []
        at_once = max(1, CHUNK // p.counts.size)
        starts = range(0, self.permutations, at_once)
        for _, start in track(enumerate(starts), len(starts), "permutations"):
            sides = _permuted(p, q, min(at_once, self.permutations - start), rng)
            if isinstance(self.method, PlugIn):
                values.append(self.method.value(member, *sides))
            else:
                values.append(self.method.f_divergence(member, *sides).value)
        return np.concatenate(values)


def _rows(side: CountTable, full: tuple[int, ...]) -> Iterator[CountTable]:
    """Yield the rows of a batch, broadcast."""
    counts = np.broadcast_to(side.counts, full).reshape(-1, full[-1])
    kept = None if side.kept is None else np.broadcast_to(side.kept, full).reshape(-1, full[-1])
    for i, row in enumerate(counts):
        yield CountTable(row, None if kept is None else kept[i], np.zeros((), bool), side.known)


def _permuted(
    p: CountTable, q: CountTable, permutations: int, rng: np.random.Generator
) -> tuple[CountTable, CountTable]:
    """Return both samples permuted, or one that is drawn from what is known."""
    none = np.zeros(permutations, bool)
    if p.known or q.known:
        law, sample = (p, q) if p.known else (q, p)
        drawn = rng.multinomial(int(sample.total), law.counts / law.counts.sum(), size=permutations)
        new = CountTable(drawn, sample.kept, none)
        return (p, new) if p.known else (new, q)
    pooled = p.counts + q.counts
    some = pooled > 0
    first = np.zeros((permutations, pooled.size), dtype=np.int64)
    first[:, some] = rng.multivariate_hypergeometric(
        pooled[some], int(p.total), size=permutations, method="marginals"
    )
    return CountTable(first, p.kept, none), CountTable(pooled - first, q.kept, none)
