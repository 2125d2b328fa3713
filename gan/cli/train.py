"""``python -m gan train``: the identity while a GAN trains, and digits."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console

from gan import digits_report, game, signal_report
from gan.adversarial import GameCheck, games_of, run_game
from gan.adversarial_report import FIGURES, GameReport, Summary, check_in_words, draw, game_table
from gan.cli.digits import DigitGames
from gan.cli.in_turn import InTurn
from gan.cli.session import Session
from gan.cli.settings import add_config, read_config
from gan.cli.signals import SignalGames
from gan.cli.status import FILES, add_common, statuses, whole
from gan.cli.work import Work, carry_out
from gan.config import GAMES, GameConfig
from gan.digits import DigitsConfig, DigitsRecord
from gan.f_gan import OBJECTIVES
from gan.game import State
from gan.game_records import CheckRecord
from gan.output import Output
from gan.resuming import Earlier, earlier_games, interrupted_game
from gan.saving import save
from gan.signal_games import SignalConfig, SignalRecord
from gan.signals import SIGNALS

FIXED = ("target",)  # settings that the command line decides
Found = TypeVar("Found")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train generators and follow JS beside what discriminators show of it",
        description=(
            "Train generators against discriminators. The generators add noise to their samples,\n"
            "so that their density is known, and with it the true JS at every check. It is\n"
            "compared with (V + 2 log 2)/2 of the discriminator in play, and of a probe: a\n"
            "discriminator trained from the beginning while the generator is frozen. Prints what\n"
            "the discriminators' losses mean at every check, and a table; writes report.json,\n"
            "game.png and the players of each game, game-0.eqx and so on, of which\n"
            "`python -m gan sample` draws.\n\n"
            "Generators of handwritten digits are judged by digits that they have not seen.\n"
            "Prints a table; writes report.json, digits.png and the players. Generators of\n"
            "signals, beats or tones, are judged by real ones: report.json and signals.png.\n\n"
            + FILES
        ),
        epilog=statuses("the game went on to its end"),
    )
    parser.add_argument("target", choices=[*GAMES, "digits", *SIGNALS], help="the data")
    parser.add_argument(
        "--objective",
        choices=OBJECTIVES,
        help=(
            "non-saturating, saturating, relativistic, or an f-divergence; default: ns where JS is "
            "known, otherwise rp"
        ),
    )
    parser.add_argument(
        "--gamma",
        type=float,
        metavar="WEIGHT",
        help=(
            "weight of the penalties R1 and R2 on the discriminator's slope where JS is known, "
            "such as 0.1 with rp; default: 0"
        ),
    )
    parser.add_argument("--seeds", type=whole, help="number of games; default: 3, or 5 of digits")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with games that Ctrl-C or a kill has ended, from their last check",
    )
    add_config(parser)
    add_common(parser, "train")
    parser.set_defaults(run=run, refuse=parser.error)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Run the experiment and return the exit status."""
    work = _noisy_games(arguments) if arguments.target in GAMES else _games_in_turn(arguments)
    # What an earlier run with another target has left would be taken for this one's.
    earlier = [file.name for file in arguments.out.glob("game-*.eqx")]
    figures = (*FIGURES, *digits_report.FIGURES, *signal_report.FIGURES)
    output = Output(arguments.out, "train", sorted({*figures, *earlier, *work.names}))
    return carry_out(work, output, session)


def _resumed(arguments: argparse.Namespace, read: Callable[[], Found], none: Found) -> Found:
    """Return what an earlier run has left, if it is to be resumed."""
    if not arguments.resume:
        return none
    try:
        return read()
    except (TypeError, ValueError) as error:
        return arguments.refuse(f"argument --resume: {error}")


def _games_in_turn(arguments: argparse.Namespace) -> InTurn:
    """Return the games of digits or signals that the command line asks for."""
    target, out, seed = arguments.target, arguments.out, arguments.seed
    if arguments.gamma is not None:
        arguments.refuse(f"argument --gamma: penalties on {target} are fixed")
    name = arguments.objective and OBJECTIVES[arguments.objective].name
    if name is not None and name not in game.OBJECTIVES:
        arguments.refuse("argument --objective: these generators take ns, sat or rp")
    digits = target == "digits"
    config: Any = read_config(
        arguments, DigitsConfig() if digits else SignalConfig(target=target), FIXED
    )
    config = replace(
        config, objective=name or config.objective, seeds=arguments.seeds or config.seeds
    )
    record: type[Any] = DigitsRecord if digits else SignalRecord
    read = partial(earlier_games, out, config, seed, record)
    left: Earlier[Any] = _resumed(arguments, read, Earlier())
    return (DigitGames if digits else SignalGames)(config, seed, left)


def _noisy_games(arguments: argparse.Namespace) -> "_NoisyGames":
    """Return the games with known JS that the command line asks for."""
    config, seed = read_config(arguments, GAMES[arguments.target], FIXED), arguments.seed
    objective = OBJECTIVES[arguments.objective].name if arguments.objective else config.objective
    try:
        config = replace(
            config,
            objective=objective,
            seeds=arguments.seeds or config.seeds,
            gamma=config.gamma if arguments.gamma is None else arguments.gamma,
        )
    except ValueError as error:
        arguments.refuse(f"argument --gamma: {error}")
    read = partial(interrupted_game, arguments.out, config, seed)
    return _NoisyGames(config, seed, *_resumed(arguments, read, ([], None)))


class _NoisyGames(Work):
    files, resumable = "Report, figure and players", True

    def __init__(
        self, config: GameConfig, seed: int, records: list[CheckRecord], states: State | None
    ) -> None:
        # The experiment tells of every game, and of every probe.
        self.title, self.units = f"checks of {config.target}", 2 * config.checks
        self.config, self.seed, self.records = config, seed, records
        self.states, self.picture = states, None
        self.done = 2 * len(records) // config.seeds
        self.names = [f"game-{i}.eqx" for i in range(config.seeds)]

    def results(self, progress: Callable[..., None]) -> Iterable[GameCheck]:
        return run_game(self.config, self.seed, progress, self.states)

    def keep(self, result: GameCheck) -> str:
        self.records += result.records
        self.states, self.picture = result.states, result.picture
        return check_in_words(result.records)

    def report(self) -> GameReport:
        records = list(self.records)
        complete = bool(records) and records[-1].step == self.config.steps
        return GameReport(
            records, Summary.of(records), complete=complete, seed=self.seed, config=self.config
        )

    def so_far(self) -> str:
        return f"Interrupted after {self.records[-1].step if self.records else 0} steps."

    def checkpoint(self, folder: Path) -> None:
        if self.states is not None:
            for name, played in zip(self.names, games_of(self.states, self.config), strict=True):
                save(folder / name, played)

    def write(self, folder: Path) -> None:
        self.checkpoint(folder)
        if self.picture is not None:
            draw(self.records, self.picture, folder)

    def show(self, console: Console) -> None:
        console.print(game_table(self.records))
        if (summary := Summary.of(self.records)) is not None:
            console.print(
                f"Median gaps: {summary.median_gap_play:.1e} nat of the discriminators in play, "
                f"{summary.median_gap_probe:.1e} of the probes. Largest V(D) - V*: "
                f"{summary.largest_excess:.1f} standard errors."
            )
