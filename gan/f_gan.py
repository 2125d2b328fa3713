"""f-GANs: any f-divergence of `divergences` as the objective of a game.

The conjugate and the last activation come from `divergences.variational_form`. The best output v is
log(p/q) for nearly all divergences, so D = 1/(1 + exp(-v)) remains a discriminator, and its V(D) a
lower bound of 2 JS - 2 log 2 (Nowozin, Cseke & Tomioka 2016).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import divergences as dv
from gan.checks import real
from gan.game import Objective, non_saturating, relativistic, saturating
from gan.truth import Grid


@dataclass(frozen=True)
class Bound:
    """The variational lower bound of an f-divergence, as a function of outputs on samples.

    Attributes
    ----------
    form : VariationalForm
        Activation t and penalty f*(t).
    """

    form: dv.VariationalForm

    def __call__(self, real: jax.Array, fake: jax.Array) -> jax.Array:
        """Return the mean of t(v) over real samples less that of f*(t(v)) over fake ones."""
        return jnp.mean(self.form.activation(real)) - jnp.mean(self.form.penalty(fake))


@dataclass(frozen=True)
class _MinusBound:
    bound: Bound

    def __call__(self, real: jax.Array, fake: jax.Array) -> jax.Array:
        return -self.bound(real, fake)


@dataclass(frozen=True)
class _MinusActivation:
    bound: Bound

    def __call__(self, real: jax.Array, fake: jax.Array) -> jax.Array:
        del real
        return -jnp.mean(self.bound.form.activation(fake))


@dataclass(frozen=True, init=False)
class FGAN(Objective):
    r"""The game whose value is the variational form of an f-divergence.

    The discriminator with output v maximises :math:`E_P[t(v)] - E_Q[f^*(t(v))]`, at most D_f(P‖Q)
    up to the factor that `divergences.variational_form` states.

    Parameters
    ----------
    quantity : callable or str
        An f-divergence of `divergences`, such as ``dv.kl_divergence``, or its name.
    alpha, weight : float, optional
        For ``dv.alpha_divergence`` and ``dv.generalized_jensen_shannon_divergence``.
    minimax : bool
        Whether the generator minimises that same value. Otherwise it maximises :math:`E_Q[t(v)]`,
        which keeps a gradient where the discriminator is sure.
    limit : float
        What outputs v of `gan.train`'s own discriminator stay below, in absolute value. Without a
        limit f*(t(v)) may be huge on samples that no batch holds, and training then fails for KL
        and chi-squared.

    Raises
    ------
    TypeError, ValueError
        If `divergences.variational_form` refuses the quantity, alpha or weight.

    References
    ----------
    Nowozin, Cseke & Tomioka, "f-GAN", NeurIPS 29 (2016).

    Examples
    --------
    >>> import divergences as dv
    >>> import gan
    >>> gan.FGAN(dv.kl_divergence).name
    'kl_divergence'
    >>> gan.FGAN(dv.alpha_divergence, alpha=0.5).name  # then gan.train(..., objective=...)
    'alpha_divergence(alpha=0.5)'
    """

    bound: Bound
    quantity: Callable[..., Any]
    options: tuple[tuple[str, Any], ...]

    def __init__(
        self,
        quantity: Callable[..., Any] | str,
        *,
        alpha: float | None = None,
        weight: float | None = None,
        minimax: bool = True,
        limit: float = 5.0,
    ) -> None:
        form = dv.variational_form(quantity, alpha=alpha, weight=weight)
        function: Any = getattr(dv, quantity) if isinstance(quantity, str) else quantity
        options = {"alpha": alpha, "weight": weight}
        options = {key: value for key, value in options.items() if value is not None}
        shown = [f"{key}={value}" for key, value in options.items()]
        shown += [] if minimax else ["minimax=False"]
        bound, name = Bound(form), function.__name__
        if weight is not None:
            options["normalized"] = True
        values = {
            "name": f"{name}({', '.join(shown)})" if shown else name,
            "discriminator": _MinusBound(bound),
            "generator": bound if minimax else _MinusActivation(bound),
            "limit": limit if limit == np.inf else real("limit", limit, "positive"),
            "bound": bound,
            "quantity": function,
            "options": tuple(options.items()),
        }
        for field, value in values.items():
            object.__setattr__(self, field, value)

    def on(self, grid: Grid, outputs: Sequence[np.ndarray]) -> tuple[float, list[float]]:
        """Return the supremum of the value, by the exact divergence, and values of given outputs.

        All are sums over a grid, not means over samples: where f*(t(v)) is great on samples too
        rare to be drawn, such a mean is above the supremum, and its standard error does not tell.

        Parameters
        ----------
        grid : Grid
            Both densities.
        outputs : sequence of array
            Outputs v at the nodes, for each of several discriminators.
        """
        options = dict(self.options)
        exact = float(self.form.supremum(grid.divergence(self.quantity, **options)))
        p, q = (np.exp(side).ravel() / np.sum(np.exp(side)) for side in (grid.log_p, grid.log_q))
        return exact, [
            float(np.sum(p * self.form.activation(v)) - np.sum(q * self.form.penalty(v)))
            for v in outputs
        ]

    @property
    def form(self) -> dv.VariationalForm:
        """The variational form."""
        return self.bound.form


OBJECTIVES: Mapping[str, Objective] = MappingProxyType(
    {
        "ns": non_saturating,
        "sat": saturating,
        "rp": relativistic,
        "js": FGAN(dv.jensen_shannon_divergence, limit=np.inf),
        "kl": FGAN(dv.kl_divergence),
        "reverse-kl": FGAN(dv.alpha_divergence, alpha=0.0),
        "jeffreys": FGAN(dv.jeffreys_divergence),
        "hellinger": FGAN(dv.hellinger_distance),
        "tv": FGAN(dv.total_variation_distance),
        "triangular": FGAN(dv.triangular_discrimination),
        "chi2": FGAN(dv.chi_squared_divergence),
        "reverse-chi2": FGAN(dv.alpha_divergence, alpha=-1.0),
        "skewed-js": FGAN(dv.generalized_jensen_shannon_divergence, weight=0.25),
    }
)
"""Objectives by the short names of the command line."""


def objective_named(name: str) -> Objective:
    """Return the objective of that name, short or its own."""
    if name in OBJECTIVES:
        return OBJECTIVES[name]
    for objective in OBJECTIVES.values():
        if objective.name == name:
            return objective
    raise ValueError(f"objective is {name!r}; it is one of: {', '.join(OBJECTIVES)}.")
