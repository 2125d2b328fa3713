"""Every estimator of JS from samples beside a GAN's discriminator, on targets that know their JS.

    python -m benchmarks.js_vs_discriminator [--targets NAME ...] [--largest N] [--repeats N]
        [--network-repeats N] [--json FILE] [--figure FILE]

The targets are the quick suite of `gan`. Each is sampled at 1000 observations a side; some also at
fewer and at more, and some with independent coordinates added and all of them rotated, which leaves
JS as it is. The discriminator's figure is (V + 2 log 2)/2 on observations it has not seen. Prints a
table, writes one for the documentation beside the JSON file, and draws a figure. The JSON file is
brought up to date after every case, so an interruption leaves a valid report; what it says of other
targets stays.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
import warnings
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import jax
import numpy as np
from rich.console import Console
from rich.progress import Progress
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

import divergences as dv
import gan
from benchmarks.discriminator_report import draw, markdown, merge, read, table, write
from gan.distributions import Distribution
from gan.networks import Identity

N = 1000
SIZES = {"normal-mu-2": (200, 5000), "ring-8": (200, 5000)}
DIMENSIONS = {"normal-mu-2": (2, 4, 8, 16), "ring-8": (4, 8)}
INTERRUPTED = 130


@dataclass(frozen=True)
class Case:
    """A target, observations a side, and the dimension after padding."""

    target: str
    n: int
    dim: int

    @property
    def pair(self) -> gan.Pair:
        """The named pair."""
        return gan.targets[self.target]

    def draw(self, seed: int) -> tuple[dv.Sample, dv.Sample]:
        """Draw a sample of P and one of Q."""
        rng = np.random.default_rng([seed, self.n, self.dim, zlib.crc32(self.target.encode())])
        points = []
        for side in (self.pair.p, self.pair.q):
            side = cast(Distribution, side)  # as those of all named pairs are
            with jax.enable_x64(True):
                own = np.asarray(side.transport(rng.random((self.n, side.uniforms))))
            points.append(np.hstack([own, rng.normal(size=(self.n, self.dim - own.shape[1]))]))
        if self.dim > self.pair.dim:
            rotation = np.linalg.qr(rng.normal(size=(self.dim, self.dim)))[0]
            points = [x @ rotation for x in points]
        return dv.Sample(points[0]), dv.Sample(points[1])


def _quadratic() -> dv.Method:
    features = PolynomialFeatures(2, include_bias=False)
    estimator = make_pipeline(StandardScaler(), features, LogisticRegression(max_iter=300))
    return dv.methods.Classifier(estimator, bound_level=None)


def _network(case: Case) -> dv.Method:
    embedding = case.pair.embedding if case.dim == case.pair.dim else Identity()
    return gan.Discriminator(embedding=embedding, bound_level=None)


NETWORK = "GAN discriminator"
METHODS: dict[str, Callable[[Case], dv.Method]] = {
    "histogram": lambda case: dv.methods.Histogram(),
    "nearest neighbours": lambda case: dv.methods.NearestNeighbours(),
    "kernel density": lambda case: dv.methods.KernelDensity(),
    "quadratic classifier": lambda case: _quadratic(),
    NETWORK: _network,
}


@dataclass
class Row:
    """What one method found in one case, over its repetitions, in nats."""

    target: str
    n: int
    dim: int
    method: str
    truth: float
    values: list[float] = field(default_factory=list)
    intervals: list[tuple[float, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refused: str | None = None

    def add(self, case: Case, seed: int, method: dv.Method) -> None:
        """Estimate once more."""
        x, y = case.draw(seed)
        start = time.process_time()
        try:
            found = dv.jensen_shannon_divergence(x, y, method=method)
        except ValueError as refusal:
            self.refused = str(refusal)
            return
        low, high = found.confidence_interval()
        self.seconds.append(time.process_time() - start)
        self.values.append(float(found.value))
        self.intervals.append((float(low), float(high)))


def cases(targets: Iterable[str]) -> list[Case]:
    """Return the cases, those of one target together."""
    found = []
    for name in targets:
        found += [Case(name, n, gan.targets[name].dim) for n in sorted((N, *SIZES.get(name, ())))]
        found += [Case(name, N, dim) for dim in DIMENSIONS.get(name, ())]
    return found


def run(
    chosen: Sequence[Case], repeats: dict[str, int], after: Callable[[list[Row]], None]
) -> bool:
    """Estimate every case; return whether that was all, and not interrupted."""
    try:
        with Progress(console=Console(stderr=True)) as bars:
            task = bars.add_task("", total=len(chosen) * sum(repeats.values()))
            for case in chosen:
                rows = []
                for name, method in METHODS.items():
                    bars.update(task, description=f"{case.target} n={case.n} d={case.dim} {name}")
                    row = Row(case.target, case.n, case.dim, name, case.pair.js)
                    for seed in range(repeats[name]):
                        if row.refused is None:
                            row.add(case, seed, method(case))
                        bars.advance(task)
                    rows.append(row)
                after(rows)
    except KeyboardInterrupt:
        return False
    return True


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.js_vs_discriminator",
        description="Every estimator of JS from samples beside a GAN's discriminator.",
    )
    parser.add_argument(
        "--targets", nargs="+", choices=gan.suites["quick"], metavar="NAME", help="default: all"
    )
    parser.add_argument("--largest", type=int, metavar="N", help="skip larger samples")
    parser.add_argument("--repeats", type=int, default=40, help="samples a case; default: 40")
    parser.add_argument(
        "--network-repeats", type=int, default=6, help="those for the discriminator; default: 6"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="report to bring up to date")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="where to draw the figure")
    arguments = parser.parse_args(argv)
    repeats = {
        name: arguments.network_repeats if name == NETWORK else arguments.repeats
        for name in METHODS
    }
    if min(repeats.values()) < 1:
        parser.error("repeats are at least 1")
    largest = arguments.largest or math.inf
    chosen = [case for case in cases(arguments.targets or gan.suites["quick"]) if case.n <= largest]
    report = read(arguments.json)

    def after(rows: list[Row]) -> None:
        merge(report, [asdict(row) for row in rows], list(gan.suites["quick"]))
        if arguments.json:
            write(arguments.json, report)

    with warnings.catch_warnings():
        # Of far tails the quadratic classifier may not converge; its estimate is what it is.
        warnings.simplefilter("ignore", ConvergenceWarning)
        complete = run(chosen, repeats, after)
    console = Console()
    if not console.is_terminal:
        console.width = 120
    console.print(table(report))
    if arguments.json:
        arguments.json.with_suffix(".md").write_text(markdown(report))
    if arguments.figure and report:
        draw(report, arguments.figure)
    return 0 if complete else INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
