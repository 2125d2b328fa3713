"""``python -m gan train digits``: class-conditional generators of handwritten digits."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from gan.cli.in_turn import InTurn
from gan.digits import Digits, DigitsConfig, DigitsRecord, Sheet, run_digits, sheet_of
from gan.digits_report import DigitsReport, digits_table, draw, spread
from gan.playing import Trained
from gan.resuming import Earlier


class DigitGames(InTurn):
    """Generators of digits, and the sheet of the first."""

    title = "generators of digits"

    def __init__(self, config: DigitsConfig, seed: int, earlier: Earlier[DigitsRecord]) -> None:
        super().__init__(config, seed, earlier)
        self.ceiling = Digits.load().ceiling()

    def first_picture(self, trained: Trained) -> Sheet:
        """Return the sheet of the first generator."""
        return sheet_of(trained, self.seed, 0)

    def games(self, progress: Callable[..., None]) -> Iterable[tuple[Any, Any, Trained]]:
        """Play and judge."""
        return run_digits(self.config, self.seed, progress, self.earlier)

    def report(self) -> DigitsReport:
        """Return what is known so far."""
        return DigitsReport(
            list(self.records),
            self.ceiling,
            *spread(self.records),
            complete=len(self.records) == self.config.seeds,
            seed=self.seed,
            config=self.config,
        )

    def draw(self, picture: Sheet, folder: Path) -> None:
        """Save the sheet."""
        draw([picture], folder)

    def show(self, console: Console) -> None:
        """Print the table."""
        console.print(digits_table(self.records, self.ceiling))
