"""What a game has shown: contents of `report.json`, a table and a figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from rich.table import Table

from gan.discriminators import loss_in_words, warnings_of_js
from gan.game_records import CheckRecord, Picture
from gan.output import RunReport
from gan.style import BLUE, GREEN, GREY, ORANGE, new_figure, save

FIGURES = ("game.png",)
WORTH = 0.01
"""JS, in nats, from which the direction of its gradient is worth a comparison."""


@dataclass(frozen=True)
class Summary:
    """The game in a few numbers, in nats.

    Attributes
    ----------
    js_final : tuple of float
        True JS at the last check, of every seed.
    median_gap_play, median_gap_probe : float
        Medians over all checks of V* - V(D) for the discriminator in play and for the probe.
    largest_excess : float
        Largest V(D) - V* of either discriminator, in its standard errors: theory says that it is
        negative, but for noise.
    median_cosine_play, median_cosine_probe : float or None
        Medians of the cosine between the saturating gradient and that of 2 JS, over checks whose
        true JS is at least `WORTH`; None if there are none.
    """

    js_final: tuple[float, ...]
    median_gap_play: float
    median_gap_probe: float
    largest_excess: float
    median_cosine_play: float | None
    median_cosine_probe: float | None

    @classmethod
    def of(cls, records: Sequence[CheckRecord]) -> "Summary | None":
        """Summarise the records of all checks; None without any."""
        if not records:
            return None
        last = max(r.step for r in records)
        excesses = [-r.gap_play / r.v_play_standard_error for r in records]
        excesses += [-r.gap_probe / r.v_probe_standard_error for r in records]
        return cls(
            js_final=tuple(r.js_true for r in records if r.step == last),
            median_gap_play=float(np.median([r.gap_play for r in records])),
            median_gap_probe=float(np.median([r.gap_probe for r in records])),
            largest_excess=max(excesses),
            median_cosine_play=_median_cosine(records, "cosine_play"),
            median_cosine_probe=_median_cosine(records, "cosine_probe"),
        )


def _median_cosine(records: Sequence[CheckRecord], name: str) -> float | None:
    cosines = [getattr(r, name) for r in records if r.js_true >= WORTH]
    known = [cosine for cosine in cosines if cosine is not None]
    return float(np.median(known)) if known else None


@dataclass(frozen=True)
class GameReport(RunReport):
    """The contents of `report.json`.

    Attributes
    ----------
    records : sequence of CheckRecord
        One for each seed at each check.
    summary : Summary or None
        The game in a few numbers.
    """

    records: Sequence[CheckRecord]
    summary: Summary | None
    experiment: str = field(default="train", kw_only=True)


def game_table(records: Sequence[CheckRecord]) -> Table:
    """Tabulate the checks, as means over seeds."""
    table = Table(title="JS while the GAN trains, means over seeds", title_justify="left")
    headings = ("step", "true JS", "D in play", "probe", "gap in play", "gap of probe", "BCE")
    bounds = ("f_true", "f_play", "f_probe") if records[0].f_true is not None else ()
    headings += ("divergence", "in play", "of probe") if bounds else ()
    averaged = ("js_average",) if records[0].js_average is not None else ()
    headings += ("averaged G",) if averaged else ()
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for step in sorted({r.step for r in records}):
        here = [r for r in records if r.step == step]

        def mean(name: str, here: Sequence[CheckRecord] = here) -> float:
            return float(np.mean([getattr(r, name) for r in here]))

        table.add_row(
            str(step),
            *(f"{mean(name):.5f}" for name in ("js_true", "js_play", "js_probe")),
            *(f"{mean(name):.1e}" for name in ("gap_play", "gap_probe")),
            f"{-mean('v_play'):.4f}",
            *(f"{mean(name):.5f}" for name in (*bounds, *averaged)),
        )
    return table


def check_in_words(records: Sequence[CheckRecord]) -> str:
    """Say what the losses of the discriminators in play mean at one check, of every game."""
    bounds = [r.js_at_least for r in records]
    words = f"step {records[0].step}: {loss_in_words([r.v_play for r in records], bounds)}"
    warnings = {warning: None for r in records for warning in warnings_of_js(r.js_play)}
    return " ".join([words, *warnings])


def draw(records: Sequence[CheckRecord], picture: Picture, folder: Path) -> None:
    """Save the figure as PNG."""
    save(game_figure(records, picture), folder / "game.png")


def game_figure(records: Sequence[CheckRecord], picture: Picture) -> Figure:
    """Draw JS and its readings along training, their gaps, and the data beside the generator."""
    figure = new_figure(10.5, 3.7)
    left, middle, right = figure.subplots(1, 3)
    for seed in sorted({r.seed for r in records}):
        own = [r for r in records if r.seed == seed]
        steps = np.array([r.step for r in own])
        shown = seed == 0
        left.plot(
            steps, [r.js_true for r in own], color="black", linewidth=4, alpha=0.25,
            label="true JS" if shown else "",
        )  # fmt: skip
        for name, label, colour, marker in (
            ("play", "D in play", BLUE, "o"),
            ("probe", "probe, generator frozen", ORANGE, "s"),
        ):
            style = {"color": colour, "marker": marker, "markersize": 3, "linewidth": 1}
            values = np.array([getattr(r, f"js_{name}") for r in own])
            gaps = np.array([getattr(r, f"gap_{name}") for r in own])
            errors = np.array([getattr(r, f"v_{name}_standard_error") for r in own])
            left.plot(steps, values, label=label if shown else "", **style)
            middle.errorbar(steps, gaps, 2 * errors, label=label if shown else "", **style)
    left.set_yscale("log")
    left.set_ylabel("nat")
    left.set_title("(V(D) + 2 log 2)/2 beside the true JS", loc="left", fontsize=11)
    middle.axhline(0, color=GREY, linewidth=1)
    middle.set_yscale("symlog", linthresh=1e-4)
    middle.set_ylabel("V* $-$ V(D)  (nat)")
    middle.set_title("Gap, two standard errors", loc="left", fontsize=11)
    for axes in (left, middle):
        axes.set_xlabel("step of the generator")
        axes.legend(frameon=False, fontsize=9)
    _draw_players(right, picture)
    return figure


def _draw_players(axes: Axes, picture: Picture) -> None:
    if picture.x.size:
        for density, label, colour in (
            (picture.real, "data", ORANGE),
            (picture.fake, "generator", GREEN),
        ):
            axes.fill_between(
                picture.x, density, color=colour, alpha=0.25, linewidth=0, label=label
            )
            axes.plot(picture.x, density, color=colour, linewidth=1.2)
        axes.set_ylim(bottom=0)
        axes.set_title("Densities at the end, first seed", loc="left", fontsize=11)
    else:
        axes.plot(*picture.real.T, ".", color=ORANGE, markersize=2, label="data")
        axes.plot(*picture.fake.T, ".", color=GREEN, markersize=2, label="generator")
        axes.set_aspect("equal")
        axes.set_title("Samples at the end, first seed", loc="left", fontsize=11)
    axes.legend(frameon=False, fontsize=9, markerscale=4)
