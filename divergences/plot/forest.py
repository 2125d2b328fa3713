"""Estimates with their intervals, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from divergences.plot.style import BLUE, GREY, axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def forest(
    estimates: Sequence[Any],
    labels: Sequence[str] | None = None,
    *,
    level: float = 0.95,
    filled: Sequence[bool] | None = None,
    truth: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates with their confidence intervals, the first at the bottom.

    Parameters
    ----------
    estimates : sequence of Estimate, or of (value, low, high)
        What to draw. An estimate that states no error is a marker without an interval, and what has
        no value (None) keeps its line empty.
    labels : sequence of str, optional
        Names of the lines. Default: the methods of the estimates.
    level : float, default 0.95
        Level of the intervals of an `Estimate`.
    filled : sequence of bool, optional
        Which markers are filled. Default: all.
    truth : float, optional
        A value to draw a vertical line at.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure of 6 by 4 inches.

    Returns
    -------
    matplotlib.axes.Axes
        The axes. Intervals without an end have an arrow.

    Raises
    ------
    TypeError
        If there is no list, but one estimate or number.
    ValueError
        If there are no estimates, or not as many labels.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import divergences as dv
    >>> x, y = dv.Counts([10, 20, 30]), dv.Counts([30, 20, 10])
    >>> methods = [dv.methods.PlugIn(), dv.methods.Jackknife()]
    >>> found = [dv.jensen_shannon_divergence(x, y, method=method) for method in methods]
    >>> len(dv.plot.forest(found).get_yticklabels())
    2
    """
    if not isinstance(estimates, Iterable):
        raise TypeError(f"estimates is one {type(estimates).__name__}; pass a list of estimates.")
    if not len(estimates):
        raise ValueError("estimates is empty; there is nothing to draw.")
    labels = [_name(one) for one in estimates] if labels is None else list(labels)
    filled = [True] * len(estimates) if filled is None else list(filled)
    for name, given in (("labels", labels), ("filled", filled)):
        if len(given) != len(estimates):
            raise ValueError(f"{name} has {len(given)} entries for {len(estimates)} estimates.")
    ax = axes_of(ax)
    ends = [_interval(one, level) for one in estimates]
    finite = [x for triple in ends for x in triple if x is not None and np.isfinite(x)]
    left, right = (min(finite), max(finite)) if finite else (0.0, 1.0)
    reach = 0.08 * (right - left or abs(right) or 1.0)
    for height, ((value, low, high), full) in enumerate(zip(ends, filled, strict=True)):
        if value is None:
            continue
        if low is not None and high is not None:
            shown = max(low, left - reach), min(high, right + reach)
            ax.plot(shown, (height, height), color=BLUE, linewidth=1.8, solid_capstyle="butt")
            for end, at, marker in ((low, shown[0], "<"), (high, shown[1], ">")):
                mark = "|" if np.isfinite(end) else marker
                ax.plot([at], [height], mark, color=BLUE, markersize=6)
        face = BLUE if full else "white"
        ax.plot([value], [height], "o", color=BLUE, markerfacecolor=face, markersize=7, zorder=3)
    if left - reach <= 0.0:  # every divergence has its least value there
        ax.axvline(0.0, color=GREY, linewidth=0.8, zorder=0)
    if truth is not None:
        ax.axvline(truth, color=GREY, linewidth=1.2, linestyle="--", zorder=0)
    ax.set(yticks=range(len(labels)), yticklabels=labels, ylim=(-0.6, len(labels) - 0.4))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    units = {getattr(one, "unit", "") for one in estimates}
    unit = f" [{units.pop()}]" if len(units) == 1 and all(units) else ""
    ax.set_xlabel(f"value{unit}, {100 * level:g} % interval")
    return ax


def _name(estimate: Any) -> str:
    return getattr(estimate, "method", "")


def _interval(estimate: Any, level: float) -> tuple[float | None, float | None, float | None]:
    """Return value, low and high, None where unknown."""
    if isinstance(estimate, tuple):
        return estimate
    try:
        low, high = estimate.confidence_interval(level)
    except ValueError:
        return float(estimate.value), None, None
    return float(estimate.value), float(low), float(high)
