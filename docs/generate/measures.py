"""The kinds of measures, as `divergences` exports them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from divergences.interface import Estimate, Method
from generate.text import first_sentence, table
from generate.text import write as write_text


def write(folder: Path, library: ModuleType) -> None:
    """Write the fragment that `measures.md` includes."""
    classes = {
        name: thing
        for name, thing in sorted(vars(library).items())
        if isinstance(thing, type) and thing not in (Estimate, Method) and not name.startswith("_")
    }
    rows = [(f"[`{n}`](#divergences.{n})", first_sentence(c.__doc__)) for n, c in classes.items()]
    parts = [table(("measure", "what it says"), rows)]
    parts += [f"```{{eval-rst}}\n.. autoclass:: divergences.{name}\n```\n" for name in classes]
    write_text(folder / "measures.md", "\n".join(parts))
