"""The saturation experiment: two parallel segments, at any distance but zero.

However near they are, JS = log 2, V* = 0 and no f-divergence says where to go, while the
Wasserstein distance is the distance (Arjovsky, Chintala & Bottou 2017, example 1). A discriminator
approaches V* as long as it trains, and the gradient that it gives to a saturating generator goes
the same way (Arjovsky & Bottou 2017, theorem 2.4 and figure 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

import divergences as dv
from gan.checks import instance, whole
from gan.config import SaturationConfig
from gan.devices import spread
from gan.distributions import Source
from gan.game import Rules, State, discriminator_only, init, run_all
from gan.networks import Constant, Identity, LogitNetwork, Whitening, perceptron
from gan.objectives import js_from_value, value_function
from gan.sampling import Points, shifted_lattice


@dataclass(frozen=True)
class LineRecord:
    """What is measured at one distance, in nats; JS and W_1 are those of the library.

    Attributes
    ----------
    theta
        The distance, with a sign.
    js, js_slope
        JS(P, Q), and its derivative by the distance (of either side, where it jumps: none).
    v_star, v_hat, js_hat
        V* = 2 JS - 2 log 2; V(D) of trained discriminators, and (V(D) + 2 log 2)/2.
    w1, w1_slope
        The Wasserstein distance and its derivative by the distance.
    """

    theta: float
    js: float
    js_slope: float | None
    v_star: float
    v_hat: float
    js_hat: float
    w1: float
    w1_slope: float


@dataclass(frozen=True)
class StepRecord:
    """What a discriminator offers a generator after so many steps, at one distance.

    Attributes
    ----------
    step
        Steps taken.
    minus_v
        -V(D), which is the distance from V* = 0; a geometric mean over seeds, as the others.
    logit
        Mean |T| over both segments.
    saturating, non_saturating
        Absolute derivative by the distance of E log(1 - D) and of -E log D over the generator's
        segment.
    wasserstein
        The same of W_1.
    spread
        Standard deviation over seeds of the log of `non_saturating`.
    """

    step: int
    minus_v: float
    logit: float
    saturating: float
    non_saturating: float
    wasserstein: float
    spread: float


class Even(Source, Constant):
    """Even points of a vertical segment in the plane, the same in every batch."""

    abscissa: jax.Array

    @property
    def dim(self) -> int:
        """The plane."""
        return 2

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Return n even points."""
        del key, points
        return segments(self.abscissa, n)[1]


def segments(theta: jax.Array, points: int) -> tuple[jax.Array, jax.Array]:
    """Even points of the segments {0} x (0, 1) and {theta} x (0, 1)."""
    height = (jnp.arange(points) + 0.5) / points
    return (
        jnp.stack([jnp.zeros(points), height], axis=-1),
        jnp.stack([jnp.full(points, theta), height], axis=-1),
    )


def rules_of(config: SaturationConfig) -> Rules:
    """Return how discriminators are trained: by plain gradient descent, the generator frozen."""
    descent = optax.sgd(config.learning_rate)
    return discriminator_only(descent, config.points)


def first_states(
    rules: Rules, thetas: jax.Array, keys: jax.Array, config: SaturationConfig
) -> State:
    """Return a game for each distance and key; discriminators see coordinates of unit variance."""

    def start(theta: jax.Array, key: jax.Array) -> State:
        pooled = jnp.concatenate(segments(theta, config.points))
        scale = jnp.maximum(jnp.std(pooled, axis=0), 1e-3)
        mlp = perceptron(key, 2, "scalar", config.width, config.depth, jax.nn.gelu)
        whitening = Whitening(jnp.mean(pooled, axis=0), jnp.diag(1 / scale))
        return init(rules, Even(theta), LogitNetwork(Identity(), whitening, mlp), key)

    return eqx.filter_vmap(start)(thetas, keys)


@eqx.filter_jit
def _offered(
    networks: LogitNetwork, thetas: jax.Array, config: SaturationConfig
) -> dict[str, jax.Array]:
    """Return V(D), the mean logit and the generator's gradients of each network."""

    def one(network: LogitNetwork, theta: jax.Array) -> dict[str, jax.Array]:
        real, fake = segments(theta, config.points)

        def logits(theta: jax.Array) -> jax.Array:
            return network(segments(theta, config.points)[1])

        a, b = network(real), network(fake)
        return {
            "value": value_function(a, b),
            "logit": 0.5 * jnp.mean(jnp.abs(a)) + 0.5 * jnp.mean(jnp.abs(b)),
            "saturating": jax.grad(lambda t: -jnp.mean(jax.nn.softplus(logits(t))))(theta),
            "non_saturating": jax.grad(lambda t: jnp.mean(jax.nn.softplus(-logits(t))))(theta),
        }

    return eqx.filter_vmap(one)(networks, thetas)


def transport_cost(theta: jax.Array, points: int) -> jax.Array:
    """W_1 of the segments: every point moves across, the heights being the same on either."""
    real, fake = segments(theta, points)
    return jnp.asarray(dv.wasserstein_distance(real[:, 0], fake[:, 0]))


def run_saturation(
    config: SaturationConfig, seed: int
) -> Iterator[tuple[list[LineRecord], list[StepRecord]]]:
    """Train discriminators at every distance; yield what is known after each checkpoint.

    Parameters
    ----------
    config : SaturationConfig
        Settings.
    seed : int
        The results are a function of it, of the settings and of the device.

    Yields
    ------
    lines, steps : list of LineRecord, list of StepRecord
        The state at every distance, and the history at one.
    """
    instance("config", config, SaturationConfig)
    return _saturation(config, whole("seed", seed, 0, 2**32))


def _saturation(
    config: SaturationConfig, seed: int
) -> Iterator[tuple[list[LineRecord], list[StepRecord]]]:
    thetas = jnp.repeat(jnp.asarray(config.thetas), config.seeds)
    keys = jax.random.split(jax.random.key(seed), thetas.size)
    thetas, keys = spread((thetas, keys), thetas.size)
    rules, data = rules_of(config), Even(jnp.asarray(0.0))
    states = first_states(rules, thetas, keys, config)
    slopes = [
        jax.value_and_grad(lambda t: transport_cost(t, config.points))(theta)
        for theta in config.thetas
    ]
    followed = np.asarray(thetas) == np.float32(config.theta)
    wasserstein = abs(float(slopes[config.thetas.index(config.theta)][1]))
    stops = config.stops
    history: list[StepRecord] = []
    for start, stop in zip([0, *stops[:-1]], stops, strict=True):
        states = run_all(rules, data, states, jnp.asarray(stop - start))
        offered = _offered(states.discriminator, thetas, config)
        found = {k: np.asarray(v, np.float64) for k, v in offered.items()}
        history.append(_step(stop, {k: v[followed] for k, v in found.items()}, wasserstein))
        values = found["value"].reshape(len(config.thetas), config.seeds).mean(axis=1)
        lines = [
            _line(theta, value, slope)
            for theta, value, slope in zip(config.thetas, values, slopes, strict=True)
        ]
        yield lines, list(history)


def _line(theta: float, value: float, slope: tuple[jax.Array, jax.Array]) -> LineRecord:
    # As distributions of the abscissa alone: the heights are the same on both segments.
    apart = [[1.0, 0.0], [0.0, 1.0] if theta else [1.0, 0.0]]
    js = float(dv.jensen_shannon_divergence(*apart))
    deficit = float(dv.jensen_shannon_deficit(*apart))
    w1, w1_slope = map(float, slope)
    return LineRecord(
        theta=theta,
        js=js,
        js_slope=0.0 if theta else None,
        v_star=0.0 - 2 * deficit,
        v_hat=float(value),
        js_hat=float(js_from_value(float(value))),
        w1=w1,
        w1_slope=w1_slope,
    )


def _step(step: int, found: dict[str, np.ndarray], wasserstein: float) -> StepRecord:
    def mean(x: np.ndarray) -> float:
        return float(np.exp(np.mean(np.log(np.abs(x)))))

    return StepRecord(
        step=step,
        minus_v=mean(found["value"]),
        logit=mean(found["logit"]),
        saturating=mean(found["saturating"]),
        non_saturating=mean(found["non_saturating"]),
        wasserstein=wasserstein,
        spread=float(np.std(np.log(np.abs(found["non_saturating"])))),
    )


def slope(history: list[StepRecord]) -> float:
    """Slope of log(-V) over log(step) in the last decade of training; theory says -1."""
    steps = np.array([record.step for record in history])
    late = steps >= steps[-1] / 10
    logs = np.log([record.minus_v for record in history])
    return float(np.polyfit(np.log(steps[late]), logs[late], 1)[0])
