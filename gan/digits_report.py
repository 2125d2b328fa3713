"""What generators of digits have come to: contents of `report.json`, a table and a sheet."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

from gan.digits import DigitsRecord, Sheet
from gan.output import RunReport
from gan.sample_quality import Quality
from gan.style import new_figure, save

FIGURES = ("digits.png",)
_SIDE = 8


@dataclass(frozen=True)
class DigitsReport(RunReport):
    """The contents of `report.json`.

    Attributes
    ----------
    records : sequence of DigitsRecord
        One for each generator.
    ceiling : Quality
        Of real images in the place of generated ones.
    mean, standard_deviation : dict or None
        Of each number of `Quality`, over generators; None if there are fewer than one, or two.
    """

    records: Sequence[DigitsRecord]
    ceiling: Quality
    mean: dict[str, float] | None
    standard_deviation: dict[str, float] | None
    experiment: str = field(default="train", kw_only=True)


def spread(
    records: Sequence[DigitsRecord],
) -> tuple[dict[str, float] | None, dict[str, float] | None]:
    """Return mean and standard deviation of each number over the generators."""
    numbers = [asdict(record.quality) for record in records]
    columns = {name: [number[name] for number in numbers] for name in numbers[0]} if numbers else {}
    mean = {name: float(np.mean(column)) for name, column in columns.items()}
    deviation = {name: float(np.std(c, ddof=1)) for name, c in columns.items() if len(c) > 1}
    return mean or None, deviation or None


def digits_table(records: Sequence[DigitsRecord], ceiling: Quality) -> Table:
    """Tabulate the generators, their mean, and real images in their place."""
    table = Table(title="Digits generated, beside digits held out", title_justify="left")
    table.add_column("seed", no_wrap=True)
    for name in asdict(ceiling):
        table.add_column(name.replace("_", " "), justify="right")
    table.add_column("CPU-s", justify="right")
    for record in records:
        table.add_row(
            str(record.seed),
            *(f"{value:.3f}" for value in asdict(record.quality).values()),
            f"{record.cpu_seconds:.0f}",
        )
    mean, deviation = spread(records)
    table.add_section()
    for label, row in (
        ("mean", mean),
        ("standard deviation", deviation),
        ("real in their place", asdict(ceiling)),
    ):
        if row:
            table.add_row(label, *(f"{value:.3f}" for value in row.values()), "")
    return table


def draw(sheets: Sequence[Sheet], folder: Path) -> None:
    """Save the first sheet as PNG, if there is one."""
    if sheets:
        save(sheet_figure(sheets[0]), folder / FIGURES[0])


def sheet_figure(sheet: Sheet) -> Figure:
    """Draw images held out, generated, and of training, one row for each class."""
    figure = new_figure(12.5, 4.9)
    for axes, images, title in zip(
        figure.subplots(1, 3),
        (sheet.real, sheet.fake, sheet.copied),
        ("held out", "generated", "nearest of training to each generated"),
        strict=True,
    ):
        axes.imshow(mosaic(images), cmap="gray_r", vmin=-1, vmax=1, interpolation="nearest")
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_axis_off()
    return figure


def mosaic(images: np.ndarray) -> np.ndarray:
    """Put images of shape (rows, columns, 64) side by side, one white pixel apart."""
    rows, columns = images.shape[:2]
    tiles = images.reshape(rows, columns, _SIDE, _SIDE)
    tiles = np.pad(tiles, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=-1.0)
    return tiles.swapaxes(1, 2).reshape(rows * (_SIDE + 1), columns * (_SIDE + 1))
