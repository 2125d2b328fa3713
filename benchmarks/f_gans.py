"""Which divergence does an f-GAN lower? Each game beside exact values of all divergences.

    python -m benchmarks.f_gans [--objectives NAME ...] [--seeds N] [--json FILE] [--figure FILE]

Every f-divergence with a variational form is played for twice, on the mixture of two normals. First
with a generator that can be as good as the data: the exact divergence along training, and what the
discriminator in play shows of it. Then with one that makes a single normal and cannot: so each
divergence has a best normal of its own, which is found by minimising its exact value, and the game
comes to it or not. Prints two tables, writes them for the documentation beside the JSON file, and
draws a figure. The JSON file is brought up to date after every objective; what it says of others
stays.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
from scipy.optimize import minimize

import gan
from benchmarks.discriminator_report import read, write
from benchmarks.f_gans_report import draw, markdown
from gan.config import GAMES, GameConfig
from gan.evaluation import in_double_precision
from gan.f_gan import OBJECTIVES
from gan.named import NAMED
from gan.noisy_games import play
from gan.training import take
from gan.truth import Grid, on_grid, values_at

SEED, SEEDS = 0, 3
INTERRUPTED = 130
GAMES_OF: Mapping[str, gan.FGAN] = {
    name: objective for name, objective in OBJECTIVES.items() if isinstance(objective, gan.FGAN)
}
MIXTURE = GAMES["mixture"]
NORMAL = replace(
    MIXTURE, codes=1, sigma=1.0, generator_width=8, generator_depth=1, generator_rate=2e-3,
    ema=0.998, checks=1,
)  # fmt: skip
"""One code makes one normal, whose mean and standard deviation are learned."""

NODES = np.linspace(-16.0, 16.0, 3201)
DATA = NAMED["mixture"]


def exact(objective: gan.FGAN, grid: Grid) -> float:
    """Return the divergence that a game is about."""
    return grid.divergence(objective.quantity, **dict(objective.options))


def along_training(objective: gan.FGAN, config: GameConfig) -> dict[str, Any]:
    """Play, and return the divergence, JS and the share in play, of all seeds at all checks."""
    found: dict[str, list[Any]] = {"step": [], "divergence": [], "js": [], "in_play": []}
    for states in play(config, SEED):
        here: dict[str, list[float]] = {"divergence": [], "js": [], "in_play": []}
        for i in range(config.seeds):
            grid = _grid(take(states.generator, i))
            with jax.enable_x64(True):
                network = in_double_precision(take(states.discriminator, i))
                outputs = values_at(network, grid.nodes.reshape(-1, 1))
            supremum, (shown,) = objective.on(grid, [outputs])
            here["divergence"].append(exact(objective, grid))
            here["js"].append(grid.js)
            here["in_play"].append(shown / supremum)
        found["step"].append(int(states.step[0]))
        for name, values in here.items():
            found[name].append(values)
    return found


def best_normal(objective: gan.FGAN) -> dict[str, float]:
    """Return the normal at the least divergence of the data from it."""
    log_p = np.asarray(DATA.logpdf(NODES[:, None]), np.float64)

    def divergence(parameters: np.ndarray) -> float:
        return exact(objective, normal_on_grid(log_p, parameters[0], np.exp(parameters[1])))

    # The data's mean and spread, and those of either mode: some divergences have several minima.
    starts = [(0.1, np.log(1.6)), (1.0, 0.0), (-2.0, np.log(0.5))]
    options = {"xatol": 1e-6, "fatol": 1e-12, "maxiter": 2000}
    found = [minimize(divergence, x, method="Nelder-Mead", options=options) for x in starts]
    least = min(found, key=lambda result: result.fun)
    return {"mean": float(least.x[0]), "sd": float(np.exp(least.x[1])), "divergence": least.fun}


def normal_on_grid(log_p: np.ndarray, mean: float, sd: float) -> Grid:
    """Return the data beside a normal."""
    log_q = -0.5 * ((NODES - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
    return Grid(NODES[:, None], log_p, log_q, NODES[1] - NODES[0], 0.0)


def fitted_normals(config: GameConfig) -> dict[str, Any]:
    """Play with single normals; return where they end, and all divergences there."""
    (states,) = play(config, SEED)
    ends = [take(states.average, i) for i in range(config.seeds)]
    log_p = np.asarray(DATA.logpdf(NODES[:, None]), np.float64)
    means = [float(end.centres[0, 0]) for end in ends]
    sds = [float(end.sigma) for end in ends]
    grids = [normal_on_grid(log_p, mean, sd) for mean, sd in zip(means, sds, strict=True)]
    of_all = {
        name: [exact(objective, grid) for grid in grids] for name, objective in GAMES_OF.items()
    }
    return {"mean": means, "sd": sds, "divergences": of_all}


def _grid(generator: Any) -> Grid:
    grid = on_grid(DATA, generator, jax.random.key(0))
    if grid is None:
        raise RuntimeError("the grid of data and generator is too large")
    return grid


def row_of(name: str, seeds: int) -> dict[str, Any]:
    """Play for one divergence, twice."""
    objective = GAMES_OF[name]
    return {
        "name": name,
        "quantity": objective.name,
        "seed": SEED,
        "training": along_training(objective, replace(MIXTURE, objective=name, seeds=seeds)),
        "normals": fitted_normals(replace(NORMAL, objective=name, seeds=seeds)),
        "best": best_normal(objective),
    }


def merge(report: list[dict[str, Any]], row: dict[str, Any]) -> None:
    """Put a row into a report, in place of the one of that name."""
    places = list(GAMES_OF)
    kept = [old for old in report if old["name"] != row["name"]]
    report[:] = sorted([*kept, row], key=lambda row: places.index(row["name"]))


def main(argv: list[str] | None = None, make_row: Callable[..., dict[str, Any]] = row_of) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.f_gans",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--objectives", nargs="*", choices=GAMES_OF, metavar="NAME", help="default: all"
    )
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default: {SEEDS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="report to bring up to date")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="where to draw the figure")
    arguments = parser.parse_args(argv)
    report = read(arguments.json)
    names = list(GAMES_OF) if arguments.objectives is None else arguments.objectives
    status = 0
    try:
        for name in names:
            merge(report, make_row(name, arguments.seeds))
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
