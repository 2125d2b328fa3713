"""Command line: one module for each command, and what they share."""

import argparse
import sys
from collections.abc import Sequence

from gan.cli import augment, bench, compare, listing, sample, saturate, train, verify
from gan.cli.session import listening
from gan.cli.status import CANNOT_WRITE
from gan.output import OutputError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m gan", description="Experiments on generative adversarial networks."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (verify, train, sample, augment, compare, saturate, bench, listing):
        command.add(commands)
    arguments = parser.parse_args(argv)
    try:
        with listening() as session:
            return arguments.run(arguments, session)
    except OutputError as error:
        print(f"python -m gan: error: {error}", file=sys.stderr)  # noqa: T201
        return CANNOT_WRITE
