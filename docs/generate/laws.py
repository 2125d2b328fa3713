"""What a quantity states about itself, in words: its laws, and its limits where a mass vanishes."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from divergences.core import FDivergence, Laws
from generate.text import number, table, tex, title

DIRECTIONS = {1: "never increases it", -1: "never decreases it", 0: "may move it either way"}
WORDS: dict[str, dict[Any, str]] = {
    "data_processing": DIRECTIONS,
    "convexity": {1: "jointly convex", -1: "jointly concave", 0: "—"},
    "monotone_in_order": {1: "never decreases", -1: "never increases", 0: "—"},
    "unit_power": {1.0: "nats", 0.5: "roots of nats", 0.0: "none"},
}
OF_TWO = {"symmetric", "dual", "at_disjoint", "at_equal", "metric_power"}
LABELS = {
    "bounds": "Values",
    "symmetric": "Symmetric",
    "dual": "With P and Q exchanged",
    "convexity": "Convexity",
    "additive": "Adds up over independent parts",
    "monotone_in_order": "As the order grows",
    "at_disjoint": "On disjoint supports",
    "at_equal": "At P = Q",
    "metric_power": "Largest power that is a metric",
    "data_processing": "Merging outcomes",
    "unit_power": "Unit",
}


def laws_table(laws: Laws, of_two: bool) -> str:
    """Return the laws that a quantity of one or two distributions states, as a table."""
    rows = []
    for field in fields(Laws):
        value = getattr(laws, field.name)
        if (field.name in OF_TWO and not of_two) or field.name == "relations":
            continue
        label = LABELS.get(field.name, field.name.replace("_", " ").capitalize())
        text = law(field.name, value)
        if text != "—":
            rows.append((label, text))
    return table(("property", "value"), rows)


def law(name: str, value: Any) -> str:
    """Return what a law says."""
    if value is None:
        return "—" if name in ("metric_power", "dual") else "depends on P and Q"
    if name in WORDS:
        return WORDS[name].get(value, str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        if len(value) == 2 and all(isinstance(x, int | float) for x in value):
            return f"{number(value[0])}\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}{number(value[1])}"
        return ", ".join(map(str, value)) or "—"
    if name == "dual":
        return f"{{doc}}`{title(value)} <{value}>`"
    return number(value) if isinstance(value, int | float) else str(value)


def relations(laws: Laws) -> list[str]:
    """Return the section on what other quantities say of it, if there is one."""
    if not laws.relations:
        return []
    rows = [
        (f"${tex(r.formula)}$", f"{{doc}}`{title(r.other)} <{r.other}>`", r.source)
        for r in laws.relations
    ]
    heads = ("relation", "to", "source")
    return [f"## Relations to other quantities\n\n{table(heads, rows)}"]


def boundary(functional: Any) -> list[str]:
    """Return the section on outcomes that one of the distributions excludes, where it applies."""
    if not isinstance(functional, FDivergence):
        return []
    limits = functional.limits
    at_p, at_q = number(limits.value_p0), number(limits.value_q0)
    rows = [
        ("$p = 0 < q$", at_p, number(limits.dp_p0), at_p),
        ("$q = 0 < p$", at_q, at_q, number(limits.dq_q0)),
    ]
    text = (
        "The quantity is a function of $\\sum_i T(p_i, q_i)$. Where one mass vanishes, T is the "
        "limit below times the mass that is left."
    )
    heads = (
        "where",
        "T per unit of mass",
        "$\\partial T/\\partial p$",
        "$\\partial T/\\partial q$",
    )
    return [f"## Boundary values\n\n{text}\n\n{table(heads, rows, right=3)}"]
