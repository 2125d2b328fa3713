"""Whether error bounds hold: random pairs of distributions beside another algorithm.

    python -m benchmarks.certificates [--pairs N] [--first N] [--seed N] [--json FILE]
    python -m benchmarks.certificates --merge FILE ... --json FILE

Pairs are of some sixty families of `scipy.stats`: heavy tails, kinks, histograms and other
densities with jumps, truncations, mixtures, and discrete distributions of up to 10^13 outcomes.
Of each pair the Jensen-Shannon divergence and two more quantities drawn at random are held
against `certificate_reference`. A bound is violated if value and reference differ by more than
the bound, ten times the error of the reference, which is known from two resolutions, and ten
times what the rounding of log-densities does to it. Where the reference does not know itself to
1e-9 there is no test. A closed form states no bound, and is held to the rounding of log-densities
alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from math import inf, isfinite, isnan
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.certificate_pairs import Law, continuous, lattice, wide
from benchmarks.certificate_reference import QUANTITIES, escapes, reference
from benchmarks.timing import machine

SETTLED = 1e-9  # error of the reference, absolute below 1 and relative above
USEFUL = 1e-8  # largest bound that is of use, likewise
MARGIN = 10.0  # times the error of the reference
GROUPS = {"densities": 0.78, "discrete": 0.17, "wide": 0.05}
SMOOTH = ("JS", "KL", "entropy", "cross-entropy", "Hellinger", "Renyi 1/2")  # of wide pairs


def drawn(rng: np.random.Generator) -> tuple[str, Law, Law]:
    """Return the group of a random pair, and the pair."""
    group = str(rng.choice(list(GROUPS), p=list(GROUPS.values())))
    if group == "wide":
        return group, *wide(rng)
    law = continuous if group == "densities" else lattice
    return group, law(rng), law(rng)


def judged(name: str, p: Law, q: Law) -> dict[str, Any]:
    """Return what became of one quantity of one pair."""
    quantity = QUANTITIES[name]
    row: dict[str, Any] = {"quantity": name, "p": p.name, "q": "" if quantity.single else q.name}
    try:
        found = quantity.function(*((p.given,) if quantity.single else (p.given, q.given)))
    except ValueError as error:
        return {**row, "outcome": "refused", "words": str(error)}
    value, bound = float(found.value), found.error_bound
    row |= {"value": value, "bound": bound}
    if isnan(value) or (bound is not None and not bound >= 0.0):
        return {**row, "outcome": "violated"}
    exact = reference(name, p, q)
    if isnan(exact.value):
        return {**row, "outcome": "unsettled"}
    if value == inf:
        nearer = reference(name, p, q, reach=1e30)
        grows = exact.value == inf or exact.value > 1.05 * nearer.value
        diverges = grows or (not quantity.single and escapes(p, q))
        return {**row, "outcome": "infinite" if diverges else "violated", "exact": exact.value}
    size = max(1.0, abs(exact.value))
    slack = MARGIN * (exact.error + exact.rounding)
    if not (isfinite(exact.value) and slack <= SETTLED * size):
        return {**row, "outcome": "unsettled"}
    row |= {"exact": exact.value, "error": abs(value - exact.value), "slack": slack}
    if abs(value - exact.value) > (bound or 0.0) + slack:
        return {**row, "outcome": "violated"}
    useless = bound is not None and bound > USEFUL * size
    return {**row, "outcome": "of no use" if useless else "held"}


def judged_pair(seed: int, number: int) -> list[dict[str, Any]]:
    """Return what became of the quantities of one pair."""
    rng = np.random.default_rng([seed, number])
    group, p, q = drawn(rng)
    others = SMOOTH[1:] if group == "wide" else list(QUANTITIES)[1:]
    names = ("JS", *map(str, rng.choice(others, 2, replace=False)))
    return [{"group": group, "pair": number, **judged(name, p, q)} for name in names]


def judged_pairs(seed: int, numbers: range) -> list[dict[str, Any]]:
    """Return what became of all pairs; stop at an interrupt with what there is."""
    rows: list[dict[str, Any]] = []
    try:
        for k in numbers:
            rows += judged_pair(seed, k)
            if (k + 1) % 100 == 0:
                bad = sum(row["outcome"] == "violated" for row in rows)
                print(f"pair {k + 1}, {bad} violations", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    return rows


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return counts of outcomes by group, and the rows that are no success."""
    kept = ("violated", "refused", "of no use")
    return {
        "groups": {
            group: {
                "pairs": len({row["pair"] for row in rows if row["group"] == group}),
                **Counter(row["outcome"] for row in rows if row["group"] == group),
            }
            for group in GROUPS
        },
        "pairs": len({row["pair"] for row in rows}),
        "tests": sum(row["outcome"] in ("held", "of no use", "violated") for row in rows),
        "rows": {outcome: [r for r in rows if r["outcome"] == outcome] for outcome in kept},
    }


def merged(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one report of runs of the same seed over different pairs."""
    groups = {group: Counter() for group in GROUPS}
    for report in reports:
        for group, counts in report["groups"].items():
            groups[group].update(counts)
    total = {key: sum(report[key] for report in reports) for key in ("pairs", "tests", "seconds")}
    rows = {
        outcome: [row for report in reports for row in report["rows"][outcome]]
        for outcome in reports[0]["rows"]
    }
    return {**reports[0], "groups": groups, **total, "rows": rows}


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.certificates",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pairs", type=int, default=2400, help="random pairs (2,400)")
    parser.add_argument("--first", type=int, default=0, help="number of the first pair (0)")
    parser.add_argument("--seed", type=int, default=1, help="of the pairs (1)")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--merge", type=Path, nargs="+", help="results of other pairs, to merge")
    options = parser.parse_args()
    if options.merge:
        found = merged([json.loads(path.read_text()) for path in options.merge])
    else:
        start, numbers = time.process_time(), range(options.first, options.first + options.pairs)
        found = summary(judged_pairs(options.seed, numbers)) | {"seed": options.seed}
        found |= {"seconds": time.process_time() - start, "machine": machine()}
    for outcome, rows in found["rows"].items():
        for row in rows:
            print(outcome, {k: v for k, v in row.items() if k not in ("outcome", "group")})
    print(json.dumps({k: v for k, v in found.items() if k != "rows"}, indent=1))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1, default=str) + "\n")


if __name__ == "__main__":
    main()
