"""The result of a comparison of tables: records, printed as a table, as HTML, as JSON, drawn."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One quantity of one column.

    Attributes
    ----------
    column
        The name of the column.
    kind
        ``"number"``, ``"date"``, ``"duration"``, ``"category"`` or ``"boolean"``; ``"missing"`` of
        the row that compares shares of missing values; ``"other"`` of what is not compared.
    quantity
        ``"JS"``, ``"W1"`` or ``"PSI"``; empty if nothing was computed.
    value, low, high
        The estimate and its confidence interval, or None.
    p, q
        p-value and what Benjamini and Hochberg's procedure makes of it, or None.
    unit
        What `value` is measured in; empty for the unit of the column.
    notes
        What else there is to know, a sentence each.
    """

    column: str
    kind: str
    quantity: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    unit: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two tables compared column by column: what `compare` returns.

    Attributes
    ----------
    rows
        A record for each column and quantity, in the order of the columns of the reference;
        ``pandas.DataFrame(comparison.rows)`` makes a data frame of them.
    n_reference, n_current
        Numbers of rows of both tables.
    settings
        With what they were compared: ``bins``, ``level``, ``permutations``, ``unit``.

    Examples
    --------
    >>> import divergences as dv
    >>> print(dv.compare({"x": list("aab") * 40}, {"x": list("abb") * 40}))
    120 rows of reference, 120 of current
    column  kind      quantity    value  unit  95 % interval            p       q
    x       category  JS        0.05429  nat   0.02567 ... 0.1137  0.0001  0.0001
    """

    rows: tuple[Row, ...]
    n_reference: int
    n_current: int
    settings: dict[str, Any]

    def flagged(self, q: float = 0.05) -> tuple[str, ...]:
        """Return the columns with a row whose q is at most so much, in order.

        Of such columns a share of at most `q` is expected to be no different.
        """
        found = (row.column for row in self.rows if row.q is not None and row.q <= q)
        return tuple(dict.fromkeys(found))

    def to_dict(self) -> dict[str, Any]:
        """Return all of it in lists, numbers and strings, for JSON; what is infinite is None."""
        records = [
            {
                **row._asdict(),
                **{name: _finite(getattr(row, name)) for name in ("value", "low", "high")},
                "notes": list(row.notes),
            }
            for row in self.rows
        ]
        numbers = {"n_reference": self.n_reference, "n_current": self.n_current}
        return {**numbers, "settings": dict(self.settings), "rows": records}

    def plot(self, ax: Any = None) -> Any:
        """Draw the JS of all columns with their intervals, the largest on top; return the Axes.

        Filled markers have a q of at most 0.05. Needs matplotlib, the extra ``plot``.
        """
        from divergences import plot

        rows = sorted((row for row in self.rows if row.quantity == "JS"), key=_size)
        labels = [
            f"{row.column} (missing)" if row.kind == "missing" else row.column for row in rows
        ]
        found = [(row.value, row.low, row.high) for row in rows]
        filled = [row.q is not None and row.q <= 0.05 for row in rows]
        ax = plot.forest(found, labels, filled=filled, ax=ax)
        ax.set_xlabel(f"JS [{self.settings['unit']}]; filled: q ≤ 0.05")
        return ax

    def __repr__(self) -> str:
        columns = len({row.column for row in self.rows})
        return f"<Comparison of {columns} columns, {len(self.flagged())} with q <= 0.05>"

    def __str__(self) -> str:
        head = self._head()
        cells = [head, *(self._cells(row) for row in self.rows)]
        # Of what is None or empty in all rows there is no column.
        kept = [i for i in range(len(head)) if any(line[i] for line in cells[1:])]
        widths = [max(len(line[i]) for line in cells) for i in kept]
        numeric = {"value", "p", "q"}
        lines = [
            "  ".join(
                line[i].rjust(width) if head[i] in numeric else line[i].ljust(width)
                for i, width in zip(kept, widths, strict=True)
            ).rstrip()
            for line in cells
        ]
        notes = [f"{row.column}: {note}" for row in self.rows for note in row.notes]
        return "\n".join([self._title(), *lines, *dict.fromkeys(notes)])

    def _repr_html_(self) -> str:
        from html import escape

        head = [*self._head(), "notes"]
        lines = [[*self._cells(row), " ".join(row.notes)] for row in self.rows]
        parts = ["<table><caption>", escape(self._title()), "</caption><thead><tr>"]
        parts += [f"<th>{escape(cell)}</th>" for cell in head]
        parts += ["</tr></thead><tbody>"]
        for line in lines:
            parts += ["<tr>", *(f"<td>{escape(cell)}</td>" for cell in line), "</tr>"]
        return "".join([*parts, "</tbody></table>"])

    def _title(self) -> str:
        return f"{self.n_reference:,} rows of reference, {self.n_current:,} of current"

    def _head(self) -> list[str]:
        interval = f"{100 * self.settings['level']:g} % interval"
        return ["column", "kind", "quantity", "value", "unit", interval, "p", "q"]

    @staticmethod
    def _cells(row: Row) -> list[str]:
        interval = "" if row.low is None else f"{row.low:.4g} ... {row.high:.4g}"
        numbers = ["" if x is None else f"{x:.4g}" for x in (row.value, row.p, row.q)]
        return [row.column, row.kind, row.quantity, numbers[0], row.unit, interval, *numbers[1:]]


def _size(row: Row) -> float:
    return -1.0 if row.value is None else row.value


def _finite(x: float | None) -> float | None:
    return x if x is not None and isfinite(x) else None
