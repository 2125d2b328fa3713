"""``python -m gan verify``: the identity experiment."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from gan.cli.compare import Comparison, Files
from gan.cli.session import Session
from gan.cli.settings import add_config, read_config
from gan.cli.status import DONE, FILES, MISSED, add_common, statuses, whole
from gan.cli.work import Work, carry_out
from gan.comparison import DISCRIMINATOR, findings
from gan.config import Config
from gan.discriminator import Discriminator
from gan.figures import FIGURES, draw
from gan.finished_pairs import NAME, finished_pairs, save_curves
from gan.identity import run_identity
from gan.output import Output
from gan.pairs import Pair
from gan.records import TOLERANCE, PairResult
from gan.registry import suites, targets
from gan.report import Report, table


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "verify",
        help="compare V(D) of trained discriminators with 2 JS - 2 log 2",
        description=(
            "Train discriminators on named pairs of distributions and compare the held-out\n"
            "value V(D) = E_P log D + E_Q log(1 - D) with its maximum,\n"
            "2 JS(P, Q) - 2 log 2. Prints a table; writes report.json and figures.\n\n"
            "Of two samples of your own, `--real a.npy --fake b.npy`, nobody knows the maximum:\n"
            "V(D) is shown with the JS that follows, its interval, and what JS is at least.\n\n"
            + FILES
        ),
        epilog="\n\n".join(
            (
                statuses(
                    f"every gap is below {TOLERANCE:g} nat, or 2 % of less",
                    "a pair is not",
                ),
                "\n  ".join(["names of pairs:", *targets]),
            )
        ),
    )
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--suite", choices=suites, help="default: quick")
    chosen.add_argument(
        "--pairs", nargs="+", choices=targets, metavar="NAME", help="names from the list below"
    )
    parser.add_argument(
        "--real", metavar="A.npy", help="with --fake: two samples of your own, whose JS is unknown"
    )
    parser.add_argument("--fake", metavar="B.npy", help="arrays of shape (n, d), or (n,)")
    parser.add_argument(
        "--seeds", type=whole, help=f"discriminators of each pair; default: {Config().seeds}"
    )
    add_config(parser)
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on after Ctrl-C or a kill: pairs that have finished are not trained again",
    )
    add_common(parser, "verify")
    parser.set_defaults(run=run, refuse=parser.error)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Run the experiment and return the exit status."""
    if arguments.real or arguments.fake:
        return _run_samples(arguments, session)
    # No default in the parser: it would let an explicit "--suite quick" pass beside "--pairs".
    names = arguments.pairs or suites[arguments.suite or "quick"]
    pairs = [targets[name] for name in names]
    earlier = []
    config = read_config(arguments, Config())
    if arguments.seeds:
        config = replace(config, seeds=arguments.seeds)
    if arguments.resume:
        try:
            earlier = finished_pairs(arguments.out, pairs, config, arguments.seed)
        except ValueError as error:
            arguments.refuse(f"argument --resume: {error}")
    output = Output(arguments.out, "verify", (*FIGURES, NAME))
    work = _Identity(pairs, config, arguments.seed, earlier)
    status = carry_out(work, output, session)
    missed = any(not result.record.verified for result in work.found)
    return MISSED if status == DONE and missed else status


def _run_samples(arguments: argparse.Namespace, session: Session) -> int:
    """Train discriminators on two samples, and show their value on what they have not seen."""
    if not (arguments.real and arguments.fake):
        arguments.refuse("arguments --real and --fake: pass both, or none")
    for name in ("suite", "pairs", "seeds", "config", "resume"):
        if getattr(arguments, name):
            arguments.refuse(f"argument --{name}: not allowed with --real and --fake")
    files = Files(arguments.real, arguments.fake)
    methods = {DISCRIMINATOR: Discriminator(rng=arguments.seed)}
    try:
        found = findings(files.x, files.y, methods)
    except (TypeError, ValueError) as error:
        return arguments.refuse(f"arguments --real (x) and --fake (y): {error}")
    work = Comparison(files, found, len(methods), arguments.seed, "verify")
    return carry_out(work, Output(arguments.out, "verify", (*FIGURES, NAME)), session)


class _Identity(Work):
    title, files, resumable = "pairs", "Report and figures", True

    def __init__(
        self, pairs: Sequence[Pair], config: Config, seed: int, found: list[PairResult]
    ) -> None:
        self.pairs, self.config, self.seed, self.found = pairs, config, seed, found
        self.order = {pair.name: number for number, pair in enumerate(pairs)}
        done = {result.record.name for result in found}
        self.missing = [pair for pair in pairs if pair.name not in done]
        self.units = len(pairs) * config.chunks
        self.done = len(found) * config.chunks

    def results(self, progress: Callable[..., None]) -> Iterable[PairResult]:
        return run_identity(self.missing, self.config, self.seed, lambda pair, chunks: progress())

    def keep(self, result: PairResult) -> None:
        self.found.append(result)
        self.found.sort(key=lambda result: self.order[result.record.name])

    def report(self) -> Report:
        records = [result.record for result in self.found]
        complete = len(records) == len(self.pairs)
        return Report(records, complete=complete, seed=self.seed, config=self.config)

    def so_far(self) -> str:
        return f"Interrupted: {len(self.found)} of {len(self.pairs)} pairs have finished."

    def checkpoint(self, folder: Path) -> None:
        save_curves(folder, self.found)

    def write(self, folder: Path) -> None:
        draw(self.found, folder)
        if len(self.found) < len(self.pairs):
            self.checkpoint(folder)

    def show(self, console: Console) -> None:
        console.print(table([result.record for result in self.found]))
