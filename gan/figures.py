"""Draw what the identity experiment found."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gan.records import TOLERANCE, LogitCurve, PairRecord, PairResult
from gan.style import BLUE, GREEN, GREY, ORANGE, new_figure, save

FIGURES = ("identity.png", "convergence.png", "logits.png")
MANY = 30
"""Pairs whose names have room beside the ends of their curves."""


def draw(results: Sequence[PairResult], folder: Path) -> None:
    """Save every figure that there are results for, as PNG."""
    if results:
        save(identity([result.record for result in results]), folder / "identity.png")
        save(convergence(results), folder / "convergence.png")
    curves = {r.record.name: r.logits for r in results if r.logits is not None}
    if curves:
        save(logits(curves), folder / "logits.png")


def identity(records: Sequence[PairRecord]) -> Figure:
    """V(D) against 2 JS - 2 log 2, and the gap between them with 95 % intervals."""
    records = sorted(records, key=lambda record: record.v_star)
    v_star = np.array([record.v_star for record in records])
    v_hat = np.array([record.v_hat for record in records])
    # V = 2 JS - 2 log 2: half the width of its interval is the whole width of that of JS.
    half = np.array([record.js_interval[1] - record.js_interval[0] for record in records])

    figure = new_figure(10, max(4.8, 0.16 * len(records) + 1))
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.1])
    ends = [-2 * np.log(2), 0]
    left.plot(ends, ends, color=GREY, linewidth=1, zorder=1)
    left.errorbar(v_star, v_hat, half, fmt="o", color=BLUE, markersize=6, capsize=3)
    left.set_aspect("equal")
    left.set_xlabel("truth:  2 JS $-$ 2 log 2  (nat)")
    left.set_ylabel("trained discriminator:  held-out V(D)  (nat)")
    left.set_title("A trained discriminator measures JS", loc="left", fontsize=12)

    rows = np.arange(len(records))
    right.axvline(0, color=GREY, linewidth=1)
    right.errorbar(
        1e3 * (v_star - v_hat), rows, xerr=1e3 * half, fmt="o", color=BLUE, markersize=6, capsize=3
    )
    right.set_yticks(rows, [record.name for record in records])
    right.set_ylim(-1, len(records))
    right.grid(axis="y", color="#E6E6E6", linewidth=0.8)
    right.set_axisbelow(True)
    right.axvline(1e3 * TOLERANCE, color=ORANGE, linewidth=1, linestyle="--")
    right.set_xlabel("2 JS $-$ 2 log 2 $-$ V(D)  (thousandths of a nat)")
    right.set_title("Gap, 95 % interval; tolerance dashed", loc="left", fontsize=12)
    return figure


def convergence(results: Sequence[PairResult]) -> Figure:
    """V(D) along training; dashed lines are the true maxima."""
    results = sorted(results, key=lambda result: result.record.v_star)
    colours = colormaps["viridis"](np.linspace(0, 0.8, len(results)))
    figure = new_figure(8, 5)
    axes = figure.subplots()
    for result, colour in zip(results, colours, strict=True):
        curve = result.convergence
        axes.axhline(result.record.v_star, color=colour, linewidth=1, linestyle="--", alpha=0.7)
        axes.plot(curve.steps, curve.values, color=colour, linewidth=1.6)
        axes.set_xlim(curve.steps[0], curve.steps[-1])
    labels = _spread([result.record.v_star for result in results], 0.065)
    named = len(results) <= MANY
    for result, colour, height in zip(results, colours, labels, strict=True):
        last = result.convergence.steps[-1]
        axes.annotate(
            result.record.name if named else "",
            (last, height),
            (8, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=colour,
        )
    axes.set_xscale("log")
    axes.set_ylim(-1.5, 0.08)
    axes.set_xlabel("training step")
    axes.set_ylabel("V(D) on fresh samples  (nat)")
    axes.set_title("V(D) rises to 2 JS $-$ 2 log 2 (dashed)", loc="left", fontsize=12)
    return figure


def logits(curves: dict[str, LogitCurve]) -> Figure:
    """Learned and true logits of one-dimensional pairs, above their densities."""
    columns = min(4, len(curves))
    rows = -(-len(curves) // columns)
    figure = new_figure(2.9 * columns, 2.7 * rows + 0.5)
    panels = figure.subplots(rows, columns, squeeze=False)
    for axes in panels.flat[len(curves) :]:
        axes.set_visible(False)
    for axes, (name, curve) in zip(panels.flat, curves.items(), strict=False):
        _density(axes, curve)
        axes.plot(curve.x, curve.true, color="black", linewidth=3.5, alpha=0.25, label="true")
        for i, learned in enumerate(curve.learned):
            axes.plot(curve.x, learned, color=BLUE, linewidth=1.2, label="" if i else "learned")
        # Without a least range, a logit that is zero would be all noise.
        reach = max(1.0, 1.1 * np.abs(curve.true).max())
        axes.set_ylim(-reach, reach)
        axes.set_title(name, loc="left", fontsize=10)
    logit_lines, logit_names = panels[0, 0].get_legend_handles_labels()
    shades, shade_names = figure.axes[-1].get_legend_handles_labels()
    figure.legend(
        logit_lines + shades,
        logit_names + shade_names,
        loc="outside upper right",
        ncols=4,
        frameon=False,
    )
    figure.supxlabel("x", fontsize=10)
    figure.supylabel("logit  log D/(1 $-$ D)  (nat)", fontsize=10)
    return figure


def _density(axes: Axes, curve: LogitCurve) -> None:
    """Shade both densities in the lower part of the panel, on a scale of their own."""
    shade = axes.twinx()
    shade.fill_between(curve.x, curve.p, color=ORANGE, alpha=0.25, linewidth=0, label="P")
    shade.fill_between(curve.x, curve.q, color=GREEN, alpha=0.25, linewidth=0, label="Q")
    shade.set_ylim(0, 3 * max(curve.p.max(), curve.q.max()))
    shade.set_axis_off()
    axes.set_zorder(shade.get_zorder() + 1)
    axes.patch.set_visible(False)


def _spread(heights: Sequence[float], distance: float) -> np.ndarray:
    """Move ascending label heights apart until neighbours keep their distance."""
    spread = np.array(heights)
    for _ in range(200):
        overlap = np.clip(distance - np.diff(spread), 0, None) / 2
        spread[:-1] -= overlap
        spread[1:] += overlap
    return spread
