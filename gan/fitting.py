"""Discriminators for a finite sample: trained until held-out observations say that it is enough.

The same game as elsewhere, with a stopping rule. Where samples are fresh in every step a network
cannot overfit. Here the observations are given, so a part of them is kept for validation, and what
is returned is the network as it was when its value on them was highest. One that has overfitted may
by chance be right about all of them, with no doubt, and badly wrong elsewhere. So validation
credits it with no odds that n observations could not show, of more than n to one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

import divergences as dv
from gan.checks import check_settings
from gan.devices import spread
from gan.distributions import Source
from gan.game import State, discriminator_only, init, step, trainable
from gan.networks import Constant, Identity, LogitNetwork
from gan.sampling import Points, independent

_WHITENING_SAMPLE = 2048


@dataclass(frozen=True)
class Recipe:
    """How a discriminator is fitted to a sample.

    Attributes
    ----------
    width, depth : int
        Units per hidden layer and number of hidden layers, as in `gan.Config`.
    networks : int
        Independently initialised and trained networks whose logits are averaged, to reduce the
        variance due to initialisation.
    batch : int
        Observations of P, and as many of Q, in every step.
    learning_rate, weight_decay : float
        Of Adam with decoupled weight decay.
    warm_up : int
        Steps in which the rate rises to `learning_rate`. What is smooth is learned in small steps,
        before it can be overfitted; fine structure takes great ones.
    averaging : float
        Decay, a step, of the moving average of the parameters; the average is what is validated.
    validation : float
        Share of the observations to learn from that is kept for validation.
    check : int
        Steps between validations.
    patience : int
        Validations without a better value after which training stops.
    checks : int
        Validations after which it stops in any case.
    """

    width: int = 64
    depth: int = 3
    networks: int = 2
    batch: int = 128
    learning_rate: float = 1e-2
    weight_decay: float = 1e-3
    warm_up: int = 500
    averaging: float = 0.98
    validation: float = 0.2
    check: int = 20
    patience: int = 25
    checks: int = 300

    def __post_init__(self) -> None:
        """Refuse settings that cannot be honoured."""
        check_settings(
            self,
            ("width", "depth", "networks", "batch", "warm_up", "check", "patience", "checks"),
            {
                "learning_rate": "positive",
                "weight_decay": "zero or more",
                "averaging": "at least 0 and less than 1",
                "validation": "between 0 and 1",
            },
        )


class Part(eqx.Module):
    """Indices of some observations, padded to a common length, and how many they are."""

    indices: jax.Array
    count: jax.Array

    def draw(self, key: jax.Array, n: int) -> jax.Array:
        """Choose n of them with replacement."""
        return self.indices[jax.random.randint(key, (n,), 0, self.count)]

    @property
    def present(self) -> jax.Array:
        """Which entries are observations and not padding."""
        return jnp.arange(len(self.indices)) < self.count


class Task(eqx.Module):
    """What one network learns from, is validated on and judges, each of P and of Q."""

    train: tuple[Part, Part]
    valid: tuple[Part, Part]
    test: tuple[Part, Part]
    key: jax.Array


class Chosen(Source, Constant):
    """Some of the observations, drawn with replacement: one side of the game."""

    points: jax.Array
    part: Part

    @property
    def dim(self) -> int:
        """Number of features."""
        return self.points.shape[1]

    def sample(self, key: jax.Array, n: int, points: Points = independent) -> jax.Array:
        """Draw n of them."""
        del points
        return self.points[self.part.draw(key, n)]


class Progress(NamedTuple):
    """What training carries from one validation to the next; networks by their arrays."""

    network: LogitNetwork
    moments: Any
    best: LogitNetwork
    best_value: jax.Array
    stale: jax.Array
    checks: jax.Array
    values: jax.Array


def fit(
    x: np.ndarray,
    y: np.ndarray,
    splits: Sequence[dv.methods.Split],
    recipe: Recipe,
    rng: np.random.Generator,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Fit discriminators to all splits at once, by one compiled computation.

    Parameters
    ----------
    x, y : arrays of shape (n, e) and (m, e)
        Features of the observations of P and of Q, of the order of one.
    splits : sequence of Split
        What to learn from and what to judge, each time.
    recipe : Recipe
        Settings.
    rng : numpy.random.Generator
        Chooses the observations for validation, and the key of JAX.

    Returns
    -------
    list of pairs of arrays
        For each split, the mean logits of its networks at its observations of P and of Q.
    """
    tasks = make_tasks(splits, recipe, rng)
    data = jnp.asarray(x, jnp.float32), jnp.asarray(y, jnp.float32)
    tasks = spread(tasks, len(splits) * recipe.networks)
    logits = [np.asarray(side, np.float64) for side in _fitted(tasks, data, recipe)]
    on_p, on_q = (side.reshape(len(splits), recipe.networks, -1).mean(axis=1) for side in logits)
    return [
        (on_p[i, : len(split.test_p)], on_q[i, : len(split.test_q)])
        for i, split in enumerate(splits)
    ]


def make_tasks(
    splits: Sequence[dv.methods.Split], recipe: Recipe, rng: np.random.Generator
) -> Task:
    """Stack one task for each split and network."""
    train, valid, test = ([], []), ([], []), ([], [])
    for split in splits:
        parts = (split.train_p, split.test_p), (split.train_q, split.test_q)
        for _ in range(recipe.networks):
            for side, (learn, judge) in enumerate(parts):
                kept = max(1, round(recipe.validation * len(learn)))
                shuffled = rng.permutation(learn)
                valid[side].append(shuffled[:kept])
                train[side].append(shuffled[kept:])
                test[side].append(judge)
    sets = [(_padded(first), _padded(second)) for first, second in (train, valid, test)]
    return Task(*sets, key=jax.random.split(jax.random.key(rng.integers(2**32)), len(train[0])))


def _padded(parts: Sequence[np.ndarray]) -> Part:
    longest = max(map(len, parts))
    indices = np.stack([np.pad(part, (0, longest - len(part))) for part in parts])
    return Part(jnp.asarray(indices), jnp.asarray([len(part) for part in parts]))


@eqx.filter_jit
def _fitted(
    tasks: Task, data: tuple[jax.Array, jax.Array], recipe: Recipe
) -> tuple[jax.Array, jax.Array]:
    """Return the logits of each task's network at what it is to judge."""

    def logits(task: Task) -> tuple[jax.Array, jax.Array]:
        network, _ = train(task, data, recipe)
        on_p, on_q = (
            network(side[part.indices]) for side, part in zip(data, task.test, strict=True)
        )
        return on_p, on_q

    return eqx.filter_vmap(logits)(tasks)


def train(
    task: Task, data: tuple[jax.Array, jax.Array], recipe: Recipe
) -> tuple[LogitNetwork, jax.Array]:
    """Train one network until its validated value no longer rises; return all of these values."""
    network_key, sample_key, batch_key = jax.random.split(task.key, 3)
    real, fake = (Chosen(side, part) for side, part in zip(data, task.train, strict=True))
    sample = [
        side.sample(key, _WHITENING_SAMPLE)
        for side, key in zip((real, fake), jax.random.split(sample_key), strict=True)
    ]
    untrained = LogitNetwork.untrained(
        Identity(), jnp.concatenate(sample), recipe.width, recipe.depth, network_key
    )
    rules = discriminator_only(_adam(recipe), recipe.batch, d_steps=recipe.check)
    start = init(rules, fake, untrained, batch_key)
    initial, static = trainable(start.discriminator)
    held_out = [side[part.indices] for side, part in zip(data, task.valid, strict=True)]
    most = jnp.log(jnp.minimum(task.train[0].count, task.train[1].count))

    def validated(arrays: LogitNetwork) -> jax.Array:
        discriminator = eqx.combine(arrays, static)
        on_p, on_q = (
            # Padding is certain to be right, and so adds nothing.
            jnp.where(part.present, jnp.clip(sign * discriminator(points), -most, most), jnp.inf)
            for sign, part, points in zip((1, -1), task.valid, held_out, strict=True)
        )
        losses = [
            jnp.sum(jax.nn.softplus(-side)) / part.count
            for side, part in zip((on_p, on_q), task.valid, strict=True)
        ]
        return -losses[0] - losses[1]

    def advance(now: Progress) -> Progress:
        # Observations stay outside: what a loop carries is copied for every task.
        state = State(
            fake, eqx.combine(now.network, static), fake, start.generator_moments, now.moments,
            now.checks, batch_key,
        )  # fmt: skip
        state, _ = step(rules, real, state)
        moments: Any = state.discriminator_moments
        _, average = moments
        value = validated(average)
        # Where odds are all too great to be believed values are equal, and the last is the best.
        kept = ~(value >= now.best_value)
        best = jax.tree.map(lambda new, old: jnp.where(kept, old, new), average, now.best)
        stale = jnp.where(value > now.best_value, 0, now.stale + 1)
        values = now.values.at[now.checks].set(value)
        highest = jnp.maximum(value, now.best_value)
        network, _ = trainable(state.discriminator)
        return Progress(network, moments, best, highest, stale, state.step, values)

    def unfinished(now: Progress) -> jax.Array:
        return (now.stale < recipe.patience) & (now.checks < recipe.checks)

    lowest, values = jnp.asarray(-jnp.inf), jnp.full(recipe.checks, jnp.nan)
    first = Progress(
        initial, start.discriminator_moments, initial, lowest, start.step, start.step, values
    )
    last = jax.lax.while_loop(unfinished, advance, first)
    return eqx.combine(last.best, static), last.values


def _adam(recipe: Recipe) -> optax.GradientTransformation:
    """Return the optimiser; its last state is the moving average of the parameters."""
    rate = optax.linear_schedule(0.0, recipe.learning_rate, recipe.warm_up)

    def update(updates: Any, average: Any, params: Any) -> tuple[Any, Any]:
        new = optax.apply_updates(params, updates)
        return updates, optax.incremental_update(new, average, 1 - recipe.averaging)

    averaging = optax.GradientTransformation(lambda params: params, update)  # pyright: ignore
    return optax.chain(optax.adamw(rate, weight_decay=recipe.weight_decay), averaging)
