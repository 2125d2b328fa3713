"""``python -m gan sample``: draw from a generator that was saved."""

import argparse
import sys
from pathlib import Path

import jax
import numpy as np

from gan.blurred import Blurred
from gan.cli.session import Session
from gan.cli.status import DONE, USAGE, seed, statuses, whole
from gan.output import OutputError
from gan.saving import NAME, load_generator


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "sample",
        help="draw from a generator that `python -m gan train` or gan.save has written",
        description=(
            "Draw samples of a saved generator, and write them to a .npy file, or as lines of\n"
            "numbers to a .csv file."
        ),
        epilog=statuses("the samples are written"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "saved", type=Path, metavar="DIR", help=f"the folder with {NAME}, or a file such as that"
    )
    parser.add_argument("-n", type=whole, default=100, help="samples; default: %(default)s")
    parser.add_argument("--seed", type=seed, default=0, help="default: %(default)s")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="default: samples.npy, beside the generator"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Draw and write; return the exit status."""
    del session
    saved: Path = arguments.saved
    folder = saved.parent if saved.suffix == ".eqx" else saved
    file: Path = arguments.out or folder / "samples.npy"
    try:
        if file.suffix not in (".npy", ".csv"):
            raise ValueError(f"--out is {file}; it must end in .npy or .csv.")
        generator = load_generator(saved)
        # Noise belongs to the game alone.
        generator = generator.base if isinstance(generator, Blurred) else generator
    except (TypeError, ValueError) as error:
        print(f"python -m gan sample: error: {error}", file=sys.stderr)  # noqa: T201
        return USAGE
    x = np.asarray(generator.sample(jax.random.key(arguments.seed), arguments.n))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, x) if file.suffix == ".npy" else np.savetxt(file, x, "%.9g", ",")
    except OSError as error:
        raise OutputError(f"cannot write to {file}: {error.strerror or error}.") from error
    print(f"{len(x)} samples of {x.shape[1]} dimensions: {file}")  # noqa: T201
    return DONE
