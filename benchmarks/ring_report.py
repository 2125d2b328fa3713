"""The table and the figure of `benchmarks.ring`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np
from matplotlib.axes import Axes

from gan.named import NAMED
from gan.sampling import independent
from gan.style import BLUE, GREEN, GREY, ORANGE, new_figure, save

AIM = 0.05  # nats
WITHIN = 1 - float(np.exp(-4.5))  # of a normal of the plane, within three standard deviations
DIRECT = {
    "likelihood": "no game: maximum likelihood",
    "exact-js": "no game: down the exact JS",
}
HEADS = ("true JS", "worst", "played G", "2K codes", "8 of 8 modes", "scarcest", "within 3 sd",
         "CPU-s")  # fmt: skip
PANELS = {
    "likelihood": "maximum likelihood",
    "kl": "game of KL",
    "rp + R1 + R2": "relativistic, R1 + R2",
    "ns, five steps of D": "ns, five steps of D",
    "exact-js": "down the exact JS",
}
"""Rows whose first seed is shown."""

TICKS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def title_of(row: dict[str, Any]) -> str:
    """Return what a row is called in tables and figures."""
    return DIRECT.get(row["name"], str(row["name"]))


def column(row: dict[str, Any], name: str) -> np.ndarray:
    """Return what was found of all seeds."""
    return np.array([found[name] for found in row["found"]])


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return a line for each row: means over seeds, with the standard deviation of JS."""
    lines = [
        f"| training | {' | '.join(HEADS)} |",
        "|---|" + "---:|" * len(HEADS),
    ]
    for row in rows:
        js, modes = column(row, "js"), column(row, "modes")
        raw, twice = (np.mean(column(row, name)) for name in ("js_raw", "js_twice_codes"))
        spread = f" ± {np.std(js, ddof=1):.3f}" if len(js) > 1 else ""
        cells = (
            title_of(row),
            f"{np.mean(js):.4f}{spread}",
            f"{np.max(js):.4f}",
            "" if row["name"] in DIRECT else f"{raw:.4f}",
            f"{twice:.4f}",
            f"{np.sum(modes == 8)} of {len(modes)}",
            f"{8 * 100 * np.mean(column(row, 'smallest')):.0f} %",
            f"{100 * np.mean(column(row, 'within')):.1f} %",
            f"{row['cpu_seconds'] / len(js):.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw JS of all rows and seeds, and samples of some."""
    figure = new_figure(13, 5.4)
    grid = figure.add_gridspec(2, 4, width_ratios=[2, 1, 1, 1])
    _divergences(figure.add_subplot(grid[:, 0]), rows)
    known = {row["name"]: row for row in rows}
    panels = [figure.add_subplot(grid[i, j]) for i in (0, 1) for j in (1, 2, 3)]
    data = np.asarray(NAMED["ring-8"].sample(jax.random.key(1), 377, independent))
    _samples(panels[0], data, "data", ORANGE)
    for axes, name in zip(panels[1:], PANELS, strict=True):
        if name in known:
            js = known[name]["found"][0]["js"]
            points = np.array(known[name]["samples"])
            _samples(axes, points, f"{PANELS[name]}: JS {js:.3f}", GREEN)
    save(figure, path)


def _divergences(axes: Axes, rows: Sequence[dict[str, Any]]) -> None:
    heights = np.arange(len(rows))[::-1]
    for height, row in zip(heights, rows, strict=True):
        js = column(row, "js")
        whole = column(row, "modes") == 8
        colour = GREY if row["name"] in DIRECT else BLUE
        at = np.full(len(js), height) + np.linspace(-0.2, 0.2, len(js))
        axes.plot(js[whole], at[whole], "o", color=colour, markersize=5)
        axes.plot(js[~whole], at[~whole], "o", color=colour, markersize=5, fillstyle="none")
    axes.axvline(AIM, color=ORANGE, linewidth=1, linestyle="--")
    axes.axvline(np.log(2), color=GREY, linewidth=1)
    axes.text(0.66, heights[0] + 0.6, "log 2", ha="right", fontsize=8, color=GREY)
    axes.text(AIM, heights[0] + 0.6, " aim", fontsize=8, color=ORANGE)
    axes.set_xscale("log")
    axes.set_xticks(TICKS, [str(tick) for tick in TICKS])
    axes.minorticks_off()
    axes.set_yticks(heights, [title_of(row) for row in rows])
    axes.grid(axis="y", color="#E6E6E6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("true JS of data and generator  (nat)")
    axes.set_title("A dot for each seed; hollow: modes are missing", loc="left", fontsize=11)


def _samples(axes: Axes, points: np.ndarray, title: str, colour: str) -> None:
    axes.plot(*points.T, ".", color=colour, markersize=3)
    axes.set_aspect("equal")
    axes.set_xlim(-3.2, 3.2)
    axes.set_ylim(-3.2, 3.2)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title, loc="left", fontsize=10)
