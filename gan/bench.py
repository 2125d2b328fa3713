"""How fast the game is played: the compiled scan beside a loop in PyTorch, many games beside one.

Contenders take turns in one process, and what counts is the least time over all rounds: other work
on the machine only ever adds to it.
"""

import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.checks import check_settings, instance, whole
from gan.distributions import Source
from gan.game import Rules, State, init, non_saturating, run, run_all
from gan.generators import Push
from gan.networks import Identity, LogitNetwork
from gan.playing import adam_in_turn
from gan.sources import source
from gan.torch_loop import Advance, Unavailable, torch_loops

SCAN, ONE_BY_ONE = "compiled scan", "one after another"
NOISE = 2


@dataclass(frozen=True)
class BenchConfig:
    """Settings of the benchmark.

    Attributes
    ----------
    batches, widths : tuple of int
        Samples of either side in a step, and units of the two hidden layers of either player.
    bars : tuple of float
        How many times as fast as PyTorch's loop the scan is to be; zero where nothing is asked.
    ensembles : tuple of (int, int)
        Batches and widths at which many games at once are compared with one after another.
    networks : int
        Games at once.
    ensemble_bar : float
        How many times as fast they are to be.
    seconds : float
        Duration of a measurement by the clock, about.
    rounds : int
        Measurements of every contender, by turns.
    least_steps : int
        Steps that a call takes at least. A game that is played for long is called seldom.
    """

    batches: tuple[int, ...] = (256, 1024, 8192)
    widths: tuple[int, ...] = (64, 128, 128)
    bars: tuple[float, ...] = (3.0, 0.0, 1.5)
    ensembles: tuple[tuple[int, int], ...] = ((16, 16), (256, 64))
    networks: int = 64
    ensemble_bar: float = 3.0
    seconds: float = 0.25
    rounds: int = 5
    least_steps: int = 4

    def __post_init__(self) -> None:
        """Refuse settings that cannot be honoured."""
        check_settings(self, ("networks", "rounds", "least_steps"), {"seconds": "positive"})
        if not len(self.batches) == len(self.widths) == len(self.bars):
            raise ValueError("batches, widths and bars differ in length.")


def default_config() -> BenchConfig:
    """Return the settings for the device that JAX computes on.

    On a GPU a step takes as long as starting its operations: more games at once, and longer calls.
    """
    if jax.default_backend() == "cpu":
        return BenchConfig()
    return BenchConfig(networks=256, ensemble_bar=20.0, rounds=3, least_steps=32)


@dataclass(frozen=True)
class BenchRecord:
    """How fast one contender was; None where it was not to be had.

    Attributes
    ----------
    task : str
        "one game" or "64 games", by their number.
    way : str
        How it was played.
    batch, width : int
        Samples of either side in a step, and units per hidden layer.
    steps_per_second, steps_per_cpu_second : float or None
        Steps of all games together, by the clock and by processor time of all threads.
    flop_per_second : float or None
        Multiplications and additions of the networks' products of matrices, by the clock.
    times, cpu_times : float or None
        How many times as fast the first contender of the task was, by the clock and by processor
        time.
    bar : float or None
        What `times` is to be, where something is asked.
    skipped : str or None
        Why it was not to be had.
    """

    task: str
    way: str
    batch: int
    width: int
    steps_per_second: float | None
    steps_per_cpu_second: float | None
    flop_per_second: float | None
    times: float | None
    cpu_times: float | None
    bar: float | None
    skipped: str | None = None


def flop(batch: int, width: int, dim: int = 2) -> int:
    """Count multiplications and additions of a step of both players of two hidden layers.

    A network costs F forward, F for the gradient by its weights and F for that by its units, less
    its first layer where the gradient by its input is not needed.
    """
    first, hidden = 2 * width, 2 * width * width
    of_g = first * NOISE + hidden + first * dim
    of_d = first * dim + hidden + first
    d_step = of_g + 2 * (3 * of_d - first * dim)
    g_step = (3 * of_g - first * NOISE) + 2 * of_d
    return batch * (d_step + g_step)


def machine() -> str:
    """Kind of the processor, and how many of its cores this process may use."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{models[0] if models else platform.machine()}, {count} cores"


def run_bench(
    config: BenchConfig, seed: int, progress: Callable[[], None] = lambda: None
) -> Iterator[list[BenchRecord]]:
    """Compare contenders at every size; yield the records of each task.

    Parameters
    ----------
    config : BenchConfig
        Settings.
    seed : int
        Seed of the games; times depend on the machine alone.
    progress : callable
        Called before every task; it may raise.
    """
    instance("config", config, BenchConfig)
    return _bench(config, whole("seed", seed, 0, 2**32), progress)


def _bench(
    config: BenchConfig, seed: int, progress: Callable[[], None]
) -> Iterator[list[BenchRecord]]:
    data = jax.tree.map(jnp.asarray, source("target", "ring-8"))
    for batch, width, bar in zip(config.batches, config.widths, config.bars, strict=True):
        progress()
        rules, states = _games(data, batch, width, 1, seed)
        contenders: dict[str, Advance | Unavailable] = {SCAN: _scan(rules, data, states)}
        contenders |= torch_loops(batch, width, NOISE)
        yield _records("one game", contenders, batch, width, 1, bar or None, config)
    for batch, width in config.ensembles:
        progress()
        count = config.networks
        rules, states = _games(data, batch, width, count, seed)
        contenders = {
            "vmap": _at_once(rules, data, states),
            ONE_BY_ONE: _scan(rules, data, states),
        }
        bar = config.ensemble_bar
        yield _records(f"{count} games", contenders, batch, width, count, bar, config)


def _games(data: Source, batch: int, width: int, count: int, seed: int) -> tuple[Rules, State]:
    """Return the rules and the stacked first states of so many games."""
    rules = Rules(non_saturating, *adam_in_turn(100_000, 1), batch=batch, d_steps=1, ema=0.0)

    def start(key: jax.Array) -> State:
        keys = jax.random.split(key, 4)
        generator = Push(keys[0], data.dim, NOISE, width=width, depth=2)
        features = data.sample(keys[1], 1024)
        network = LogitNetwork.untrained(Identity(), features, width, 2, keys[2])
        return init(rules, generator, network, keys[3])

    return rules, eqx.filter_jit(eqx.filter_vmap(start))(
        jax.random.split(jax.random.key(seed), count)
    )


def _scan(rules: Rules, data: Source, states: State) -> Advance:
    """Play the games one after another."""
    count = len(states.step)
    singles = [
        jax.tree.map(lambda x, i=i: x[i] if eqx.is_array(x) else x, states) for i in range(count)
    ]

    def advance(steps: int) -> None:
        for i, state in enumerate(singles):
            singles[i], _ = run(rules, data, state, steps)
        jax.block_until_ready([state.step for state in singles])

    return advance


def _at_once(rules: Rules, data: Source, states: State) -> Advance:
    now = [states]

    def advance(steps: int) -> None:
        now[0] = run_all(rules, data, now[0], jnp.asarray(steps))
        jax.block_until_ready(now[0].step)

    return advance


def _records(
    task: str,
    contenders: dict[str, Any],
    batch: int,
    width: int,
    games: int,
    bar: float | None,
    config: BenchConfig,
) -> list[BenchRecord]:
    """Measure those contenders that there are, by turns."""
    steps = max(config.least_steps, 2**14 // (batch * games))
    there = {way: c for way, c in contenders.items() if not isinstance(c, Unavailable)}
    repeats, best = {}, {way: np.full(2, np.inf) for way in there}
    for way, advance in there.items():
        advance(steps)  # compiles
        clock, _ = _measured(advance, steps, 1)
        repeats[way] = max(1, round(config.seconds / clock))
    for _ in range(config.rounds):
        for way, advance in there.items():
            best[way] = np.minimum(best[way], _measured(advance, steps, repeats[way]))
    first = next(iter(there))
    found = []
    for way, contender in contenders.items():
        if isinstance(contender, Unavailable):
            nothing = dict.fromkeys(
                ("steps_per_second", "steps_per_cpu_second", "flop_per_second", "times",
                 "cpu_times", "bar")
            )  # fmt: skip
            found.append(BenchRecord(task, way, batch, width, **nothing, skipped=contender.why))
            continue
        clock, cpu = best[way] / (steps * games)
        times, cpu_times = (best[way] / best[first]).tolist()
        found.append(
            BenchRecord(
                task=task,
                way=way,
                batch=batch,
                width=width,
                steps_per_second=float(1 / clock),
                steps_per_cpu_second=float(1 / cpu),
                flop_per_second=float(flop(batch, width) / clock),
                times=None if way == first else times,
                cpu_times=None if way == first else cpu_times,
                bar=bar if way in ("PyTorch, eager", ONE_BY_ONE) else None,
            )
        )
    return found


def _measured(advance: Advance, steps: int, repeats: int) -> tuple[float, float]:
    """Return seconds by the clock and of the processor that a call takes."""
    clock, cpu = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        advance(steps)
    return (time.perf_counter() - clock) / repeats, (time.process_time() - cpu) / repeats
