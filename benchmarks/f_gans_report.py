"""The tables and the figure of `benchmarks.f_gans`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes

from gan.style import GREY, new_figure, save

TALLEST = 3.0  # of the axis of divergences
ON_THE_LEFT = ("triangular", "reverse-kl", "hellinger")  # labels that would overlap others
WORST = 1.0  # excess, as a share of the least value, at which colours end
LABELS = {
    "js": "Jensen-Shannon",
    "kl": "KL(data‖G)",
    "reverse-kl": "KL(G‖data)",
    "jeffreys": "Jeffreys",
    "hellinger": "Hellinger",
    "tv": "total variation",
    "triangular": "triangular",
    "chi2": "χ²(data‖G)",
    "reverse-chi2": "χ²(G‖data), half",
    "skewed-js": "JS, weight 1/4",
}


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return both tables."""
    return along_training_table(rows) + "\n" + normals_table(rows)


def along_training_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return divergences of flexible generators along training, as means over games."""
    steps = rows[0]["training"]["step"]
    shown = [steps[0], steps[len(steps) // 3], steps[-1]]
    heads = [f"after {step} steps" for step in shown]
    lines = [
        f"| game | {' | '.join(heads)} | shown in play | JS at the end |",
        "|---|" + "---:|" * (len(shown) + 2),
    ]
    for row in rows:
        found = row["training"]
        values = [np.mean(found["divergence"][steps.index(step)]) for step in shown]
        cells = [f"{value:.4f}" if value < 1e3 else f"{value:.0e}" for value in values]
        cells += [
            f"{100 * abs(np.median(found['in_play'])):.0f} %",
            f"{np.mean(found['js'][-1]):.4f}",
        ]
        lines.append(f"| {LABELS[row['name']]} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def normals_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return where games with a single normal end, beside the best normal of each divergence."""
    lines = [
        "| game | mean | its best | sd | its best | divergence | its least |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        found, best = row["normals"], row["best"]
        own = np.mean(found["divergences"][row["name"]])
        cells = (
            _with_spread(found["mean"]),
            f"{best['mean']:.3f}",
            _with_spread(found["sd"]),
            f"{best['sd']:.3f}",
            f"{own:.4f}",
            f"{best['divergence']:.4f}",
        )
        lines.append(f"| {LABELS[row['name']]} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _with_spread(values: Sequence[float]) -> str:
    spread = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{spread}"


def excesses(rows: Sequence[dict[str, Any]]) -> np.ndarray:
    """Return how far each divergence (column) is above its least after each game (row)."""
    names = [row["name"] for row in rows]
    least = np.array([row["best"]["divergence"] for row in rows])
    ends = [[np.mean(row["normals"]["divergences"][name]) for name in names] for row in rows]
    return np.array(ends) / least - 1


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw divergences along training, the normals that games end with, and their excesses."""
    figure = new_figure(16, 5.2)
    left, middle, right = figure.subplots(1, 3, width_ratios=[1, 1, 1.25])
    colours = colormaps["tab10"](np.arange(len(rows)))
    for row, colour in zip(rows, colours, strict=True):
        found = row["training"]
        mean = np.mean(found["divergence"], axis=1)
        least = np.min(mean)
        beyond = f", {least:.0e} and more" if least > TALLEST else ""
        label = LABELS[row["name"]] + beyond
        left.plot(found["step"], mean, color=colour, linewidth=1.6, label=label)
        ends, best = row["normals"], row["best"]
        middle.plot(best["mean"], best["sd"], "o", color=colour, markersize=13, fillstyle="none")
        middle.plot(ends["mean"], ends["sd"], ".", color=colour, markersize=6)
        left_of = row["name"] in ON_THE_LEFT
        middle.annotate(
            LABELS[row["name"]], (best["mean"], best["sd"]), (-9, -9) if left_of else (9, 3),
            textcoords="offset points", fontsize=8, color=colour, ha="right" if left_of else "left",
        )  # fmt: skip
    left.set_yscale("log")
    left.set_ylim(3e-5, TALLEST)
    left.set_xlabel("step of the generator")
    left.set_ylabel("exact value of the game's own divergence  (nat)")
    left.set_title("A flexible generator", loc="left", fontsize=11)
    left.legend(frameon=False, fontsize=8, ncols=2)
    middle.set_xlim(left=-0.55)
    middle.set_xlabel("mean of the generator")
    middle.set_ylabel("standard deviation of the generator")
    middle.set_title("One normal: games (dots), best normals (rings)", loc="left", fontsize=11)
    _heat_map(right, rows)
    save(figure, path)


def _heat_map(axes: Axes, rows: Sequence[dict[str, Any]]) -> None:
    values, labels = excesses(rows), [LABELS[row["name"]] for row in rows]
    axes.imshow(np.clip(values, 0, WORST), cmap="Blues", vmin=0, vmax=WORST)
    for (i, j), value in np.ndenumerate(values):
        colour = "white" if value > 0.6 * WORST else "black" if i == j else GREY
        weight = "bold" if i == j else "normal"
        text = f"{100 * value:.0f}" if value < 9.995 else f"{1 + value:.0f}×"
        text = text if value < 1e3 else "≫"
        axes.text(j, i, text, ha="center", va="center", fontsize=8, color=colour, weight=weight)
    axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylabel("game")
    axes.set_title("One normal: % above the least of each divergence", loc="left", fontsize=11)
