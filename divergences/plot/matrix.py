"""A matrix of a quantity over all pairs, as colours with numbers in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from divergences.api.members import member_of
from divergences.api.pairwise import pairwise as matrix_of
from divergences.plot.pair import title_of
from divergences.plot.style import SMALL, axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NUMBERS = 12  # rows; cells of more are too small for numbers


def pairwise(
    members: Any,
    labels: Sequence[str] | None = None,
    *,
    quantity: Callable[..., Any] | str | None = None,
    ax: Axes | None = None,
    **options: Any,
) -> Axes:
    """Draw a matrix of a quantity of all pairs of distributions: rows are P, columns Q.

    Parameters
    ----------
    members : array_like or list
        With `quantity`, distributions as `divergences.pairwise` takes them; without, a square
        matrix of values.
    labels : sequence of str, optional
        Names of the distributions. Default: the labels of rows (of pandas), or their numbers.
    quantity : callable or str, optional
        The quantity, or its name.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure of 6 by 4 inches.
    **options
        Further arguments of the quantity.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with a bar of colours beside them. What is infinite or NaN is white.

    Raises
    ------
    ValueError
        If the matrix is not square, or there are not as many labels as rows.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import divergences as dv
    >>> rows = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    >>> ax = dv.plot.pairwise(rows, "abc", quantity="total_variation_distance")
    >>> [text.get_text() for text in ax.texts][:3]
    ['0', '0.5', '1']
    """
    found = members if quantity is None else matrix_of(quantity, members, **options)
    values = np.asarray(getattr(found, "value", found), dtype=float)
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise ValueError(
            f"the matrix has shape {values.shape}; pass a square one, or quantity= and members."
        )
    if labels is None and hasattr(members, "index") and hasattr(members, "iloc"):
        labels = [str(label) for label in members.index]
    labels = list(map(str, range(len(values)) if labels is None else labels))
    if len(labels) != len(values):
        raise ValueError(f"labels has {len(labels)} entries for {len(values)} distributions.")
    ax = axes_of(ax)
    shown = np.where(np.isfinite(values), values, np.nan)
    finite = shown[np.isfinite(shown)]
    top = float(finite.max()) if finite.size and finite.max() > 0.0 else 1.0
    image = ax.imshow(shown, cmap="Blues", vmin=0.0, vmax=top)
    turned = max(map(len, labels)) * len(labels) > 40
    ax.set_xticks(range(len(labels)), labels, rotation=45 if turned else 0, rotation_mode="anchor",
                  ha="right" if turned else "center")  # fmt: skip
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    if len(values) <= MOST_NUMBERS:
        for (i, j), value in np.ndenumerate(values):
            colour = "white" if value > 0.6 * top and np.isfinite(value) else "black"
            words = {np.inf: "∞"}.get(value, f"{value:.3g}")
            ax.text(j, i, words, ha="center", va="center", color=colour, fontsize=SMALL)
    figure: Any = ax.figure
    bar = figure.colorbar(image, ax=ax)
    bar.ax.tick_params(labelsize=SMALL)
    bar.outline.set_visible(False)
    if quantity is not None:
        member = member_of(quantity)
        ax.set_title(title_of(member.name) if member else getattr(quantity, "__name__", ""))
    return ax
