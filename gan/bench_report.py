"""How fast the game was played: contents of `report.json`, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table

from gan.bench import BenchRecord, machine
from gan.output import RunReport


@dataclass(frozen=True)
class BenchReport(RunReport):
    """The contents of `report.json`.

    Attributes
    ----------
    records : sequence of BenchRecord
        One for each contender at each size.
    machine : str
        Kind and number of the processors.
    """

    records: Sequence[BenchRecord]
    machine: str = field(default_factory=machine, kw_only=True)
    experiment: str = field(default="bench", kw_only=True)


def bench_table(records: Sequence[BenchRecord]) -> Table:
    """Tabulate the contenders; the last columns compare the first of each size with the others."""
    table = Table(title="Steps of both players a second", title_justify="left")
    for heading in ("task", "batch", "width", "way"):
        table.add_column(heading, no_wrap=True)
    for heading in ("steps/s", "steps/CPU-s", "GFLOP/s", "first is faster", "CPU time", "bar"):
        table.add_column(heading, justify="right", no_wrap=True)
    before = None
    for r in records:
        size = r.task, str(r.batch), str(r.width)
        if before not in (None, size):
            table.add_section()
        before = size
        numbers = r.steps_per_second, r.steps_per_cpu_second, r.flop_per_second
        if None in numbers:
            table.add_row(*size, f"{r.way}: {r.skipped}", *[""] * 6)
            continue
        by_clock, by_cpu, flops = (float(x or 0) for x in numbers)
        table.add_row(
            *size,
            r.way,
            f"{by_clock:,.0f}",
            f"{by_cpu:,.0f}",
            f"{flops / 1e9:.1f}",
            "" if r.times is None else f"{r.times:.1f} times",
            "" if r.cpu_times is None else f"{r.cpu_times:.1f} times",
            "" if r.bar is None or r.times is None else _verdict(r.times, r.bar),
        )
    return table


def _verdict(times: float, bar: float) -> str:
    reached = times >= bar
    return f"[{'green' if reached else 'bold red'}]{'reached' if reached else 'missed'} {bar:g}"
