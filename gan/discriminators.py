"""Train the discriminator of one pair, and evaluate it."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import divergences as dv
from gan.checks import instance, random_key
from gan.config import Config
from gan.distributions import Source
from gan.evaluation import Evaluation, in_double_precision
from gan.finite import fit_discriminator, is_finite, recipe_of
from gan.fitting import Recipe
from gan.networks import LogitNetwork
from gan.objectives import js_from_value
from gan.observations import Observations, numbers
from gan.pairs import Pair
from gan.sampling import shifted_lattice
from gan.training import Info, stack, take, train

SATURATED = 0.69
"""JS, in nats, from which V(D) says little of how far apart two distributions are."""

SATURATION = (
    "The discriminator tells the samples apart almost without error: JS is near log 2, and says "
    "nothing of how far apart they are."
)
OVERFITTED = (
    "V(D) is below -2 log 2, the value of a coin: the discriminator is sure where it is wrong, as "
    "one that has overfitted is."
)


def train_discriminator(
    pair: Pair, config: Config | Recipe, key: jax.Array
) -> tuple[LogitNetwork, Info]:
    """Train the discriminator of one pair.

    Parameters
    ----------
    pair : Pair
        The data distribution P and the generator's Q.
    config : Config or Recipe
        Settings. A pair of given observations is trained by a `gan.Recipe`, with early stopping;
        of a `gan.Config` its width, depth, batch, learning rate and steps are then used.
    key : jax.Array
        JAX key; the result is a function of it, of the settings and of the device.

    Returns
    -------
    network : LogitNetwork
        The trained discriminator, a function from samples of shape (n, d) to logits.
    info : Info
        Its value on the fresh batch of every step; of a pair of given observations, its value on
        those kept for validation, after every ``Recipe.check`` steps.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what it must be, or observations lie in a hyperplane.

    Examples
    --------
    >>> import gan
    >>> pair, config = gan.targets["normal-mu-2"], gan.Config(steps=400)
    >>> discriminator, _ = gan.train_discriminator(pair, config, jax.random.key(0))
    >>> float(discriminator(jnp.array([[1.0]]))[0])  # half way between N(0, 1) and N(2, 1)
    0.0
    """
    instance("pair", pair, Pair)
    key = random_key("key", key)
    if is_finite(pair):
        instance("config", config, Config | Recipe)
        recipe = config if isinstance(config, Recipe) else recipe_of(config)
        network, values = fit_discriminator(pair, recipe, key)
        return network, Info(values)
    if not isinstance(config, Config):
        raise TypeError(
            f"config is {type(config).__name__}; it must be an instance of Config, because "
            f"{pair.name!r} is sampled afresh in every step."
        )
    networks, info = train(stack([pair.game]), config, key[None])
    return take(networks, 0), Info(info.value[0])


def evaluate(
    discriminator: Callable[[Any], Any],
    held_out: Pair | tuple[Any, Any],
    *,
    key: jax.Array | None = None,
    n: int = 17711,
    replicates: int = 8,
) -> dv.Estimate:
    """Value V(D) of a discriminator on samples that it has not seen.

    Parameters
    ----------
    discriminator : callable
        Function from samples of shape (n, d) to logits of shape (n,), written in `jax.numpy`; such
        as `train_discriminator` returns.
    held_out : Pair, or tuple of two arrays
        The pair: sampled afresh, or where P or Q is given by observations, the quarter of them that
        is held out. Or samples (x, y) of P and of Q, which training must not have seen.
    key : jax.Array, optional
        Key of the fresh samples.
    n, replicates : int
        Fresh samples in each of so many independent sets.

    Returns
    -------
    Estimate
        E_P log D + E_Q log(1 - D) in nats with its standard error, for this discriminator;
        ``info["js"]`` is (V + 2 log 2)/2, which estimates a lower bound on JS.

    Raises
    ------
    TypeError, ValueError
        If the discriminator is no function from samples to logits, or the samples are not numbers.

    Examples
    --------
    >>> import gan
    >>> x, y = np.array([[0.5], [1.5]]), np.array([[-1.0], [-2.0]])
    >>> value = gan.evaluate(lambda x: 3.0 * x[:, 0], (x, y))
    >>> round(value.value, 4), round(value.info["js"], 4)
    (-0.1318, 0.6273)
    """
    if not callable(discriminator):
        raise TypeError(f"discriminator is {type(discriminator).__name__}; pass a function.")
    if isinstance(held_out, Pair):
        sides: list[Any] = [held_out.p, held_out.q]
    elif isinstance(held_out, tuple | list) and len(held_out) == 2:
        sides = [numbers(name, value, 2) for name, value in zip("xy", held_out, strict=True)]
    else:
        raise TypeError("held_out is no Pair, and no tuple of two arrays of samples.")
    key = jax.random.key(0) if key is None else random_key("key", key)
    parts = [
        _mean_log(discriminator, side, sign, k, n, replicates)
        for side, sign, k in zip(sides, (1, -1), jax.random.split(key), strict=True)
    ]
    (on_p, error_p), (on_q, error_q) = parts
    value, error = on_p + on_q, math.hypot(error_p, error_q)
    js = float(js_from_value(value))
    return dv.Estimate(
        value=value,
        method="V(D) on held-out samples",
        standard_error=error,
        bounds=(-np.inf, 0.0),
        info={"js": js},
        warnings=warnings_of_js(js),
    )


def warnings_of_js(js: float) -> tuple[str, ...]:
    """Return what speaks against trusting a discriminator that shows this JS."""
    if js > SATURATED:
        return (SATURATION,)
    if js < 0.0:
        return (OVERFITTED,)
    return ()


def js_at_least(values: np.ndarray, level: float = 0.95) -> float:
    """Lower confidence bound of JS by Student's t, from unbiased estimates of V(D)."""
    return float(js_from_value(Evaluation(values).lower(level)))


def loss_in_words(values: Sequence[float], bounds: Sequence[float | None]) -> str:
    """Say what V(D) of one or several discriminators means: their loss, and what it bounds."""
    losses = ", ".join(f"{-value:.4f}" for value in values)
    if any(bound is None for bound in bounds):
        return f"BCE {losses}; no bound of JS, because the discriminator has seen these data"
    shown = ", ".join(f"{max(bound or 0.0, 0.0):.4f}" for bound in bounds)
    return f"BCE {losses}; JS >= {shown} [95 %]"


def _mean_log(
    discriminator: Callable[[Any], Any],
    side: Source | np.ndarray,
    sign: int,
    key: jax.Array,
    n: int,
    replicates: int,
) -> tuple[float, float]:
    """Return the mean of log D (or of log(1 - D)) over samples, and its standard error."""
    with jax.enable_x64(True):
        discriminator, side = in_double_precision((discriminator, side))
        if isinstance(side, Observations):
            side = side.held_out
        if isinstance(side, Source):
            logs = _replicates(discriminator, side, jax.random.split(key, replicates), n, sign)
        else:
            logs = _logs(discriminator, side, sign)
    values = np.asarray(logs, np.float64)
    if np.any(np.isnan(values)):
        raise ValueError("the discriminator returned NaN for a sample.")
    evaluation = Evaluation(values)
    return evaluation.value, evaluation.standard_error


@eqx.filter_jit
def _replicates(
    discriminator: Callable[[Any], Any], side: Source, keys: jax.Array, n: int, sign: int
) -> jax.Array:
    return jax.lax.map(
        lambda key: jnp.mean(_logs(discriminator, side.sample(key, n, shifted_lattice), sign)), keys
    )


def _logs(discriminator: Callable[[Any], Any], x: Any, sign: int) -> jax.Array:
    logits = jnp.asarray(discriminator(jnp.asarray(x)))
    if logits.shape != (len(x),):
        raise ValueError(
            f"the discriminator returned shape {logits.shape} for samples of shape {x.shape}; it "
            "must return one logit for each."
        )
    return -jax.nn.softplus(-sign * logits)
