"""Command line: ``python -m gan verify`` and ``python -m gan saturate``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from gan.config import Config
from gan.figures import draw
from gan.identity import group, run_identity
from gan.pairs import Pair
from gan.records import TOLERANCE, PairResult
from gan.registry import suites, targets
from gan.report import Report, table
from gan.saturation import LineRecord, SaturationConfig, StepRecord, run_saturation
from gan.saturation_report import SaturationReport, lines_table, training_table
from gan.saturation_report import draw as draw_saturation

VERIFIED, MISSED, INTERRUPTED = 0, 1, 130
"""Exit statuses."""

_WIDTH_WITHOUT_TERMINAL = 150


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gan", description="Experiments on generative adversarial networks."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser(
        "verify",
        help="compare V(D) of trained discriminators with 2 JS - 2 log 2",
        description=(
            "Train discriminators on named pairs of distributions and compare the held-out\n"
            "value V(D) = E_P log D + E_Q log(1 - D) with its maximum,\n"
            "2 JS(P, Q) - 2 log 2. Prints a table; writes report.json and figures.\n"
            "Exit status: "
            f"{VERIFIED} if every pair is within {TOLERANCE:g} nat, {MISSED} if not, "
            f"{INTERRUPTED} if interrupted."
        ),
        epilog="\n  ".join(["names of pairs:", *targets]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    chosen = verify.add_mutually_exclusive_group()
    chosen.add_argument("--suite", choices=suites, help="default: quick")
    chosen.add_argument(
        "--pairs", nargs="+", choices=targets, metavar="NAME", help="names from the list below"
    )
    verify.set_defaults(run=_verify)
    saturate = commands.add_parser(
        "saturate",
        help="show what disjoint supports do to JS, V(D), W1 and the generator's gradient",
        description=(
            "Train discriminators on two parallel segments by plain gradient descent. Prints two\n"
            "tables; writes report.json and saturation.png.\n"
            f"Exit status: {VERIFIED}, or {INTERRUPTED} if interrupted."
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    saturate.set_defaults(run=_saturate)
    for command in (verify, saturate):
        command.add_argument("--seed", type=_seed, default=0, help="default: %(default)s")
        command.add_argument(
            "--out",
            type=Path,
            default=Path("report"),
            metavar="DIR",
            help="folder for report.json and the figures; default: %(default)s",
        )
    return parser


def _seed(text: str) -> int:
    seed = int(text)
    if not 0 <= seed < 2**32:
        raise argparse.ArgumentTypeError(f"{seed} is not between 0 and 2^32 - 1")
    return seed


def _verify(arguments: argparse.Namespace) -> int:
    """Run the identity experiment and return the exit status."""
    # No default in the parser: it would let an explicit "--suite quick" pass beside "--pairs".
    names = arguments.pairs or suites[arguments.suite or "quick"]
    pairs = [targets[name] for name in names]
    config, folder = Config(), arguments.out
    console = _console()
    folder.mkdir(parents=True, exist_ok=True)

    def write(results: Sequence[PairResult]) -> None:
        records = [result.record for result in results]
        complete = len(results) == len(pairs)
        Report(records, complete, seed=arguments.seed, config=config).write(folder)

    results: list[PairResult] = []
    write(results)
    try:
        with _bars(console) as bars:
            for result in run_identity(
                pairs, config, arguments.seed, _add_bars(bars, pairs, config)
            ):
                results.append(result)
                write(results)
    except KeyboardInterrupt:
        console.print(f"Interrupted: {len(results)} of {len(pairs)} pairs have finished.")
    console.print(table([result.record for result in results]))
    draw(results, folder)
    console.print(f"Report and figures: {folder}")
    if len(results) < len(pairs):
        return INTERRUPTED
    return VERIFIED if all(result.record.verified for result in results) else MISSED


def _saturate(arguments: argparse.Namespace) -> int:
    """Run the saturation experiment and return the exit status."""
    config, folder, console = SaturationConfig(), arguments.out, _console()
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[LineRecord] = []
    steps: list[StepRecord] = []

    def report() -> SaturationReport:
        return SaturationReport.of(lines, steps, arguments.seed, config)

    report().write(folder)
    try:
        with _bars(console) as bars:
            task = bars.add_task("checkpoints", total=len(config.stops))
            for lines, steps in run_saturation(config, arguments.seed):  # noqa: B007
                bars.advance(task)
                report().write(folder)
    except KeyboardInterrupt:
        console.print(f"Interrupted after {steps[-1].step if steps else 0} steps.")
    found = report()
    if found.training:
        console.print(lines_table(found.lines))
        console.print(training_table(found.training))
    if found.slope is not None:
        console.print(f"-V(D) falls like step^{found.slope:.2f} in the last decade of steps.")
    draw_saturation(found, folder)
    console.print(f"Report and figure: {folder}")
    return VERIFIED if found.complete else INTERRUPTED


def _console() -> Console:
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _add_bars(
    bars: Progress, pairs: Sequence[Pair], config: Config
) -> Callable[[Sequence[Pair], int], None]:
    """Add a bar for each group of pairs; return the function that moves them."""
    tasks = {}
    for members in group(pairs):
        names = [pair.name for pair in members]
        label = names[0] if len(names) == 1 else f"{names[0]} ... {names[-1]}"
        tasks[names[0]] = bars.add_task(label, total=config.chunks, start=False)

    def update(members: Sequence[Pair], chunks: int) -> None:
        task = tasks[members[0].name]
        bars.start_task(task)
        bars.update(task, completed=chunks)

    return update


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    arguments = _parser().parse_args(argv)
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
