"""``python -m gan list``: names of pairs, of what is trained, and of objectives."""

import argparse

from gan.cli.session import Session
from gan.cli.status import DONE
from gan.config import GAMES
from gan.f_gan import OBJECTIVES
from gan.registry import suites, targets
from gan.signals import SIGNALS


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "list",
        help="list the pairs of verify, the targets of train, and the objectives",
        description="List the names that the other commands take.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Print the names and return the exit status."""
    width = max(map(len, targets))
    lines = ["pairs of `verify --pairs`, their dimension, and the suites that have them:"]
    for name, pair in targets.items():
        having = " ".join(suite for suite, names in suites.items() if name in names)
        lines.append(f"  {name:{width}}  {pair.dim:2}  {having}")
    lines += ["", "targets of `train`:"]
    lines += [f"  {name}" for name in (*GAMES, "digits", *SIGNALS)]
    lines += ["", "objectives of `train --objective`:"]
    lines += [f"  {name:{width}}  {found.name}" for name, found in OBJECTIVES.items()]
    print("\n".join(lines))  # noqa: T201
    return DONE
