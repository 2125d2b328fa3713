"""Lists, runs and writes all benchmarks.

    python -m benchmarks                         lists them
    python -m benchmarks NAME ...                runs some, and writes their committed results
    python -m benchmarks [NAME ...] --quick      runs some or all in a minute or two, to no avail

A quick run shows that benchmarks work; its results go to a temporary folder and mean nothing. What
one benchmark can be told beside, `python -m benchmarks.NAME --help` says.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness import BENCHMARKS, chosen, commit, obstacle, run


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="benchmarks; none: list them")
    parser.add_argument("--quick", action="store_true", help="small runs, by default of all")
    arguments = parser.parse_args(argv)
    if not arguments.names and not arguments.quick:
        for benchmark in BENCHMARKS:
            print(f"{benchmark.name:24}{benchmark.summary}")
        return 0
    try:
        wanted = chosen(arguments.names or [benchmark.name for benchmark in BENCHMARKS])
    except ValueError as error:
        parser.error(str(error))
    for benchmark in wanted:
        said = obstacle(benchmark, arguments.quick)
        with TemporaryDirectory() as name:
            if not said:
                said = f"{run(benchmark, Path(name), quick=arguments.quick):8.1f} s"
            if not arguments.quick:  # an interrupted run leaves what was there
                commit(Path(name))
        print(f"{benchmark.name:24}{said}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
