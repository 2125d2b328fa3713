"""What is made of the rows: standings, a table in Markdown and a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

FLOOR = 0.01  # nats: errors below it are not told apart
ACROSS = 4  # tasks side by side in a figure


def standings(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return for each group its estimators, best first.

    `error` is the root mean square error over the best one's of the same task and size, as a
    geometric mean over tasks and sizes; `covered` are the shares of 95 % intervals that cover the
    truth, in the mean and at worst. An estimator that was not finite once has no error.
    """
    cells: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        cells[row["group"], row["task"], row["n"]][row["estimator"]] = row
    gathered: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for (group, _, _), cell in cells.items():
        errors = {name: _error(row) for name, row in cell.items()}
        best = min(errors.values())
        for name, row in cell.items():
            gathered[group][name].append((errors[name] / best, row))
    return {
        group: sorted(
            (_standing(name, found) for name, found in field.items()),
            key=lambda standing: standing["error"] or np.inf,
        )
        for group, field in gathered.items()
    }


def _error(row: dict[str, Any]) -> float:
    return float("inf") if row["rmse"] is None else max(row["rmse"], FLOOR)


def _standing(name: str, found: list[tuple[float, dict[str, Any]]]) -> dict[str, Any]:
    ratios = np.array([ratio for ratio, _ in found])
    covered = [row["coverage"] for _, row in found if row["coverage"] is not None]
    finite = bool(np.isfinite(ratios).all())
    return {
        "estimator": name,
        "error": float(np.exp(np.log(ratios).mean())) if finite else None,
        "worst": float(ratios.max()) if finite else None,
        "covered": float(np.mean(covered)) if covered else None,
        "covered_at_worst": float(np.min(covered)) if covered else None,
        "microseconds": 1e6 * float(np.median([row["seconds"] for _, row in found])),
    }


def markdown(standing: list[dict[str, Any]]) -> str:
    """Return the standings of a group as a table, with times in the unit that suits them."""
    slow = float(np.median([s["microseconds"] for s in standing])) > 100.0
    unit, in_unit = ("ms", 1e-3) if slow else ("µs", 1.0)
    lines = [
        f"| estimator | error | at worst | coverage | at worst | {unit} |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for s in standing:
        error, worst = (_ratio(s[name]) for name in ("error", "worst"))
        covered, least = (
            "—" if x is None else f"{100 * x:.0f} %" for x in (s["covered"], s["covered_at_worst"])
        )
        time = s["microseconds"] * in_unit
        digits = 0 if time >= 10 else 1
        cells = (error, worst, covered, least, f"{time:,.{digits}f}")
        lines.append(f"| `{s['estimator']}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _ratio(x: float | None) -> str:
    if x is None:
        return "∞"
    return f"{x:.2f}" if x < 1e4 else f"{x:.0e}"


def figure(rows: list[dict[str, Any]], group: str, names: list[str], path: Path) -> None:
    """Draw root mean square error over coverage against n, a column for each task of a group."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    tasks = list(dict.fromkeys(row["task"] for row in rows if row["group"] == group))
    columns = min(ACROSS, len(tasks))
    bands = -(-len(tasks) // columns)
    picture = Figure(figsize=(2.6 * columns, 4.2 * bands + 0.6), layout="constrained")
    axes = picture.subplots(2 * bands, columns, squeeze=False)
    for panel in axes.flat:
        panel.set_visible(False)
    for j, task in enumerate(tasks):
        band, column = divmod(j, columns)
        error, coverage = axes[2 * band : 2 * band + 2, column]
        for i, name in enumerate(names):
            found = [
                r
                for r in rows
                if (r["group"], r["task"], r["estimator"]) == (group, task, name)
                and r["rmse"] is not None
            ]
            n = [r["n"] for r in found]
            look = {"color": mpl.colormaps["tab10"](i), "marker": ".", "label": name}
            error.loglog(n, [max(r["rmse"], FLOOR) for r in found], **look)
            if any(r["coverage"] is not None for r in found):
                coverage.semilogx(n, [r["coverage"] for r in found], **look)
        error.set_title(task, fontsize=10)
        error.sharey(axes[0, 0])
        coverage.axhline(0.95, color="0.7", zorder=0)
        coverage.sharex(error)
        coverage.set(xlabel="n", ylim=(0, 1.02))
        for panel in (error, coverage):
            panel.set_visible(True)
            panel.tick_params(labelleft=column == 0)
        error.tick_params(labelbottom=False)
        if column == 0:
            error.set_ylabel("RMS error (nat)")
            coverage.set_ylabel("coverage of 95 %")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    picture.legend(handles, labels, loc="outside lower center", ncols=min(3, columns), fontsize=9)
    picture.savefig(path, dpi=130)
