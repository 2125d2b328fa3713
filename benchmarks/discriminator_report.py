"""The table, the JSON and the figure of `benchmarks.js_vs_discriminator`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.table import Table

from benchmarks.timing import machine

COLOURS = {  # Okabe and Ito's
    "histogram": "#E69F00",
    "nearest neighbours": "#56B4E9",
    "kernel density": "#CC79A7",
    "quadratic classifier": "#009E73",
    "GAN discriminator": "#0072B2",
}
AGAINST = ("normal-mu-2", "ring-8")  # n and dimension
REACH = 0.1  # of the axis of errors, in nats
FLOOR = 1e-5  # nats: errors below it, as where supports are disjoint, are not told apart


def summary(row: dict[str, Any]) -> dict[str, float]:
    """Return errors of a row's estimates, in the mean and squared, and of its mean interval."""
    values, intervals = np.array(row["values"]), np.array(row["intervals"])
    low, high = intervals[:, 0] - row["truth"], intervals[:, 1] - row["truth"]
    covered = (low <= FLOOR) & (high >= -FLOOR)
    return {
        "bias": float(np.mean(values) - row["truth"]),
        "rmse": float(np.sqrt(np.mean((values - row["truth"]) ** 2))),
        "low": float(np.mean(low)),
        "high": float(np.mean(high)),
        "coverage": float(np.mean(covered)),
        "seconds": float(np.median(row["seconds"])),
    }


def read(path: Path | None) -> list[dict[str, Any]]:
    """Return the rows of a report, none if it is not there yet."""
    return json.loads(path.read_text())["rows"] if path and path.exists() else []


def merge(report: list[dict[str, Any]], rows: list[dict[str, Any]], targets: list[str]) -> None:
    """Put the rows of a case into a report, in place of those it had of the same case."""

    def case(row: dict[str, Any]) -> tuple[int, int, int]:
        return targets.index(row["target"]), row["dim"], row["n"]

    done = {case(row) for row in rows}
    kept = [row for row in report if row["target"] in targets and case(row) not in done]
    report[:] = sorted(kept + rows, key=case)


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Replace the report in one stroke."""
    lines = ",\n".join(json.dumps(row, allow_nan=False) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(f'{{"machine": {json.dumps(machine())},\n"rows": [\n{lines}\n]}}\n')
    partial.replace(path)


def table(rows: Sequence[dict[str, Any]]) -> Table:
    """Tabulate mean errors, root mean square errors and coverage, in nats."""
    found = Table(title="JS from samples: mean estimate, 95 % interval, and how often it covers")
    for heading in ("target", "n", "d", "JS", "method", "mean", "from", "to", "rmse", "covers"):
        left = heading in ("target", "method")
        found.add_column(heading, justify="left" if left else "right", no_wrap=True)
    found.add_column("CPU s", justify="right", no_wrap=True)
    for row in rows:
        start = (row["target"], str(row["n"]), str(row["dim"]), f"{row['truth']:.4f}")
        if not row["values"]:
            found.add_row(*start, row["method"], "refused", *[""] * 5)
            continue
        s = summary(row)
        found.add_row(
            *start,
            row["method"],
            f"{s['bias'] + row['truth']:.4f}",
            f"{s['low'] + row['truth']:.4f}",
            f"{s['high'] + row['truth']:.4f}",
            f"{s['rmse']:.4f}",
            f"{s['coverage']:.0%}",
            f"{s['seconds']:.2g}",
        )
    return found


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return mean errors and per cent of intervals that cover, a line for each case."""
    lines = [
        f"| target | n | d | JS | {' | '.join(COLOURS)} |",
        "|---|---:|---:|---:|" + "---:|" * len(COLOURS),
    ]
    found: dict[tuple[Any, ...], dict[str, str]] = {}
    for row in rows:
        case = row["target"], row["n"], row["dim"], f"{row['truth']:.4f}"
        cell = "refused"
        if row["values"]:
            s = summary(row)
            cell = f"{s['bias']:+.3f}\N{NO-BREAK SPACE}({100 * s['coverage']:.0f})"
        found.setdefault(case, {})[row["method"]] = cell
    for case, cells in found.items():
        line = [*map(str, case), *(cells.get(method, "") for method in COLOURS)]
        lines.append(f"| {' | '.join(line)} |")
    return "\n".join(lines) + "\n"


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw errors with their intervals: by target, by sample size and by dimension."""
    usual = max({row["n"] for row in rows}, key=[row["n"] for row in rows].count)
    least: dict[str, int] = {}
    for row in rows:
        least[row["target"]] = min(least.get(row["target"], row["dim"]), row["dim"])
    plain = [row for row in rows if row["dim"] == least[row["target"]]]
    figure = Figure(figsize=(13, 13), dpi=130, layout="constrained")
    grid = figure.add_gridspec(2, 3, width_ratios=[1.3, 1, 1])
    _by_target(figure.add_subplot(grid[:, 0]), [r for r in plain if r["n"] == usual], usual)
    for column, target in enumerate(AGAINST, start=1):
        by_size = [row for row in plain if row["target"] == target]
        by_dim = [row for row in rows if row["target"] == target and row["n"] == usual]
        if by_size:
            _against(figure.add_subplot(grid[0, column], title=target), by_size, "n")
        if by_dim:
            title = f"{target}, padded and rotated"
            _against(figure.add_subplot(grid[1, column], title=title), by_dim, "dim")
    handles, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=5, frameon=False)
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    FigureCanvasAgg(figure).print_png(path)


def _by_target(axes: Axes, rows: Sequence[dict[str, Any]], n: int) -> None:
    targets = list(dict.fromkeys(row["target"] for row in rows))[::-1]
    for k, (method, colour) in enumerate(COLOURS.items()):
        mine = [row for row in rows if row["method"] == method and row["values"]]
        heights = [targets.index(row["target"]) + 0.17 * (2 - k) for row in mine]
        found = [summary(row) for row in mine]
        axes.hlines(heights, [s["low"] for s in found], [s["high"] for s in found], color=colour)
        axes.plot([s["bias"] for s in found], heights, "o", color=colour, ms=4, label=method)
        for s, height in zip(found, heights, strict=True):
            if abs(s["bias"]) > REACH:
                _beyond(axes, s["bias"], height, colour)
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.set_xlim(-REACH, REACH)
    axes.set_ylim(-0.6, len(targets) - 0.4)
    axes.set_xticks(np.linspace(-REACH, REACH, 5))
    truths = {row["target"]: row["truth"] for row in rows}
    axes.set_yticks(range(len(targets)), [f"{name}\nJS = {truths[name]:.4f}" for name in targets])
    for height in range(len(targets) - 1):
        axes.axhline(height + 0.5, color="#E6E6E6", linewidth=0.8)
    axes.set_xlabel("mean estimate $-$ JS, and mean 95 % interval  (nat)")
    axes.set_title(f"{n} observations a side")


def _beyond(axes: Axes, bias: float, height: float, colour: str) -> None:
    """Mark an error that is off the axis, and write it down."""
    side = np.sign(bias)
    axes.plot(side * REACH, height, "<" if side < 0 else ">", color=colour, clip_on=False)
    axes.annotate(
        f"{bias:+.2f}",
        (side * REACH, height),
        (-9 * side, 0),
        textcoords="offset points",
        va="center",
        ha="left" if side < 0 else "right",
        fontsize=7,
        color=colour,
    )


def _against(axes: Axes, rows: Sequence[dict[str, Any]], what: str) -> None:
    ticks = sorted({row[what] for row in rows})
    for k, (method, colour) in enumerate(COLOURS.items()):
        mine = sorted(
            (row for row in rows if row["method"] == method and row["values"]),
            key=lambda row: row[what],
        )
        found = [summary(row) for row in mine]
        places = [ticks.index(row[what]) + 0.07 * (k - 2) for row in mine]
        axes.vlines(places, [s["low"] for s in found], [s["high"] for s in found], color=colour)
        axes.plot(places, [s["bias"] for s in found], "o-", color=colour, ms=4, lw=0.8)
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(ticks)), [str(tick) for tick in ticks])
    axes.set_xlim(-0.5, len(ticks) - 0.5)
    axes.set_ylim(-2 * REACH, 2 * REACH)
    axes.set_ylabel("error  (nat)")
    n = rows[0]["n"]
    axes.set_xlabel("observations a side" if what == "n" else f"dimension  (n = {n})")
