"""The variational form of f-divergences, for those who train discriminators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from divergences.api.by_position import at_most
from divergences.api.members import member_of
from divergences.core import Array
from divergences.core.variational import Variational
from divergences.functionals.alpha_divergence import AlphaDivergence
from divergences.functionals.generalized_jensen_shannon import GeneralizedJensenShannon
from divergences.measures.array_likes import unmasked
from divergences.numerics.runtime.namespace import namespace


@dataclass(frozen=True)
class VariationalForm:
    """The variational form of an f-divergence: ``sup_v E_P[t(v)] - E_Q[f*(t(v))]``.

    The functions are elementwise, of NumPy or JAX arrays, may be traced and differentiated, and
    keep the dtype. The best output v is log(p/q) whatever the divergence.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    >>> form = dv.variational_form("kl_divergence")
    >>> v = np.log(p / q)
    >>> float(np.sum(p * form.activation(v)) - np.sum(q * form.penalty(v)))
    0.143841
    >>> float(dv.kl_divergence(p, q))
    0.143841
    """

    member: Variational

    def activation(self, v: Any) -> Array:
        """Return t(v) = f'(exp v), the last activation of a discriminator with output v."""
        xp, v = _array(v)
        return self.member.activation(v, xp)

    def conjugate(self, t: Any) -> Array:
        """Return f*(t) = sup over u > 0 of u t - f(u), inf above the slopes that f has."""
        xp, t = _array(t)
        return self.member.conjugate(t, xp)

    def penalty(self, v: Any) -> Array:
        """Return f*(t(v)), with the digits of v that t loses where it saturates."""
        xp, v = _array(v)
        return self.member.penalty(v, xp)

    def supremum(self, value: Any) -> Array:
        """Return the supremum of the objective where the quantity is `value`, in nats."""
        _, value = _array(value)
        return self.member.supremum(value)


@at_most()
def variational_form(
    quantity: Callable[..., Any] | str, *, alpha: float | None = None, weight: float | None = None
) -> VariationalForm:
    """Conjugate and output activation of an f-divergence, for the objective of an f-GAN.

        D_f(P‖Q) = sup_v E_P[t(v)] - E_Q[f*(t(v))],   t(v) = f'(e^v)

    Parameters
    ----------
    quantity : callable or str
        A member of the library that is an f-divergence or a function of one, such as
        ``dv.kl_divergence``, or its name.
    alpha : float, optional
        The order, for ``alpha_divergence``.
    weight : float, optional
        The weight of P, between 0 and 1, for ``generalized_jensen_shannon_divergence``.

    Returns
    -------
    VariationalForm
        With `activation`, `conjugate` and `penalty`. The supremum is, in nats, D for
        ``kl_divergence``, ``jeffreys_divergence``, ``chi_squared_divergence``,
        ``triangular_discrimination`` and ``alpha_divergence``; 2 JS for
        ``jensen_shannon_divergence``; twice the square for ``hellinger_distance``; twice the
        distance for ``total_variation_distance``; and the normalised divergence for
        ``generalized_jensen_shannon_divergence``.

    Raises
    ------
    TypeError
        If the quantity has no such form, or an argument that it has no use for is given.
    ValueError
        If there is no quantity of that name, or alpha or weight is missing or out of range.

    Notes
    -----
    f is taken with f(1) = f'(1) = 0, which adds nothing to the divergence. The vanilla GAN is
    ``jensen_shannon_divergence``: with the discriminator s = 1/(1 + exp(-v)) its activation is
    log(2s) and its penalty -log(2(1 - s)), so that the objective is V + 2 log 2, at most 2 JS.

    References
    ----------
    Nguyen, Wainwright & Jordan, IEEE Trans. Inf. Theory 56 (2010); Nowozin, Cseke & Tomioka,
    "f-GAN", NeurIPS 29 (2016), table 2.

    Examples
    --------
    >>> import divergences as dv
    >>> form = dv.variational_form(dv.jensen_shannon_divergence)
    >>> float(form.activation(0.0)), float(form.conjugate(-1.0))
    (0.0, -0.489880)
    """
    member = member_of(quantity)
    if not isinstance(member, Variational):
        name = getattr(quantity, "__name__", quantity) if member is None else member.name
        raise TypeError(f"{name} has no variational form; pass an f-divergence of the library.")
    if isinstance(member, AlphaDivergence):
        member = replace(member, order=_needed(member, "alpha", alpha))
    elif alpha is not None:
        raise TypeError(f"{member.name} has no alpha.")
    if isinstance(member, GeneralizedJensenShannon):
        share = _needed(member, "weight", weight)
        if not 0.0 < share < 1.0:
            raise ValueError(f"weight is {share}; it must lie between 0 and 1.")
        member = replace(member, parameter=share, normalized=True)
    elif weight is not None:
        raise TypeError(f"{member.name} has no weight.")
    return VariationalForm(member)


def _array(x: Any) -> tuple[Any, Array]:
    unmasked("v", x)
    xp = namespace(x)
    return xp, xp.asarray(x) * 1.0  # integers become floats


def _needed(member: Variational, name: str, value: float | None) -> float:
    if value is None:
        raise ValueError(f"{member.name} needs {name}=, a number.")
    return float(value)
