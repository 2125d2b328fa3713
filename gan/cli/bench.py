"""``python -m gan bench``: how fast the game is played."""

import argparse
from collections.abc import Callable, Iterable

from rich.console import Console

from gan.bench import BenchConfig, BenchRecord, default_config, run_bench
from gan.bench_report import BenchReport, bench_table
from gan.cli.session import Session
from gan.cli.status import FILES, add_common, statuses
from gan.cli.work import Work, carry_out
from gan.output import Output


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "bench",
        help="measure how fast the game is played, beside a loop in PyTorch",
        description=(
            "Count steps a second of the compiled scan, beside the same game as a loop in PyTorch\n"
            "where that is installed, and of many games at once, beside one after another.\n"
            "Contenders take turns, and the least time of each counts. Prints a table; writes\n"
            "report.json.\n\n" + FILES
        ),
        epilog=statuses("every contender was measured, or is not to be had"),
    )
    add_common(parser, "bench")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Run the benchmark and return the exit status."""
    output = Output(arguments.out, "bench", ())
    return carry_out(_Bench(default_config(), arguments.seed), output, session)


class _Bench(Work):
    title, files = "sizes", "Report"

    def __init__(self, config: BenchConfig, seed: int) -> None:
        self.config, self.seed = config, seed
        self.units, self.finished = len(config.batches) + len(config.ensembles), 0
        self.records: list[BenchRecord] = []

    def results(self, progress: Callable[..., None]) -> Iterable[list[BenchRecord]]:
        return run_bench(self.config, self.seed, progress)

    def keep(self, result: list[BenchRecord]) -> None:
        self.records += result
        self.finished += 1

    def report(self) -> BenchReport:
        complete = self.finished == self.units
        records = list(self.records)
        return BenchReport(records, complete=complete, seed=self.seed, config=self.config)

    def so_far(self) -> str:
        return f"Interrupted: {self.finished} of {self.units} sizes are measured."

    def show(self, console: Console) -> None:
        console.print(bench_table(self.records))
