"""How pictures look: colours, sizes and axes. matplotlib is imported when something is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette is legible with every common colour vision. Lines also differ by dashes,
# so that a print in grey can be read.
BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#6E6E6E", "#222222"
SMALL = 9.0  # points, of labels of ticks and legends


def axes_of(ax: Any) -> Axes:
    """Return the axes that were passed, or those of a new figure, in the house's style.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    if ax is None:
        try:
            from matplotlib import pyplot as plt
        except ImportError:
            raise ImportError("drawing needs matplotlib: pip install matplotlib.") from None
        ax = plt.figure(figsize=(6.0, 4.0), layout="constrained").add_subplot()
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL)
    return ax
