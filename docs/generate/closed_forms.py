"""The pairs of families with closed forms, as the registry has them."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np

from divergences import closed_forms
from divergences.closed_forms import registry
from divergences.measures import families
from divergences.measures.distribution import Distribution
from generate.figures import OURS, STYLE
from generate.text import table
from generate.text import write as write_text

KINDS = {
    "kl": "Kullback-Leibler",
    "order_divergence": "Rényi and its relatives",
    "js": "Jensen-Shannon",
    "wasserstein": "Wasserstein",
}


def write(folder: Path, library: ModuleType) -> None:
    """Write the fragments that `closed_forms.md` includes."""
    named = [
        thing
        for _, thing in inspect.getmembers(library)
        if isinstance(thing, type) and thing.__module__.startswith(families.__name__)
    ]
    # A first look makes the registry complete.
    closed_forms.find("kl", library.Normal(0.0, 1.0), library.Normal(0.0, 1.0))
    pairs = {kind: set(registry.pairs(kind, named)) for kind in KINDS}
    kinds = {kind: words for kind, words in KINDS.items() if pairs[kind]}
    rows = [(words, len(pairs[kind])) for kind, words in kinds.items()]
    counts = table(("closed form", "ordered pairs"), rows, right=1)
    lines = []
    for p in named:
        cells = [", ".join(q.__name__ for q in named if (p, q) in pairs[kind]) for kind in kinds]
        if any(cells):
            lines.append((f"`{p.__name__}`", *cells))
    lists = table(("P", *(f"Q: {words}" for words in kinds.values())), lines)
    write_text(folder / "closed_forms.md", f"{counts}\n## By family\n\n{lists}")
    draw(named, pairs, folder / "closed_forms.png")


def draw(
    named: list[type[Distribution]],
    pairs: dict[str, set[tuple[type[Distribution], type[Distribution]]]],
    path: Path,
) -> None:
    """Draw which pairs of families have which closed forms."""
    names = [kind.__name__ for kind in named]
    with plt.rc_context({**STYLE, "font.size": 7.5}):
        figure, axes = plt.subplots(figsize=(7.6, 7.6))
        for kind, marker, size, colour in (
            ("kl", "s", 90, "#a9c9e2"),
            ("order_divergence", "o", 26, OURS),
            ("js", "*", 60, "#e07a1f"),
            ("wasserstein", "x", 16, "#b3123f"),
        ):
            spots = np.array([(named.index(q), named.index(p)) for p, q in pairs[kind]])
            if spots.size:
                axes.scatter(*spots.T, s=size, c=colour, marker=marker, label=KINDS[kind], lw=0.9)
        axes.set_xticks(range(len(names)), names, rotation=90)
        axes.set_yticks(range(len(names)), names)
        axes.set(xlabel="Q", ylabel="P", aspect="equal", xlim=(-0.7, len(names) - 0.3))
        axes.invert_yaxis()
        axes.tick_params(length=0)
        axes.set_facecolor("#f4f4f4")
        figure.legend(loc="outside upper center", ncols=4, frameon=False)
        figure.savefig(path, metadata={"Software": None})
        plt.close(figure)
