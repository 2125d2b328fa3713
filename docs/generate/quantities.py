"""A page for each quantity: what it is, its laws, its boundary, who computes it, how well."""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

from divergences.interface import Laws, Perspective
from divergences.testing.members import Member, members
from generate import evidence, families, figures
from generate.text import first_sentence, number, table, title
from generate.text import write as write_text

FIGURE = """:::{{figure}} figures/{name}.png
:alt: {title}, drawn

{caption}
:::"""
SOURCE = """## In code

All that the library knows of it; `definition` is what the tests evaluate in high precision.

:::{{dropdown}} {name}
```{{literalinclude}} {path}
:language: python
```
:::"""
INDEX = """# Quantities

{count} quantities; the names are those of functions in `divergences`. P is the first argument, and
results are in nats unless `base=` is given. Each page has the definition, the laws that the tests
check, what happens where a mass vanishes, and how accurate it is."""
GROUPS = {
    "Of two distributions": lambda m: m.arity == 2 and not m.joint,
    "Of one distribution": lambda m: m.arity == 1 and not m.joint,
    "Of a joint distribution": lambda m: m.joint,
}
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
    "relations": "Beside other quantities",
    "at_disjoint": "On disjoint supports",
    "at_equal": "At P = Q",
    "metric_power": "Largest power that is a metric",
    "data_processing": "Merging outcomes",
    "unit_power": "Unit",
}


def write_page(member: Member, folder: Path) -> None:
    """Write the page of one quantity, and its figure."""
    figures.draw(member, folder / "figures" / f"{member.name}.png")
    module = sys.modules[type(member.functional).__module__]
    parts = [
        f"# {title(member.name)}",
        FIGURE.format(name=member.name, title=title(member.name), caption=figures.caption(member)),
        f"```{{eval-rst}}\n.. autofunction:: divergences.{member.name}\n```",
        "## Laws\n\n" + laws_table(member),
        *boundary(member.functional),
        "## From what it can be computed\n\n" + computed(member),
        *evidence.accuracy_of(member.name),
        SOURCE.format(name=module.__name__, path=os.path.relpath(module.__file__, folder)),
    ]
    write_text(folder / f"{member.name}.md", "\n\n".join(filter(None, parts)) + "\n")


def laws_table(member: Member) -> str:
    """Return the laws that a quantity states, as a table."""
    rows = []
    for field in fields(Laws):
        value = getattr(member.laws, field.name)
        if member.arity == 1 and field.name in OF_TWO:
            continue
        label = LABELS.get(field.name, field.name.replace("_", " ").capitalize())
        rows.append((label, law(field.name, value)))
    return table(("Law", "Value"), rows)


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
    return number(value) if isinstance(value, int | float) else str(value)


def boundary(functional: Any) -> list[str]:
    """Return the section on outcomes that one of the distributions excludes, where it applies."""
    if not isinstance(functional, Perspective):
        return []
    at_p, at_q = number(functional.at_p_zero), number(functional.at_q_zero)
    rows = [
        ("p = 0 < q", at_p, number(functional.slope_at_p_zero), at_p),
        ("q = 0 < p", at_q, at_q, number(functional.slope_at_q_zero)),
    ]
    text = (
        "It is a function of the sum of a term T(p, q) over outcomes, which has one limit for each "
        "unit of the mass that is left where the other vanishes:"
    )
    heads = ("where", "T per unit of mass", "slope in p", "slope in q")
    return [f"## Where a mass vanishes\n\n{text}\n\n{table(heads, rows, right=3)}"]


def computed(member: Member) -> str:
    """Return from which measures the quantity is computed, and by which methods on request."""
    wanted = families.families_of(member.function)
    named = families.methods_for(wanted)
    lines = [f"- {kind}" for kind in families.kinds_for(wanted)]
    text = f"Measures it takes ({', '.join(f.replace('_', ' ') for f in wanted)}):\n\n"
    text += "\n".join(lines)
    if named:
        text += "\n\nMethods that can be chosen with `method=`: "
        text += ", ".join(f"{{py:class}}`~divergences.methods.{name}`" for name in named) + "."
    return text


def write(folder: Path, library: ModuleType) -> None:
    """Write all pages, and the list of them with their laws side by side."""
    every = members()
    for member in every:
        write_page(member, folder)
    parts = [INDEX.format(count=len(every))]
    for group, belongs in GROUPS.items():
        rows = [row(member, library) for member in every if belongs(member)]
        heads = ("quantity", "what it is", "values", "symmetric", "disjoint", "metric")
        parts.append(f"## {group}\n\n{table(heads, rows)}")
    names = "\n".join(f"{title(m.name)} <{m.name}>" for m in every)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{names}\n```")
    write_text(folder / "index.md", "\n\n".join(parts) + "\n")


def row(member: Member, library: ModuleType) -> tuple[str, ...]:
    """Return a quantity's line in the list."""
    laws, two = member.laws, member.arity == 2
    power = laws.metric_power
    return (
        f"[{title(member.name)}]({member.name}.md)",
        first_sentence(getattr(library, member.name).__doc__),
        law("bounds", laws.bounds),
        law("symmetric", laws.symmetric) if two else "",
        law("at_disjoint", laws.at_disjoint) if two else "",
        "" if power is None else "yes" if power == 1 else f"D^{number(power)}",
    )
