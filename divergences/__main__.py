"""The command line: ``python -m divergences compare a.csv b.csv``.

The exit status is 0, or 2 for wrong use or files that cannot be compared. That columns differ is no
error, unless ``--fail-at`` says at which q it is: then the status is 1.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from math import nan
from pathlib import Path
from typing import Any

from divergences import __version__
from divergences.tables import Comparison, compare
from divergences.tables.files import FORMATS, read_table
from divergences.tables.study import QUANTITIES

DIFFERENT, WRONG = 1, 2
STDOUT = "-"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        return _compare(arguments)
    except (ValueError, TypeError, ImportError, OSError) as error:
        sys.stderr.write(f"divergences: {error}\n")
        return WRONG


def _compare(arguments: Namespace) -> int:
    if arguments.figure:
        _figure()  # before the work
    tables = [read_table(path) for path in (arguments.reference, arguments.current)]
    found = compare(
        *tables,
        columns=arguments.columns,
        categories=arguments.categories or (),
        quantities=arguments.quantities,
        bins=arguments.bins,
        level=arguments.level,
        permutations=arguments.permutations,
        base=arguments.base,
        rng=arguments.seed,
    )
    written = json.dumps(found.to_dict(), indent=1, allow_nan=False) + "\n"
    words = sys.stdout
    if arguments.json == STDOUT:
        sys.stdout.write(written)
        words = sys.stderr  # so that standard output is JSON and nothing else
    else:
        sys.stdout.write(f"{found}\n")
    if arguments.json not in (None, STDOUT):
        Path(arguments.json).write_text(written, encoding="utf-8")
    if arguments.figure:
        _draw(found, arguments.figure)
    if arguments.fail_at is None:
        return 0
    flagged = found.flagged(arguments.fail_at)
    if flagged:
        words.write(f"q <= {arguments.fail_at:g}: {', '.join(flagged)}\n")
    return DIFFERENT if flagged else 0


def _figure() -> type[Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError("--figure needs matplotlib: pip install matplotlib.") from None
    return Figure


def _draw(found: Comparison, path: str) -> None:
    height = 1.2 + 0.28 * sum(row.quantity == "JS" for row in found.rows)
    figure = _figure()(figsize=(6.0, max(height, 2.0)), dpi=150, layout="constrained")
    found.plot(figure.add_subplot())
    figure.savefig(path)


def _parser() -> ArgumentParser:
    parser = ArgumentParser("python -m divergences", description="Divergences of tables in files.")
    parser.add_argument("--version", action="version", version=f"divergences {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "compare",
        help="compare two tables column by column",
        description="Compare two tables column by column: value, interval, p and q of each. "
        f"Files end with {', '.join(FORMATS)}, and are read by polars or pandas.",
    )
    add = command.add_argument
    add("reference", help="the table to compare with")
    add("current", help="the table that may have changed")
    add("--columns", type=_names, help="columns to compare, separated by commas (default: all)")
    add("--categories", type=_names, help="columns of numbers that are codes, not numbers")
    add("--quantities", type=_names, default=QUANTITIES[:2], help="of JS,W1,PSI (default: JS,W1)")
    add("--bins", type=int, default=20, help="bins of numbers (default: %(default)s)")
    add("--level", type=float, default=0.95, help="of the intervals (default: %(default)s)")
    add("--permutations", type=int, default=9999, help="number for p (default: %(default)s)")
    add("--base", type=float, help="base of the logarithm, 2 for bits (default: nats)")
    add("--seed", type=int, default=0, help="of the permutations (default: %(default)s)")
    add(
        "--json",
        metavar="FILE",
        nargs="?",
        const=STDOUT,
        type=_report,
        help="write the result as JSON: alone or with -, in place of the table; else to a file",
    )
    add("--figure", metavar="FILE", help="also draw JS of all columns, as PNG, PDF or SVG")
    add("--fail-at", type=_share, metavar="Q", help="exit with 1 if a column has a q up to Q")
    return parser


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _report(path: str) -> str:
    if Path(path).suffix.lower() in FORMATS:
        raise ArgumentTypeError(f"{path} is a table, not where to write; put --json at the end")
    return path


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = nan
    if not 0.0 < value < 1.0:
        raise ArgumentTypeError(f"{text!r} is no number between 0 and 1, such as 0.05")
    return value


if __name__ == "__main__":
    sys.exit(main())
