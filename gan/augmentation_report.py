"""What augmentation has brought: contents of `report.json`, a table and a figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.table import Table

from gan.augmentation import WAYS, AugmentRecord
from gan.output import RunReport
from gan.style import BLUE, GREEN, GREY, ORANGE, new_figure, save

FIGURES = ("augment.png",)
_COLOURS = dict(zip(WAYS, (GREY, GREEN, "black", ORANGE, BLUE), strict=True))
_LABELS = {
    "none": "real alone",
    "generated": "real and generated",
    "copies": "real and plain copies",
    "noise": "real and noisy copies",
    "shifts": "real and shifted copies",
}


@dataclass(frozen=True)
class Gain:
    """What a way of augmentation adds to the accuracy, on the same images.

    Attributes
    ----------
    per_class : int
        Real images of each class.
    way : str
        What is added to them.
    mean, standard_error : float
        Of the differences from the real images alone, over repetitions; no error from one.
    """

    per_class: int
    way: str
    mean: float
    standard_error: float | None


@dataclass(frozen=True)
class AugmentReport(RunReport):
    """The contents of `report.json`.

    Attributes
    ----------
    records : sequence of AugmentRecord
        One for each number of images and repetition.
    gains : sequence of Gain
        One for each number of images and way.
    """

    records: Sequence[AugmentRecord]
    gains: Sequence[Gain]
    experiment: str = field(default="augment", kw_only=True)


def gains(records: Sequence[AugmentRecord]) -> list[Gain]:
    """Compare every way with the real images alone."""
    found = []
    for count in sorted({r.per_class for r in records}):
        here = [r for r in records if r.per_class == count]
        for way in WAYS[1:]:
            mean, error = _mean([getattr(r, way) - r.none for r in here])
            found.append(Gain(count, way, mean, error))
    return found


def _mean(values: Sequence[float]) -> tuple[float, float | None]:
    error = float(np.std(values, ddof=1) / len(values) ** 0.5) if len(values) > 1 else None
    return float(np.mean(values)), error


def _shown(mean: float, error: float | None, sign: str = "") -> str:
    text = f"{100 * mean:{sign}.1f}"
    return text if error is None else f"{text} ± {100 * error:.1f}"


def augment_table(records: Sequence[AugmentRecord]) -> Table:
    """Tabulate the accuracy with real images alone, and what is gained, in per cent."""
    table = Table(title="Held-out digits classified rightly, %, and gains", title_justify="left")
    for heading in ("real per class", "real alone", *WAYS[1:]):
        table.add_column(heading, justify="right")
    of_ways = {(gain.per_class, gain.way): gain for gain in gains(records)}
    for count in sorted({r.per_class for r in records}):
        alone = _shown(*_mean([r.none for r in records if r.per_class == count]))
        here = [of_ways[count, way] for way in WAYS[1:]]
        shown = [_shown(gain.mean, gain.standard_error, "+") for gain in here]
        table.add_row(str(count), alone, *shown)
    return table


def draw(records: Sequence[AugmentRecord], folder: Path) -> None:
    """Save the figure as PNG, if there is anything to draw."""
    if not records:
        return
    figure = new_figure(9, 4)
    left, right = figure.subplots(1, 2)
    counts = sorted({r.per_class for r in records})
    for way in WAYS:
        style = {"color": _COLOURS[way], "marker": "o", "markersize": 4, "label": _LABELS[way]}
        of_way = [
            _mean([getattr(r, way) for r in records if r.per_class == count]) for count in counts
        ]
        left.errorbar(counts, *_bars(of_way), **style)
        if way != "none":
            found = [g for g in gains(records) if g.way == way]
            right.errorbar(counts, *_bars([(g.mean, g.standard_error) for g in found]), **style)
    left.set_title("Held-out digits classified rightly, %", loc="left", fontsize=11)
    right.set_title("Gain over real images alone, points", loc="left", fontsize=11)
    right.axhline(0, color=GREY, linewidth=1)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(counts, [str(count) for count in counts])
        axes.minorticks_off()
        axes.set_xlabel("real images of each class")
    left.legend(frameon=False, fontsize=9)
    save(figure, folder / FIGURES[0])


def _bars(values: Sequence[tuple[float, float | None]]) -> tuple[list[float], list[float]]:
    """Return means and two standard errors, in per cent."""
    return [100 * mean for mean, _ in values], [200 * (error or 0.0) for _, error in values]
