"""The tables and the figure of `benchmarks.js_along_training`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from rich.table import Table

from benchmarks.discriminator_report import COLOURS
from gan.style import GREY, ORANGE, new_figure, save

PLAY, PROBE = "discriminator in play", "probe"
STYLES = dict(zip(("histogram", "nearest neighbours", "kernel density", "quadratic classifier",
                   "discriminator"), COLOURS.values(), strict=True))  # fmt: skip
GAME = {PLAY: GREY, PROBE: ORANGE}


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Summarise one method at one check of all games: errors, coverage and lower bounds."""
    errors = np.array([v - row["truth"] for row in rows for v in row["values"]])
    covers = [a <= row["truth"] <= b for row in rows for a, b in row["intervals"]]
    bounds = np.array([b - row["truth"] for row in rows for b in row["bounds"]])
    seconds = [s for row in rows for s in row["seconds"]]
    return {
        "truth": float(np.mean([row["truth"] for row in rows])),
        "bias": float(np.mean(errors)),
        "spread": float(np.std(errors, ddof=1)) if len(errors) > 2 else float("nan"),
        "rmse": float(np.sqrt(np.mean(errors**2))),
        "coverage": float(np.mean(covers)) if covers else float("nan"),
        "count": float(len(covers)),
        "bound": float(np.mean(bounds)) if len(bounds) else float("nan"),
        "bound_holds": float(np.mean(bounds <= 0)) if len(bounds) else float("nan"),
        "seconds": float(np.median(seconds)) if seconds else float("nan"),
    }


def checks(rows: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return the checks, in order: target and step."""
    return list(dict.fromkeys((row["target"], row["step"]) for row in rows))


def at(
    rows: Sequence[dict[str, Any]], target: str, method: str, step: int | None = None
) -> list[dict[str, Any]]:
    """Return the rows of one method that have an estimate, at one step or at all."""
    return [
        row
        for row in rows
        if row["target"] == target
        and row["method"] == method
        and step in (None, row["step"])
        and row["values"]
    ]


def table(rows: Sequence[dict[str, Any]]) -> Table:
    """Tabulate mean errors, root mean square errors, coverage and lower bounds, in nats."""
    found = Table(title="JS while a generator trains: errors of estimates, in nats")
    headings = ("target", "step", "JS", "method", "bias", "rmse", "covers", "bound", "CPU s")
    for heading in headings:
        left = heading in ("target", "method")
        found.add_column(heading, justify="left" if left else "right", no_wrap=True)
    for target, step in checks(rows):
        for method in (*STYLES, *GAME):
            if mine := at(rows, target, method, step):
                s = summary(mine)
                found.add_row(
                    target,
                    str(step),
                    f"{s['truth']:.4f}",
                    method,
                    f"{s['bias']:+.4f}",
                    f"{s['rmse']:.4f}",
                    "" if np.isnan(s["coverage"]) else f"{s['coverage']:.0%}",
                    "" if np.isnan(s["bound"]) else f"{s['bound'] + s['truth']:.4f}",
                    "" if np.isnan(s["seconds"]) else f"{s['seconds']:.2g}",
                )
    return found


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return mean estimates at each check, and what all checks of a target come to."""
    lines = []
    for target in dict.fromkeys(row["target"] for row in rows):
        lines += [f"**{target}**", "", *_along(rows, target), "", *_overall(rows, target), ""]
    return "\n".join(lines)


def _along(rows: Sequence[dict[str, Any]], target: str) -> list[str]:
    steps = [step for name, step in checks(rows) if name == target]
    truths = [summary(at(rows, target, PROBE, step))["truth"] for step in steps]
    lines = [_line("step", map(str, steps)), "|---|" + "---:|" * len(steps)]
    lines.append(_line("exact JS", (f"{truth:.4f}" for truth in truths)))
    for method in (*GAME, *STYLES):
        found = [summary(mine) if (mine := at(rows, target, method, s)) else None for s in steps]
        shown = ["refused" if s is None else f"{s['bias'] + s['truth']:.4f}" for s in found]
        lines.append(_line(method, shown))
        bounds = [s for s in found if s is not None and not np.isnan(s["bound"])]
        if len(bounds) == len(steps):
            cells = (f"{max(0.0, s['bound'] + s['truth']):.4f}" for s in bounds)
            lines.append(_line(f"{method}: JS ≥", cells))
    return lines


def _overall(rows: Sequence[dict[str, Any]], target: str) -> list[str]:
    headings = ("error", "root mean square", "interval holds JS", "bound holds")
    lines = [_line("method", headings), "|---|---:|---:|---:|---:|"]
    for method in (*GAME, *STYLES):
        if mine := at(rows, target, method):
            s = summary(mine)
            covers = "" if np.isnan(s["coverage"]) else _of(s["coverage"], s["count"])
            holds = "" if np.isnan(s["bound"]) else _of(s["bound_holds"], s["count"])
            lines.append(_line(method, (f"{s['bias']:+.4f}", f"{s['rmse']:.4f}", covers, holds)))
    return lines


def _line(first: str, cells: Iterable[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"


def _of(share: float, count: float) -> str:
    return f"{round(share * count)} of {round(count)}"


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw errors and coverage along training, a row for each target."""
    targets = list(dict.fromkeys(row["target"] for row in rows))
    figure = new_figure(10, 3.7 * len(targets) + 0.6)
    panels = figure.subplots(len(targets), 2, squeeze=False)
    for (left, right), target in zip(panels, targets, strict=True):
        _errors(left, rows, target)
        _coverage(right, rows, target)
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=4, frameon=False, fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(figure, path)


def _steps(axes: Axes, rows: Sequence[dict[str, Any]], target: str) -> list[int]:
    steps = [step for name, step in checks(rows) if name == target]
    truths = [summary(at(rows, target, PROBE, step))["truth"] for step in steps]
    labels = [f"{step}\n{truth:.2g}" for step, truth in zip(steps, truths, strict=True)]
    axes.set_xticks(range(len(steps)), labels)
    axes.set_xlabel("step of the generator, and exact JS (nat)")
    return steps


def _errors(axes: Axes, rows: Sequence[dict[str, Any]], target: str) -> None:
    steps = _steps(axes, rows, target)
    for k, (method, colour) in enumerate((STYLES | GAME).items()):
        places = [i for i, step in enumerate(steps) if at(rows, target, method, step)]
        found = [summary(at(rows, target, method, steps[i])) for i in places]
        if found:
            axes.errorbar(
                np.array(places) + 0.06 * (k - 3),
                [s["bias"] for s in found],
                [0.0 if np.isnan(s["spread"]) else s["spread"] for s in found],
                fmt="s--" if method in GAME else "o-",
                color=colour,
                ms=4,
                lw=1,
                label=method,
            )
    axes.axhline(0.0, color="black", lw=0.8)
    axes.set_ylabel("estimate $-$ JS (nat)")
    axes.set_title(f"{target}: mean error, standard deviation", loc="left")


def _coverage(axes: Axes, rows: Sequence[dict[str, Any]], target: str) -> None:
    steps = _steps(axes, rows, target)
    for k, (method, colour) in enumerate(STYLES.items()):
        places = [i for i, step in enumerate(steps) if at(rows, target, method, step)]
        found = [summary(at(rows, target, method, steps[i])) for i in places]
        shares = np.array([s["coverage"] for s in found])
        axes.plot(np.array(places) + 0.06 * (k - 2), shares, "o-", color=colour, ms=4, lw=1)
    axes.axhline(0.95, color="black", lw=0.8, ls="--")
    axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_title("95 % intervals that hold JS", loc="left")
