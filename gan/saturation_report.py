"""Write down what the saturation experiment found: tables, `report.json` and a figure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.table import Table

from gan.report import device_name, installed_versions
from gan.saturation import LineRecord, SaturationConfig, StepRecord, slope

# Of Okabe and Ito's palette, which is legible with every common colour vision.
_BLUE, _ORANGE, _GREEN, _GREY = "#0072B2", "#D55E00", "#009E73", "#6E6E6E"
_ROWS = 8  # of the history, in the table


@dataclass(frozen=True)
class SaturationReport:
    """The contents of `report.json`.

    Attributes
    ----------
    lines : sequence of LineRecord
        The state at every distance, after the last step of the history.
    training : sequence of StepRecord
        The history at one distance.
    slope : float or None
        Slope of log(-V) over log(step) in the last decade; None before there are two steps in it.
    complete : bool
        Whether training went on to the end.
    seed, config, device, versions
        What the numbers depend on.
    """

    lines: Sequence[LineRecord]
    training: Sequence[StepRecord]
    slope: float | None
    complete: bool
    seed: int
    config: SaturationConfig
    device: str = field(default_factory=device_name)
    versions: dict[str, str] = field(default_factory=installed_versions)

    @classmethod
    def of(
        cls,
        lines: Sequence[LineRecord],
        training: Sequence[StepRecord],
        seed: int,
        config: SaturationConfig,
    ) -> "SaturationReport":
        """Return the report of what is known so far."""
        done = len(training)
        complete = done > 0 and training[-1].step == config.steps
        return cls(
            lines, training, slope(list(training)) if done > 1 else None, complete, seed, config
        )

    def write(self, folder: Path) -> None:
        """Replace `report.json` in one stroke: an interruption never leaves half a report."""
        partial = folder / "report.json.partial"
        partial.write_text(json.dumps(asdict(self), indent=2, allow_nan=False) + "\n")
        partial.replace(folder / "report.json")


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
    if not report.training:
        return
    figure = saturation(report)
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=9)
    FigureCanvasAgg(figure).print_png(folder / "saturation.png")


def saturation(report: SaturationReport) -> Figure:
    """JS and W_1 against the distance; V(D) and the generator's gradients against steps."""
    figure = Figure(figsize=(13, 4.2), dpi=150, layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    records = sorted(report.lines, key=lambda record: record.theta)
    theta = np.array([record.theta for record in records])
    left.plot(theta, [r.w1 for r in records], "o-", color=_GREEN, markersize=4, label="W$_1$")
    reach = np.array([theta.min(), -0.0, 0.0, theta.max()])
    left.plot(reach, np.full(4, np.log(2)), color=_GREY, linewidth=1, label="JS (0 at 0)")
    left.plot(
        theta, [r.js_hat for r in records], "o", color=_BLUE, markersize=5, label="JS from V(D)"
    )
    left.set_xlabel("distance of the segments")
    left.set_title("W$_1$ knows the distance, JS does not", loc="left", fontsize=11)

    steps = np.array([record.step for record in report.training])
    minus_v = np.array([record.minus_v for record in report.training])
    middle.loglog(steps, minus_v, color=_BLUE, label="$-$V(D), nat")
    middle.loglog(
        steps, minus_v[-1] * steps[-1] / steps, color=_GREY, linewidth=1, ls="--", label="1/step"
    )
    middle.loglog(steps, [r.logit for r in report.training], color=_ORANGE, label="mean |logit|")
    middle.set_ylim(minus_v.min() / 3, 1e2)
    middle.set_xlabel("step of plain gradient descent")
    middle.set_title("D never arrives", loc="left", fontsize=11)

    for name, label, colour in (
        ("saturating", "saturating:  log(1 $-$ D)", _BLUE),
        ("non_saturating", "non-saturating:  $-$log D", _ORANGE),
        ("wasserstein", "W$_1$", _GREEN),
    ):
        right.loglog(steps, [getattr(r, name) for r in report.training], color=colour, label=label)
    right.set_xlabel("step of plain gradient descent")
    right.set_title("Gradient that reaches the generator", loc="left", fontsize=11)
    for axes in (left, middle, right):
        axes.legend(frameon=False, fontsize=9)
    return figure
