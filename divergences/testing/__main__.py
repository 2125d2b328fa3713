"""Check an implementation from the command line, or write cases with exact values.

python -m divergences.testing mypkg.mymodule:my_kl --like kl_divergence [--json F] [--repro]
python -m divergences.testing export kl_divergence > kl.json
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from divergences.testing.checking import check_divergence
from divergences.testing.conformance import conformance, text
from divergences.testing.estimators import check_estimator
from divergences.testing.estimators.tasks import KINDS
from divergences.testing.export import export
from divergences.testing.report import Report

BROKEN, WRONG_USE = 1, 2  # exit status


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit status."""
    words = sys.argv[1:] if words is None else words
    commands = {"export": _export, "--peers": _peers}
    command = commands.get(words[0]) if words else None
    return command(words[1:]) if command else _check(words)


def _check(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m divergences.testing",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="The exit status is 0 if every law holds but for roundings, 1 if one does not, and "
        "2 if the command is not understood.",
    )
    parser.add_argument("function", metavar="MODULE:FUNCTION", help="or the command `export`")
    parser.add_argument("--like", required=True, help="the quantity, such as kl_divergence")
    parser.add_argument("--order", type=float, help="of a quantity of any order")
    parser.add_argument(
        "--takes",
        choices=["masses", "logs", *KINDS],
        help="default: masses or logs, as is found; an estimator takes one of the others",
    )
    parser.add_argument("--dimension", type=int, help="of the samples that an estimator takes")
    parser.add_argument("--arguments", choices=["p,q", "q,p"], help="default: found")
    parser.add_argument("--unit", choices=["nats", "bits", "base 10"], help="default: found")
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report there")
    parser.add_argument(
        "--repro", action="store_true", help="print the counterexamples as a script instead"
    )
    options = parser.parse_args(words)
    func, name = _load(options.function, parser)
    try:
        given = {
            "takes": options.takes,
            "arguments": options.arguments and tuple(options.arguments.split(",")),
            "unit": options.unit,
            "name": name,
        }
        if options.takes in KINDS:
            report = check_estimator(func, options.like, dimension=options.dimension, **given)
        else:
            report = check_divergence(
                func, options.like, order=options.order, dtype=options.dtype, **given
            )
        if options.json:
            written = json.dumps(report.to_dict(), indent=1, allow_nan=False)
            options.json.write_text(written + "\n", encoding="utf-8")
    except (ValueError, TypeError, OSError) as error:
        parser.error(str(error))
    _print(script(report, options.function) if options.repro else str(report))
    return 0 if report.ok else BROKEN


def script(report: Report, target: str) -> str:
    """Return the counterexamples as a script; what raises an exception is commented out."""
    module, _, path = target.partition(":")
    lines = ["import numpy as np", "", f"from {module} import {path.partition('.')[0]}", ""]
    for law in report.laws.values():
        if law.counterexample:
            raises = "# raises: " if law.status == "error" else ""
            lines += [f"# {law.name}: {law.status}", raises + law.counterexample.line]
    return "\n".join(lines)


def _load(target: str, parser: argparse.ArgumentParser) -> tuple[Callable[..., Any], str]:
    """Return the function that is meant by "package.module:function", and its name there."""
    module, colon, path = target.partition(":")
    if not (colon and path):
        parser.error(f"{target!r} names no function; write MODULE:FUNCTION, as mypkg.mymodule:kl.")
    try:
        func: Any = reduce(getattr, path.split("."), importlib.import_module(module))
    except ImportError as error:
        parser.error(f"cannot import {module}: {error}")
    except AttributeError as error:
        parser.error(f"{module} has no {path}: {error}")
    return func, path


def _export(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m divergences.testing export",
        description="Write cases of a quantity with exact values as JSON to the standard output.",
    )
    parser.add_argument("quantity", help="such as kl_divergence")
    parser.add_argument("--order", type=float, help="of a quantity of any order")
    options = parser.parse_args(words)
    try:
        vectors = export(options.quantity, options.order)
    except (ValueError, TypeError) as error:
        parser.error(str(error))
    cases = ",\n".join(f"  {json.dumps(case)}" for case in vectors.pop("cases"))  # one a line
    head = json.dumps(vectors, indent=1, ensure_ascii=False).removesuffix("\n}")
    _print(f'{head},\n "cases": [\n{cases}\n ]\n}}')
    return 0


def _peers(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m divergences.testing --peers",
        description="Check functions of other libraries, and ours, that are installed here.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="packages; default: all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the findings there")
    options = parser.parse_args(words)
    found = conformance(options.names)
    if options.names and not (found["rows"] or found["estimators"]):
        parser.error("; ".join(f"{name}: {why}" for name, why in found["missing"].items()))
    if options.json:
        written = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)
        options.json.write_text(written + "\n", encoding="utf-8")
    _print(text(found))
    return 0


def _print(what: str) -> None:
    sys.stdout.write(what + "\n")


if __name__ == "__main__":
    sys.exit(main())
