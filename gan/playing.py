"""Train a generator and a discriminator in turn on data of the user's own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from gan.checks import instance, random_key, whole
from gan.checks import real as real_number
from gan.discriminators import js_at_least, loss_in_words, warnings_of_js
from gan.distributions import Distribution, Source
from gan.game import Info, Objective, Rules, State, init, non_saturating, run
from gan.generators import Noisy
from gan.networks import Embedding, Identity, LogitNetwork
from gan.objectives import js_from_value
from gan.penalties import Penalty
from gan.sources import Sampled, source

_WHITENING_SAMPLE = 4096


@dataclass(frozen=True)
class Check:
    """What is known of the game after some steps.

    Attributes
    ----------
    step : int
        Steps of the generator so far.
    value : float
        V(D) in nats, a mean over the fresh batches since the last check.
    js : float
        (V + 2 log 2)/2: what the discriminator in play shows of JS. It is no measurement: a
        discriminator that lags behind shows less.
    generator_loss : float
        What the generator minimises, a mean over the same steps.
    warnings : tuple of str
        What speaks against trusting the value.
    js_at_least : float or None
        Lower confidence bound, at 95 %, of JS on average over these steps: each batch is fresh, so
        that V(D) on it does not exceed 2 JS - 2 log 2 in the mean. None where the data are given
        observations, which the discriminator has learned from.
    """

    step: int
    value: float
    js: float
    generator_loss: float
    warnings: tuple[str, ...] = ()
    js_at_least: float | None = None

    def __str__(self) -> str:
        """Say what the discriminator's loss means."""
        words = f"step {self.step}: {loss_in_words([self.value], [self.js_at_least])}"
        return " ".join([words, *self.warnings])


@dataclass(frozen=True)
class Trained:
    """What training has made.

    Attributes
    ----------
    generator
        The generator with the moving average of its parameters: ``sample(key, n)``.
    discriminator
        The discriminator: a function from samples to logits.
    state : State
        The last state, to go on from; its ``generator`` is the one that played.
    history : tuple of Check
        The checks.
    settings : mapping
        How it was trained, for the record.
    """

    generator: Any
    discriminator: Any
    state: State
    history: tuple[Check, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


def adam_in_turn(
    steps: int, d_steps: int, rates: tuple[float, float] = (1e-3, 2e-3)
) -> tuple[optax.GradientTransformation, optax.GradientTransformation]:
    """Return Adam for generator and discriminator; rates fall to a tenth along half a cosine."""

    def adam(rate: float, count: int) -> optax.GradientTransformation:
        return optax.adam(optax.cosine_decay_schedule(rate, count, alpha=0.1), b1=0.5, b2=0.99)

    return adam(rates[0], steps), adam(rates[1], steps * d_steps)


def make_discriminator(
    data: Source,
    key: jax.Array,
    width: int = 64,
    depth: int = 2,
    embedding: Embedding | None = None,
    limit: float = float("inf"),
) -> LogitNetwork:
    """Return an untrained discriminator whose inputs are whitened by a sample of the data."""
    of_data, of_network = jax.random.split(key)
    embedding = Identity() if embedding is None else embedding
    features = embedding(data.sample(of_data, _WHITENING_SAMPLE))
    return LogitNetwork.untrained(embedding, features, width, depth, of_network, limit)


def train(
    real: Any,
    generator: Any = None,
    objective: Objective = non_saturating,
    *,
    key: jax.Array,
    steps: int = 2000,
    d_steps: int = 1,
    batch: int = 256,
    discriminator: Any = None,
    optimizers: Sequence[optax.GradientTransformation] | None = None,
    penalties: Sequence[Penalty] = (),
    ema: float = 0.999,
    checks: int = 20,
    on_check: Callable[[Check, State], None] | None = None,
    resume: Trained | State | None = None,
) -> Trained:
    """Train a generator against a discriminator, in turn.

    Parameters
    ----------
    real
        The data, in a form that `gan.Pair.of` takes.
    generator
        What is trained: a `gan.Noisy` (the default), a `gan.Push`, or a module of Equinox with
        ``dim`` and ``sample(key, n)``.
    objective : Objective
        `gan.non_saturating`, `gan.saturating`, `gan.relativistic`, or one's own.
    key : jax.Array
        JAX key; the result is a function of it, of the settings and of the device.
    steps : int
        Steps of the generator in all, those before `resume` included.
    d_steps : int
        Steps of the discriminator before each of the generator.
    batch : int
        Samples of the data, and of the generator, in every step.
    discriminator
        A function from samples of shape (n, d) to logits of shape (n,), and a module of Equinox; by
        default a network of two hidden layers of 64 units, limited as the objective says.
    optimizers : pair of optax.GradientTransformation
        For the generator and the discriminator; by default Adam (0.5, 0.99) with rates 0.001 and
        0.002 that fall to a tenth.
    penalties : sequence of callable
        What is added to the discriminator's loss: `gan.R1`, `gan.R2`, or functions of the
        discriminator, samples of the data and samples of the generator.
    ema : float
        Decay, a step, of the moving average of the generator; 0 for none.
    checks : int
        How often to look.
    on_check : callable
        Told each `Check` and the state.
    resume : Trained or State
        What to go on from, such as `gan.load` returns, instead of a new game. With the same
        settings, and with optimisers that do not depend on where one stopped, the result is that of
        the uninterrupted game.

    Returns
    -------
    Trained
        The players, the last state and the history.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what it must be.

    Examples
    --------
    >>> import gan
    >>> generator = gan.Noisy(jax.random.key(0), dim=1, codes=64, width=8)
    >>> trained = gan.train("mixture", generator, key=jax.random.key(1), steps=20, checks=2)
    >>> trained.generator.sample(jax.random.key(2), 3).shape, trained.history[-1].step
    ((3, 1), 20)
    """
    data, key = source("real", real), random_key("key", key)
    data = jax.tree.map(lambda x: jnp.asarray(x) if eqx.is_array_like(x) else x, data)
    instance("objective", objective, Objective)
    steps, d_steps, batch = whole("steps", steps), whole("d_steps", d_steps), whole("batch", batch)
    of_generator, of_discriminator, of_game = jax.random.split(key, 3)
    generator = Noisy(of_generator, data.dim) if generator is None else generator
    if discriminator is None:
        discriminator = eqx.filter_jit(make_discriminator)(
            data, of_discriminator, limit=objective.limit
        )
    _try_players(data, generator, discriminator)
    rules = Rules(
        objective,
        *_pair_of_optimizers(optimizers, steps, d_steps),
        batch=batch,
        d_steps=d_steps,
        ema=_decay(ema),
        penalties=_penalties(penalties),
    )
    history: list[Check] = []
    if resume is not None:
        instance("resume", resume, Trained | State)
    if isinstance(resume, Trained):
        history, resume = list(resume.history), resume.state
    state = init(rules, generator, discriminator, of_game) if resume is None else resume
    done, length = int(state.step), -(-steps // min(steps, whole("checks", checks)))
    if done >= steps:
        raise ValueError(f"resume has taken {done} steps; steps is {steps}, and counts them all.")
    while done < steps:
        # Checks are at multiples of the length, wherever the game is taken up.
        count = min(length - done % length, steps - done)
        state, info = run(rules, data, state, count)
        done += count
        history.append(_check(done, info, isinstance(data, Distribution | Sampled)))
        if on_check is not None:
            on_check(history[-1], state)
    settings = {"objective": objective.name, "steps": steps, "d_steps": d_steps}
    settings |= {"batch": batch, "ema": rules.ema, "check_every": length}
    settings["penalties"] = [getattr(p, "__name__", str(p)) for p in rules.penalties]
    return Trained(state.average, state.discriminator, state, tuple(history), settings)


def _decay(ema: Any) -> float:
    return real_number("ema", ema, "at least 0 and less than 1")


def _penalties(penalties: Any) -> tuple[Penalty, ...]:
    if not isinstance(penalties, Sequence) or not all(
        callable(penalty) and not isinstance(penalty, type) for penalty in penalties
    ):
        raise TypeError("penalties is no sequence of penalties, such as (gan.R1(1.0),).")
    return tuple(penalties)


def _check(done: int, info: Info, fresh: bool) -> Check:
    value, loss = (
        float(np.mean(np.asarray(x), dtype=np.float64)) for x in (info.value, info.generator_loss)
    )
    js = float(js_from_value(value))
    # Drift over the steps adds to the spread, which widens the interval.
    known = fresh and info.value.size > 1
    bound = js_at_least(np.asarray(info.value, np.float64)) if known else None
    return Check(done, value, js, loss, warnings_of_js(js), bound)


def _pair_of_optimizers(
    optimizers: Any, steps: int, d_steps: int
) -> tuple[optax.GradientTransformation, optax.GradientTransformation]:
    if optimizers is None:
        return adam_in_turn(steps, d_steps)
    if len(optimizers) != 2 or not all(
        hasattr(x, "init") and hasattr(x, "update") for x in optimizers
    ):
        raise TypeError("optimizers is no pair of optimisers of optax, generator first.")
    return tuple(optimizers)


def _try_players(data: Source, generator: Any, discriminator: Any) -> None:
    """Find out before the work whether the players fit the data."""
    if not callable(getattr(generator, "sample", None)) or not hasattr(generator, "dim"):
        raise TypeError(
            f"generator is {type(generator).__name__}; pass gan.Noisy, gan.Push, or a module of "
            "Equinox with dim and sample(key, n)."
        )
    if generator.dim != data.dim:
        raise ValueError(f"generator has {generator.dim} dimensions and real has {data.dim}.")
    if not callable(discriminator):
        raise TypeError(f"discriminator is {type(discriminator).__name__}; pass a function.")
    fake = eqx.filter_eval_shape(lambda g, k: g.sample(k, 3), generator, jax.random.key(0))
    if fake.shape != (3, data.dim):
        raise ValueError(f"generator.sample returned shape {fake.shape} for n = 3.")
    logits = eqx.filter_eval_shape(lambda d, x: d(x), discriminator, fake)
    if logits.shape != (3,):
        raise ValueError(
            f"discriminator returned shape {logits.shape} for samples of shape {fake.shape}; it "
            "must return one logit for each."
        )
