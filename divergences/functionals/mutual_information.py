"""Mutual information and conditional entropy of a joint distribution of two variables.

I(X;Y) = KL(P_XY‖P_X P_Y) and H(Y|X) = H(X, Y) - H(X): Cover & Thomas, "Elements of Information
Theory" (2006), equations 2.28 and 2.14.
"""

from __future__ import annotations

from math import inf
from typing import Any

from divergences.core import Array, FDivergence, Functional, Laws, Limits, Relation
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.special.terms import kl_term, log_quotient_near


class MutualInformation(FDivergence):
    """T(p, q) = p log(p/q) - p + q of the joint distribution and the product of its marginals."""

    name = "mutual_information"
    laws = Laws(
        symmetric=True,
        at_equal=None,
        additive=True,
        relations=(Relation("I ≤ H(X, Y)", "Shannon 1948", "joint_entropy", upper=lambda h: h),),
    )
    limits = Limits(value_p0=1.0, value_q0=inf, q_dq_q0=-1.0)
    is_relative_entropy = True

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return sum p(x,y) log(p(x,y) / p(x) p(y)); the pmf is the list of rows."""
        rows = [mp.fsum(row) for row in pmfs[0]]
        columns = [mp.fsum(column) for column in zip(*pmfs[0], strict=True)]
        return mp.fsum(
            p * mp.log(p / (r * c))
            for row, r in zip(pmfs[0], rows, strict=True)
            for p, c in zip(row, columns, strict=True)
            if p
        )

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return p log(p/q) - p + q."""
        return kl_term(pair.p, pair.q, pair.difference, pair.log_ratio, xp)

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return log(p/q) and (q - p)/q."""
        return log_quotient_near(pair.p, pair.q, pair.difference, xp), -pair.difference / pair.q


class ConditionalEntropy(Functional):
    """The mean, over X, of the entropy of Y given X."""

    name = "conditional_entropy"
    laws = Laws(
        bounds=(0.0, inf),
        at_equal=None,
        convexity=-1,
        additive=True,
        relations=(
            Relation("H(Y|X) ≤ H(X, Y)", "Shannon 1948", "joint_entropy", upper=lambda h: h),
        ),
    )

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return -sum p(x,y) log(p(x,y) / p(x)); the pmf is the list of rows."""
        return mp.fsum(p * mp.log(mp.fsum(row) / p) for row in pmfs[0] for p in row if p)


class JointEntropy(Functional):
    """The entropy of the pair (X, Y)."""

    name = "joint_entropy"
    laws = Laws(bounds=(0.0, inf), at_equal=None, convexity=-1, additive=True)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return -sum p(x,y) log p(x,y); the pmf is the list of rows."""
        return -mp.fsum(p * mp.log(p) for row in pmfs[0] for p in row if p)


MUTUAL_INFORMATION = MutualInformation()
CONDITIONAL_ENTROPY = ConditionalEntropy()
JOINT_ENTROPY = JointEntropy()
