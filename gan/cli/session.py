"""What happens between command and experiment: results as they come, Ctrl-C, bars of progress."""

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Result = TypeVar("Result")

_WIDTH_WITHOUT_TERMINAL = 150
_END = object()


class Stopped(Exception):
    """Raised in the thread of an experiment after Ctrl-C."""


class Session:
    """Runs an experiment in a thread of its own, so that Ctrl-C is heard while XLA computes.

    Attributes
    ----------
    interrupted : bool
        Whether Ctrl-C has been pressed. Pressed again, it does nothing more: the report is being
        written.
    """

    def __init__(self) -> None:
        self.interrupted = False
        self._messages: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def interrupt(self, *_: object) -> None:
        """Stop waiting for results; a handler of signals."""
        self.interrupted = True
        self._messages.put((_END, None))

    def check(self) -> None:
        """Raise `Stopped` after an interruption; experiments call it now and then."""
        if self.interrupted:
            raise Stopped

    def hand_over(self, result: Any) -> None:
        """Let `results` yield something of an experiment in between; experiments call it."""
        self._messages.put((result, None))

    def results(self, experiment: Iterable[Result]) -> Iterator[Result]:
        """Yield what `experiment` yields, until it ends or is interrupted."""

        def work() -> None:
            try:
                for result in experiment:
                    self._messages.put((result, None))
                    self.check()
            except BaseException as error:
                self._messages.put((_END, error))
            else:
                self._messages.put((_END, None))

        threading.Thread(target=work, daemon=True).start()
        while True:
            try:
                # A signal may reach another thread, and wakes the main thread only between waits.
                result, error = self._messages.get(timeout=0.2)
            except Empty:
                continue
            if error is not None and not self.interrupted:
                raise error
            if result is _END:
                return
            yield result


@contextmanager
def listening() -> Iterator[Session]:
    """Make Ctrl-C interrupt the session, once, instead of raising KeyboardInterrupt anywhere."""
    session = Session()
    if threading.current_thread() is not threading.main_thread():
        yield session
        return
    before = signal.signal(signal.SIGINT, session.interrupt)
    try:
        yield session
    finally:
        signal.signal(signal.SIGINT, before)


def make_console() -> Console:
    """Return a console that is wide enough for tables where there is no terminal."""
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console


def make_bars(console: Console) -> Progress:
    """Return bars of progress."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
    )
