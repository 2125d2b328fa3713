"""``python -m gan saturate``: the saturation experiment."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console

from gan.cli.session import Session
from gan.cli.settings import add_config, read_config
from gan.cli.status import FILES, add_common, statuses
from gan.cli.work import Work, carry_out
from gan.config import SaturationConfig
from gan.output import Output
from gan.saturation import LineRecord, StepRecord, run_saturation
from gan.saturation_report import FIGURES, SaturationReport, draw, lines_table, training_table


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "saturate",
        help="show what disjoint supports do to JS, V(D), W1 and the generator's gradient",
        description=(
            "Train discriminators on two parallel segments by plain gradient descent. Prints two\n"
            "tables; writes report.json and saturation.png.\n\n" + FILES
        ),
        epilog=statuses("the experiment went on to its end"),
    )
    add_config(parser)
    add_common(parser, "saturate")
    parser.set_defaults(run=run, refuse=parser.error)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Run the experiment and return the exit status."""
    config = read_config(arguments, SaturationConfig())
    output = Output(arguments.out, "saturate", FIGURES)
    return carry_out(_Saturation(config, arguments.seed), output, session)


class _Saturation(Work):
    title = "checkpoints"

    def __init__(self, config: SaturationConfig, seed: int) -> None:
        self.config, self.seed, self.units = config, seed, len(config.stops)
        self.lines: list[LineRecord] = []
        self.steps: list[StepRecord] = []

    def results(
        self, progress: Callable[..., None]
    ) -> Iterable[tuple[list[LineRecord], list[StepRecord]]]:
        for found in run_saturation(self.config, self.seed):
            progress()
            yield found

    def keep(self, result: tuple[list[LineRecord], list[StepRecord]]) -> None:
        self.lines, self.steps = result

    def report(self) -> SaturationReport:
        return SaturationReport.of(self.steps, self.lines, self.seed, self.config)

    def so_far(self) -> str:
        return f"Interrupted after {self.steps[-1].step if self.steps else 0} steps."

    def write(self, folder: Path) -> None:
        draw(self.report(), folder)

    def show(self, console: Console) -> None:
        console.print(lines_table(self.lines))
        console.print(training_table(self.steps))
        if (slope := self.report().slope) is not None:
            console.print(f"-V(D) falls like step^{slope:.2f} in the last decade of steps.")
