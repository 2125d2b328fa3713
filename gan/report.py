"""What the identity experiment found: the contents of `report.json`, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table

from gan.output import RunReport
from gan.records import PairRecord


@dataclass(frozen=True)
class Report(RunReport):
    """The contents of `report.json`.

    Attributes
    ----------
    records : sequence of PairRecord
        The pairs that have finished.
    """

    records: Sequence[PairRecord]
    experiment: str = field(default="verify", kw_only=True)


def table(records: Sequence[PairRecord]) -> Table:
    """Tabulate records, in nats."""
    table = Table(title="V(D) against 2 JS - 2 log 2, in nats", title_justify="left")
    table.add_column("pair", no_wrap=True)
    for heading in ("d", "V*", "V(D)", "gap", "SE", "rel. gap", "JS"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("JS from V(D) [95 % interval]", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for r in records:
        low, high = r.js_interval
        table.add_row(
            r.name,
            str(r.dim),
            _fixed(r.v_star),
            f"{r.v_hat:.1e}" if r.saturates else _fixed(r.v_hat),
            f"{r.gap:.1e}",
            f"{r.gap_standard_error:.0e}",
            "-" if r.relative_gap is None else f"{r.relative_gap:.1e}",
            _fixed(r.js_true),
            f"{_fixed(r.js_hat)} [{_fixed(low)}, {_fixed(high)}]",
            f"{r.seconds:.1f}",
            _verdict(r),
        )
    return table


def _fixed(number: float) -> str:
    """Six decimals, without the sign of a number that rounds to zero."""
    return f"{round(number, 6) + 0.0:.6f}"


def _verdict(record: PairRecord) -> str:
    if not record.verified:
        return "[bold red]missed"
    return "[yellow]saturates" if record.saturates else "[green]reached"
