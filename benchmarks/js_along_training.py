"""Every estimator of JS from samples while a generator trains, where the true JS is known.

    python -m benchmarks.js_along_training [--targets NAME ...] [--repeats N] [--network-repeats N]
        [--json FILE] [--figure FILE]

Plays the games of `python -m gan train` on the mixture and on the ring of eight. Their generators
have densities, so that JS is known at every check. At some checks, independent samples of 1000
observations a side are drawn of the data and of the generator, and every method of `gan.compare`
estimates JS from them. Beside them stand the discriminator in play and the probe of the game, which
are evaluated on 141,688 new samples a side. Prints a table, writes one for the documentation beside
the JSON file, and draws a figure. The JSON file is brought up to date after every check, so an
interruption leaves a valid report.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
from rich.console import Console
from rich.progress import Progress
from sklearn.exceptions import ConvergenceWarning

import gan
from benchmarks.along_training_report import PLAY, PROBE, draw, markdown, table
from benchmarks.discriminator_report import read, write
from gan.adversarial import run_game
from gan.comparison import DISCRIMINATOR, default_methods
from gan.config import GAMES, GameConfig
from gan.named import NAMED
from gan.sampling import independent
from gan.training import take

N = 1000  # observations a side
SEED = 0
INTERRUPTED = 130

NARROW = {"width": 64, "depth": 2, "generator_width": 64, "generator_depth": 2, "ema": 0.0}
CONFIGS: Mapping[str, GameConfig] = {
    "mixture": replace(GAMES["mixture"], seeds=2),
    # Narrow networks: JS falls in the first thousand steps, and hardly afterwards.
    "ring-8": replace(GAMES["ring-8"], seeds=2, steps=1000, checks=10, d_steps=5, **NARROW),
}
STEPS = {"mixture": (100, 200, 400, 800, 1500), "ring-8": (100, 200, 400, 700, 1000)}


@dataclass
class Row:
    """What one method found at one check of one game, over its samples, in nats."""

    target: str
    seed: int
    step: int
    method: str
    truth: float
    values: list[float] = field(default_factory=list)
    intervals: list[tuple[float, float]] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refused: str | None = None

    def add(self, x: np.ndarray, y: np.ndarray, method: Any) -> None:
        """Estimate once more."""
        (found,) = gan.compare(x, y, methods={self.method: method})
        if found.js is None or found.interval is None:
            self.refused = found.refused
            return
        self.values.append(found.js)
        self.intervals.append(found.interval)
        self.seconds.append(found.cpu_seconds)
        if found.lower_bound is not None:
            self.bounds.append(found.lower_bound)


def rows_of(
    config: GameConfig, steps: tuple[int, ...], repeats: Callable[[str], int], methods: Any
) -> Iterator[list[Row]]:
    """Play the games, and yield what all methods find at each of the steps."""
    data, target = NAMED[config.target], config.target
    for check in run_game(config, SEED):
        if check.records[0].step not in steps:
            continue
        rows = []
        for record in check.records:
            place = target, record.seed, record.step
            for name, shown in ((PLAY, record.js_play), (PROBE, record.js_probe)):
                rows.append(Row(*place, name, record.js_true, [shown]))
            generator = take(check.states.generator, record.seed)
            mine = [Row(*place, name, record.js_true) for name in methods]
            for repeat in range(max(map(repeats, methods))):
                key = jax.random.fold_in(jax.random.key(record.step), repeat)
                keys = jax.random.split(jax.random.fold_in(key, record.seed))
                x, y = (
                    np.asarray(side.sample(k, N, independent), np.float64)
                    for side, k in zip((data, generator), keys, strict=True)
                )
                for row in mine:
                    if repeat < repeats(row.method) and row.refused is None:
                        row.add(x, y, methods[row.method])
            rows += mine
        yield rows


def merge(report: list[dict[str, Any]], rows: list[Row]) -> None:
    """Put rows into a report, in place of those it had of the same target and step."""
    done = {(row.target, row.step) for row in rows}
    kept = [row for row in report if (row["target"], row["step"]) not in done]
    places = list(CONFIGS)
    report[:] = sorted(
        kept + [asdict(row) for row in rows],
        key=lambda row: (places.index(row["target"]), row["step"], row["seed"]),
    )


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.js_along_training",
        description="Every estimator of JS from samples while a generator trains.",
    )
    parser.add_argument(
        "--targets", nargs="*", choices=CONFIGS, metavar="NAME", help="default: all; may be none"
    )
    parser.add_argument(
        "--repeats", type=int, default=10, help="samples of each game and check; default: 10"
    )
    parser.add_argument(
        "--network-repeats", type=int, default=2, help="those for the discriminator; default: 2"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="report to bring up to date")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="where to draw the figure")
    arguments = parser.parse_args(argv)
    report = read(arguments.json)
    targets = list(CONFIGS) if arguments.targets is None else arguments.targets
    methods = default_methods()

    def repeats(method: str) -> int:
        return arguments.network_repeats if method == DISCRIMINATOR else arguments.repeats

    status = 0
    try:
        with warnings.catch_warnings(), Progress(console=Console(stderr=True)) as bars:
            # A quadratic classifier may not converge; its estimate is what it is.
            warnings.simplefilter("ignore", ConvergenceWarning)
            task = bars.add_task("checks", total=sum(len(STEPS[name]) for name in targets))
            for name in targets:
                for rows in rows_of(CONFIGS[name], STEPS[name], repeats, methods):
                    merge(report, rows)
                    if arguments.json:
                        write(arguments.json, report)
                    bars.advance(task)
    except KeyboardInterrupt:
        status = INTERRUPTED
    console = Console()
    if not console.is_terminal:
        console.width = 120
    if report:
        console.print(table(report))
    if arguments.json and report:
        arguments.json.with_suffix(".md").write_text(markdown(report))
    if arguments.figure and report:
        draw(report, arguments.figure)
    return status


if __name__ == "__main__":
    sys.exit(main())
