"""A quantity against a parameter of a family of pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isfinite, log
from typing import TYPE_CHECKING, Any

import numpy as np

from divergences.api.jensen_shannon import jensen_shannon_deficit
from divergences.api.members import member_of
from divergences.plot.pair import title_of, unit_of
from divergences.plot.style import BLUE, GREY, INK, ORANGE, SMALL, axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

JS = "jensen_shannon_divergence"


def curve(
    quantity: Callable[..., Any] | str,
    family: Callable[[float], tuple[Any, Any]],
    parameters: Iterable[float],
    *,
    game: bool = False,
    ax: Axes | None = None,
    **options: Any,
) -> Axes:
    """Draw a quantity of pairs (P, Q) against their parameter, with its greatest value.

    Parameters
    ----------
    quantity : callable or str
        A quantity of two distributions of the library, or its name; or a function of two
        distributions.
    family : callable
        Returns the pair (P, Q) of a parameter.
    parameters : iterable of float
        The parameters, in order.
    game : bool, default False
        Of JS: also draw V(D*) = 2 JS - 2 log 2, the value of the GAN game against the best
        discriminator.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure of 6 by 4 inches.
    **options
        Further arguments of the quantity.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. Of estimates with a standard error there is a band of their 95 % intervals.

    Raises
    ------
    ValueError
        If there are no parameters, or `game` is asked for a quantity that is not JS in nats.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> def apart(mu):
    ...     return dv.Normal(0, 1), dv.Normal(mu, 1)
    >>> ax = dv.plot.curve("jensen_shannon_divergence", apart, np.linspace(0, 8, 9), game=True)
    >>> round(float(ax.get_lines()[0].get_ydata()[-1]), 4)
    0.6931
    """
    places = np.asarray(list(parameters), dtype=float)
    if not places.size:
        raise ValueError("parameters is empty; there is nothing to draw.")
    member = member_of(quantity)
    name = getattr(quantity, "__name__", "value") if member is None else member.name
    function: Any = quantity if member is None else member.function
    base = options.get("base")
    if game and (name != JS or base is not None):
        raise ValueError(f"game=True is of {JS} in nats; the quantity is {name}, base {base}.")
    pairs = [family(float(t)) for t in places]
    found = [function(p, q, **options) for p, q in pairs]
    values = np.array([float(one) for one in found])
    ax = axes_of(ax)
    ax.plot(places, values, color=BLUE, linewidth=1.8, label=title_of(name))
    if all(getattr(one, "standard_error", None) is not None for one in found):
        low, high = np.array([one.confidence_interval() for one in found], dtype=float).T
        ax.fill_between(places, low, high, color=BLUE, alpha=0.2, linewidth=0)
    top = float("inf") if member is None else member.laws.bounds[1]
    if isfinite(top):
        top /= log(base) if base else 1.0
        words = {round(log(2.0), 12): "log 2"}.get(round(top, 12), f"{top:.4g}")
        ax.axhline(top, color=GREY, linewidth=1.0, linestyle=":")
        _write(ax, places, top, words)
    if game:
        deficits = np.array([float(jensen_shannon_deficit(p, q)) for p, q in pairs])
        ax.plot(places, -2.0 * deficits, color=ORANGE, linewidth=1.8, linestyle="--", label="V(D*)")
        ax.axhline(-2.0 * log(2.0), color=GREY, linewidth=1.0, linestyle=":")
        _write(ax, places, -2.0 * log(2.0), "−2 log 2", right=True)
        ax.legend(frameon=False, fontsize=SMALL)
    ax.axhline(0.0, color=INK, linewidth=0.8)
    ax.set_xlim(places.min(), places.max() if places.size > 1 else places.min() + 1.0)
    ax.set_xlabel("parameter", fontsize=SMALL)
    unit = "" if member is None else unit_of(function, base)
    ax.set_ylabel(f"{'value' if game else title_of(name)}{f' [{unit.strip()}]' if unit else ''}")
    return ax


def _write(ax: Axes, places: Any, height: float, words: str, right: bool = False) -> None:
    """Write what a horizontal line is, above one of its ends."""
    ax.annotate(
        words,
        (float(places.max() if right else places.min()), height),
        (-4 if right else 4, 3),
        textcoords="offset points",
        ha="right" if right else "left",
        fontsize=SMALL,
        color=INK,
    )
