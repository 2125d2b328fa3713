"""f-divergences from the log ratios of sampled tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.core import Array, FDivergence, Method
from divergences.core.alpha_term import alpha_term_of
from divergences.core.order import OrderDivergence
from divergences.numerics.differentiable import differentiates
from divergences.numerics.floats.elementary import expm1
from divergences.numerics.floats.jvp_rules import stop_gradient
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.runtime.namespace import is_array


@dataclass(frozen=True)
class SampledLogRatio(Method):
    """f-divergence from log-probabilities of sampled tokens: one value a token, and its gradient.

        D_f = ∑_x T(p_x, q_x) = E_P[T(p_x, q_x) / p_x] = E_P[T(1, e^(-y))],   y = log(p_x / q_x)

    with the term T of the f-divergence that is never negative. For KL(P‖Q) it is y - 1 + e^(-y),
    known as k3. Of tokens drawn from Q it is T(e^y, 1).

    Parameters
    ----------
    sampled_from : {"p", "q"}, default "p"
        From which of the two distributions the tokens were drawn.

    Raises
    ------
    ValueError
        If `sampled_from` is neither.

    Notes
    -----
    *The value* is unbiased if the distribution that was drawn from excludes nothing that the other
    has. What it excludes is never seen: where Q has the mass m beyond the support of P, tokens of P
    lack m f(0), which is m for KL. That concerns truncated sampling (top-p, top-k).

    *The gradient* (JAX, PyTorch) is that of the divergence, not of the value at fixed tokens: which
    tokens are drawn depends on the parameters too, and the derivative by the distribution that was
    drawn from includes that, the score term. By log p it is ∂T/∂p at (1, e^(-y)), by log q it is
    e^(-y) ∂T/∂q. For KL these are y and e^(-y) - 1, both zero for y = 0: a token on which the
    models agree adds no noise. The derivative of k3 as it stands, by log p, would be 1 - e^(-y),
    the gradient of the reverse divergence. Derivatives of second and higher order are unbiased too,
    for the same reason. A side that does not depend on the parameters (a reference model) adds
    nothing.

    *The variance* is finite where both models give all tokens a positive probability. From tokens
    of P the value grows as q/p where Q is much greater (for KL, JS, TV, ...), so its variance grows
    as E_P[(q/p)²]; choose `sampled_from` and the order of P and Q so that the distribution drawn
    from is the wider one. Off-policy tokens, drawn from a third model, are not served: multiply the
    values by your importance ratios.

    *Refused* are functions of a divergence that are no multiple of it (`hellinger_distance`,
    `jensen_shannon_distance`, Renyi's, Bhattacharyya's): the mean of a root is not the root of
    the mean. `base` is the only option; for `axis` and `where` take means of the result.

    References
    ----------
    Schulman, "Approximating KL divergence", 2020, http://joschu.net/blog/kl-approx.html; Foerster
    et al., "DiCE: the infinitely differentiable Monte Carlo estimator", ICML 2018.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> p, q = dv.SampledLogProbs([-1.0, -2.0]), dv.SampledLogProbs([-1.5, -1.0])
    >>> dv.kl_divergence(p, q)
    array([0.10653066, 0.71828183])
    >>> method = dv.methods.SampledLogRatio(sampled_from="q")
    >>> dv.total_variation_distance(p, q, method=method)
    array([0.32436064, 0.31606028])
    """

    sampled_from: str = "p"

    def __post_init__(self) -> None:
        if self.sampled_from not in ("p", "q"):
            raise ValueError(
                f'sampled_from is {self.sampled_from!r}; pass "p" or "q", the side whose tokens '
                "these are."
            )

    def f_divergence(self, member: FDivergence, p: Array, q: Array, xp: Any) -> Array:
        """Return the value of each token, in nats, from its log-probabilities."""
        if not member.is_mean:
            raise TypeError(
                f"{member.name} is not a mean over tokens but a function of one; estimate an "
                "f-divergence, and apply the function to the mean of its values."
            )
        if is_array(member.parameter):
            raise TypeError(
                f"the weight of {member.name} is an array; pass a number for sampled tokens."
            )
        p, q = xp.broadcast_arrays(p, q)
        factor = member.transform_derivative(xp.ones_like(p), xp)
        start = stop_gradient(p if self.sampled_from == "p" else q, xp)
        with np.errstate(all="ignore"):
            a, b = p - start, q - start
            if differentiates(xp):
                from divergences.methods.sampled_log_ratio.by_rule import function

                values = function(member, xp)(a[..., None], b[..., None])
            else:
                values = member.terms(relative(a, b, xp), xp)
        return xp.where(factor == 0.0, 0.0, factor * values)

    def order_divergence(
        self, member: OrderDivergence, p: Array, q: Array, alpha: Any, xp: Any
    ) -> Array:
        """Return the value of each token of a multiple of the alpha divergence of one order."""
        order = alpha if isinstance(alpha, int | float) else None
        factor = None if order is None else member.multiple_of_alpha(float(order))
        if order is None:
            raise TypeError(f"alpha is {alpha!r}; pass one number for sampled tokens.")
        if factor is None:
            raise TypeError(
                f"{member.name} is not a mean over tokens but a function of one; estimate "
                "alpha_divergence, and apply the function to the mean of its values."
            )
        return factor * self.f_divergence(alpha_term_of(float(order)), p, q, xp)


def relative(a: Array, b: Array, xp: Any) -> Pair:
    """Return masses exp a and exp b, and what is known of their ratio from the logs."""
    y = a - b
    p, q = xp.exp(a), xp.exp(b)
    near = xp.abs(y) < 1.0
    difference = xp.where(near, q * expm1(xp.where(near, y, 0.0), xp), p - q)
    return Pair(p, q, difference, y)
