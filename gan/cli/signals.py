"""``python -m gan train beats`` and ``tones``: generators of signals."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from gan.cli.in_turn import InTurn
from gan.playing import Trained
from gan.resuming import Earlier
from gan.signal_games import SignalConfig, SignalRecord, Signals, run_signals, signals_of
from gan.signal_report import SignalReport, draw, signal_table


class SignalGames(InTurn):
    """Generators of signals, and those of the first."""

    def __init__(self, config: SignalConfig, seed: int, earlier: Earlier[SignalRecord]) -> None:
        super().__init__(config, seed, earlier)
        self.title = f"generators of {config.target}"

    def first_picture(self, trained: Trained) -> Signals:
        """Return signals of the first generator."""
        return signals_of(self.config, trained, self.seed, 0)

    def games(self, progress: Callable[..., None]) -> Iterable[tuple[Any, Any, Trained]]:
        """Play and judge."""
        return run_signals(self.config, self.seed, progress, self.earlier)

    def report(self) -> SignalReport:
        """Return what is known so far."""
        complete = len(self.records) == self.config.seeds
        return SignalReport(
            list(self.records), complete=complete, seed=self.seed, config=self.config
        )

    def draw(self, picture: Signals, folder: Path) -> None:
        """Save the figure."""
        draw([picture], folder)

    def show(self, console: Console) -> None:
        """Print the table."""
        console.print(signal_table(self.records))
