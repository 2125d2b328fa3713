"""What generators of signals have come to: contents of `report.json`, a table and a figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.table import Table

from gan.output import RunReport
from gan.signal_games import SignalQuality, SignalRecord, Signals
from gan.signals import peaks
from gan.style import BLUE, GREEN, ORANGE, new_figure, save

FIGURES = ("signals.png",)
SHOWN = 12
"""Signals of either side that are drawn."""

_SHARES = ("precision", "recall", "density", "coverage")
_ERRORS = ("time_mean", "time_spread", "height_mean", "height_spread", "spectrum")


@dataclass(frozen=True)
class SignalReport(RunReport):
    """The contents of `report.json`.

    Attributes
    ----------
    records : sequence of SignalRecord
        One for each generator.
    """

    records: Sequence[SignalRecord]
    experiment: str = field(default="train", kw_only=True)


def signal_table(records: Sequence[SignalRecord]) -> Table:
    """Tabulate the generators, and real signals in the place of the first one's."""
    table = Table(title="Signals generated; errors of peak and spectrum in %", title_justify="left")
    table.add_column("seed", no_wrap=True)
    for heading in (*_SHARES, *_ERRORS, "CPU-s"):
        table.add_column(heading.replace("_", " "), justify="right")
    for record in records:
        table.add_row(str(record.seed), *_shown(record.found), f"{record.cpu_seconds:.0f}")
    table.add_section()
    table.add_row("real in its place", *_shown(records[0].ceiling), "")
    return table


def _shown(found: SignalQuality) -> list[str]:
    shares = [f"{getattr(found.quality, name):.3f}" for name in _SHARES]
    return shares + [f"{100 * getattr(found, name):+.1f}" for name in _ERRORS]


def draw(signals: Sequence[Signals], folder: Path) -> None:
    """Save the figure of the first generator as PNG, if there is one."""
    if not signals:
        return
    figure = new_figure(12, 6)
    (first, second), (third, fourth) = figure.subplots(2, 2)
    sides = ((signals[0].real, "real", ORANGE), (signals[0].fake, "generated", GREEN))
    for axes, (x, label, colour) in zip((first, second), sides, strict=True):
        t = np.arange(x.shape[1]) / x.shape[1]
        axes.plot(t, x[:SHOWN].T, color=colour, linewidth=1, alpha=0.8)
        axes.set_title(f"{SHOWN} signals, {label}", loc="left", fontsize=11)
        axes.set_xlabel("time")
    second.sharey(first)
    for x, label, colour in sides:
        third.plot(*peaks(x), ".", color=colour, markersize=2, alpha=0.5, label=label)
        power = np.mean(np.abs(np.fft.rfft(x)) ** 2, axis=0)
        style = {"linewidth": 3} if label == "real" else {"linewidth": 1.2, "color": BLUE}
        fourth.semilogy(power, **{"color": colour, "label": label} | style)
    third.set_title("Highest points", loc="left", fontsize=11)
    third.set_xlabel("time")
    third.set_ylabel("height")
    third.legend(frameon=False, fontsize=9, markerscale=4)
    fourth.set_title("Mean power spectrum", loc="left", fontsize=11)
    fourth.set_xlabel("frequency, periods in the signal")
    fourth.legend(frameon=False, fontsize=9)
    save(figure, folder / FIGURES[0])
