"""A figure of the functions f of the f-divergences, for the page on theory."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from generate.figures import STYLE

INKS = ("#0b61a4", "#e07a1f", "#b3123f", "#4a7c3a", "#7a2e8a", "#7a7a7a", "#8a5a2b")
U = np.linspace(1e-9, 4.0, 801)
# Each with the second derivative 1 at u = 1, but for total variation.
CURVES = {
    "chi-squared": (U - 1) ** 2 / 2,
    "Jeffreys": (U - 1) * np.log(U) / 2,
    "Kullback-Leibler": U * np.log(U) - U + 1,
    "triangular": (U - 1) ** 2 / (U + 1),
    "squared Hellinger": 2 * (np.sqrt(U) - 1) ** 2,
    "Jensen-Shannon": 2 * (U * np.log(U) - (1 + U) * np.log((1 + U) / 2)),
    "total variation": abs(U - 1) / 2,
}


def write(folder: Path) -> None:
    """Draw the curves, each with its name at its end."""
    folder.mkdir(parents=True, exist_ok=True)
    with plt.rc_context({**STYLE, "svg.hashsalt": "divergences"}):
        figure, axes = plt.subplots(figsize=(5.4, 3.8))
        ends = sorted(CURVES, key=lambda name: CURVES[name][-1])
        heights = np.array([CURVES[name][-1] for name in ends])
        for i in range(1, heights.size):  # names keep their distance
            heights[i] = max(heights[i], heights[i - 1] + 0.24)
        for i, (name, height) in enumerate(zip(ends, heights, strict=True)):
            (line,) = axes.plot(U, CURVES[name], color=INKS[i], lw=1.4)
            axes.annotate(name, (4.06, height), color=line.get_color(), va="center", fontsize=9)
        axes.set(xlabel="u = p/q", ylabel="f(u)", xlim=(0, 5.8), ylim=(0, 4.6), xticks=range(5))
        figure.savefig(folder / "family_tree.svg", metadata={"Date": None}, transparent=True)
        plt.close(figure)
