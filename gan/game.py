"""The game: generator and discriminator trained in turn, the other frozen.

`init` and `step` are pure functions of the rules, the data and a state that holds its own key.
`run` is the compiled scan of steps, `run_all` the same of several states at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import optax

from gan.distributions import Source
from gan.networks import Constant
from gan.objectives import value_function
from gan.penalties import Penalty

Tree = TypeVar("Tree")


@dataclass(frozen=True)
class Objective:
    """What the two players minimise, as functions of logits on real and on fake samples.

    Three are ready-made: with ``gan.saturating`` the generator minimises E log(1 - D), with
    ``gan.non_saturating`` -E log D (Goodfellow et al. 2014); with ``gan.relativistic`` samples of
    data and generator are compared two by two.

    Attributes
    ----------
    name : str
        What it is called.
    discriminator, generator : callable
        Losses: functions of the logits on samples of the data and on those of the generator.
    limit : float
        What logits of `gan.train`'s own discriminator stay below; infinite but for f-GANs.
    """

    name: str
    discriminator: Callable[[jax.Array, jax.Array], jax.Array]
    generator: Callable[[jax.Array, jax.Array], jax.Array]
    limit: float = float("inf")


def _minus_value(real: jax.Array, fake: jax.Array) -> jax.Array:
    return -value_function(real, fake)


saturating = Objective(
    "saturating", _minus_value, lambda real, fake: -jnp.mean(jax.nn.softplus(fake))
)
"""The vanilla game: the generator minimises E log(1 - D)."""

non_saturating = Objective(
    "non-saturating", _minus_value, lambda real, fake: jnp.mean(jax.nn.softplus(-fake))
)
"""The generator minimises -E log D instead, whose gradient does not vanish where D is sure."""

relativistic = Objective(
    "relativistic",
    lambda real, fake: jnp.mean(jax.nn.softplus(fake - real)),
    lambda real, fake: jnp.mean(jax.nn.softplus(real - fake)),
)
"""Either player raises its samples' logits above those of the other, pair by pair.

Modes that the generator leaves out cost it something then (Jolicoeur-Martineau 2019; Huang et al.
2024). Only differences of logits count, so that V(D) shows less of JS than it could.
"""

OBJECTIVES = {game.name: game for game in (non_saturating, saturating, relativistic)}
"""The ready-made objectives by their names."""


@dataclass(frozen=True)
class Rules:
    """How the game is played.

    Attributes
    ----------
    objective : Objective
        What the players minimise.
    generator, discriminator : optax.GradientTransformation
        Their optimisers.
    batch : int
        Samples of the data, and of the generator, in every step of either player.
    d_steps : int
        Steps of the discriminator before each of the generator.
    ema : float
        Decay, a step, of the moving average of the generator.
    penalties : tuple of Penalty
        What is added to the discriminator's loss.
    """

    objective: Objective
    generator: optax.GradientTransformation
    discriminator: optax.GradientTransformation
    batch: int
    d_steps: int
    ema: float
    penalties: tuple[Penalty, ...] = ()


def discriminator_only(
    optimizer: optax.GradientTransformation, batch: int, d_steps: int = 1
) -> Rules:
    """Return the rules of D's half of the game: it ascends V(D), and the generator has no step."""
    return Rules(saturating, optax.identity(), optimizer, batch, d_steps, ema=0.0)


class State(eqx.Module):
    """What the next step needs.

    Attributes
    ----------
    generator, discriminator
        The players.
    average
        The generator with the moving average of its parameters.
    generator_moments, discriminator_moments : optax.OptState
        States of the optimisers.
    step : jax.Array
        Number of steps of the generator taken.
    key : jax.Array
        Key that, folded with `step`, gives the batches of that step.
    """

    generator: Any
    discriminator: Any
    average: Any
    generator_moments: optax.OptState
    discriminator_moments: optax.OptState
    step: jax.Array
    key: jax.Array


class Info(eqx.Module):
    """What a person needs of a step.

    Attributes
    ----------
    value : jax.Array
        V(D) on the fresh batch of the discriminator's last step, before that step, in nats.
    generator_loss : jax.Array
        What the generator minimises, before its step.
    """

    value: jax.Array
    generator_loss: jax.Array


def trainable(player: Tree) -> tuple[Tree, Tree]:
    """Split a player into what is trained and the rest."""

    def is_constant(node: object) -> bool:
        return isinstance(node, Constant)

    chosen = jax.tree.map(
        lambda node: not is_constant(node) and eqx.is_inexact_array(node),
        player,
        is_leaf=is_constant,
    )
    return eqx.partition(player, chosen)


def init(rules: Rules, generator: Any, discriminator: Any, key: jax.Array) -> State:
    """Return the state before the first step."""
    state = State(
        generator,
        discriminator,
        generator,
        rules.generator.init(trainable(generator)[0]),
        rules.discriminator.init(trainable(discriminator)[0]),
        jnp.asarray(0),
        key,
    )
    # Weak types would become strong in the first steps, and `run` be compiled again for them.
    return jax.tree.map(_with_strong_type, state)


def _with_strong_type(leaf: Any) -> Any:
    return jax.lax.convert_element_type(leaf, leaf.dtype) if _is_weak(leaf) else leaf


def _is_weak(leaf: Any) -> bool:
    return eqx.is_array(leaf) and getattr(leaf, "weak_type", False)


def improve(
    rules: Rules, discriminator: Any, moments: optax.OptState, real: jax.Array, fake: jax.Array
) -> tuple[Any, optax.OptState, jax.Array]:
    """Take a step of the discriminator; return it with its moments, and V(D) before the step."""
    arrays, fixed = trainable(discriminator)

    def loss(arrays: Any) -> tuple[jax.Array, jax.Array]:
        player = eqx.combine(arrays, fixed)
        on_real, on_fake = player(real), player(fake)
        added = sum(penalty(player, real, fake) for penalty in rules.penalties)
        value = value_function(on_real, on_fake)
        return rules.objective.discriminator(on_real, on_fake) + added, value

    gradient, value = jax.grad(loss, has_aux=True)(arrays)
    update, moments = rules.discriminator.update(gradient, moments, arrays)
    return eqx.combine(eqx.apply_updates(arrays, update), fixed), moments, value


def step(rules: Rules, data: Source, state: State) -> tuple[State, Info]:
    """Take `d_steps` steps of the discriminator, and one of the generator, on fresh batches."""
    keys = jax.random.split(jax.random.fold_in(state.key, state.step), rules.d_steps + 1)

    def batches(key: jax.Array, generator: Any) -> tuple[jax.Array, jax.Array]:
        of_data, of_generator = jax.random.split(key)
        return data.sample(of_data, rules.batch), generator.sample(of_generator, rules.batch)

    def improve_discriminator(carry: tuple, key: jax.Array) -> tuple[tuple, jax.Array]:
        arrays, moments = carry
        player, moments, value = improve(
            rules, eqx.combine(arrays, fixed), moments, *batches(key, state.generator)
        )
        return (trainable(player)[0], moments), value

    arrays, fixed = trainable(state.discriminator)
    carry = arrays, state.discriminator_moments
    (arrays, d_moments), values = jax.lax.scan(improve_discriminator, carry, keys[:-1])
    discriminator = eqx.combine(arrays, fixed)

    def generator_loss(arrays: Any) -> jax.Array:
        real, fake = batches(keys[-1], eqx.combine(arrays, rest))
        return rules.objective.generator(discriminator(real), discriminator(fake))

    arrays, rest = trainable(state.generator)
    loss, gradient = jax.value_and_grad(generator_loss)(arrays)
    update, g_moments = rules.generator.update(gradient, state.generator_moments, arrays)
    arrays = eqx.apply_updates(arrays, update)
    # The first average is the generator itself; the weight of the past grows to `ema`.
    decay = jnp.minimum(rules.ema, (1 + state.step) / (10 + state.step))
    old, _ = trainable(state.average)
    average = jax.tree.map(lambda old, new: decay * old + (1 - decay) * new, old, arrays)
    after = State(
        eqx.combine(arrays, rest),
        discriminator,
        eqx.combine(average, rest),
        g_moments,
        d_moments,
        state.step + 1,
        state.key,
    )
    return after, Info(values[-1], loss)


@eqx.filter_jit
def run(rules: Rules, data: Source, state: State, steps: int) -> tuple[State, Info]:
    """Take so many steps; the information is stacked along the first axis."""
    arrays, static = eqx.partition(state, eqx.is_array)

    def body(arrays: State, _: None) -> tuple[State, Info]:
        after, info = step(rules, data, eqx.combine(arrays, static))
        return eqx.filter(after, eqx.is_array), info

    arrays, infos = jax.lax.scan(body, arrays, length=steps)
    return eqx.combine(arrays, static), infos


@eqx.filter_jit
def run_all(rules: Rules, data: Source, states: State, steps: jax.Array) -> State:
    """Take so many steps of each of the states, which are stacked along the first axis."""

    def run_one(state: State) -> State:
        arrays, static = eqx.partition(state, eqx.is_array)

        def body(_: int, arrays: State) -> State:
            return eqx.filter(step(rules, data, eqx.combine(arrays, static))[0], eqx.is_array)

        return eqx.combine(jax.lax.fori_loop(0, steps, body, arrays), static)

    return eqx.filter_vmap(run_one)(states)
