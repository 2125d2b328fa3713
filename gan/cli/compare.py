"""``python -m gan compare``: every estimator of JS beside the discriminator."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.console import Console

from gan.cli.session import Session
from gan.cli.status import FILES, add_common, statuses
from gan.cli.work import Work, carry_out
from gan.comparison import Finding, default_methods, findings
from gan.comparison_report import ComparisonReport, comparison_table, discriminator_in_words
from gan.output import Output


@dataclass(frozen=True)
class Files:
    """What is compared, for the report."""

    x: str
    y: str


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "compare",
        help="estimate JS of two samples by every method, a discriminator among them",
        description=(
            "Estimate the Jensen-Shannon divergence of two samples by every method of the library\n"
            "and by a discriminator, whose lower bound holds whatever the distributions are.\n"
            "Prints a table; writes report.json.\n\n" + FILES
        ),
        epilog=statuses("every method has answered or refused"),
    )
    for name, whose in (("x", "real"), ("y", "generated")):
        parser.add_argument(
            name, metavar=f"{name}.npy", help=f"{whose} observations, (n, d) or (n,)"
        )
    add_common(parser, "compare", seeded=False)
    parser.set_defaults(run=run, refuse=parser.error)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Compare the methods and return the exit status."""
    methods = default_methods()
    try:
        found = findings(arguments.x, arguments.y, methods)
    except (TypeError, ValueError) as error:
        return arguments.refuse(str(error))
    work = Comparison(Files(arguments.x, arguments.y), found, len(methods))
    return carry_out(work, Output(arguments.out, "compare", ()), session)


class Comparison(Work):
    """What methods say of two samples.

    Parameters
    ----------
    config : Files
        The samples.
    found : iterable of Finding
        What is found, as it comes.
    count : int
        Number of methods.
    seed : int
        Of the methods that draw random numbers.
    experiment : str
        Command that compares.
    """

    title, files = "methods", "Report"

    def __init__(
        self,
        config: Files,
        found: Iterable[Finding],
        count: int,
        seed: int = 0,
        experiment: str = "compare",
    ) -> None:
        self.config, self.found, self.units = config, found, count
        self.seed, self.experiment = seed, experiment
        self.records: list[Finding] = []

    def results(self, progress: Callable[..., None]) -> Iterable[Finding]:
        """Ask every method."""
        for record in self.found:
            progress()
            yield record

    def keep(self, result: Finding) -> None:
        """Keep what one has found."""
        self.records.append(result)

    def report(self) -> ComparisonReport:
        """Return what is known so far."""
        records, complete = list(self.records), len(self.records) == self.units
        return ComparisonReport(
            records,
            complete=complete,
            seed=self.seed,
            config=self.config,
            experiment=self.experiment,
        )

    def so_far(self) -> str:
        """Say how far it has come."""
        return f"Interrupted: {len(self.records)} of {self.units} methods have finished."

    def show(self, console: Console) -> None:
        """Print the table."""
        console.print(comparison_table(self.records))
        if words := discriminator_in_words(self.records):
            console.print(words, soft_wrap=True)
