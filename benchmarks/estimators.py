"""Which estimator? Tasks that know their truth, estimators, and sample sizes: the leaderboard.

    python -m benchmarks.estimators [--groups [NAME ...]] [--repetitions N] [--json FILE]
        [--figures]

Every estimator of a group gets the same samples. Rows of the groups that are run replace those of
the same groups in the JSON file; others stay. Interrupted with Ctrl-C, what is done is kept. With
`--json` the tables that the documentation includes are written beside the file, with `--figures`
its pictures; `--groups` without a name runs nothing, and writes them from the results of before.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

from benchmarks.leaderboard import continuous, discrete
from benchmarks.leaderboard.report import figure, markdown, standings
from benchmarks.leaderboard.run import run
from benchmarks.timing import machine

ROOT = Path(__file__).parents[1]
TASKS = [*discrete.TASKS, *continuous.TASKS]
CONTENDERS = [*discrete.CONTENDERS, *continuous.CONTENDERS]
GROUPS = list(dict.fromkeys(task.group for task in TASKS))
DRAWN = 5  # estimators in a figure, the best of the standings
QUICK = 50  # repetitions


def measured(groups: list[str], repetitions: int) -> list[dict[str, Any]]:
    """Run the tasks of the groups and return their rows, those done if interrupted."""
    tasks = [task for task in TASKS if task.group in groups]
    rows: list[dict[str, Any]] = []
    jobs, console = list(run(tasks, CONTENDERS, repetitions)), Console(stderr=True)
    try:
        for job in track(jobs, "estimating", console=console, transient=True):
            rows += job()
    except KeyboardInterrupt:
        Console().print("interrupted; what is done is kept")
    return rows


def merged(rows: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Return the rows of other groups in the file, then these."""
    ran = {row["group"] for row in rows}
    before = json.loads(path.read_text())["rows"] if path.exists() else []
    return [row for row in before if row["group"] not in ran] + rows


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estimators", description=__doc__)
    parser.add_argument("--groups", nargs="*", default=GROUPS, metavar="NAME")
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} repetitions")
    parser.add_argument("--json", type=Path, help="file of results, brought up to date")
    parser.add_argument("--figures", action="store_true", help="draw docs/figures/estimators-*.png")
    options = parser.parse_args()
    unknown = set(options.groups) - set(GROUPS)
    if unknown:
        parser.error(f"no group is called {', '.join(unknown)}; there are: {', '.join(GROUPS)}")
    rows = measured(options.groups, QUICK if options.quick else options.repetitions)
    if options.json:
        rows = merged(rows, options.json)
        lines = ",\n".join(json.dumps(row) for row in rows)
        about = json.dumps(machine())
        options.json.write_text(f'{{"machine": {about},\n"rows": [\n{lines}\n]}}\n')
    for group, standing in standings(rows).items():
        table = markdown(standing)
        Console().print(Markdown(f"## {group}\n\n{table}"))
        name = group.lower().replace(",", "").replace(" ", "-")
        if options.json:
            options.json.with_name(f"{options.json.stem}-{name}.md").write_text(table)
        if options.figures:
            best = [s["estimator"] for s in standing if s["error"]][:DRAWN]
            figure(rows, group, best, ROOT / "docs" / "figures" / f"estimators-{name}.png")


if __name__ == "__main__":
    main()
