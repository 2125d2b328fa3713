"""The identity while a GAN trains: the true JS beside what discriminators show of it.

The generator adds noise to its samples, so that its density is known and with it the true JS at
every moment. Two discriminators are compared with it: the one in play, which costs nothing, and a
probe, which is trained from the beginning while the generator is frozen.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np

from gan.checks import instance, whole
from gan.config import Config, GameConfig
from gan.discriminators import js_at_least
from gan.distributions import Source
from gan.evaluation import Evaluation, held_out_values, in_double_precision
from gan.f_gan import FGAN, objective_named
from gan.game import State
from gan.game_records import CheckRecord, Picture
from gan.generators import Noisy
from gan.gradients import gradient_cosine
from gan.networks import Identity, LogitNetwork
from gan.noisy_games import play
from gan.objectives import js_from_value
from gan.pairs import Game
from gan.playing import Trained
from gan.sampling import shifted_lattice
from gan.sources import source
from gan.training import take, train
from gan.truth import on_grid, true_js, values_at


@dataclass(frozen=True)
class GameCheck:
    """What is known at one check of all games.

    Attributes
    ----------
    records : list of CheckRecord
        One record for each game.
    picture : Picture
        How the first of them looks.
    states : State
        The states of all games, stacked.
    """

    records: list[CheckRecord]
    picture: Picture
    states: State


def run_game(
    config: GameConfig,
    seed: int,
    progress: Callable[[], None] = lambda: None,
    resume: State | None = None,
) -> Iterator[GameCheck]:
    """Play games of several seeds at once; yield what is known at each check.

    Parameters
    ----------
    config : GameConfig
        Settings.
    seed : int
        The results are a function of it, of the settings and of the device.
    progress : callable
        Called now and then; it may raise.
    resume : State, optional
        The states of all games at a check, to go on from.

    Yields
    ------
    GameCheck
        One record for each game, how the first of them looks, and their states.
    """
    instance("config", config, GameConfig)
    objective_named(config.objective)
    return _game(config, whole("seed", seed, 0, 2**32), progress, resume)


def _game(
    config: GameConfig, seed: int, progress: Callable[[], None], resume: State | None
) -> Iterator[GameCheck]:
    known, objective = source("target", config.target), objective_named(config.objective)
    data, key = jax.tree.map(jnp.asarray, known), jax.random.key(seed)
    for states in play(config, seed, progress, resume):
        step = int(states.step[0])
        games = games_with(data, states.generator, config.seeds)
        of_check = jax.random.fold_in(key, step * config.checks // config.steps)
        probes = train_probes(games, config, of_check, progress)
        values = [
            _held_out(networks, games, config, of_check)
            for networks in (states.discriminator, probes)
        ]
        generators = [take(states.generator, i) for i in range(config.seeds)]
        cosines = [
            tuple(
                gradient_cosine(known, generators[i], take(networks, i)) if data.dim == 1 else None
                for networks in (states.discriminator, probes)
            )
            for i in range(config.seeds)
        ]
        records = [
            _record(i, step, known, generators[i], values[0][i], values[1][i], cosines[i])
            for i in range(config.seeds)
        ]
        if config.ema:
            averages = [take(states.average, i) for i in range(config.seeds)]
            records = [
                replace(record, js_average=true_js(known, average).value)
                for record, average in zip(records, averages, strict=True)
            ]
        if isinstance(objective, FGAN):
            records = [
                _with_bounds(
                    record, objective, known, generators[i],
                    [take(networks, i) for networks in (states.discriminator, probes)],
                )
                for i, record in enumerate(records)
            ]  # fmt: skip
        yield GameCheck(records, _picture(known, generators[0]), states)


def games_of(states: State, config: GameConfig) -> list[Trained]:
    """Return what each of the games has made."""
    singles = [take(states, i) for i in range(len(states.step))]
    return [Trained(s.average, s.discriminator, s, (), asdict(config)) for s in singles]


def games_with(data: Source, generators: Noisy, count: int) -> Game:
    """Pair the data with each of several generators."""
    several = jax.tree.map(lambda x: jnp.broadcast_to(x, (count, *x.shape)), data)
    return Game(several, generators, Identity())


def train_probes(
    games: Game,
    config: GameConfig,
    key: jax.Array,
    progress: Callable[[], None] = lambda: None,
) -> LogitNetwork:
    """Train a fresh discriminator of every game, the generators frozen."""
    settings = Config(
        width=config.probe_width,
        depth=config.probe_depth,
        batch=config.probe_batch,
        steps=config.probe_steps,
        chunks=1,
    )
    keys = jax.random.split(jax.random.fold_in(key, 1), config.seeds)
    networks, _ = train(games, settings, keys, lambda chunks: progress())
    return networks


def _held_out(
    networks: LogitNetwork, games: Game, config: GameConfig, key: jax.Array
) -> np.ndarray:
    settings = Config(replicates=config.replicates, held_out=config.held_out)
    return held_out_values(networks, games, settings, jax.random.fold_in(key, 2), shifted_lattice)


def _with_bounds(
    record: CheckRecord,
    objective: FGAN,
    data: Source,
    generator: Noisy,
    discriminators: Sequence[LogitNetwork],
) -> CheckRecord:
    """Add the exact divergence of the game, and what the discriminators show of it."""
    grid = on_grid(data, generator, jax.random.key(0))
    if grid is None:
        return record
    nodes = grid.nodes.reshape(-1, data.dim)
    with jax.enable_x64(True):
        outputs = [values_at(in_double_precision(d), nodes) for d in discriminators]
    exact, (in_play, by_probe) = objective.on(grid, outputs)
    return replace(record, f_true=exact, f_play=in_play, f_probe=by_probe)


def _record(
    seed: int,
    step: int,
    data: Source,
    generator: Noisy,
    play: np.ndarray,
    probe: np.ndarray,
    cosines: tuple[float | None, ...],
) -> CheckRecord:
    truth = true_js(data, generator)
    v_star = 2 * truth.value - 2 * np.log(2)
    in_play, by_probe = Evaluation(play), Evaluation(probe)
    return CheckRecord(
        seed=seed,
        step=step,
        js_true=truth.value,
        v_star=v_star,
        halving=truth.info.get("halving"),
        v_play=in_play.value,
        v_play_standard_error=in_play.standard_error,
        js_play=float(js_from_value(in_play.value)),
        gap_play=v_star - in_play.value,
        v_probe=by_probe.value,
        v_probe_standard_error=by_probe.standard_error,
        js_probe=float(js_from_value(by_probe.value)),
        gap_probe=v_star - by_probe.value,
        sigma=float(generator.sigma),
        cosine_play=cosines[0],
        cosine_probe=cosines[1],
        js_at_least=js_at_least(play),
    )


def _picture(data: Source, generator: Noisy) -> Picture:
    """Tabulate both densities between the outer quantiles of the data, or draw samples."""
    keys = jax.random.split(jax.random.key(0))
    real, fake = (
        np.asarray(side.sample(k, 2584)) for side, k in zip((data, generator), keys, strict=True)
    )
    if data.dim > 1:
        return Picture(np.empty(0), real, fake)
    low, high = np.quantile(real, [0.001, 0.999])
    x = np.linspace(low, high, 401)[:, None]
    densities = [np.exp(np.asarray(side.logpdf(x))) for side in (data, generator)]
    return Picture(x[:, 0], *densities)
