"""Runs that were ended before their time, by Ctrl-C or a kill, taken up again from their folder."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, get_type_hints

import equinox as eqx
import jax
import jax.numpy as jnp

from gan.config import GameConfig
from gan.game import State
from gan.game_records import CheckRecord
from gan.output import CHECKPOINTS, REPORT
from gan.playing import Check, Trained
from gan.saving import load

Record = TypeVar("Record")


@dataclass(frozen=True)
class Earlier(Generic[Record]):
    """What an earlier run of one game after another has left.

    Attributes
    ----------
    records : sequence
        One for each game that has finished.
    players : sequence of Trained
        The players of these games.
    current : Trained or None
        The game that was going on, as it was at its last check.
    """

    records: Sequence[Record] = ()
    players: Sequence[Trained] = ()
    current: Trained | None = None


def earlier_run(folder: Path, experiment: str, config: Any, seed: int) -> tuple[Path, list[Any]]:
    """Find the report of a run that was ended before its time.

    Parameters
    ----------
    folder : Path
        Folder of the run: its last checkpoint comes first, then its folder `partial`.
    experiment : str
        Command that wrote it.
    config : dataclass
        Settings, which must be those of the run.
    seed : int
        Seed, which must be that of the run.

    Returns
    -------
    place : Path
        The folder where its files are.
    records : list
        The records of its report, as dictionaries.

    Raises
    ------
    ValueError
        If there is no such run, or it is complete, or had other settings.
    """
    partial = folder / "partial"
    for place in (*(partial / name for name in CHECKPOINTS), partial, folder):
        try:
            report = json.loads((place / REPORT).read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except ValueError as error:
            raise ValueError(f"{place / REPORT} is damaged: {error}") from error
        break
    else:
        raise ValueError(f"there is no report in {folder} to resume.")
    if report.get("experiment") != experiment or report.get("complete"):
        raise ValueError(f"{place / REPORT} is no report of an interrupted run of {experiment}.")
    given = json.loads(json.dumps(asdict(config))) | {"seed": seed}
    found = report["config"] | {"seed": report["seed"]}
    if other := sorted(key for key in given | found if given.get(key) != found.get(key)):
        raise ValueError(f"{place / REPORT} was written with other settings: {', '.join(other)}.")
    return place, report["records"]


def revived(kind: type[Record], found: dict[str, Any]) -> Record:
    """Return a record, a dataclass, of what JSON has kept of it."""
    hints = get_type_hints(kind)

    def value(name: str, x: Any) -> Any:
        if isinstance(x, dict) and is_dataclass(hints[name]):
            return revived(hints[name], x)  # pyright: ignore[reportArgumentType]
        return tuple(x) if isinstance(x, list) else x

    return kind(**{name: value(name, x) for name, x in found.items()})


def earlier_games(folder: Path, config: Any, seed: int, kind: type[Record]) -> Earlier[Record]:
    """Return what a run of one game after another has left: `earlier_run` and its players."""
    place, found = earlier_run(folder, "train", config, seed)
    players = [load(place / f"game-{i}.eqx") for i in range(len(found))]
    file = place / f"game-{len(found)}.eqx"
    current = load(file) if file.exists() else None
    if not found and current is None:
        raise ValueError(f"{place} holds no players to go on with.")
    return Earlier([revived(kind, record) for record in found], players, current)


def interrupted_game(
    folder: Path, config: GameConfig, seed: int
) -> tuple[list[CheckRecord], State]:
    """Return the records and the stacked states of games that were played at once."""
    place, found = earlier_run(folder, "train", config, seed)
    if not found:
        raise ValueError(f"{place} holds no players to go on with.")
    states = [load(place / f"game-{i}.eqx").state for i in range(config.seeds)]
    records = [revived(CheckRecord, record) for record in found]
    if any(int(state.step) != records[-1].step for state in states):
        raise ValueError(f"the players in {place} are not those of the last check of its report.")
    return records, jax.tree.map(_stacked, *states)


def _stacked(*leaves: Any) -> Any:
    return jnp.stack(leaves) if eqx.is_array(leaves[0]) else leaves[0]


def so_far(
    progress: Callable[[Trained], None], earlier: Trained | None, before: float
) -> Callable[[Check, State], None]:
    """Return what `gan.train` is to call at checks, so that `progress` is told the whole game.

    Its settings hold the processor time since `before`, for `start_of`.
    """
    history = [] if earlier is None else list(earlier.history)

    def on_check(check: Check, state: State) -> None:
        history.append(check)
        settings = {"cpu_seconds": time.process_time() - before}
        progress(Trained(state.average, state.discriminator, state, tuple(history), settings))

    return on_check


def start_of(earlier: Trained | None) -> float:
    """Return the processor time when a game began, had all of it been played by this process."""
    spent = 0.0 if earlier is None else earlier.settings.get("cpu_seconds", 0.0)
    return time.process_time() - spent
