"""The identity on all 64 named pairs: a table and a figure from the report of the full suite.

``python -m gan verify --suite full --seeds 4 --out DIR`` makes the report; then
``python -m benchmarks.identity_suites DIR/report.json --figure FILE`` copies it to the committed
results, with a table in Markdown beside it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from gan.style import BLUE, GREEN, GREY, ORANGE, new_figure, save

RESULTS = Path(__file__).parent / "results" / "identity_full.json"
COLOURS = {1: BLUE, 2: ORANGE}
LEAST = 1e-9  # nats: the left end of the figure


def summary(records: list[dict[str, Any]]) -> dict[str, float]:
    """Return what the aims are about, over pairs that do not saturate."""
    gaps = np.array([r["gap"] for r in records if not r["saturates"]])
    shares = [r["gap_standard_error"] / r["tolerance"] for r in records]
    return {
        "pairs": len(records),
        "verified": sum(r["verified"] for r in records),
        "median gap": float(np.median(gaps)),
        "largest gap": float(np.max(gaps)),
        "largest standard error over tolerance": float(max(shares)),
    }


def markdown(report: dict[str, Any]) -> str:
    """Return a line for each pair, and a line of what the aims are about."""
    records = report["records"]
    found = summary(records)
    largest = found["largest standard error over tolerance"]
    words = (
        f"{found['verified']:.0f} of {found['pairs']:.0f} pairs verified with "
        f"{report['config']['seeds']} seeds each: median gap {found['median gap']:.1e}, largest "
        f"{found['largest gap']:.1e} nat; no standard error of a gap above {largest:.1%} of its "
        f"tolerance. {report['cpu_seconds'] / 60:.0f} minutes of processor time."
    )
    lines = [
        words,
        "",
        "| pair | d | V\\* | gap | standard error | tolerance | |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for r in records:
        verdict = "saturates" if r["saturates"] else "reached"
        cells = [
            r["name"],
            str(r["dim"]),
            f"{r['v_star']:.6f}",
            f"{r['gap']:.1e}",
            f"{r['gap_standard_error']:.0e}",
            f"{r['tolerance']:.1e}",
            verdict if r["verified"] else "**missed**",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def draw(records: list[dict[str, Any]]) -> Figure:
    """Draw gaps and their tolerances on a logarithmic scale, sorted by the gap."""
    rows = sorted((r for r in records if not r["saturates"]), key=lambda r: r["gap"])
    figure = new_figure(8, 0.155 * len(rows) + 1)
    axes = figure.subplots()
    for height, r in enumerate(rows):
        gap, error = max(r["gap"], LEAST), r["gap_standard_error"]
        colour = COLOURS.get(r["dim"], GREEN)
        ends = [max(r["gap"] + k * error, LEAST) for k in (-2, 2)]
        axes.plot(ends, [height] * 2, color=colour, linewidth=1.5)
        axes.plot(gap, height, "o", color=colour, markersize=4.5)
        axes.plot(r["tolerance"], height, "|", color=GREY, markersize=7)
    for label, colour in (("1-D", BLUE), ("2-D", ORANGE), ("3-D and more", GREEN)):
        axes.plot([], [], "o", color=colour, markersize=4.5, label=label)
    axes.plot([], [], "|", color=GREY, linestyle="", markersize=7, label="tolerance")
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), [r["name"] for r in rows])
    axes.set_ylim(-1, len(rows))
    axes.grid(axis="x", color="#E6E6E6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("V* $-$ V(D)  (nat), mean over seeds, with two standard errors")
    axes.legend(loc="upper left", frameon=False)
    return figure


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.identity_suites",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("report", type=Path, help="report.json of the full suite")
    parser.add_argument("--json", type=Path, default=RESULTS, help="default: %(default)s")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="where to draw the figure")
    arguments = parser.parse_args(argv)
    report = json.loads(arguments.report.read_text())
    if report["experiment"] != "verify" or not report["complete"]:
        parser.error(f"{arguments.report} is no finished report of `gan verify`")
    text = markdown(report)
    print(text)
    arguments.json.write_text(json.dumps(report, indent=1) + "\n")
    arguments.json.with_suffix(".md").write_text(text)
    if arguments.figure:
        save(draw(report["records"]), arguments.figure)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
