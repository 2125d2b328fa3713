"""Errors of the core by quantity and region, beside SciPy, JAX and the textbook formulas.

    python -m benchmarks.accuracy [--json FILE] [--figure FILE] [--draws N] [--only NAME ...]

The truth is each quantity's definition in high precision, of the very floats given. Errors are in
units in the last place (ulp): one half is the best there is, and from 4.5e15 on no digit is right.
Quantities and regions are those that `divergences.testing` finds. Peers get p / p.sum(), the
library the floats as they are drawn. Values beneath 1e-150 are left out: roots would underflow.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.timing import machine
from divergences.plot.pair import title_of
from divergences.testing import oracle
from divergences.testing.members import Member, members
from divergences.testing.peers import arrays
from divergences.testing.regions import JOINT_REGIONS, REGIONS
from divergences.testing.tolerance import ulps

Array = np.ndarray
SIZES = (2, 9, 50)
SHAPES = ((2, 2), (3, 4), (8, 8))
NO_DIGIT = 4.5e15  # ulp: the error is as large as the number itself
LEAST = 1e-150
OURS, OURS_JAX = "divergences", "divergences, JAX"
TEXTBOOK, SCIPY, JAX = "textbook", "SciPy", "JAX"
CONTENDERS = (OURS, OURS_JAX, TEXTBOOK, SCIPY, JAX)


def textbook(member: Member, *batches: Array) -> Array:
    """Return the definition as written, in double precision."""

    def one(*pmfs: Array) -> float:
        try:
            value = member.functional.definition(mpmath.fp, *(p.tolist() for p in pmfs))
            return float(value)
        except (ArithmeticError, ValueError, TypeError):  # a logarithm or root of what has no real
            return np.nan

    return np.array([one(*pmfs) for pmfs in zip(*batches, strict=True)])


@cache
def contenders(member: Member) -> dict[str, Callable[..., Any]]:
    """Return who computes a quantity: functions of batches of masses."""
    import jax

    axes = (-2, -1) if member.joint else -1

    def normalised(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *batches: function(*(p / p.sum(axes, keepdims=True) for p in batches))

    peers = {
        OURS: member.function,
        OURS_JAX: jax.jit(member.function),
        TEXTBOOK: normalised(lambda *batches: textbook(member, *batches)),
    }
    for peer in (arrays.SCIPY, arrays.JAX):
        if member.name in peer.rows:
            peers[peer.library] = normalised(peer.functions_of_rows()[member.name])
    return peers


def cases(member: Member, region: str, draws: int) -> Iterator[tuple[list[Array], list[Any]]]:
    """Return batches of distributions from a region, with the exact values."""
    for n, shape in zip(SIZES, SHAPES, strict=True):
        rng = np.random.default_rng(0)
        if member.joint:
            drawn = [(JOINT_REGIONS[region](rng, shape),) for _ in range(draws)]
        else:
            drawn = [REGIONS[region](rng, n)[: member.arity] for _ in range(draws)]
        exact = [oracle.value(member.functional, *ps) for ps in drawn]
        keep = [i for i, e in enumerate(exact) if not 0 < abs(e) < LEAST]
        if keep:
            batches = [np.stack([drawn[i][k] for i in keep]) for k in range(member.arity)]
            yield batches, [exact[i] for i in keep]


def errors(member: Member, region: str, draws: int) -> list[dict[str, Any]]:
    """Return the errors of all who compute a quantity, in one region."""
    found: dict[str, list[float]] = {}
    for batches, exact in cases(member, region, draws):
        for name, function in contenders(member).items():
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")  # peers warn of what the table shows
                values = np.asarray(function(*batches))
            wrong = [min(ulps(v, e), NO_DIGIT) for v, e in zip(values, exact, strict=True)]
            found.setdefault(name, []).extend(wrong)
    return [
        {
            "quantity": str(member),
            "region": region,
            "by": name,
            "worst": float(f"{max(wrong):.3g}"),
            "median": float(f"{np.median(wrong):.3g}"),
            "cases": len(wrong),
        }
        for name, wrong in found.items()
    ]


def measure(chosen: list[Member], draws: int) -> list[dict[str, Any]]:
    """Return all errors; what there is of them, if interrupted."""
    import jax

    rows: list[dict[str, Any]] = []
    work = [(m, r) for m in chosen for r in (JOINT_REGIONS if m.joint else REGIONS)]
    try:
        with jax.enable_x64(True):
            for member, region in track(work, description="accuracy", transient=True):
                rows += errors(member, region, draws)
    except KeyboardInterrupt:
        Console(stderr=True).print("interrupted; the report has what was done")
    return rows


def summary(rows: list[dict[str, Any]]) -> Table:
    """Return the worst error over all regions, by quantity and contender."""
    table = Table(title="Worst error over all regions, in ulp")
    table.add_column("quantity")
    for name in CONTENDERS:
        table.add_column(name, justify="right")
    for quantity in dict.fromkeys(row["quantity"] for row in rows):
        worst = {
            name: max(
                (r["worst"] for r in rows if r["quantity"] == quantity and r["by"] == name),
                default=None,
            )
            for name in CONTENDERS
        }
        table.add_row(quantity, *(shown(w) for w in worst.values()))
    return table


def shown(error: float | None) -> str:
    """Return an error as the tables show it."""
    if error is None:
        return ""
    return "no digit" if error >= NO_DIGIT else f"{error:.1f}" if error < 1000 else f"{error:.0e}"


def claim(rows: list[dict[str, Any]]) -> str:
    """Return in words what the worst errors are: the README says so, and nothing better.

    Two regions are kept apart: subnormal masses, which XLA takes to be zero, and variables that are
    independent, whose mutual information is itself of the size of squared roundings.
    """

    def worst(by: str, of_order: bool, *apart: str) -> float:
        found = [
            row["worst"]
            for row in rows
            if row["by"] == by
            and (" of order " in row["quantity"]) == of_order
            and row["region"] not in apart
        ]
        return ceil(10.0 * max(found)) / 10.0

    ours = [worst(OURS, of_order, "independent") for of_order in (False, True)]
    jax = [worst(OURS_JAX, of_order, "independent", "subnormal") for of_order in (False, True)]
    return (
        "The worst of the draws of `benchmarks/accuracy.py`, in double precision, is off by "
        f"{ours[0]:g} units, and by {ours[1]:g} for quantities of any order; under JAX by "
        f"{jax[0]:g} and {jax[1]:g}, but for subnormal masses, which XLA takes to be zero. Mutual "
        "information of variables that are independent but for rounding, itself about 1e-33, is "
        "off by up to "
        f"{ceil(max(worst(by, False, 'subnormal') for by in (OURS, OURS_JAX)))} units."
    )


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw the worst errors, quantities by regions: ours, the textbook's and SciPy's."""
    import matplotlib.pyplot as plt
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm

    worst = {(r["by"], r["quantity"], r["region"]): max(r["worst"], 0.5) for r in rows}
    quantities = list(dict.fromkeys(row["quantity"] for row in rows))
    regions = [r for r in (*REGIONS, *JOINT_REGIONS) if any(row["region"] == r for row in rows)]
    colours = plt.get_cmap("magma_r").copy()
    colours.set_bad("#f0f0f0")
    norm = LogNorm(0.5, NO_DIGIT)
    figure, grid = plt.subplots(
        2,
        2,
        figsize=(8.5, 0.3 * len(quantities) + 2.4),
        sharex=True,
        sharey=True,
        layout="constrained",
    )
    for axes, name in zip(grid.flat, (OURS, OURS_JAX, TEXTBOOK, SCIPY), strict=True):
        shades = [[worst.get((name, q, region), np.nan) for region in regions] for q in quantities]
        axes.imshow(np.array(shades), cmap=colours, norm=norm, aspect="auto")
        axes.set_title(name, loc="left", fontweight="bold", fontsize=10)
        axes.set_xticks(range(len(regions)), [r.replace("_", " ") for r in regions], rotation=90)
        named = [title_of(q).replace("Renyi", "Rényi") for q in quantities]
        axes.set_yticks(range(len(quantities)), named)
        axes.tick_params(length=0, labelsize=8)
        axes.spines[:].set_visible(False)
    bar = figure.colorbar(
        ScalarMappable(norm, colours),
        ax=grid,
        location="top",
        label="worst error in ulp",
        aspect=60,
    )
    bar.set_ticks([0.5, 4, 1e3, 1e6, 1e9, 1e12, NO_DIGIT])
    bar.set_ticklabels(["½", "4", "10³", "10⁶", "10⁹", "10¹²", "no digit right"])
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150, metadata={"Software": None})
    plt.close(figure)


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--figure", type=Path, help="also draw them into this file")
    parser.add_argument("--draws", type=int, default=20, help="of each size and region (20)")
    names = sorted({m.name for m in members()})
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help="quantities")
    options = parser.parse_args()
    chosen = [m for m in members() if m.name in (options.only or names)]
    rows = measure(chosen, options.draws)
    Console(width=120).print(summary(rows))
    if options.json:
        report = {"machine": machine(), "draws": options.draws, "rows": rows}
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    if options.figure and rows:
        draw(rows, options.figure)


if __name__ == "__main__":
    main()
