"""What an f-divergence states about its variational form.

D_f(P‖Q) = sup over t of E_P[t] - E_Q[f*(t)], f*(t) = sup over u of u t - f(u): the objective of an
f-GAN, whose discriminator has an output v and a last activation t(v). Nguyen, Wainwright & Jordan,
IEEE Trans. Inf. Theory 56 (2010); Nowozin, Cseke & Tomioka, "f-GAN", NeurIPS 29 (2016), table 2.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from divergences.core import Array, Functional


class Variational(Functional):
    """A functional that is a sum of q f(p/q), f(1) = f'(1) = 0, or a function of such a sum.

    The activation is f'(exp v), so that the best v is log(p/q), the logit of a classifier, whatever
    the divergence is.
    """

    @abstractmethod
    def activation(self, v: Array, xp: Any) -> Array:
        """Return t = f'(exp v)."""

    @abstractmethod
    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return f*(t): infinite above the slopes that f has, constant beneath them."""

    @abstractmethod
    def penalty(self, v: Array, xp: Any) -> Array:
        """Return f*(activation(v)), with the digits of v that are lost in t."""

    def supremum(self, value: Array) -> Array:
        """Return the sum of q f(p/q) of which the quantity is `value`."""
        return value
