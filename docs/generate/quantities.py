"""A page for each quantity: what it is, its laws, its boundary, who computes it, how well."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from types import ModuleType
from typing import Any

from divergences.core import Functional
from divergences.testing.members import Member, functional_instances, members
from generate import evidence, families, figures
from generate.formulas import formulas, tex
from generate.laws import boundary, law, laws_table, relations
from generate.text import first_sentence, number, title
from generate.text import write as write_text

FIGURE = """:::{{figure}} figures/{name}.png
:alt: "{alt}"

{caption}
:::"""
SOURCE = """## Source

The definition, the stable term, its limits and derivatives, and the laws. The tests evaluate
`definition` in high precision.

:::{{dropdown}} {name}
```{{literalinclude}} {path}
:language: python
```
:::"""
INDEX = """# Quantities

P is the first argument. Results are in nats unless `base=` is given. A card states the formula,
the range of values, and whether the quantity is symmetric, a metric or infinite on disjoint
supports. The page behind it has the arguments, the boundary values, the relations to other
quantities and the measured accuracy."""
WIDE = 40  # characters of a formula that fit into a card
METRICS = {1.0: "a metric", 0.5: "√D is a metric"}
CARD = """::::{{grid-item-card}} {title}
:link: {name}
:link-type: doc

$${formula}$$

:::{{card-footer}}
{facts}
:::
::::"""
PLAIN_CARD = """::::{{grid-item-card}} {title}
:link: {name}
:link-type: doc

{text}
::::"""


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
    "Divergences and distances": lambda x: x.member is not None and x.of_two,
    "Entropies": lambda x: x.member is not None and not (x.of_two or x.member.joint),
    "Two variables": lambda x: x.member is not None and x.member.joint,
    "Transport and kernel distances": lambda x: x.member is None and x.functional is not None,
    "Tools": lambda x: x.functional is None,
}


def quantities(library: ModuleType) -> list[Quantity]:
    """Return every public function."""
    known = {f.name: f for f in functional_instances()}
    named = {m.name: m for m in reversed(members())}  # the first, of those of several orders
    return [
        Quantity(name, function, known.get(name), named.get(name))
        for name, function in inspect.getmembers(library)
        if inspect.isfunction(function) and not name.startswith("_")
    ]


def write_page(quantity: Quantity, folder: Path) -> None:
    """Write the page of one quantity, and its figure if there is one."""
    name, functional = quantity.name, quantity.functional
    parts = [f"# {title(name)}"]
    if quantity.member:
        figures.draw(quantity.member, folder / "figures" / f"{name}.png")
        caption = figures.caption(quantity.member)
        alt = figures.alt(quantity.member, title(name))
        parts.append(FIGURE.format(name=name, alt=alt, caption=caption))
    parts.append(f"```{{eval-rst}}\n.. autofunction:: divergences.{name}\n```")
    if functional:
        module = sys.modules[type(functional).__module__]
        path = os.path.relpath(str(module.__file__), folder)
        parts += [
            "## Properties\n\n" + laws_table(functional.laws, quantity.of_two),
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
    text = f"{'; '.join(families.kinds_for(wanted))}."
    if named:
        text += "\n\nMethods for `method=`: "
        text += ", ".join(f"{{py:class}}`~divergences.methods.{name}`" for name in named) + "."
    return ["## Supported inputs\n\n" + text[0].upper() + text[1:]]


def write(folder: Path, library: ModuleType) -> None:
    """Write all pages, and the list of them with their laws side by side."""
    every = quantities(library)
    parts = [INDEX]
    for quantity in every:
        write_page(quantity, folder)
    for group, belongs in GROUPS.items():
        cards = [card(quantity) for quantity in every if belongs(quantity)]
        if cards:
            grid = ":::::{grid} 1 1 2 2\n:gutter: 3\n\n" + "\n".join(cards) + "\n:::::"
            parts.append(f"## {group}\n\n{grid}")
    names = "\n".join(f"{title(q.name)} <{q.name}>" for q in every)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{names}\n```")
    write_text(folder / "index.md", "\n\n".join(parts) + "\n")


def card(quantity: Quantity) -> str:
    """Return a quantity's card: its formula, or what it does, and its properties."""
    doc = inspect.getdoc(quantity.function) or ""
    found = formulas(doc)
    if not found:
        shown = first_sentence(doc)
        return PLAIN_CARD.format(title=title(quantity.name), name=quantity.name, text=shown)
    return CARD.format(
        title=title(quantity.name),
        name=quantity.name,
        formula=fitting(short(found[0])),
        facts=facts(quantity),
    )


def short(formula: str) -> str:
    """Return the first statement of a formula; of a long chain of equations, the first."""
    text = formula.split("   ")[0].rstrip(".,")
    sides = text.split(" = ")
    return " = ".join(sides[:2]) if len(text) > WIDE else text


def fitting(formula: str) -> str:
    """Return a formula for a card, in smaller type if it is long."""
    return (r"\small " if len(formula) > WIDE else "") + tex(formula)


def facts(quantity: Quantity) -> str:
    """Return the range of a quantity, and which of the properties of a distance it has."""
    if quantity.functional is None:
        return first_sentence(quantity.function.__doc__)
    laws = quantity.functional.laws
    found = [law("bounds", laws.bounds)]
    if quantity.of_two:
        found.append("symmetric" if laws.symmetric else "not symmetric")
        power = laws.metric_power
        if power is not None:
            found.append(METRICS.get(power, f"D to the power {number(power)} is a metric"))
        if laws.at_disjoint == inf:
            found.append("infinite on disjoint supports")
    return " · ".join(found)
