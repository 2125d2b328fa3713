"""The gradient that a discriminator gives to a generator, beside that of the true JS.

With the best discriminator D* held fixed, the gradient of E_G log(1 - D*) by the generator is that
of V(D*) = 2 JS - 2 log 2 (Goodfellow et al. 2014; the envelope theorem). The cosine between the two
gradients tells how far this is so with another discriminator.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.distributions import Source
from gan.evaluation import in_double_precision
from gan.game import saturating, trainable
from gan.generators import Noisy
from gan.truth import js_on_grid

NODES = 4096
SAMPLES = 17711


def gradient_cosine(data: Source, generator: Noisy, discriminator: Any) -> float:
    """Cosine between the saturating gradient and that of 2 JS by all parameters of the generator.

    The arguments are those of `compare_gradients`.
    """
    return compare_gradients(data, generator, discriminator)[0]


def compare_gradients(data: Source, generator: Noisy, discriminator: Any) -> tuple[float, float]:
    """Compare the saturating gradient with that of 2 JS by all parameters of the generator.

    Parameters
    ----------
    data : Source
        The data, on the line, with a log-density.
    generator : Noisy
        The generator.
    discriminator : callable
        A function from samples to logits.

    Returns
    -------
    cosine, ratio : float
        The cosine of the angle between them, and the length of the saturating one over the other.
    """
    key = jax.random.key(0)
    with jax.enable_x64(True):
        data, generator, discriminator = in_double_precision((data, generator, discriminator))
        x = np.concatenate([np.asarray(side.sample(key, 4096)) for side in (data, generator)])
        reach = 0.5 * np.ptp(x)
        nodes = jnp.linspace(x.min() - reach, x.max() + reach, NODES)[:, None]
        cosine, ratio = _compare(data, generator, discriminator, nodes, key)
        return float(cosine), float(ratio)


@eqx.filter_jit
def _compare(
    data: Source, generator: Noisy, discriminator: Any, nodes: jax.Array, key: jax.Array
) -> tuple[jax.Array, jax.Array]:
    arrays, rest = trainable(generator)

    def loss(arrays: Any) -> jax.Array:
        logits = discriminator(eqx.combine(arrays, rest).sample(key, SAMPLES))
        return saturating.generator(logits, logits)

    def two_js(arrays: Any) -> jax.Array:
        return 2 * js_on_grid(data, eqx.combine(arrays, rest), nodes)

    first, second = (
        jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(jax.grad(function)(arrays))])
        for function in (loss, two_js)
    )
    lengths = jnp.linalg.norm(first), jnp.linalg.norm(second)
    return first @ second / (lengths[0] * lengths[1]), lengths[0] / lengths[1]
