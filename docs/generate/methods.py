"""What methods there are: in a table, by the quantities that they compute, and one by one."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from divergences.testing.members import members
from generate import families
from generate.text import first_sentence, table, title
from generate.text import write as write_text


def write(folder: Path, _library: ModuleType) -> None:
    """Write the fragments that the page on methods includes."""
    named = families.public_methods()
    rows = [(reference(name), first_sentence(method.__doc__)) for name, method in named.items()]
    write_text(folder / "methods_list.md", table(("method", "what it does"), rows))
    write_text(folder / "families.md", "\n".join(_families()))
    parts = [f"```{{eval-rst}}\n.. autoclass:: divergences.methods.{name}\n```\n" for name in named]
    write_text(folder / "methods.md", "\n".join(parts))


def _families() -> list[str]:
    """Return a paragraph for each mathematical form that methods compute."""
    parts = []
    for family, meaning in families.families().items():
        asked = (m.name for m in members() if family in families.families_of(m.function))
        quantities = list(dict.fromkeys(asked))  # one for all orders
        if not quantities:
            continue
        links = (f"{{doc}}`{title(name)} <quantities/{name}>`" for name in quantities)
        methods = (reference(name) for name in families.methods_for([family]))
        form = meaning.removeprefix("Return ").rstrip(".")
        parts += [
            f"**{form[0].upper()}{form[1:]}**",
            f": {', '.join(links)}",
            f": Inputs: {'; '.join(families.kinds_for([family]))}.",
            f": Methods: {', '.join(methods) or 'none to choose'}.\n",
        ]
    return parts


def reference(name: str) -> str:
    """Return a link to a method."""
    return f"{{py:class}}`~divergences.methods.{name}`"
