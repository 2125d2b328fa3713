"""The ring of eight: what each game makes of it, with the true JS, beside training without a game.

    python -m benchmarks.ring [--rows NAME ...] [--seeds N] [--json FILE] [--figure FILE]

Generators with noise learn eight narrow normals on a circle: in games of several objectives, with
and without penalties on the discriminator's slope; and without a discriminator, by maximum
likelihood and down the gradient of the exact JS. Judged are the averaged generators: by the true
JS, by how many of the modes they find, and by the share of their samples within three standard
deviations of a mode. Prints a table, writes one for the documentation beside the JSON file, and
draws a figure. The JSON file is brought up to date after every row; what it says of other rows
stays.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np

import gan
from benchmarks.discriminator_report import read, write
from benchmarks.ring_report import draw, markdown
from gan.config import GAMES, GameConfig
from gan.direct import LOSSES, train_directly
from gan.generators import Codes, Noisy
from gan.named import NAMED
from gan.noisy_games import play
from gan.training import take

SEED, SEEDS = 0, 5
SAMPLES, SHOWN = 17711, 377  # Fibonacci numbers, for which lattices are even
GAMMA = 0.1
OBJECTIVES = ("ns", "sat", "rp", "kl", "hellinger")
PENALISED = OBJECTIVES[:3]
INTERRUPTED = 130

GAME = replace(GAMES["ring-8"], checks=1)
DIRECT = replace(GAME, codes=2048)  # all of whose densities enter every step
NARROW = {"width": 64, "depth": 2}
CONFIGS: Mapping[str, GameConfig] = {
    **{name: replace(GAME, objective=name) for name in OBJECTIVES},
    **{f"{name} + R1 + R2": replace(GAME, objective=name, gamma=GAMMA) for name in PENALISED},
    "rp + R1 + R2, narrow D": replace(GAME, objective="rp", gamma=GAMMA, **NARROW),
    "ns, five steps of D": replace(GAME, objective="ns", d_steps=5),
    "ns, narrow, five steps of D": replace(
        GAME, objective="ns", d_steps=5, **NARROW, generator_width=64, generator_depth=2
    ),
    "likelihood": replace(DIRECT, objective="likelihood", generator_rate=2e-3),
    "exact-js": replace(DIRECT, objective="exact-js", steps=1500),
}


@dataclass(frozen=True)
class Found:
    """How good the averaged generator of one seed is; divergences in nats.

    Attributes
    ----------
    js, js_raw, js_twice_codes
        True JS; that of the generator that has played; and that of the averaged network with twice
        as many codes, drawn anew.
    modes
        Number of modes that have at least a quarter of their share of the samples within three
        standard deviations.
    within
        Share of the samples within three standard deviations of a mode; .989 of the data.
    smallest, largest
        Shares of the samples so near to the mode that has the fewest, and to that with the most.
    """

    js: float
    js_raw: float
    js_twice_codes: float
    modes: int
    within: float
    smallest: float
    largest: float


def shares_of_modes(x: np.ndarray) -> np.ndarray:
    """Return, for each mode of the ring, the share of samples within its three sigma."""
    ring: Any = NAMED["ring-8"]
    distances = np.linalg.norm(x[:, None] - ring.means, axis=-1)
    nearest, near = np.argmin(distances, axis=1), np.min(distances, axis=1) <= 3 * ring.scales[0]
    return np.bincount(nearest[near], minlength=len(ring.means)) / len(x)


def judge(average: Noisy, raw: Noisy, seed: int) -> Found:
    """Judge an averaged generator."""
    key = jax.random.key(seed)
    shares = shares_of_modes(np.asarray(average.sample(key, SAMPLES)))
    count, dim = average.codes.points.shape
    more = gan.Noisy(key, average.dim, noise=dim, codes=2 * count, sigma=float(average.sigma))
    twice = eqx.tree_at(lambda g: g.codes, average, Codes(more.codes.points))
    return Found(
        *(float(gan.true_js("ring-8", g).value) for g in (average, raw, twice)),
        modes=int(np.sum(shares >= 0.25 / len(shares))),
        within=float(np.sum(shares)),
        smallest=float(np.min(shares)),
        largest=float(np.max(shares)),
    )


def trained(config: GameConfig, seed: int) -> tuple[Noisy, Noisy]:
    """Return the averaged and the raw generators of all seeds; without a game they are the same."""
    if config.objective in LOSSES:
        generators = train_directly(config, config.objective, seed)
        return generators, generators
    (states,) = play(config, seed)
    return states.average, states.generator


def row_of(name: str, config: GameConfig) -> dict[str, Any]:
    """Train generators of several seeds and judge them."""
    before = time.process_time()
    both = jax.block_until_ready(trained(config, SEED))
    seconds = time.process_time() - before
    pairs = [[take(side, i) for side in both] for i in range(config.seeds)]
    found = [asdict(judge(average, raw, i)) for i, (average, raw) in enumerate(pairs)]
    samples = np.asarray(pairs[0][0].sample(jax.random.key(SEED), SHOWN))
    return {
        "name": name,
        "config": asdict(config),
        "seed": SEED,
        "found": found,
        "cpu_seconds": seconds,
        "samples": np.round(samples.astype(float), 3).tolist(),
    }


def merge(report: list[dict[str, Any]], row: dict[str, Any]) -> None:
    """Put a row into a report, in place of the one of that name."""
    places = list(CONFIGS)
    kept = [old for old in report if old["name"] != row["name"] and old["name"] in places]
    report[:] = sorted([*kept, row], key=lambda row: places.index(row["name"]))


def main(argv: list[str] | None = None, make_row: Callable[..., dict[str, Any]] = row_of) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ring",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--rows", nargs="*", choices=CONFIGS, metavar="NAME", help="default: all; may be none"
    )
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default: {SEEDS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="report to bring up to date")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="where to draw the figure")
    arguments = parser.parse_args(argv)
    report = read(arguments.json)
    names = list(CONFIGS) if arguments.rows is None else arguments.rows
    status = 0
    try:
        for name in names:
            merge(report, make_row(name, replace(CONFIGS[name], seeds=arguments.seeds)))
            if arguments.json:
                write(arguments.json, report)
    except KeyboardInterrupt:
        status = INTERRUPTED
    if report:
        print(markdown(report), end="")
        if arguments.json:
            arguments.json.with_suffix(".md").write_text(markdown(report))
        if arguments.figure:
            draw(report, arguments.figure)
    return status


if __name__ == "__main__":
    sys.exit(main())
