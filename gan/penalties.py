"""Penalties on the slope of a discriminator, which keep the game from circling."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from gan.checks import check_settings

Penalty = Callable[[Any, jax.Array, jax.Array], jax.Array]
"""Maps a discriminator, samples of the data and of the generator to what is added to its loss."""


@dataclass(frozen=True)
class _Slope:
    gamma: float = 1.0

    def __post_init__(self) -> None:
        """Refuse weights that are no weights."""
        check_settings(self, (), {"gamma": "positive"})

    def _at(self, discriminator: Any, x: jax.Array) -> jax.Array:
        # A logit depends on its own sample alone, so that the sum gives the gradient of each.
        gradient = jax.grad(lambda x: jnp.sum(discriminator(x)))(x)
        return self.gamma / 2 * jnp.mean(jnp.sum(jnp.square(gradient), axis=-1))


class R1(_Slope):
    r"""Penalty on the slope at the data: :math:`\tfrac{\gamma}{2}\, E_P \|\nabla T(x)\|^2`.

    With it the vanilla game converges locally also where the data lie on a surface (Mescheder,
    Geiger and Nowozin 2018). A discriminator that is penalised shows less of JS than it could.

    Parameters
    ----------
    gamma : float
        Weight.

    Examples
    --------
    The logit 3 x has the slope 3 anywhere:

    >>> import gan
    >>> x = jnp.ones((5, 1))
    >>> float(gan.R1(gamma=2.0)(lambda x: 3 * x[:, 0], x, x))
    9.0
    """

    def __call__(self, discriminator: Any, real: jax.Array, fake: jax.Array) -> jax.Array:
        """Return the penalty at samples of the data."""
        return self._at(discriminator, real)


class R2(_Slope):
    r"""Penalty on the slope at the generator: :math:`\tfrac{\gamma}{2}\, E_G \|\nabla T(x)\|^2`.

    See `gan.R1`; the two together make `gan.relativistic` converge (Huang et al. 2024).

    Parameters
    ----------
    gamma : float
        Weight.
    """

    def __call__(self, discriminator: Any, real: jax.Array, fake: jax.Array) -> jax.Array:
        """Return the penalty at samples of the generator."""
        return self._at(discriminator, fake)
