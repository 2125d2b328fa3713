"""Shannon entropy H(P) = -sum p log p: the expected surprisal of an outcome.

Shannon, "A mathematical theory of communication", Bell Syst. Tech. J. 27 (1948), section 6; Cover &
Thomas, "Elements of Information Theory" (2006), chapter 2.
"""

from __future__ import annotations

from math import exp, inf
from typing import Any

from divergences.core import Functional, Laws, Relation


class Entropy(Functional):
    """The mean length of the code that is ideal for P itself."""

    name = "entropy"
    laws = Laws(bounds=(0.0, inf), data_processing=1, convexity=-1, additive=True)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return -sum p log p over p > 0."""
        return -mp.fsum(p * mp.log(p) for p in pmfs[0] if p)


class CrossEntropy(Functional):
    """The mean length under P of the code that is ideal for Q: winter's code in summer."""

    name = "cross_entropy"
    laws = Laws(
        bounds=(0.0, inf),
        at_disjoint=inf,
        at_equal=None,
        data_processing=1,
        additive=True,
        relations=(
            Relation("H(P, Q) ≥ H(P)", "Gibbs 1902", "entropy", lower=lambda h: h),
            Relation("H(P, Q) ≥ KL", "it is H + KL", "kl_divergence", lower=lambda kl: kl),
        ),
    )

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return -sum p log q over p > 0."""
        return -mp.fsum(p * (mp.log(q) if q else -mp.inf) for p, q in zip(*pmfs, strict=True) if p)


class Perplexity(Functional):
    """The number of equally likely outcomes that would be as uncertain: exp H."""

    name = "perplexity"
    laws = Laws(
        bounds=(1.0, inf),
        data_processing=1,
        unit_power=0.0,
        relations=(Relation("exp H", "definition", "entropy", lower=exp, upper=exp),),
    )

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return exp(-sum p log p)."""
        return mp.exp(ENTROPY.definition(mp, *pmfs))


class EntropyDeficit(Functional):
    """What P lacks of the greatest entropy: log n - H(P), the divergence from the uniform."""

    name = "entropy_deficit"
    laws = Laws(bounds=(0.0, inf), at_equal=None, data_processing=0, convexity=1, additive=True)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum p log(n p) over p > 0."""
        n = len(pmfs[0])
        return mp.fsum(p * mp.log(n * p) for p in pmfs[0] if p)


ENTROPY = Entropy()
CROSS_ENTROPY = CrossEntropy()
PERPLEXITY = Perplexity()
ENTROPY_DEFICIT = EntropyDeficit()
