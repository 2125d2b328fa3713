"""A figure for each quantity, drawn by calling it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import mpmath
import numpy as np
from matplotlib.axes import Axes

from divergences.testing.members import Member

STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "figure.dpi": 160,
    "figure.constrained_layout.use": True,
    "image.cmap": "viridis",
}
GRID = np.linspace(0.0, 1.0, 201)
GAPS = np.logspace(-12, -0.5, 70)  # relative differences
OURS, TEXTBOOK = "#0b61a4", "#d1495b"
UNITS = {1.0: "value (nat)", 0.5: "value (√nat)", 0.0: "value"}


def caption(member: Member) -> str:
    """Return what the figure of a quantity shows."""
    order = str(member).removeprefix(member.name)
    return _panels(member) + (f" The quantity is that{order}." if order else "")


def _panels(member: Member) -> str:
    if member.joint:
        return (
            "Left: of a coin X and a copy Y of it that is wrong with the probability shown. Right: "
            "of two variables as they become independent, beside the textbook formula in the same "
            "precision."
        )
    if member.arity == 1:
        return (
            "Left: of three outcomes. Right: of ten as one of them becomes certain, beside the "
            "textbook formula in the same precision."
        )
    return (
        "Left: of two coins that show heads with the probabilities on the axes. Right: of P and "
        "P (1 + δ x) as they come together, beside the textbook formula in the same precision."
    )


def alt(member: Member, title: str) -> str:
    """Return what is seen in the figure, for those who do not see it."""
    if member.joint:
        left = "curves against the probability of an error, for three coins"
    elif member.arity == 1:
        left = "a triangle of all distributions on three outcomes, coloured by value"
    else:
        left = "a square of all pairs of coins, coloured by value"
    return (
        f"Two panels. Left: {title}, {left}. Right, on log scales: the library follows a straight "
        "line where the textbook formula scatters or stops."
    )


def draw(member: Member, path: Path) -> None:
    """Draw the figure of a quantity."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.5))
        if member.joint:
            _channels(member, left)
        elif member.arity == 1:
            _triangle(member, left)
        else:
            _coins(member, left)
        _hard(member, right)
        figure.savefig(path, metadata={"Software": None})
        plt.close(figure)


def textbook(member: Member, *pmfs: Any) -> float:
    """Return the definition evaluated in double precision, as written."""
    try:
        return float(member.functional.definition(mpmath.fp, *(p.tolist() for p in pmfs)))
    except (
        ArithmeticError,
        ValueError,
        TypeError,
    ):  # a root or logarithm of nothing
        return float("nan")


def _coins(member: Member, axes: Axes) -> None:
    heads = np.stack([GRID, 1.0 - GRID], axis=-1)
    values = np.asarray(member.function(heads[:, None], heads[None, :]))
    top = member.laws.bounds[1]
    finite = values[np.isfinite(values)]
    top = float(np.quantile(finite, 0.97)) if not np.isfinite(top) else float(finite.max())
    image = axes.imshow(values, origin="lower", extent=(0, 1, 0, 1), vmin=0.0, vmax=top)
    levels = np.linspace(0.0, top, 9)[1:-1]
    axes.contour(GRID, GRID, np.minimum(values, 1e3), levels, colors="white", linewidths=0.5)
    axes.set(xlabel="q", ylabel="p", xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    extend = "neither" if top == finite.max() else "max"
    plt.colorbar(image, ax=axes, shrink=0.9, extend=extend, label=_value(member))


def _triangle(member: Member, axes: Axes) -> None:
    p = np.array([(i, j, 120 - i - j) for i in range(121) for j in range(121 - i)]) / 120.0
    values = np.asarray(member.function(p))
    x, y = p[:, 1] + 0.5 * p[:, 2], np.sqrt(0.75) * p[:, 2]
    image = axes.tricontourf(x, y, values, levels=24)
    axes.tricontour(x, y, values, levels=8, colors="white", linewidths=0.5)
    for name, spot in zip("123", ((-0.03, -0.04), (1.03, -0.04), (0.5, 0.9)), strict=True):
        axes.text(*spot, name, ha="center", va="center")
    axes.set(aspect="equal")
    axes.set_axis_off()
    plt.colorbar(image, ax=axes, shrink=0.9, label=_value(member))


def _channels(member: Member, axes: Axes) -> None:
    for heads in (0.5, 0.2, 0.05):
        first = np.array([heads, 1.0 - heads])
        channel = np.stack([1.0 - GRID, GRID, GRID, 1.0 - GRID], axis=-1).reshape(-1, 2, 2)
        values = np.asarray(member.function(first[:, None] * channel))
        axes.plot(GRID, values, label=f"P(heads) = {heads}")
    axes.set(xlabel="probability that Y is wrong", ylabel=_value(member), ylim=(0, None))
    axes.legend(frameon=False)


def _hard(member: Member, axes: Axes) -> None:
    """Draw the quantity where the textbook formula fails, beside that formula."""
    rng = np.random.default_rng(0)
    case: Callable[[float], tuple[Any, ...]]
    if member.joint:
        product = np.multiply.outer(_unit(rng.random(3)), _unit(rng.random(4)))
        bump = rng.uniform(-1, 1, (3, 4))
        case, label = lambda d: (_unit(product * (1.0 + d * bump)),), "relative dependence"
    elif member.arity == 1:
        rest = rng.random(9)
        case, label = lambda d: (_unit(np.append(1.0, d * rest)),), "odds of the other nine"
    else:
        p, bump = _unit(rng.random(10)), rng.uniform(-1, 1, 10)
        case, label = lambda d: (p, _unit(p * (1.0 + d * bump))), "relative difference δ"
    cases = [case(gap) for gap in GAPS]
    ours = np.array([float(member.function(*c)) for c in cases])
    plain = np.array([textbook(member, *c) for c in cases])
    axes.plot(GAPS, ours, color=OURS, label="divergences", linewidth=1.6, zorder=3)
    seen = np.isfinite(plain) & (plain > 0)
    axes.plot(GAPS[seen], plain[seen], ".", color=TEXTBOOK, markersize=4, label="textbook formula")
    lost = int(np.sum(~seen))
    if lost:
        axes.plot([], [], " ", label=f"({lost} of {len(GAPS)} not positive or NaN)")
    axes.set(xscale="log", yscale="log", xlabel=label, ylabel=_value(member))
    axes.legend(frameon=False, fontsize=8)


def _value(member: Member) -> str:
    """Return what an axis of values says."""
    return UNITS[member.laws.unit_power]


def _unit(masses: np.ndarray) -> np.ndarray:
    return masses / masses.sum()
