"""What every estimator of JS has found: contents of `report.json`, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table

from gan.comparison import DISCRIMINATOR, Finding
from gan.discriminators import warnings_of_js
from gan.output import RunReport


@dataclass(frozen=True)
class ComparisonReport(RunReport):
    """The contents of `report.json`.

    Attributes
    ----------
    records : sequence of Finding
        One for each method.
    """

    records: Sequence[Finding]
    experiment: str = field(default="compare", kw_only=True)


def comparison_table(records: Sequence[Finding]) -> Table:
    """Tabulate the findings, in nats."""
    table = Table(title="Jensen-Shannon divergence, in nats", title_justify="left")
    for heading in ("method", "JS", "95 % interval", "JS >= [95 %]", "CPU s"):
        table.add_column(heading, no_wrap=True)
    table.add_column("remarks")
    for r in records:
        numbers = ("-", "-")
        if r.js is not None and r.interval is not None:
            numbers = f"{r.js:.4f}", f"[{r.interval[0]:.4f}, {r.interval[1]:.4f}]"
        bound = "" if r.lower_bound is None else f"{r.lower_bound:.4f}"
        remarks = [f"refused: {r.refused}"] if r.refused else r.warnings
        table.add_row(r.method, *numbers, bound, f"{r.cpu_seconds:.1f}", " ".join(remarks))
    return table


def discriminator_in_words(records: Sequence[Finding]) -> str | None:
    """Say what the discriminator's loss means, if it has found one."""
    for r in records:
        if r.method == DISCRIMINATOR and r.js is not None and r.value is not None:
            words = f"V(D) of the discriminator is {r.value:.4f}, its loss (BCE) {-r.value:.4f}."
            return " ".join([words, *warnings_of_js(r.js)])
    return None
