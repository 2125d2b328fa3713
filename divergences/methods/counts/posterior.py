"""Mean and variance of the entropy of a Dirichlet distribution, without cancellation.

For a_i = n_i + b, A = sum a_i, w_i = a_i / A, with h_i = psi(A + 1) - psi(a_i + 1) >= 0 and
t(x) = x psi'(x), which decreases to 1,

    E[H] = sum w_i h_i
    Var H = (sum w_i (h_i - E[H])^2 + sum w_i [t(a_i + 1) - t(A + 1)]) / (A + 1)

where every term is non-negative. The moments are those of Wolpert & Wolf, "Estimating functions of
probability distributions from a finite set of samples", Phys. Rev. E 52 (1995); collecting their
second moment about the first gives this form of the variance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from divergences.core import Array
from divergences.methods.counts.stirling_series import digamma_difference, scaled_trigamma_minus_one


class Posterior(NamedTuple):
    """Counts, and the pseudocount b that the prior adds to every outcome of an alphabet.

    `concentration` is b times the alphabet, also where that is infinite and b is zero.
    """

    count: Array  # distinct counts
    total: Array  # observations
    b: Array
    concentration: Array
    spare: Array  # the concentration that belongs to outcomes not observed
    sum: Callable[[Array], Array]  # over outcomes, of a term for each distinct count
    each: Callable[[Array], Array]  # repeats what all outcomes have in common for each count


def entropy_moments(x: Posterior) -> tuple[Array, Array]:
    """Return the posterior mean and variance of the entropy."""
    whole = x.total + x.concentration
    mass = x.count + x.each(x.b)
    weight = mass / x.each(whole)
    # whole - mass, without rounding the difference of the counts
    gap = (x.each(x.total) - x.count) + x.each(x.concentration - x.b)
    h, h_rare = digamma_difference(mass + 1.0, gap), digamma_difference(x.b + 1.0, whole - x.b)
    rare = x.spare / whole
    mean = x.sum(weight * h) + rare * h_rare
    least = scaled_trigamma_minus_one(whole + 1.0)
    spread = (h - x.each(mean)) ** 2 + (scaled_trigamma_minus_one(mass + 1.0) - x.each(least))
    spread_rare = (h_rare - mean) ** 2 + (scaled_trigamma_minus_one(x.b + 1.0) - least)
    return mean, (x.sum(weight * spread) + rare * spread_rare) / (whole + 1.0)
