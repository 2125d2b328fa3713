"""JS and W_1 against the gap between supports, from pmfs, densities and samples alike.

    python -m benchmarks.saturation [--out FILE]

Draws docs/figures/saturation.png: Jensen-Shannon stays at log 2 as soon as the supports part, and
the Wasserstein distance goes on growing, whatever is known of the distributions.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import divergences as dv

GAPS = np.linspace(0.0, 3.0, 13)
BINS, DRAWS, SEED = 48, 400, 0
KINDS = {"pmf": ("o", 9), "density": ("s", 5), "sample": ("^", 4)}


def measured(gap: float, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Return JS and W_1 of uniform distributions on (0, 1) and (gap, 1 + gap)."""
    p, q = dv.Uniform(0.0, 1.0), dv.Uniform(gap, 1.0 + gap)
    x = rng.uniform(size=(2, DRAWS)) + np.array([[0.0], [gap]])
    edges = np.arange(0.0, 1.0 + gap + 1.0 / BINS, 1.0 / BINS)
    middles = 0.5 * (edges[1:] + edges[:-1])
    a, b = (dv.Weights(np.diff(side.cdf(edges))) for side in (p, q))
    n, m = (dv.Counts(np.histogram(side, edges)[0]) for side in x)
    return {
        "pmf": (
            float(dv.jensen_shannon_divergence(a, b)),
            float(dv.wasserstein_distance(a, b, positions=middles)),
        ),
        "density": (
            float(dv.jensen_shannon_divergence(p, q).value),
            float(dv.wasserstein_distance(p, q).value),
        ),
        "sample": (
            float(dv.jensen_shannon_divergence(n, m).value),
            float(dv.wasserstein_distance(dv.Sample(x[0]), dv.Sample(x[1])).value),
        ),
    }


def figure(found: list[dict[str, tuple[float, float]]]) -> Figure:
    """Draw both against the gap."""
    drawn = Figure(figsize=(9, 3.8), dpi=150, layout="constrained")
    for axes, index, title in zip(
        drawn.subplots(1, 2), (0, 1), ("Jensen-Shannon divergence (nat)", "W$_1$"), strict=True
    ):
        for kind, (marker, size) in KINDS.items():
            values = [row[kind][index] for row in found]
            axes.plot(GAPS, values, marker, markersize=size, fillstyle="none", label=kind)
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_xlabel("shift of a uniform distribution on (0, 1)")
        axes.axvline(1.0, color="#6E6E6E", linewidth=1, linestyle="--")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=9)
    drawn.axes[0].axhline(np.log(2.0), color="#6E6E6E", linewidth=1)
    return drawn


def main() -> None:
    """Measure and draw."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.saturation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=Path("docs/figures/saturation.png"))
    options = parser.parse_args()
    rng = np.random.default_rng(SEED)
    found = [measured(float(gap), rng) for gap in GAPS]
    print("shift  " + "  ".join(f"JS {kind:8} W1 {kind:8}" for kind in KINDS))
    for gap, row in zip(GAPS, found, strict=True):
        print(f"{gap:5.2f}  " + "  ".join(f"{js:11.6f} {w1:11.6f}" for js, w1 in row.values()))
    FigureCanvasAgg(figure(found)).print_png(options.out)


if __name__ == "__main__":
    main()
