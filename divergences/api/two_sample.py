"""Whether two samples come from one distribution."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from divergences.api.by_position import at_most
from divergences.api.kernel import energy_distance, maximum_mean_discrepancy
from divergences.api.members import member_of
from divergences.api.transport import wasserstein_distance
from divergences.core import Estimate
from divergences.dispatch import located

# Statistics whose values for all relabellings come from one sort or one kernel matrix.
FAST = (energy_distance, maximum_mean_discrepancy, wasserstein_distance)


@at_most()
def two_sample_test(
    p: Any,
    q: Any,
    *,
    statistic: Callable[..., Any] = energy_distance,
    permutations: int = 999,
    rng: Any = None,
) -> Estimate:
    """Test whether two samples come from one distribution, by exchanging their observations.

        p = (1 + #{b : T_b ≥ T}) / (1 + B)

    for a statistic T of the samples and its values T_b for B random relabellings. If P = Q it is
    at most a with probability at most a, whatever P and the sizes of the samples are.

    Parameters
    ----------
    p, q : array_like or Sample
        Observations: arrays of shape (n,), or (n, d) for points in d dimensions.
    statistic : callable, default energy_distance
        What is large if P and Q differ: `energy_distance`, `maximum_mean_discrepancy`,
        `wasserstein_distance` (on the line) or ``functools.partial`` of one of them, which are
        computed for all relabellings together; or a function of two arrays of observations, which
        is called for each.
    permutations : int, default 999
        The number B of relabellings.
    rng : int, numpy.random.Generator or JAX key, optional
        Where the relabellings come from. Default: fresh entropy.

    Returns
    -------
    Estimate
        The statistic, with its ``pvalue``, and ``null_mean`` and ``null_quantile`` (its mean and
        its 95 % quantile among the relabellings) in ``info``. Of `energy_distance` on the line it
        is the squared distance, of it and `maximum_mean_discrepancy` elsewhere the unbiased
        square: the values that order relabellings alike.

    Raises
    ------
    ValueError
        If there are no observations, their dimensions differ, they have weights, or there are no
        relabellings.
    TypeError
        If `rng` is none of the above, or an array is not of real numbers.

    Notes
    -----
    Distances depend on the units: a column of large numbers hides what differs in the others.
    Standardise columns first, by the mean and standard deviation of both samples together, which
    keeps the level of the test.

    References
    ----------
    Phipson & Smyth, "Permutation p-values should never be zero", Stat. Appl. Genet. Mol. Biol. 9
    (2010); Szekely & Rizzo, "Testing for equal distributions in high dimension", InterStat (2004).

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(size=(100, 3)), rng.normal(size=(80, 3)) + [0.8, 0.0, 0.0]
    >>> float(dv.two_sample_test(x, y, rng=1).pvalue)
    0.001
    """
    if isinstance(permutations, bool) or not isinstance(permutations, int) or permutations < 1:
        raise ValueError(f"permutations is {permutations!r}; pass a positive integer.")
    whole, keywords = statistic, {}
    if isinstance(statistic, partial) and not statistic.args:
        whole, keywords = statistic.func, statistic.keywords
    fast = any(whole is function for function in FAST)
    if fast and keywords.keys() <= {"order", "kernel", "bandwidth"}:
        renamed = {"custom_kernel" if k == "kernel" else k: v for k, v in keywords.items()}
        member: Any = type(member_of(whole))
        return located.two_samples(member(**renamed), p, q, permutations, rng)
    return located.two_samples(statistic, p, q, permutations, rng)
