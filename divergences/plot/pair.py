"""Two distributions, their mixture, and what a divergence adds up from place to place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from inspect import signature
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from divergences.api.variational import variational_form
from divergences.core import FDivergence
from divergences.measures.array_likes import labels
from divergences.measures.discrete import MassArray, operands, values_of
from divergences.measures.distribution import Distribution
from divergences.measures.scipy_adapter import SciPyDistribution, distribution
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.typing import Array
from divergences.plot.ranges import Curve, at_outcomes, together
from divergences.plot.style import BLUE, GREY, INK, ORANGE, SMALL, axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 60  # outcomes; more of them are drawn as steps
P, Q, MIXTURE, INTEGRAND = "P", "Q", "(P + Q)/2", "integrand"
PARAMETERS = ("alpha", "weight")  # of members, which their variational forms take too


def pair(
    p: Any,
    q: Any,
    quantity: Callable[..., Any] | str = "jensen_shannon_divergence",
    *,
    x: Any = None,
    ax: Axes | None = None,
    **options: Any,
) -> Axes:
    """Draw P, Q and their mixture; shaded is the integrand of an f-divergence, titled its value.

    Parameters
    ----------
    p, q : array_like, Weights, LogProbs, Logits or Distribution
        Probabilities of one pair of distributions, with labels or without; or distributions of
        scalars, those of `scipy.stats` too.
    quantity : callable or str, default "jensen_shannon_divergence"
        An f-divergence of the library, or a function of one, or its name.
    x : array_like, optional
        Where to draw densities. Default: where the densities are above a hundredth of their
        height, which also shows the middle of heavy tails.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure of 6 by 4 inches.
    **options
        Further arguments of the quantity: ``alpha=2``, ``base=2``, ...

    Returns
    -------
    matplotlib.axes.Axes
        The axes. Densities are lines, probabilities bars, or steps if there are more than 60.

    Raises
    ------
    TypeError
        If the quantity is no f-divergence, or p and q are not both probabilities or both
        distributions of scalars.
    ValueError
        If there are several pairs, or it is not known where to draw.
    ImportError
        If matplotlib is not installed.

    Notes
    -----
    The integrand is q f(p/q) with f(1) = f'(1) = 0, nowhere negative, in the unit of the value: its
    area is the value, or, for the Hellinger distance, the square of it.

    Examples
    --------
    >>> import divergences as dv
    >>> dv.plot.pair(dv.Normal(0, 1), dv.Normal(2, 1)).get_title()
    'Jensen-Shannon divergence = 0.3368 nat'
    """
    given = {name: options[name] for name in PARAMETERS if name in options}
    member: Any = variational_form(quantity, **given).member  # refuses what has none
    if "normalized" in options or member.name.startswith("generalized"):
        member = replace(member, normalized=bool(options.get("normalized")))
    value = member.function(p, q, **options)
    if np.ndim(getattr(value, "value", value)):
        raise ValueError("p and q are batches of distributions; draw one pair at a time.")
    terms = _terms_of(member)
    unit = log(options.get("base") or np.e)

    def integrand(a: Array, b: Array) -> Array:
        with np.errstate(all="ignore"):
            return terms(a, b) / unit

    if _is_distribution(p) and _is_distribution(q):
        first, second = distribution("p", p), distribution("q", q)
        ax = axes_of(ax)
        if first.support.lattice:
            places, a, b = at_outcomes(first, second)
            _masses(ax, places, a, b, integrand(a, b))
        else:
            _densities(ax, together(first, second, x), integrand)
        ax.set_xlabel("x", fontsize=SMALL)
    else:
        if not isinstance(value, np.generic | float):
            raise TypeError(
                f"p is {type(p).__name__}; pass probabilities of one distribution, or a "
                "distribution of scalars for both."
            )
        a, b, names = _probabilities(p, q)
        ax = axes_of(ax)
        _masses(ax, np.arange(len(a)), a, b, integrand(a, b))
        if names is not None and len(a) <= MOST_BARS:
            ax.set_xticks(range(len(a)), list(map(str, names)))
    named = unit_of(member.function, options.get("base"))
    ax.set_title(f"{title_of(member.name)} = {float(value):.4g}{named}", pad=24)
    handles = dict(zip(*ax.get_legend_handles_labels()[::-1], strict=True))
    ax.legend(
        [handles[name] for name in (P, Q, MIXTURE, INTEGRAND)],
        [P, Q, MIXTURE, INTEGRAND],
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),  # above the axes, where it hides nothing
        ncols=4,
        frameon=False,
        fontsize=SMALL,
    )
    return ax


def _densities(ax: Axes, curve: Curve, integrand: Callable[[Array, Array], Array]) -> None:
    x, a, b, top = curve
    shade = integrand(a, b)
    finite = shade[np.isfinite(shade)]
    top = max(top, min(float(np.max(finite, initial=0.0)), 1.5 * top))
    shade = np.minimum(np.nan_to_num(shade, nan=0.0, posinf=np.inf), 2.0 * top)
    ax.fill_between(x, shade, color=GREY, alpha=0.35, linewidth=0, label=INTEGRAND)
    ax.plot(x, 0.5 * (a + b), color=INK, linewidth=1.0, linestyle=":", label=MIXTURE)
    ax.plot(x, a, color=BLUE, linewidth=1.8, label=P)
    ax.plot(x, b, color=ORANGE, linewidth=1.8, linestyle="--", label=Q)
    ax.set(xlim=(x[0], x[-1]), ylim=(0.0, 1.08 * top))
    ax.set_ylabel("density", fontsize=SMALL)


def _masses(ax: Axes, x: Array, a: Array, b: Array, shade: Array) -> None:
    top, mixture = max(a.max(), b.max()), 0.5 * (a + b)
    shade = np.minimum(shade, 2.0 * top)
    if len(x) <= MOST_BARS:
        ax.bar(x, shade, 0.94, color=GREY, alpha=0.35, label=INTEGRAND)
        ax.bar(x - 0.2, a, 0.36, color=BLUE, label=P)
        ax.bar(x + 0.2, b, 0.36, color="white", edgecolor=ORANGE, hatch="////", label=Q)
        ax.hlines(mixture, x - 0.4, x + 0.4, INK, linestyle=":", linewidth=1.2, label=MIXTURE)
        ax.set_xlim(x[0] - 0.7, x[-1] + 0.7)
    else:
        edges = np.append(x - 0.5, x[-1] + 0.5)
        ax.stairs(shade, edges, fill=True, color=GREY, alpha=0.35, label=INTEGRAND)
        ax.stairs(mixture, edges, color=INK, linewidth=1.0, linestyle=":", label=MIXTURE)
        ax.stairs(a, edges, color=BLUE, linewidth=1.6, label=P)
        ax.stairs(b, edges, color=ORANGE, linewidth=1.6, linestyle="--", label=Q)
        ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(0.0, 1.1 * max(top, min(float(np.max(shade)), 1.5 * top)))
    ax.set_ylabel("probability", fontsize=SMALL)
    ax.locator_params(axis="x", integer=True)


def _terms_of(member: Any) -> Callable[[Array, Array], Array]:
    """Return what a pair of masses adds to the value, or to its square where that is a sum."""
    if not isinstance(member, FDivergence):  # of an order
        return lambda a, b: _by_variational_form(member, a, b)
    half, one = (float(member.transform(np.asarray(total), np)) for total in (0.5, 1.0))
    scale = one if one == 2.0 * half else one * one
    return lambda a, b: scale * member.terms(Pair(a, b, a - b), np)


def _by_variational_form(member: Any, a: Array, b: Array) -> Array:
    """Return p t(v) - q f*(t(v)) at v = log(p/q), with its limits where one vanishes."""
    v = np.log(a) - np.log(b)
    gain = np.where(a > 0.0, a * member.activation(v, np), 0.0)
    loss = np.where(b > 0.0, b * member.penalty(v, np), 0.0)
    return np.maximum(np.where((a > 0.0) | (b > 0.0), gain - loss, 0.0), 0.0)


def _is_distribution(x: Any) -> bool:
    return isinstance(x, Distribution | SciPyDistribution)


def _probabilities(p: Any, q: Any) -> tuple[Array, Array, Any]:
    """Return the masses of both in the order of the first, and their labels."""
    masses, *_ = operands({"p": p, "q": q}, axis=-1)
    a, b = map(_shares, masses)
    bare = [values_of(x) for x in (p, q)]
    known = filter(None, map(labels, ("p", "q"), bare))
    return a, b, next((axes[-1] for axes in known), None)


def _shares(mass: MassArray) -> Array:
    values = np.asarray(mass.values, dtype=np.float64)
    values = np.exp(values - values.max()) if mass.is_log else values
    return values / values.sum()


def unit_of(function: Callable[..., Any], base: float | None) -> str:
    """Return the unit of a quantity, empty if it has none."""
    if "base" not in signature(function).parameters:
        return ""
    return {None: " nat", 2: " bit"}.get(base, f" (base {base:g})" if base else "")


def title_of(name: str) -> str:
    """Return the name of a quantity in words."""
    words = name.replace("_", " ")
    for plain, written in (
        ("kl ", "Kullback-Leibler "),
        ("jensen shannon", "Jensen-Shannon"),
        ("chi squared", "chi-squared"),
    ):
        words = words.replace(plain, written)
    return words[0].upper() + words[1:]
