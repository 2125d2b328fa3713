"""The gradient that D gives to the generator, beside that of the exact 2 JS, by D's steps.

    python -m benchmarks.gradients [--d-steps N ...] [--seeds N] [--json FILE] [--figure FILE]

With the best discriminator the gradient of E_G log(1 - D) by the generator's parameters *is* that
of 2 JS (Goodfellow et al. 2014). Saturating games on the mixture of two normals are played with
several numbers of steps of the discriminator before each of the generator. Both gradients are
compared at several checks, by the cosine of their angle and by their lengths: with the
discriminator in play, and with a probe, a fresh one that is trained while the generator is frozen.
Prints a table, writes one for the documentation beside the JSON file, and draws a figure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

import gan
from benchmarks.discriminator_report import read, write
from benchmarks.gradients_report import draw, markdown
from gan.adversarial import games_with, train_probes
from gan.config import GAMES, GameConfig
from gan.gradients import compare_gradients
from gan.named import NAMED
from gan.noisy_games import play
from gan.training import take

SEED, SEEDS = 0, 3
D_STEPS = (1, 2, 5, 10, 20, 50)
STOPS = (20, 40, 60, 80, 100, 150, 200, 300)
"""Steps of the generator after which to look: JS falls below 0.01 within them."""

INTERRUPTED = 130
MIXTURE = replace(GAMES["mixture"], objective="saturating", checks=150)
DATA = NAMED["mixture"]


@dataclass(frozen=True)
class Check:
    """Both gradients at one check of one game.

    Attributes
    ----------
    seed, step
        Number of the game, and steps of its generator.
    js
        True JS, in nats.
    cosine, ratio
        Of the saturating gradient with the discriminator in play and that of 2 JS: the cosine of
        their angle, and the ratio of their lengths.
    cosine_probe, ratio_probe
        The same with the probe.
    """

    seed: int
    step: int
    js: float
    cosine: float
    ratio: float
    cosine_probe: float
    ratio_probe: float


def row_of(d_steps: int, seeds: int, stops: Sequence[int], config: GameConfig) -> dict[str, Any]:
    """Play with so many steps of the discriminator, and compare the gradients at every stop."""
    config = replace(config, d_steps=d_steps, seeds=seeds)
    data, checks = jax.tree.map(jnp.asarray, DATA), []
    for states in play(config, SEED):
        step = int(states.step[0])
        if step in stops:
            key = jax.random.fold_in(jax.random.key(SEED), step)
            probes = train_probes(games_with(data, states.generator, seeds), config, key)
            for i in range(seeds):
                generator = take(states.generator, i)
                compared = [
                    number
                    for networks in (states.discriminator, probes)
                    for number in compare_gradients(DATA, generator, take(networks, i))
                ]
                js = float(gan.true_js(DATA, generator).value)
                checks.append(asdict(Check(i, step, js, *compared)))
        if step >= max(stops):
            break
    return {"d_steps": d_steps, "seed": SEED, "config": asdict(config), "checks": checks}


def merge(report: list[dict[str, Any]], row: dict[str, Any]) -> None:
    """Put a row into a report, in place of the one with as many steps."""
    kept = [old for old in report if old["d_steps"] != row["d_steps"]]
    report[:] = sorted([*kept, row], key=lambda row: row["d_steps"])


def main(argv: list[str] | None = None, stops: Sequence[int] = STOPS) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gradients",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--d-steps", nargs="*", type=int, default=list(D_STEPS), metavar="N")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default: {SEEDS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="report to bring up to date")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="where to draw the figure")
    arguments = parser.parse_args(argv)
    report = read(arguments.json)
    status = 0
    try:
        for d_steps in arguments.d_steps:
            merge(report, row_of(d_steps, arguments.seeds, stops, MIXTURE))
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
