"""The kinds of measures, as `divergences` exports them, and the densities of the families."""

from __future__ import annotations

import inspect
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

import divergences as dv
from divergences.measures import families
from divergences.measures.distribution import Distribution, Domain
from divergences.measures.univariate import Univariate
from generate.figures import STYLE
from generate.text import first_sentence, table
from generate.text import write as write_text

NO_MEASURES = (dv.Comparison, dv.Estimate, dv.Method, dv.VariationalForm)
COLUMNS = 5
# Three values of the parameter that is varied, and in the middle that of the others.
VALUES = {
    Domain.POSITIVE: (0.6, 1.2, 2.5),
    Domain.NONNEGATIVE: (0.6, 1.2, 2.5),
    Domain.NONZERO: (0.6, 1.2, 2.5),
    Domain.ABOVE_ONE: (1.5, 2.5, 4.0),
    Domain.COUNT: (4.0, 8.0, 16.0),
    Domain.REAL: (1.0, 2.0, 3.0),
}
SHARES = (0.2, 0.4, 0.8)  # of what lies between 0 and 1
INK = ("#0b61a4", "#e07a1f", "#b3123f")


def write(folder: Path, library: ModuleType) -> None:
    """Write the fragments that `measures.md` and `distributions.md` include."""
    classes = {
        name: thing
        for name, thing in inspect.getmembers(library)
        if isinstance(thing, type) and thing not in NO_MEASURES and not name.startswith("_")
    }
    named = {n: c for n, c in classes.items() if c.__module__.startswith(families.__name__)}
    others = {n: c for n, c in classes.items() if n not in named}
    write_text(folder / "measures.md", described(others))
    write_text(folder / "distributions.md", described(named))
    scalars = [c for c in named.values() if issubclass(c, Univariate)]
    draw(scalars, folder / "densities.png")


def described(classes: dict[str, type]) -> str:
    """Return a table of classes, and their documentation."""
    rows = [(f"[`{n}`](#divergences.{n})", first_sentence(c.__doc__)) for n, c in classes.items()]
    parts = [table(("measure", "what it says"), rows)]
    parts += [f"```{{eval-rst}}\n.. autoclass:: divergences.{name}\n```\n" for name in classes]
    return "\n".join(parts)


def draw(kinds: list[type[Univariate]], path: Path) -> None:
    """Draw three densities of each family."""
    with plt.rc_context({**STYLE, "axes.titlesize": 9, "font.size": 7.5}):
        rows = -(-len(kinds) // COLUMNS)
        figure, grid = plt.subplots(rows, COLUMNS, figsize=(9.6, 1.45 * rows))
        for axes, kind in zip(grid.ravel(), kinds, strict=False):
            _densities(kind, axes)
        for axes in grid.ravel()[len(kinds) :]:
            axes.set_visible(False)
        figure.savefig(path, metadata={"Software": None})
        plt.close(figure)


def _examples(kind: type[Distribution]) -> list[Distribution]:
    """Return three members of a family: the first parameter that is not a location varies."""
    names = [field.name for field in fields(kind)]
    domains = [kind.domains.get(name, Domain.REAL) for name in names]
    varied = next((i for i, d in enumerate(domains) if d is not Domain.REAL), len(names) - 1)
    middles = [0.0 if d is Domain.REAL else VALUES.get(d, SHARES)[1] for d in domains]
    made = []
    for value in VALUES.get(domains[varied], SHARES):
        parameters = [value if i == varied else middle for i, middle in enumerate(middles)]
        made.append(kind(*parameters))
    return made


def _densities(kind: type[Univariate], axes: Axes) -> None:
    """Draw three members where one of them has more than a fiftieth of its height."""
    examples = _examples(kind)
    low, high = np.quantile([d.sample(0, 999) for d in examples], [0.02, 0.93], axis=1)
    low, high = float(np.median(low)), float(np.median(high))
    for row, (ink, distribution) in enumerate(zip(INK, examples, strict=True)):
        if distribution.support.lattice:
            x = np.arange(np.floor(low), min(np.ceil(high), low + 24) + 1)
            masses = np.exp(distribution.log_prob(x))
            axes.vlines(x + 0.22 * (row - 1), 0.0, masses, color=ink, lw=1.6)
        else:
            margin = 0.35 * (high - low)
            x = np.linspace(low - margin, high + margin, 600)
            density = np.minimum(np.exp(distribution.log_prob(x)), 1e3)
            axes.plot(x, density, color=ink, lw=1.1)
            axes.fill_between(x, density, color=ink, alpha=0.08, lw=0)
    heights = [line.get_ydata() for line in axes.lines]
    top = 1.15 * np.quantile(np.concatenate(heights), 0.985) if heights else None
    axes.set(title=kind.__name__, yticks=(), ylim=(0.0, top))
    axes.spines.left.set_visible(False)
