"""Commands that train and judge one generator after another."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gan.cli.work import Work
from gan.playing import Trained
from gan.resuming import Earlier
from gan.saving import save


class InTurn(Work):
    """Games one after another, each of which leaves its players.

    Parameters
    ----------
    config
        Settings, with `checks` and `seeds`.
    seed : int
        Seed of the run.
    earlier : Earlier
        What an earlier run has left.
    """

    files, resumable = "Report, figure and players", True

    def __init__(self, config: Any, seed: int, earlier: Earlier[Any]) -> None:
        self.config, self.seed, self.earlier = config, seed, earlier
        self.records: list[Any] = list(earlier.records)
        self.players, self.current = list(earlier.players), earlier.current
        self.picture = self.first_picture(self.players[0]) if self.players else None
        self.units = config.seeds * config.checks
        here = 0 if self.current is None else len(self.current.history)
        self.done = len(self.records) * config.checks + here

    @abstractmethod
    def first_picture(self, trained: Trained) -> Any:
        """Return what the figure shows of the first generator."""

    @abstractmethod
    def games(self, progress: Callable[..., None]) -> Iterable[tuple[Any, Any, Trained]]:
        """Play and judge; yield record, picture and players."""

    def results(self, progress: Callable[..., None]) -> Iterable[Any]:
        """Yield games that have finished, and hand over those that go on."""
        return self.games(progress)

    def keep(self, result: Any) -> None:
        """Keep a game that has finished, or goes on."""
        # The players of finished games are in the last checkpoint already.
        self.unchanged = self.names[: len(self.players)]
        if isinstance(result, Trained):
            self.current = result
            return
        record, picture, trained = result
        self.records.append(record)
        self.players.append(trained)
        self.picture = picture if self.picture is None else self.picture
        self.current = None

    @property
    def names(self) -> list[str]:
        """Names of the files of players."""
        return [f"game-{i}.eqx" for i in range(self.config.seeds)]

    def checkpoint(self, folder: Path) -> None:
        """Save the players of those games that the folder lacks."""
        games = [*self.players, *([] if self.current is None else [self.current])]
        for name, trained in zip(self.names, games, strict=False):
            if not (folder / name).exists():
                save(folder / name, trained)

    def so_far(self) -> str:
        """Count the games that have finished."""
        return f"Interrupted: {len(self.records)} of {self.config.seeds} generators have finished."

    def write(self, folder: Path) -> None:
        """Draw the first generator, and save the players."""
        self.checkpoint(folder)
        if self.picture is not None:
            self.draw(self.picture, folder)

    @abstractmethod
    def draw(self, picture: Any, folder: Path) -> None:
        """Save the figure."""
