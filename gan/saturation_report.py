"""What the saturation experiment found: contents of `report.json`, tables and a figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

from gan.config import SaturationConfig
from gan.output import RunReport
from gan.saturation import LineRecord, StepRecord, slope
from gan.style import BLUE, GREEN, GREY, ORANGE, new_figure, save

FIGURES = ("saturation.png",)
_ROWS = 8  # of the history, in the table


@dataclass(frozen=True)
class SaturationReport(RunReport):
    """The contents of `report.json`.

    Attributes
    ----------
    records : sequence of StepRecord
        The history at one distance.
    lines : sequence of LineRecord
        The state at every distance, after the last step of the history.
    slope : float or None
        Slope of log(-V) over log(step) in the last decade; None before there are two steps in it.
    """

    records: Sequence[StepRecord]
    lines: Sequence[LineRecord]
    slope: float | None
    experiment: str = field(default="saturate", kw_only=True)

    @classmethod
    def of(
        cls,
        records: Sequence[StepRecord],
        lines: Sequence[LineRecord],
        seed: int,
        config: SaturationConfig,
    ) -> "SaturationReport":
        """Return the report of what is known so far."""
        done = len(records)
        complete = done > 0 and records[-1].step == config.steps
        slope_ = slope(list(records)) if done > 1 else None
        return cls(records, lines, slope_, complete=complete, seed=seed, config=config)


def lines_table(records: Sequence[LineRecord]) -> Table:
    """Tabulate the state at every distance."""
    table = Table(title="Two parallel segments, theta apart", title_justify="left")
    for heading in ("theta", "JS", "V*", "V(D)", "JS from V(D)", "W1", "dW1/dtheta"):
        table.add_column(heading, justify="right", no_wrap=True)
    for r in records:
        table.add_row(
            f"{r.theta:g}",
            f"{r.js:.6f}",
            f"{r.v_star + 0.0:.6f}",
            f"{r.v_hat:.1e}" if r.theta else f"{r.v_hat:.6f}",
            f"{round(r.js_hat, 6) + 0.0:.6f}",
            f"{r.w1:.6f}",
            f"{r.w1_slope:+.0f}" if r.theta else "-1 .. +1",
        )
    return table


def training_table(records: Sequence[StepRecord]) -> Table:
    """Tabulate the history."""
    table = Table(title="What a generator is offered while D trains", title_justify="left")
    for heading in ("step", "-V(D)", "|logit|", "saturating", "non-saturating", "Wasserstein"):
        table.add_column(heading, justify="right", no_wrap=True)
    chosen = np.unique(np.linspace(0, len(records) - 1, _ROWS).round().astype(int))
    for r in (records[i] for i in chosen):
        table.add_row(
            str(r.step),
            f"{r.minus_v:.1e}",
            f"{r.logit:.1f}",
            f"{r.saturating:.1e}",
            f"{r.non_saturating:.1e}",
            f"{r.wasserstein:.1f}",
        )
    return table


def draw(report: SaturationReport, folder: Path) -> None:
    """Save the figure as PNG, if there is anything to draw."""
    if not report.records:
        return
    save(saturation(report), folder / "saturation.png")


def saturation(report: SaturationReport) -> Figure:
    """JS and W_1 against the distance; V(D) and the generator's gradients against steps."""
    figure = new_figure(10.5, 3.7)
    left, middle, right = figure.subplots(1, 3)
    lines = sorted(report.lines, key=lambda line: line.theta)
    theta = np.array([line.theta for line in lines])
    left.plot(theta, [line.w1 for line in lines], "o-", color=GREEN, markersize=4, label="W$_1$")
    reach = np.array([theta.min(), -0.0, 0.0, theta.max()])
    left.plot(reach, np.full(4, np.log(2)), color=GREY, linewidth=1, label="JS (0 at 0)")
    left.plot(
        theta, [line.js_hat for line in lines], "o", color=BLUE, markersize=5, label="JS from V(D)"
    )
    left.set_xlabel("distance of the segments")
    left.set_title("W$_1$ knows the distance, JS does not", loc="left", fontsize=11)

    steps = np.array([record.step for record in report.records])
    minus_v = np.array([record.minus_v for record in report.records])
    middle.loglog(steps, minus_v, color=BLUE, label="$-$V(D), nat")
    middle.loglog(
        steps, minus_v[-1] * steps[-1] / steps, color=GREY, linewidth=1, ls="--", label="1/step"
    )
    middle.loglog(steps, [r.logit for r in report.records], color=ORANGE, label="mean |logit|")
    middle.set_ylim(minus_v.min() / 3, 1e2)
    middle.set_xlabel("step of plain gradient descent")
    middle.set_title("D never arrives", loc="left", fontsize=11)

    for name, label, colour in (
        ("saturating", "saturating:  log(1 $-$ D)", BLUE),
        ("non_saturating", "non-saturating:  $-$log D", ORANGE),
        ("wasserstein", "W$_1$", GREEN),
    ):
        right.loglog(steps, [getattr(r, name) for r in report.records], color=colour, label=label)
    right.set_xlabel("step of plain gradient descent")
    right.set_title("Gradient that reaches the generator", loc="left", fontsize=11)
    for axes in (left, middle, right):
        axes.legend(frameon=False, fontsize=9)
    return figure
