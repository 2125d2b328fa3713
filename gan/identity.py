"""The identity experiment: the value of trained discriminators against 2 JS - 2 log 2."""

import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.checks import instance, whole
from gan.config import Config
from gan.evaluation import Evaluation, held_out, held_out_values
from gan.networks import LogitNetwork
from gan.objectives import js_from_value, optimal_logits
from gan.pairs import Game, Pair
from gan.records import TOLERANCE, Convergence, LogitCurve, PairRecord, PairResult
from gan.sampling import independent, shifted_lattice
from gan.training import Info, stack, train_together

Progress = Callable[[Pair, int], None]
"""Called with a pair in training and the number of chunks of training it has finished."""


AT_ONCE = 2
"""Pairs in work at a time on a CPU: while one is compiled, on one core, another trains."""


class Stopped(Exception):
    """Raised in workers when the caller has stopped iterating."""


def pair_keys(pair: Pair, config: Config, seed: int) -> jax.Array:
    """One key per trained discriminator, whatever other pairs are trained beside it."""
    key = jax.random.fold_in(jax.random.key(seed), zlib.crc32(pair.name.encode()))
    return jax.random.split(key, config.seeds)


def run_identity(
    pairs: Sequence[Pair],
    config: Config,
    seed: int,
    progress: Progress = lambda pair, chunks: None,
) -> Iterator[PairResult]:
    """Train and evaluate discriminators of every pair, vectorised over seeds.

    Parameters
    ----------
    pairs : sequence of Pair
        Pairs; those of as many features are trained by one compiled program.
    config : Config
        Settings.
    seed : int
        The results are a function of it, of the settings and of the device.
    progress : callable
        Told, after each chunk of training, the pair and its finished chunks, from several threads.

    Yields
    ------
    PairResult
        Results of each pair as soon as it has finished.

    References
    ----------
    Goodfellow et al. (2014), Theorem 1.
    """
    pairs = list(pairs)
    for i, pair in enumerate(pairs):
        instance(f"pairs[{i}]", pair, Pair)
        pair.require_truth()
    instance("config", config, Config)
    return _results(pairs, config, whole("seed", seed, 0, 2**32), progress)


def _results(
    pairs: Sequence[Pair], config: Config, seed: int, progress: Progress
) -> Iterator[PairResult]:
    stop = threading.Event()
    # True values take no device: they are computed while discriminators train.
    beside = ThreadPoolExecutor(1)
    truths = {pair.name: beside.submit(_truth, pair) for pair in pairs}

    def run(group: Sequence[Pair]) -> list[PairResult]:
        def on_chunk(chunks: int) -> None:
            if stop.is_set():
                raise Stopped
            for pair in group:
                progress(pair, chunks)

        return _run_group(group, config, seed, on_chunk, lambda pair: truths[pair.name].result())

    groups = _groups(pairs)
    # On a GPU most of the time is that of the compiler, which has cores of its own.
    at_once = AT_ONCE if jax.default_backend() == "cpu" else max(1, len(groups))
    pool = ThreadPoolExecutor(at_once)  # no context manager, whose end waits for the workers
    try:
        for future in [pool.submit(run, group) for group in groups]:
            yield from future.result()
    finally:
        stop.set()
        for workers in (pool, beside):
            workers.shutdown(wait=False, cancel_futures=True)


def _truth(pair: Pair) -> tuple[float, float]:
    """Return the true V* and JS, which the pair remembers."""
    return pair.v_star, pair.js


def _groups(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Part the pairs into those that are trained in one scan.

    On a CPU that is each alone: its results come early. On a GPU a step of many networks takes
    little longer than one of a few: all pairs of as many features, with equal settings.
    """
    if jax.default_backend() == "cpu":
        return [[pair] for pair in pairs]
    groups: dict[Any, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.effort, _features(pair)), []).append(pair)
    return list(groups.values())


def _features(pair: Pair) -> int:
    """Return how many features of a sample the discriminator sees."""
    one = jax.eval_shape(
        lambda key: pair.game.embedding(pair.game.sample(key, 1)[0]), jax.random.key(0)
    )
    return one.shape[-1]


def _kinds(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Part the pairs into those whose games differ in their numbers only: a program serves each."""
    kinds: dict[Any, list[Pair]] = {}
    for pair in pairs:
        leaves, structure = jax.tree.flatten(pair.game)
        kinds.setdefault((structure, tuple(map(np.shape, leaves))), []).append(pair)
    return list(kinds.values())


def _run_group(
    pairs: Sequence[Pair],
    config: Config,
    seed: int,
    on_chunk: Callable[[int], None],
    await_truth: Callable[[Pair], object],
) -> list[PairResult]:
    """Train the discriminators of pairs of equal settings together, and evaluate each pair."""
    start = time.perf_counter()
    if pairs[0].effort is not None:
        config = replace(config, **asdict(pairs[0].effort))
    kinds = _kinds(pairs)
    games = [stack([pair.game for pair in kind for _ in range(config.seeds)]) for kind in kinds]
    keys = [jnp.concatenate([pair_keys(pair, config, seed) for pair in kind]) for kind in kinds]
    trained = train_together(list(zip(games, keys, strict=True)), config, on_chunk)

    def evaluated(
        kind: Sequence[Pair], games: Game, found: tuple[LogitNetwork, Info]
    ) -> list[PairResult]:
        parts = _evaluated(games, *found, config, seed)
        for pair in kind:
            await_truth(pair)
        seconds = (time.perf_counter() - start) / len(pairs)
        return [_result(pair, part, seconds) for pair, part in zip(kind, parts, strict=True)]

    with ThreadPoolExecutor(len(kinds)) as pool:
        found = [result for some in pool.map(evaluated, kinds, games, trained) for result in some]
    order = {pair.name: number for number, pair in enumerate(pairs)}
    return sorted(found, key=lambda result: order[result.record.name])


class _Outcome(NamedTuple):
    """What training has left of one pair: arrays of shape (seeds, ...)."""

    networks: LogitNetwork
    training_values: np.ndarray
    values: np.ndarray
    regrets: np.ndarray | None
    plain: np.ndarray


def _evaluated(
    games: Game, networks: LogitNetwork, info: Info, config: Config, seed: int
) -> list[_Outcome]:
    """Evaluate the discriminators of pairs of one kind, which are stacked pair after pair."""
    # Streams of their own: no name of a pair hashes to these small numbers.
    keys = [jax.random.fold_in(jax.random.key(seed), stream) for stream in (1, 2)]
    values, regrets = held_out(networks, games, config, keys[0], shifted_lattice)
    # Independent samples are to confirm the lattices only: a quarter as many will do.
    fewer = replace(config, held_out=-(-config.held_out // 4))
    plain = held_out_values(networks, games, fewer, keys[1], independent)
    both = _Outcome(networks, np.asarray(info.value), values, regrets, plain)
    # On the host, where a part of an array needs no program of its own.
    both = jax.tree.map(lambda x: np.asarray(x) if eqx.is_array(x) else x, both)

    def part(first: int) -> _Outcome:
        own = slice(first, first + config.seeds)
        return jax.tree.map(lambda x: x[own] if isinstance(x, np.ndarray) else x, both)

    return [part(first) for first in range(0, len(values), config.seeds)]


def _result(pair: Pair, outcome: _Outcome, seconds: float) -> PairResult:
    return PairResult(
        _record(pair, outcome.values, outcome.regrets, outcome.plain, seconds),
        _convergence(outcome.training_values),
        _logit_curve(pair, outcome.networks) if pair.dim == 1 else None,
    )


def _record(
    pair: Pair, values: np.ndarray, regrets: np.ndarray | None, plain: np.ndarray, seconds: float
) -> PairRecord:
    """Summarise values of shape (seeds, replicates)."""
    # The discriminators share their held-out points, so average over them within each replicate.
    value, monte_carlo = Evaluation(values.mean(axis=0)), Evaluation(plain.mean(axis=0))
    by_seed = values.mean(axis=1)
    gap, error = pair.v_star - value.value, value.standard_error
    if regrets is not None and not pair.saturates:
        regret = Evaluation(regrets.mean(axis=0))
        gap, error = regret.value, regret.standard_error
    low, high = value.interval(0.95)
    return PairRecord(
        name=pair.name,
        dim=pair.dim,
        v_star=pair.v_star,
        v_hat=value.value,
        standard_error=value.standard_error,
        gap=gap,
        gap_standard_error=error,
        relative_gap=gap / -pair.v_star if pair.v_star else None,
        tolerance=tolerance_of(pair),
        js_true=pair.js,
        js_hat=js_from_value(value.value),
        js_interval=(js_from_value(low), js_from_value(high)),
        saturates=pair.saturates,
        verified=value.interval(0.9999)[0] <= pair.v_star and gap <= tolerance_of(pair),
        v_seeds=tuple(by_seed.tolist()),
        training_spread=float(np.std(by_seed, ddof=1)) if len(by_seed) > 1 else None,
        v_monte_carlo=monte_carlo.value,
        v_monte_carlo_standard_error=monte_carlo.standard_error,
        seconds=seconds,
    )


def tolerance_of(pair: Pair) -> float:
    """Return the largest gap, in nats, at which the identity counts as reached.

    One thousandth of a nat, and of a V* or a JS that is small two per cent.
    """
    if pair.saturates:
        return TOLERANCE
    least = min(2 * pair.js, -pair.v_star)
    return min(TOLERANCE, 0.02 * least if least > 1e-4 else 1e-5)


def _convergence(values: np.ndarray) -> Convergence:
    """Average values of shape (seeds, steps) over seeds and over growing windows."""
    steps = values.shape[1]
    edges = np.unique(np.geomspace(1, steps + 1, 60).round().astype(int))
    lengths = np.diff(edges)
    means = np.add.reduceat(values.mean(axis=0, dtype=np.float64), edges[:-1] - 1) / lengths
    return Convergence(steps=edges[:-1] + (lengths - 1) / 2, values=means)


def _logit_curve(pair: Pair, discriminators: LogitNetwork) -> LogitCurve:
    """Tabulate logits over the central 96 % of both distributions."""
    key = jax.random.key(0)
    samples = [d.sample(key, 2584) for d in (pair.p, pair.q)]
    ends = np.concatenate([np.quantile(np.asarray(x), [0.02, 0.98]) for x in samples])
    x = np.linspace(ends.min(), ends.max(), 401)[:, None]
    learned = _logits(discriminators, x)
    return LogitCurve(
        x=x[:, 0],
        learned=np.asarray(learned),
        true=np.asarray(optimal_logits(pair.p, pair.q)(x)),
        p=np.exp(pair.p.logpdf(x)),
        q=np.exp(pair.q.logpdf(x)),
    )


@eqx.filter_jit
def _logits(networks: LogitNetwork, x: np.ndarray) -> jax.Array:
    """Return the logits of every network at x: one program for all pairs on the line."""
    return eqx.filter_vmap(lambda network: network(x))(networks)
