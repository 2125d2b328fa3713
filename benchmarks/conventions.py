"""What other libraries mean by the same names, found by running them.

    python -m benchmarks.conventions [--json FILE]

Every call of `divergences.testing.peers` whose library is installed is evaluated on one pair of
distributions. The relation to ours is the simplest expression that gives the same value there and
on a second pair: the quantity itself, in nats or bits, of P and Q or of Q and P, with a factor, a
power, or a constant of the usual kinds. What is not installed is left out, and named.
"""

from __future__ import annotations

import argparse
import inspect
import itertools
import json
import platform
import warnings
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import divergences as dv
from divergences.testing.peers import PEERS, Peer

PAIR = np.array([8, 4, 3, 1]) / 16, np.array([2, 5, 4, 5]) / 16
SECOND = np.array([1, 9, 2, 4]) / 16, np.array([5, 1, 7, 3]) / 16
OUTSIDE = np.array([8, 0, 6, 2]) / 16, np.array([4, 0, 12, 0]) / 16  # q = 0 < p, and both zero
TOLERANCE = 1e-5  # some compute in single precision
TOTAL = 3.0
# In order of simplicity; x is the quantity, n the number of outcomes.
SHAPES = (
    "{x}",
    "2 * {x}",
    "{x} / 2",
    "4 * {x}",
    "{x} / n",
    "{x} ** 2",
    "{x} ** 0.5",
    "2 * {x} ** 2",
    "8 * {x} ** 2",
    "1 - {x} ** 2",
    "exp(-{x})",
    "2 * {x} - 2 * log(2)",
)


def expressions(like: str) -> Iterator[str]:
    """Return the expressions of a quantity of ours that a peer may mean, simplest first."""
    function = getattr(dv, like.partition("(")[0])
    bases = ("", ", base=2") if "base" in inspect.signature(function).parameters else ("",)
    swaps = (like, like.replace("(p, q", "(q, p"))
    for shape, call, base in itertools.product(SHAPES, dict.fromkeys(swaps), bases):
        yield shape.format(x=f"{call[:-1]}{base})")


def ours(expression: str, p: np.ndarray, q: np.ndarray) -> float:
    """Return the value of an expression in our functions."""
    functions = {name: getattr(dv, name) for name in dir(dv) if not name.startswith("_")}
    scope = {**functions, "exp": np.exp, "log": np.log, "p": p, "q": q, "n": p.size}
    with np.errstate(all="ignore"):
        return float(eval(expression, scope))


def theirs(peer: Peer, call: str, p: np.ndarray, q: np.ndarray) -> float:
    """Return the value of a peer's call."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return float(peer.function(call)(p, q))


def relation(peer: Peer, like: str, call: str) -> str | None:
    """Return the simplest expression of ours that equals a peer's call on both pairs."""
    values = [theirs(peer, call, *pair) for pair in (PAIR, SECOND)]
    for expression in expressions(like):
        pairs = zip(values, (ours(expression, *pair) for pair in (PAIR, SECOND)), strict=True)
        if all(np.isclose(x, y, rtol=TOLERANCE, atol=0.0) for x, y in pairs):
            return expression
    return None


def outcome(peer: Peer, call: str, p: np.ndarray, q: np.ndarray) -> str:
    """Return a peer's value as text, or how it refuses."""
    try:
        return f"{theirs(peer, call, p, q):.6g}"
    except Exception as error:  # whatever a peer raises is the finding
        return type(error).__name__


def totals(peer: Peer, call: str, value: float) -> str:
    """Return what a peer does with masses that do not sum to one."""
    if peer.takes != "masses":
        return ""
    found = outcome(peer, call, TOTAL * PAIR[0], TOTAL * PAIR[1])
    try:
        same = np.isclose(float(found), value, rtol=TOLERANCE, atol=0.0)
    except ValueError:
        return f"refuses ({found})"
    return "normalises" if same else "as they are"


def rows_of(peer: Peer) -> list[dict[str, Any]]:
    """Return what was found about a library's functions."""
    rows = []
    for like, call in peer.calls:
        if not hasattr(dv, like.partition("(")[0]):
            continue
        value = theirs(peer, call, *PAIR)
        found = relation(peer, like, call)
        expected = ours(found, *OUTSIDE) if found else np.nan
        rows.append(
            {
                "library": peer.library,
                "version": version(peer.package),
                "call": call,
                "like": like,
                "relation": found,
                "value": value,
                "outside": "" if peer.takes == "ratios" else outcome(peer, call, *OUTSIDE),
                "outside_by_relation": f"{expected:.6g}",
                "totals": totals(peer, call, value),
            }
        )
    return rows


def table(rows: list[dict[str, Any]]) -> Table:
    """Return the findings as a table."""
    result = Table(title="What others mean, in our terms")
    for name in ("library", "their call", "in our terms", "where q = 0 < p", "other totals"):
        result.add_column(name, overflow="fold")
    for row in rows:
        outside = row["outside"]
        if outside not in ("", row["outside_by_relation"]):
            outside += f" (not {row['outside_by_relation']})"
        cells = (row["library"], row["call"], row["relation"] or "no simple relation", outside)
        result.add_row(*cells, row["totals"])
    return result


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.conventions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, help="also write the findings to this file")
    options = parser.parse_args()
    console = Console()
    rows: list[dict[str, Any]] = []
    missing: dict[str, str] = {}
    for peer in PEERS:
        try:
            version(peer.package)
            exec(peer.imports, {})
        except (PackageNotFoundError, ImportError, AttributeError) as error:
            missing[peer.library] = f"{type(error).__name__}: {error}"
            console.print(f"{peer.library} does not run: {error}")
            continue
        rows += rows_of(peer)
    console.print(table(rows))
    if options.json:
        report = {
            "p": PAIR[0].tolist(),
            "q": PAIR[1].tolist(),
            "outside": [side.tolist() for side in OUTSIDE],
            "python": platform.python_version(),
            "rows": rows,
            "missing": missing,
        }
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
