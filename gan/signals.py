"""Signals of 64 samples: beats like those of an electrocardiogram, and tones."""

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.checks import whole
from gan.distributions import Source
from gan.sampling import Points, shifted_lattice


class Signal(Source):
    """Signals of one length.

    Parameters
    ----------
    length : int
        Samples of one signal.
    """

    length: int = eqx.field(static=True, default=64, converter=partial(whole, "length"))

    @property
    def dim(self) -> int:
        """Number of samples of one signal."""
        return self.length


class Beats(Signal):
    """Heartbeats as sums of five waves of random place, width and height.

    Each wave is a bell, as in the model of McSharry et al. (2003). The R wave is in the middle; the
    places of P, Q, S and T are relative to it. Places are normal, in shares of the beat; widths are
    lognormal; heights are normal, in millimetres of the paper: ten to a millivolt.

    Parameters
    ----------
    length : int
        Samples of one beat.

    Examples
    --------
    >>> Beats().sample(jax.random.key(0), 3).shape
    (3, 64)
    """

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n independent beats."""
        del points
        normal = jax.random.normal(key, (3, n, len(_WAVES)))
        place, place_spread, width, height, height_spread = jnp.asarray(_WAVES).T
        places = place + place_spread * normal[0]
        places = places.at[:, 1:].add(places[:, :1])
        widths = width * jnp.exp(0.12 * normal[1])
        heights = height + height_spread * normal[2]
        t = jnp.arange(self.length) / self.length
        bells = jnp.exp(-0.5 * ((t - places[..., None]) / widths[..., None]) ** 2)
        return jnp.sum(heights[..., None] * bells, axis=1)


# Place, its spread, width, height and its spread: of R, then of P, Q, S and T.
_WAVES = np.array(
    [
        [0.42, 0.02, 0.018, 10.0, 1.2],
        [-0.20, 0.015, 0.030, 1.5, 0.3],
        [-0.045, 0.005, 0.014, -1.2, 0.3],
        [0.045, 0.005, 0.014, -2.2, 0.5],
        [0.27, 0.025, 0.050, 3.0, 0.6],
    ]
)


class Tones(Signal):
    """Decaying tones of random pitch, phase, loudness and decay.

    Two to five periods, evenly; any phase; amplitudes lognormal around 4; decay over one half to
    two lengths.

    Parameters
    ----------
    length : int
        Samples of one tone.

    Examples
    --------
    >>> Tones().sample(jax.random.key(0), 3).shape
    (3, 64)
    """

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n independent tones."""
        del points
        of_uniforms, of_loudness = jax.random.split(key)
        u = jax.random.uniform(of_uniforms, (3, n, 1))
        amplitude = 4 * jnp.exp(0.2 * jax.random.normal(of_loudness, (n, 1)))
        t = jnp.arange(self.length) / self.length
        wave = jnp.sin(2 * jnp.pi * ((2 + 3 * u[0]) * t + u[1]))
        return amplitude * jnp.exp(-t / (0.5 + 1.5 * u[2])) * wave


SIGNALS: dict[str, Source] = {"beats": Beats(), "tones": Tones()}
"""Signals that ``python -m gan train`` knows."""


def peaks(x: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return time and height of the highest point of each signal, by a parabola through three.

    Times are in shares of the length. A peak at an end stays there.
    """
    x = np.asarray(x, np.float64)
    rows, top = np.arange(len(x)), np.argmax(x, axis=1)
    inner = np.clip(top, 1, x.shape[1] - 2)
    left, middle, right = (x[rows, inner + step] for step in (-1, 0, 1))
    curvature = left - 2 * middle + right
    bent = (inner == top) & (curvature < 0)
    shift = np.where(bent, 0.5 * (left - right) / np.where(bent, curvature, 1.0), 0.0)
    height = x[rows, top] - 0.25 * (left - right) * shift
    return (top + shift) / x.shape[1], np.where(bent, height, x[rows, top])
