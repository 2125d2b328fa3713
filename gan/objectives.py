r"""The value of the vanilla game, in logits.

With the logit :math:`T = \log(D/(1-D))` the value of a discriminator D is

.. math:: V(D) = E_P \log D + E_Q \log(1-D) = -E_P\,\zeta(-T) - E_Q\,\zeta(T),

where :math:`\zeta(t) = \log(1 + e^t)`. Its maximum over D is attained at
:math:`T^* = \log p - \log q` and is :math:`V^* = 2\,\mathrm{JS}(P, Q) - 2 \log 2`
(Goodfellow et al. 2014, Proposition 1 and Theorem 1).
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

Value = TypeVar("Value", float, np.ndarray, jax.Array)


class HasLogDensity(Protocol):
    """Anything with a log-density, such as distributions of `gan` or of `scipy.stats`."""

    def logpdf(self, x: Any, /) -> Any:
        """Log-density at `x`."""
        ...


def value_function(logits_real: ArrayLike, logits_fake: ArrayLike) -> jax.Array:
    """Value V(D) of a discriminator, from its logits on samples.

    Parameters
    ----------
    logits_real, logits_fake : array_like
        Logits ``log D/(1-D)`` on samples of P (the data) and of Q (the generator); the samples lie
        along the last axis, and the two numbers of samples may differ.

    Returns
    -------
    jax.Array
        ``mean log D(real) + mean log(1 - D(fake))`` in nats, never positive; the leading axes.
        Its gradient with respect to a logit is ``(1 - D)/n`` on real and ``-D/n`` on fake samples.

    Examples
    --------
    A discriminator that cannot tell has the value ``-2 log 2``:

    >>> float(value_function([0.0, 0.0], [0.0, 0.0]))
    -1.38629

    References
    ----------
    Goodfellow et al. (2014), "Generative adversarial nets", equation 1.
    """
    real, fake = _logits("logits_real", logits_real), _logits("logits_fake", logits_fake)
    return -jnp.mean(jax.nn.softplus(-real), axis=-1) - jnp.mean(jax.nn.softplus(fake), axis=-1)


def _logits(name: str, value: ArrayLike) -> jax.Array:
    """Return real logits as an array whose last axis holds at least one."""
    logits = jnp.asarray(value)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"{name} has shape {logits.shape}; its last axis must hold samples.")
    if jnp.issubdtype(logits.dtype, jnp.complexfloating) or logits.dtype == bool:
        raise TypeError(f"{name} holds {logits.dtype}; logits are real numbers.")
    return logits


def optimal_logits(p: HasLogDensity, q: HasLogDensity) -> Callable[[ArrayLike], jax.Array]:
    """Logit of the optimal discriminator ``D* = p/(p + q)`` as a function of x.

    Parameters
    ----------
    p, q : objects with a method ``logpdf``
        The two distributions.

    Returns
    -------
    callable
        ``x -> log p(x) - log q(x)``.

    Examples
    --------
    >>> from scipy import stats
    >>> logits = optimal_logits(stats.norm(0, 1), stats.norm(2, 1))
    >>> float(logits(0.0))
    2.0

    References
    ----------
    Goodfellow et al. (2014), Proposition 1.
    """
    for name, distribution in (("p", p), ("q", q)):
        if not callable(getattr(distribution, "logpdf", None)):
            raise TypeError(
                f"{name} is {type(distribution).__name__}, which has no method logpdf; pass a "
                "distribution of `gan` or `scipy.stats`."
            )
    return lambda x: jnp.asarray(p.logpdf(x)) - jnp.asarray(q.logpdf(x))


def js_from_value(value: Value) -> Value:
    """Jensen-Shannon divergence that a value of the game stands for.

    ``(V + 2 log 2)/2`` in nats. For the optimal discriminator this is JS(P, Q); for any other it
    is a lower bound, because no discriminator exceeds V*.

    Examples
    --------
    >>> float(js_from_value(0.0))
    0.693147

    References
    ----------
    Goodfellow et al. (2014), Theorem 1.
    """
    return value / 2 + np.log(2)
