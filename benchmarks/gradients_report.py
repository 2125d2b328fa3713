"""The table and the figure of `benchmarks.gradients`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm

from gan.adversarial_report import WORTH
from gan.style import GREY, ORANGE, new_figure, save

COLOURS = LogNorm(WORTH, 0.5)


def worth(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the checks at which JS is so large that the direction of its gradient matters."""
    return [check for check in row["checks"] if check["js"] >= WORTH]


def values(checks: Sequence[dict[str, Any]], name: str) -> np.ndarray:
    """Return one number of all checks."""
    return np.array([check[name] for check in checks])


def angles(checks: Sequence[dict[str, Any]], name: str) -> np.ndarray:
    """Return angles in degrees."""
    return np.degrees(np.arccos(np.clip(values(checks, name), -1, 1)))


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return a line for each number of steps of the discriminator, and one for all probes."""
    lines = [
        "| steps of D | checks | median cosine | least | median angle | lengths, median ratio |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    several = [(str(row["d_steps"]), worth(row), "") for row in rows]
    several.append(("a probe", [check for row in rows for check in worth(row)], "_probe"))
    for name, checks, kind in several:
        cosines = values(checks, f"cosine{kind}")
        cells = (
            f"{len(checks)}",
            f"{np.median(cosines):.4f}",
            f"{np.min(cosines):.3f}",
            f"{np.median(angles(checks, f'cosine{kind}')):.1f}°",
            f"{np.median(values(checks, f'ratio{kind}')):.2f}",
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw angles and ratios of lengths by the steps of the discriminator, and for probes."""
    figure = new_figure(11, 4.6)
    left, right = figure.subplots(1, 2)
    probes = [check for row in rows for check in worth(row)]
    names = [str(row["d_steps"]) for row in rows] + ["probe"]
    for axes, quantity, kind in ((left, angles, "cosine"), (right, values, "ratio")):
        columns = [(worth(row), quantity(worth(row), kind)) for row in rows]
        columns.append((probes, quantity(probes, f"{kind}_probe")))
        for place, (checks, heights) in enumerate(columns):
            _column(axes, place, checks, heights)
        axes.set_xticks(range(len(names)), names)
        axes.axvline(len(rows) - 0.5, color=GREY, linewidth=0.8)
        axes.set_xlabel("steps of D for each of G, or a fresh D with G frozen")
    left.set_yscale("log")
    left.set_ylim(0.05, 180)
    left.set_yticks([0.1, 1, 10, 90], ["0.1°", "1°", "10°", "90°"])
    left.axhline(np.degrees(np.arccos(0.99)), color=ORANGE, linewidth=1, linestyle="--")
    left.set_title("Angle to the gradient of 2 JS; dashed: cosine .99", loc="left", fontsize=11)
    right.axhline(1, color=ORANGE, linewidth=1, linestyle="--")
    right.set_yscale("log")
    right.set_yticks([0.1, 0.3, 1, 3], ["0.1", "0.3", "1", "3"])
    right.set_title("Its length over that of the gradient of 2 JS", loc="left", fontsize=11)
    for axes in (left, right):
        axes.minorticks_off()
    shades = ScalarMappable(COLOURS, "viridis_r")
    bar = figure.colorbar(shades, ax=[left, right], label="true JS (nat)", fraction=0.04)
    bar.set_ticks([0.01, 0.03, 0.1, 0.3], labels=["0.01", "0.03", "0.1", "0.3"])
    save(figure, path)


def _column(axes: Axes, place: int, checks: Sequence[dict[str, Any]], heights: np.ndarray) -> None:
    spread = np.linspace(-0.3, 0.3, len(checks)) if len(checks) > 1 else np.zeros(len(checks))
    axes.scatter(
        place + spread, heights, c=values(checks, "js"), norm=COLOURS, cmap="viridis_r", s=14
    )
    axes.hlines(np.median(heights), place - 0.38, place + 0.38, color="black", linewidth=1.6)
