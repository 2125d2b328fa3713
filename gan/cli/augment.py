"""``python -m gan augment``: whether generated digits help a classifier."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.console import Console

from gan.augmentation import AugmentConfig, AugmentRecord, run_augmentation
from gan.augmentation_report import FIGURES, AugmentReport, augment_table, draw, gains
from gan.cli.session import Session
from gan.cli.status import FILES, add_common, statuses, whole
from gan.cli.work import Work, carry_out
from gan.output import Output
from gan.resuming import earlier_run, revived


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "augment",
        help="add generated images to few real ones, and see whether a classifier gains",
        description=(
            "Train generators on few real images, and a support vector machine on these and on\n"
            "what the generators make, beside copies: plain, with noise, and shifted by a pixel.\n"
            "Prints a table; writes report.json and augment.png.\n\n" + FILES
        ),
        epilog=statuses("the experiment went on to its end"),
    )
    parser.add_argument("target", choices=["digits"], help="the data")
    parser.add_argument(
        "--per-class", type=whole, nargs="+", metavar="N", help="default: 5 10 20 50, at most 50"
    )
    parser.add_argument("--seeds", type=whole, help="repetitions; default: 5")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on after Ctrl-C or a kill: repetitions that have finished are not made again",
    )
    add_common(parser, "augment")
    parser.set_defaults(run=run, refuse=parser.error)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Run the experiment and return the exit status."""
    default = AugmentConfig()
    try:
        config = AugmentConfig(
            per_class=tuple(arguments.per_class or default.per_class),
            seeds=arguments.seeds or default.seeds,
        )
    except ValueError as error:
        return arguments.refuse(str(error))
    earlier = []
    if arguments.resume:
        try:
            _, found = earlier_run(arguments.out, "augment", config, arguments.seed)
        except ValueError as error:
            return arguments.refuse(f"argument --resume: {error}")
        earlier = [revived(AugmentRecord, record) for record in found]
    output = Output(arguments.out, "augment", FIGURES)
    return carry_out(_Augmentation(config, arguments.seed, earlier), output, session)


class _Augmentation(Work):
    title, resumable = "generators", True

    def __init__(self, config: AugmentConfig, seed: int, earlier: Sequence[AugmentRecord]) -> None:
        self.config, self.seed = config, seed
        self.runs = len(config.per_class) * config.seeds
        self.units = self.runs * config.game.checks
        self.records = list(earlier)
        self.done = len(earlier) * config.game.checks

    def results(self, progress: Callable[..., None]) -> Iterable[AugmentRecord]:
        return run_augmentation(self.config, self.seed, progress, self.records.copy())

    def keep(self, result: AugmentRecord) -> None:
        self.records.append(result)

    def report(self) -> AugmentReport:
        records, complete = list(self.records), len(self.records) == self.runs
        return AugmentReport(
            records, gains(records), complete=complete, seed=self.seed, config=self.config
        )

    def so_far(self) -> str:
        return f"Interrupted: {len(self.records)} of {self.runs} repetitions have finished."

    def write(self, folder: Path) -> None:
        draw(self.records, folder)

    def show(self, console: Console) -> None:
        console.print(augment_table(self.records))
