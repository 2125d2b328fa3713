"""A page for each quantity: what it is, its laws, its boundary, who computes it, how well."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from divergences.interface import Functional
from divergences.testing.members import Member, functional_instances, members
from generate import evidence, families, figures
from generate.laws import boundary, law, laws_table, relations
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

P is the first argument, and results are in nats unless `base=` is given. Each page has the
definition, the laws that the tests check, what happens where a mass vanishes, and how accurate it
is."""


@dataclass(frozen=True)
class Quantity:
    """A public function, with what the library states about it."""

    name: str
    function: Callable[..., Any]
    functional: Functional | None
    member: Member | None

    @property
    def of_two(self) -> bool:
        """Whether it compares two distributions."""
        return "q" in inspect.signature(self.function).parameters


GROUPS: dict[str, Callable[[Quantity], bool]] = {
    "Of two distributions": lambda x: x.member is not None and x.of_two,
    "Of one distribution": lambda x: x.member is not None and not (x.of_two or x.member.joint),
    "Of a joint distribution": lambda x: x.member is not None and x.member.joint,
    "Where outcomes have places": lambda x: x.member is None and x.functional is not None,
    "Made of others": lambda x: x.functional is None,
}


def quantities(library: ModuleType) -> list[Quantity]:
    """Return every public function."""
    known = {f.name: f for f in functional_instances()}
    named = {m.name: m for m in reversed(members())}  # the first, of those of several orders
    return [
        Quantity(name, function, known.get(name), named.get(name))
        for name, function in sorted(vars(library).items())
        if inspect.isfunction(function) and not name.startswith("_")
    ]


def write_page(quantity: Quantity, folder: Path) -> None:
    """Write the page of one quantity, and its figure if there is one."""
    name, functional = quantity.name, quantity.functional
    parts = [f"# {title(name)}"]
    if quantity.member:
        figures.draw(quantity.member, folder / "figures" / f"{name}.png")
        caption = figures.caption(quantity.member)
        parts.append(FIGURE.format(name=name, title=title(name), caption=caption))
    parts.append(f"```{{eval-rst}}\n.. autofunction:: divergences.{name}\n```")
    if functional:
        module = sys.modules[type(functional).__module__]
        path = os.path.relpath(str(module.__file__), folder)
        parts += [
            "## Laws\n\n" + laws_table(functional.laws, quantity.of_two),
            *relations(functional.laws),
            *boundary(functional),
            *computed(quantity.function),
            *evidence.accuracy_of(name),
            SOURCE.format(name=module.__name__, path=path),
        ]
    write_text(folder / f"{name}.md", "\n\n".join(parts) + "\n")


def computed(function: Callable[..., Any]) -> list[str]:
    """Return from which measures the quantity is computed, and by which methods on request."""
    wanted = families.families_of(function)
    named = families.methods_for(wanted)
    if not wanted:
        return []
    text = f"Measures it takes: {'; '.join(families.kinds_for(wanted))}."
    if named:
        text += "\n\nMethods that can be chosen with `method=`: "
        text += ", ".join(f"{{py:class}}`~divergences.methods.{name}`" for name in named) + "."
    return ["## From what it can be computed\n\n" + text]


def write(folder: Path, library: ModuleType) -> None:
    """Write all pages, and the list of them with their laws side by side."""
    every = quantities(library)
    parts = [INDEX]
    for quantity in every:
        write_page(quantity, folder)
    for group, belongs in GROUPS.items():
        rows = [row(quantity) for quantity in every if belongs(quantity)]
        heads = ("quantity", "what it is", "values", "symmetric", "disjoint", "metric")
        if rows:
            parts.append(f"## {group}\n\n{table(heads, rows)}")
    names = "\n".join(f"{title(q.name)} <{q.name}>" for q in every)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{names}\n```")
    write_text(folder / "index.md", "\n\n".join(parts) + "\n")


def row(quantity: Quantity) -> tuple[str, ...]:
    """Return a quantity's line in the list."""
    link = f"[{title(quantity.name)}]({quantity.name}.md)"
    what = first_sentence(quantity.function.__doc__)
    if quantity.functional is None:
        return link, what, "", "", "", ""
    laws, two = quantity.functional.laws, quantity.of_two
    power = laws.metric_power
    return (
        link,
        what,
        law("bounds", laws.bounds),
        law("symmetric", laws.symmetric) if two else "",
        law("at_disjoint", laws.at_disjoint) if two else "",
        "" if power is None else "yes" if power == 1 else f"D^{number(power)}",
    )
