"""Closed forms, where the registry has one of the quantity, or of one that it follows from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from divergences import closed_forms
from divergences.core import Array, Estimate, FDivergence, Method
from divergences.core.order import OrderDivergence, OrderEntropy
from divergences.measures.distribution import Distribution
from divergences.numerics.floats.elementary import expm1
from divergences.numerics.runtime.namespace import namespace
from divergences.numerics.special.alpha_term import expm1_over
from divergences.numerics.special.order_sums import HellingerIntegral, PowerSum


class _Form(NamedTuple):
    """What to look up, of which order, and how the quantity follows from it."""

    kind: str
    order: tuple[float, ...] = ()
    follows: Callable[[Array, Any], Array] = lambda x, xp: x


# A closed form is that of one quantity, so here names of quantities are data. R(a) is
# log(integral of p^a q^(1-a)) / (a (a - 1)).
FORMS = {
    "kl_divergence": _Form("kl"),
    "jensen_shannon_divergence": _Form("js"),
    "jensen_shannon_distance": _Form("js", (), lambda x, xp: xp.sqrt(x)),
    "hellinger_distance": _Form(
        "order_divergence", (0.5,), lambda r, xp: xp.sqrt(-expm1(-0.25 * r, xp))
    ),
    "chi_squared_divergence": _Form("order_divergence", (2.0,), lambda r, xp: expm1(2.0 * r, xp)),
}


class ClosedForm(Method):
    """Use the closed form of the quantity, and refuse where none is known.

    Values have the array type of the parameters, and are differentiable under JAX.

    Examples
    --------
    >>> import divergences as dv
    >>> kl = dv.kl_divergence(dv.Normal(0, 1), dv.Normal(1, 1), method=dv.methods.ClosedForm())
    >>> float(kl), kl.method
    (0.5, 'ClosedForm()')
    """

    def __repr__(self) -> str:
        return "ClosedForm()"

    def serves(self, family: str, *of: Any) -> bool:
        """Whether there is a closed form: `of` are the arguments of the function of that name."""
        if family == "f_divergence":
            return self._form(*of) is not None
        if family == "order_divergence":
            return self._powers(*of[1:]) is not None
        if family == "order_entropy":
            return _length_powers(*of[1:]) is not None
        if family == "perplexity":
            return closed_forms.find("entropy", *of) is not None
        if family == "cross_entropy":
            kind = "entropy" if len(of) == 1 else "cross_entropy"
            return closed_forms.find(kind, *of) is not None
        return False

    def f_divergence(self, member: FDivergence, p: Distribution, q: Distribution) -> Estimate:
        """Return an f-divergence of two distributions."""
        found = self._form(member, p, q)
        if found is None:
            raise TypeError(
                f"no closed form is known of {member.name} for {type(p).__name__} and "
                f"{type(q).__name__}; leave method=None, or choose another."
            )
        return Estimate(found(), repr(self), bounds=member.laws.bounds)

    def cross_entropy(self, p: Distribution, q: Distribution | None = None) -> Estimate:
        """Return the cross-entropy of P and Q, or the entropy of P."""
        found = (
            closed_forms.find("entropy", p)
            if q is None
            else closed_forms.find("cross_entropy", p, q)
        )
        if found is None:
            what = f"the entropy of {type(p).__name__}"
            if q is not None:
                what = f"the cross-entropy of {type(p).__name__} and {type(q).__name__}"
            raise TypeError(f"no closed form is known of {what}; leave method=None.")
        return Estimate(found(), repr(self), bounds=_entropies(p))

    def perplexity(self, p: Distribution) -> Estimate:
        """Return exp of the entropy."""
        value = self.cross_entropy(p).value
        return Estimate(namespace(value).exp(value), repr(self), bounds=(0.0, np.inf))

    def order_divergence(
        self, member: OrderDivergence, order: float, p: Distribution, q: Distribution
    ) -> Estimate:
        """Return a quantity of one order."""
        found = self._powers(order, p, q)
        if found is None:
            raise TypeError(
                f"no closed form of order {order:g} is known for {type(p).__name__} and "
                f"{type(q).__name__}; leave method=None, or choose another."
            )
        r = found()
        xp = namespace(r)
        a = xp.full_like(r, order)
        # At order 0 an infinite R does not tell how much of Q is where P is not.
        missing = xp.where(xp.isinf(r) & (a == 0.0), xp.nan, 0.0)
        with np.errstate(all="ignore"):
            alpha_term = expm1_over(a * (a - 1.0), r, xp)
            value = member.value(
                HellingerIntegral(alpha_term, xp.zeros_like(r), missing, a * r), a, xp
            )
        bounds = member.laws.bounds if order >= 0.0 else (-np.inf, np.inf)
        return Estimate(value, repr(self), bounds=bounds)

    def order_entropy(self, member: OrderEntropy, order: float, p: Distribution) -> Estimate:
        """Return an entropy of one order."""
        found = _length_powers(order, p)
        if found is None:
            raise TypeError(
                f"no closed form of the entropy of order {order:g} is known for "
                f"{type(p).__name__}; leave method=None, or choose another."
            )
        log_sum = found()
        xp = namespace(log_sum)
        a = xp.full_like(log_sum, order)
        value = member.value(PowerSum(expm1_over(1.0 - a, log_sum, xp), log_sum), a, xp)
        return Estimate(value, repr(self), bounds=_entropies(p))

    @staticmethod
    def _powers(order: float, p: Distribution, q: Distribution) -> Callable[[], Array] | None:
        """Return the closed form of R of one order, which for order 1 is KL, or None."""
        if order == 1.0:
            return closed_forms.find("kl", p, q)
        found = closed_forms.find("order_divergence", p, q)
        return None if found is None else lambda: found(order)

    @staticmethod
    def _form(member: FDivergence, p: Distribution, q: Distribution) -> Callable[[], Array] | None:
        """Return the closed form of an f-divergence, or None."""
        form = FORMS.get(member.name)
        if form is None:
            return None
        found = closed_forms.find(form.kind, p, q)
        if found is None:
            return None

        def value() -> Array:
            closed = found(*form.order)
            return form.follows(closed, namespace(closed))

        return value


def _entropies(p: Distribution) -> tuple[float, float]:
    """Return the range of entropies: those of outcomes one can count are not negative."""
    return (0.0 if p.support.lattice else -np.inf), np.inf


def _length_powers(order: float, p: Distribution) -> Callable[[], Array] | None:
    """Return the closed form of log(integral of p^a) / (1 - a), or None."""
    if order == 1.0:
        return closed_forms.find("entropy", p)
    found = closed_forms.find("order_entropy", p)
    return None if found is None else lambda: found(order)
