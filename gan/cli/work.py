"""What the commands have in common: one loop from an experiment to its report."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from divergences import build_info
from gan.cli.session import Session, make_bars, make_console
from gan.cli.status import DONE, INTERRUPTED
from gan.output import Output, RunReport, machine_in_words


class Work(ABC):
    """An experiment as `carry_out` needs it.

    Attributes
    ----------
    title : str
        What the bar of progress shows.
    units, done : int
        Length of the bar, and how much of it an earlier run has done.
    files : str
        What the folder holds at the end.
    resumable : bool
        Whether there are checkpoints.
    unchanged : sequence of str
        Files of the last checkpoint that the next has too.
    """

    title: str
    units: int
    done: int = 0
    files: str = "Report and figure"
    resumable: bool = False
    unchanged: Sequence[str] = ()

    @abstractmethod
    def results(self, progress: Callable[..., None]) -> Iterable[Any]:
        """Run the experiment; it calls `progress` for every unit.

        What it passes to `progress` is kept like a result.
        """

    @abstractmethod
    def keep(self, result: Any) -> str | None:
        """Keep a result; return what is to be printed of it."""

    @abstractmethod
    def report(self) -> RunReport:
        """Return what is known so far."""

    @abstractmethod
    def so_far(self) -> str:
        """Say how far an interrupted experiment has come."""

    def write(self, folder: Path) -> None:  # noqa: B027
        """Save figures and whatever else is left at the end; nothing by default."""

    def checkpoint(self, folder: Path) -> None:  # noqa: B027
        """Save what one needs to go on, beside the report; nothing by default."""

    @abstractmethod
    def show(self, console: Console) -> None:
        """Print tables of what is known."""


def carry_out(work: Work, output: Output, session: Session) -> int:
    """Run an experiment to its end or to Ctrl-C; return the exit status."""
    console = make_console()
    console.print(build_info(), highlight=False, soft_wrap=True)
    console.print(machine_in_words(), highlight=False, soft_wrap=True)
    found = work.report()
    try:
        with make_bars(console) as bars:
            task = bars.add_task(work.title, total=work.units, completed=work.done)

            def progress(*between: Any) -> None:
                session.check()
                bars.advance(task)
                for result in between:
                    session.hand_over(result)

            for result in session.results(work.results(progress)):
                if words := work.keep(result):
                    console.print(words, highlight=False, soft_wrap=True, markup=False)
                found = work.report()
                if work.resumable:
                    output.checkpoint(found, work.checkpoint, work.unchanged)
                output.save(found)
        if not found.complete:
            console.print(work.so_far())
        if found.records or not output.has_report:
            console.print(f"{work.files}: {output.finish(found, work.write)}")
    finally:
        if found.records:
            work.show(console)
    return DONE if found.complete else INTERRUPTED
