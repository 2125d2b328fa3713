"""Discriminators for a finite sample: trained until held-out observations say that it is enough.

The experiments of `gan.training` draw fresh samples in every step and cannot overfit. Here the
observations are given, so a part of them is kept for validation, and what is returned is the
network as it was when its value on them was highest. One that has overfitted may by chance be right
about all of them, with no doubt, and badly wrong elsewhere. So validation credits it with no odds
that n observations could not show, of more than n to one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

import divergences as dv
from gan.networks import Identity, LogitNetwork, Whitening
from gan.objectives import value_function

_WHITENING_SAMPLE = 2048


@dataclass(frozen=True)
class Recipe:
    """How a discriminator is fitted to a sample.

    Attributes
    ----------
    width, depth : int
        Units per hidden layer and number of hidden layers, as in `gan.Config`.
    networks : int
        Independently initialised and trained networks whose logits are averaged, which takes
        away most of what they owe to chance.
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
        counts = ("width", "depth", "networks", "batch", "warm_up", "check", "patience", "checks")
        for name in counts:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be at least 1.")
        if not 0.0 < self.validation < 1.0:
            raise ValueError(f"validation is {self.validation!r}; a share is between 0 and 1.")


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


class Progress(NamedTuple):
    """What training carries from one validation to the next; networks by their arrays."""

    network: eqx.nn.MLP
    average: eqx.nn.MLP
    opt_state: optax.OptState
    best: eqx.nn.MLP
    best_value: jax.Array
    stale: jax.Array
    checks: jax.Array


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
    tasks = _tasks(splits, recipe, rng)
    data = jnp.asarray(x, jnp.float32), jnp.asarray(y, jnp.float32)
    logits = [np.asarray(side, np.float64) for side in _fitted(tasks, data, recipe)]
    on_p, on_q = (side.reshape(len(splits), recipe.networks, -1).mean(axis=1) for side in logits)
    return [
        (on_p[i, : len(split.test_p)], on_q[i, : len(split.test_q)])
        for i, split in enumerate(splits)
    ]


def _tasks(splits: Sequence[dv.methods.Split], recipe: Recipe, rng: np.random.Generator) -> Task:
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
        network = _train(task, data, recipe)
        on_p, on_q = (
            network(side[part.indices]) for side, part in zip(data, task.test, strict=True)
        )
        return on_p, on_q

    return eqx.filter_vmap(logits)(tasks)


def _train(task: Task, data: tuple[jax.Array, jax.Array], recipe: Recipe) -> LogitNetwork:
    """Train one network until its validated value no longer rises."""
    network_key, sample_key, batch_key = jax.random.split(task.key, 3)

    def batch(key: jax.Array, n: int) -> list[jax.Array]:
        keys = jax.random.split(key)
        return [side[part.draw(k, n)] for side, part, k in zip(data, task.train, keys, strict=True)]

    whitening = Whitening.fit(jnp.concatenate(batch(sample_key, _WHITENING_SAMPLE)))
    features = data[0].shape[1]
    mlp = eqx.nn.MLP(features, "scalar", recipe.width, recipe.depth, jax.nn.gelu, key=network_key)
    initial, static = eqx.partition(mlp, eqx.is_inexact_array)
    held_out = [side[part.indices] for side, part in zip(data, task.valid, strict=True)]
    rate = optax.linear_schedule(0.0, recipe.learning_rate, recipe.warm_up)
    optimizer = optax.adamw(rate, weight_decay=recipe.weight_decay)

    most = jnp.log(jnp.minimum(task.train[0].count, task.train[1].count))

    def network(arrays: eqx.nn.MLP) -> LogitNetwork:
        return LogitNetwork(Identity(), whitening, eqx.combine(arrays, static))

    def loss(arrays: eqx.nn.MLP, real: jax.Array, fake: jax.Array) -> jax.Array:
        discriminator = network(arrays)
        return -value_function(discriminator(real), discriminator(fake))

    def validated(arrays: eqx.nn.MLP) -> jax.Array:
        discriminator = network(arrays)
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

    def step(carry: tuple, key: jax.Array) -> tuple[tuple, None]:
        arrays, average, opt_state = carry
        gradient = jax.grad(loss)(arrays, *batch(key, recipe.batch))
        update, opt_state = optimizer.update(gradient, opt_state, arrays)
        arrays = eqx.apply_updates(arrays, update)
        average = optax.incremental_update(arrays, average, 1 - recipe.averaging)
        return (arrays, average, opt_state), None

    def advance(now: Progress) -> Progress:
        keys = jax.random.split(jax.random.fold_in(batch_key, now.checks), recipe.check)
        carry, _ = jax.lax.scan(step, (now.network, now.average, now.opt_state), keys)
        value = validated(carry[1])
        # Where odds are all too great to be believed values are equal, and the last is the best.
        kept = ~(value >= now.best_value)
        best = jax.tree.map(lambda new, old: jnp.where(kept, old, new), carry[1], now.best)
        stale = jnp.where(value > now.best_value, 0, now.stale + 1)
        return Progress(*carry, best, jnp.maximum(value, now.best_value), stale, now.checks + 1)

    def unfinished(now: Progress) -> jax.Array:
        return (now.stale < recipe.patience) & (now.checks < recipe.checks)

    zero = jnp.asarray(0)
    start = Progress(
        initial, initial, optimizer.init(initial), initial, jnp.asarray(-jnp.inf), zero, zero
    )
    return network(jax.lax.while_loop(unfinished, advance, start).best)
