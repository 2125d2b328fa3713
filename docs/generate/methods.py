"""The table of families, measures and methods, and a list of the methods."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from divergences.testing.members import members
from generate import families
from generate.text import table
from generate.text import write as write_text


def write(folder: Path, _library: ModuleType) -> None:
    """Write the fragments that `methods.md` includes."""
    rows = []
    for family, meaning in families.families().items():
        asked = (m.name for m in members() if family in families.families_of(m.function))
        quantities = list(dict.fromkeys(asked))  # one for all orders
        if quantities:
            rows.append(
                (
                    family.replace("_", " "),
                    meaning.removeprefix("Return ").rstrip("."),
                    ", ".join(f"{{doc}}`{name} <quantities/{name}>`" for name in quantities),
                    "; ".join(families.kinds_for([family])),
                    ", ".join(f"`{name}`" for name in families.methods_for([family])) or "—",
                )
            )
    heads = ("family", "its form", "quantities", "measures", "methods by choice")
    write_text(folder / "families.md", table(heads, rows))
    named = families.public_methods()
    parts = [f"{len(named)} methods can be named.\n" if named else ""]
    parts += [
        f"```{{eval-rst}}\n.. autoclass:: divergences.methods.{name}\n```\n" for name in named
    ]
    write_text(folder / "methods.md", "\n".join(parts))
