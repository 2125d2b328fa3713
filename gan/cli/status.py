"""Exit statuses of the commands, and the options that all of them have."""

import argparse
from pathlib import Path

DONE, MISSED, USAGE, CANNOT_WRITE, INTERRUPTED = 0, 1, 2, 3, 130


def statuses(done: str, missed: str | None = None) -> str:
    """Describe the exit statuses for ``--help``."""
    lines = [(DONE, done), (MISSED, missed)] if missed else [(DONE, done)]
    lines += [
        (USAGE, "a mistake in the command line"),
        (CANNOT_WRITE, "the folder cannot be written to, or holds a report of another command"),
        (INTERRUPTED, "interrupted (Ctrl-C); what had finished is reported"),
    ]
    return "exit statuses:\n" + "\n".join(f"  {status:<5}{text}" for status, text in lines)


FILES = """\
The files are written to DIR/partial and moved to DIR at the end. An interrupted run leaves
them in DIR/partial if DIR holds a report already."""


def add_common(parser: argparse.ArgumentParser, command: str, seeded: bool = True) -> None:
    """Add ``--seed``, where there is one, and ``--out``."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    if seeded:
        parser.add_argument("--seed", type=seed, default=0, help="default: %(default)s")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("report") / command,
        metavar="DIR",
        help="folder for report.json and the figures; default: %(default)s",
    )


def seed(text: str) -> int:
    """Read a seed; a type for argparse."""
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number between 0 and 2^32 - 1")
    return int(text)


def whole(text: str) -> int:
    """Read a whole number of at least 1; a type for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)
