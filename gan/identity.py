"""The identity experiment: the value of trained discriminators against 2 JS - 2 log 2."""

import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.config import Config
from gan.evaluation import Evaluation, held_out_values
from gan.networks import LogitNetwork
from gan.objectives import js_from_value, optimal_logits
from gan.pairs import Pair
from gan.records import TOLERANCE, Convergence, LogitCurve, PairRecord, PairResult
from gan.sampling import independent, shifted_lattice
from gan.training import stack, take, train

Progress = Callable[[Sequence[Pair], int], None]
"""Called with the pairs in training and the number of chunks of training they have finished."""


AT_ONCE = 2
"""Groups in work at a time: while one is compiled, on one core, another trains."""


class Stopped(Exception):
    """Nobody waits for the results any more."""


def group(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Group pairs whose games have the same structure and shapes, so that they train together."""
    groups: dict[object, list[Pair]] = {}
    for pair in pairs:
        leaves, structure = jax.tree.flatten(pair.game)
        groups.setdefault((structure, *map(np.shape, leaves)), []).append(pair)
    return list(groups.values())


def pair_keys(pair: Pair, config: Config, seed: int) -> jax.Array:
    """One key per trained discriminator, whatever other pairs are trained beside it."""
    key = jax.random.fold_in(jax.random.key(seed), zlib.crc32(pair.name.encode()))
    return jax.random.split(key, config.seeds)


def run_identity(
    pairs: Sequence[Pair],
    config: Config,
    seed: int,
    progress: Progress = lambda pairs, chunks: None,
) -> Iterator[PairResult]:
    """Train and evaluate discriminators of every pair, vectorised over pairs and seeds.

    Parameters
    ----------
    pairs : sequence of Pair
        Pairs; those of equal shapes are trained by one vectorised computation.
    config : Config
        Settings.
    seed : int
        The results are a function of it, of the settings and of the device.
    progress : callable
        Told, after each chunk of training, the pairs in training and their finished chunks, from
        several threads.

    Yields
    ------
    PairResult
        Results of each pair as soon as its group has finished.

    References
    ----------
    Goodfellow et al. (2014), Theorem 1.
    """
    stop = threading.Event()

    def run(members: Sequence[Pair]) -> list[PairResult]:
        def on_chunk(chunks: int) -> None:
            if stop.is_set():
                raise Stopped
            progress(members, chunks)

        return list(_run_group(members, config, seed, on_chunk))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(run, members) for members in group(pairs)]
        try:
            for future in futures:
                yield from future.result()
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _run_group(
    pairs: Sequence[Pair], config: Config, seed: int, on_chunk: Callable[[int], None]
) -> Iterator[PairResult]:
    start = time.perf_counter()
    games = stack([pair.game for pair in pairs for _ in range(config.seeds)])
    keys = jnp.concatenate([pair_keys(pair, config, seed) for pair in pairs])
    networks, info = train(games, config, keys, on_chunk)

    # Streams of their own: no name of a pair hashes to these small numbers.
    evaluation_keys = [jax.random.fold_in(jax.random.key(seed), stream) for stream in (1, 2)]
    held_out = held_out_values(networks, games, config, evaluation_keys[0], shifted_lattice)
    # Independent samples are to confirm the lattices only: a quarter as many will do.
    fewer = replace(config, held_out=-(-config.held_out // 4))
    plain = held_out_values(networks, games, fewer, evaluation_keys[1], independent)
    seconds = (time.perf_counter() - start) / len(pairs)

    for i, pair in enumerate(pairs):
        mine = slice(i * config.seeds, (i + 1) * config.seeds)
        yield PairResult(
            _record(pair, held_out[mine], plain[mine], seconds),
            _convergence(np.asarray(info.value[mine])),
            _logit_curve(pair, take(networks, mine)) if pair.dim == 1 else None,
        )


def _record(pair: Pair, held_out: np.ndarray, plain: np.ndarray, seconds: float) -> PairRecord:
    """Summarise values of shape (seeds, replicates)."""
    # The discriminators share their held-out points, so average over them within each replicate.
    value, monte_carlo = Evaluation(held_out.mean(axis=0)), Evaluation(plain.mean(axis=0))
    by_seed = held_out.mean(axis=1)
    gap = pair.v_star - value.value
    low, high = value.interval(0.95)
    return PairRecord(
        name=pair.name,
        dim=pair.dim,
        v_star=pair.v_star,
        v_hat=value.value,
        gap=gap,
        relative_gap=gap / -pair.v_star if pair.v_star else None,
        standard_error=value.standard_error,
        js_true=pair.js,
        js_hat=js_from_value(value.value),
        js_interval=(js_from_value(low), js_from_value(high)),
        saturates=pair.saturates,
        verified=value.interval(0.9999)[0] <= pair.v_star and gap <= TOLERANCE,
        v_seeds=tuple(by_seed.tolist()),
        training_spread=float(np.std(by_seed, ddof=1)) if len(by_seed) > 1 else None,
        v_monte_carlo=monte_carlo.value,
        v_monte_carlo_standard_error=monte_carlo.standard_error,
        seconds=seconds,
    )


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
    samples = [d.transport(shifted_lattice(key, 2584, d.uniforms)) for d in (pair.p, pair.q)]
    ends = np.concatenate([np.quantile(np.asarray(x), [0.02, 0.98]) for x in samples])
    x = np.linspace(ends.min(), ends.max(), 401)[:, None]
    learned = eqx.filter_vmap(lambda network: network(x))(discriminators)
    return LogitCurve(
        x=x[:, 0],
        learned=np.asarray(learned),
        true=np.asarray(optimal_logits(pair.p, pair.q)(x)),
        p=np.exp(pair.p.logpdf(x)),
        q=np.exp(pair.q.logpdf(x)),
    )
