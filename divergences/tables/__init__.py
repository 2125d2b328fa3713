"""Two tables compared column by column: how far apart each column is, and whether by chance.

Here columns become counts, and nothing else: every number comes from a quantity of the library, and
q from SciPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from divergences.api.by_position import at_most
from divergences.methods import Permutation
from divergences.tables.columns import column, raw_columns
from divergences.tables.lazy import counted_pairs, lazy_columns
from divergences.tables.result import Comparison as Comparison
from divergences.tables.result import Row as Row
from divergences.tables.study import QUANTITIES, Study


@at_most()
def compare(
    reference: Any,
    current: Any,
    *,
    columns: Sequence[str] | None = None,
    categories: Iterable[str] = (),
    quantities: Iterable[str] = ("JS", "W1"),
    bins: int = 20,
    level: float = 0.95,
    permutations: int = 9999,
    base: float | None = None,
    rng: Any = 0,
) -> Comparison:
    """Compare two tables column by column: value, interval, p and q of each.

    Parameters
    ----------
    reference, current : DataFrame, Table, structured array or mapping
        Tables with named columns: data frames of pandas or polars, tables of pyarrow (all of them
        through Narwhals, the extra ``tables``), structured arrays of NumPy, or mappings from names
        to arrays or lists. Or both lazy: a LazyFrame of polars, a DataFrame of Dask, of which only
        counts leave the engine.
    columns : sequence of str, optional
        The columns to compare. Default: all, in the order of `reference`.
    categories : iterable of str, optional
        Columns of numbers that are codes, such as postcodes, to be compared as categories.
    quantities : iterable of str, default ("JS", "W1")
        What to compute: ``"JS"``, ``"W1"`` and ``"PSI"``.
    bins : int, default 20
        Number of bins of numbers.
    level : float, default 0.95
        Level of the confidence intervals.
    permutations : int, default 9999
        Number of permutations for p, which is at least 1 / (1 + permutations).
    base : float, optional
        Base of the logarithm of JS and PSI: 2 for bits. Default: nats.
    rng : int or numpy.random.Generator, default 0
        Where the permutations come from; those of an int are the same for each column. None is
        fresh entropy. The default is a seed, so that a report that is made again says the same.

    Returns
    -------
    Comparison
        With ``rows``, printed as a table; ``to_dict()`` and ``plot()``.

    Raises
    ------
    ValueError
        If a table has no rows or no columns, the tables share no column, or an argument is out of
        range.
    TypeError
        If a table is none of these, or a column mixes kinds of values, or is of different kinds in
        both tables.
    ImportError
        If a data frame is passed and Narwhals is not installed.

    Notes
    -----
    - *Numbers* are put into bins of about equal counts of both tables together, or one for each
      value if there are at most `bins`. JS is that of the bins, by the jackknife; W1, the mean
      distance that values have to move, is of the values themselves. Its interval holds where the
      columns differ: near equality W1 is too large, which p does not suffer from. Dates are days,
      durations seconds.
    - *Categories* and booleans are counted. A category that one table lacks has the count 0
      there. All beyond the 500 most frequent of both tables together are counted as one.
    - *PSI*, the population stability index, is the Jeffreys divergence of the shares of the same
      bins, with half a count added to each (Krichevsky-Trofimov), so that an empty bin is finite.
    - p is that of the plug-in JS of the counts when the observations of both tables are
      pooled and divided at random (`methods.Permutation`): exact for any size, for the bins depend
      on both tables together. q is Benjamini and Hochberg's, over all rows that have a p.
    - *Missing values* (None, NaN, NaT, NA) are left out, and their share is compared in a row of
      its own where there are any.
    - *Constant columns* have one bin: JS is 0 and p is 1 if the constant is the same.
    - *Lazy tables* are counted by their engine: a group-by for each column of categories, and two
      passes or a few for numbers, whose bins are unions of 16,384 cells of equal width, divided
      again where they hold much. Counts of bins are as equal as cells allow, and p is as exact.
      There is no W1, which needs the values. Memory in Python is that of the cells and categories.
    - Infinite numbers count in the outermost bins, and there is no W1.
    - A column in one table only, and one of another type (lists, structures, bytes, times of the
      day), has a row that says so.

    References
    ----------
    Benjamini & Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57 (1995).

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> rng = np.random.default_rng(1)
    >>> last = {"age": rng.normal(40, 9, 800), "plan": rng.choice(list("abc"), 800)}
    >>> this = {"age": rng.normal(43, 9, 600), "plan": rng.choice(list("abc"), 600)}
    >>> print(dv.compare(last, this))
    800 rows of reference, 600 of current
    ...
    >>> dv.compare(last, this).flagged()
    ('age',)
    """
    chosen = _chosen("quantities", quantities, QUANTITIES)
    if isinstance(bins, bool) or not isinstance(bins, int | np.integer) or bins < 2:
        raise ValueError(f"bins is {bins!r}; pass a whole number, 2 or more.")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level!r}; a confidence level is between 0 and 1.")
    lazy = lazy_columns(reference, current)
    first, second = lazy or (raw_columns("reference", reference), raw_columns("current", current))
    known = list(dict.fromkeys([*first, *second]))
    names = known if columns is None else list(_chosen("columns", columns, known))
    if not any(name in first and name in second for name in names):
        raise ValueError(
            f"reference ({_listed(first)}) and current ({_listed(second)}) share no column; give "
            "columns of the same meaning the same name."
        )
    coded = set(_chosen("categories", categories, known))
    study = Study(chosen, int(bins), level, base, Permutation(rng, permutations))
    shared = [name for name in names if name in first and name in second]
    if lazy:
        counted, (n, m) = counted_pairs(lazy, shared, int(bins), coded)
    else:
        counted = {}
        n, m = (len(next(iter(side.values()))) for side in (first, second))
    rows = []
    for name in names:
        if name in counted:
            rows += study.rows(name, *counted[name])
        elif name in shared:
            pair = [column(name, side[name]) for side in (first, second)]
            rows += study.rows(name, *(x.as_categories() if name in coded else x for x in pair))
        else:
            owner = "reference" if name in first else "current"
            rows.append(Row(name, "other", notes=(f"only in {owner}.",)))
    settings = {"bins": int(bins), "level": level, "permutations": permutations, "unit": study.unit}
    return Comparison(_with_q(rows), n, m, settings)


def _with_q(rows: list[Row]) -> tuple[Row, ...]:
    """Return rows with the p of all adjusted for their number."""
    from scipy.stats import false_discovery_control

    tested = [i for i, row in enumerate(rows) if row.p is not None]
    if tested:
        for i, q in zip(tested, false_discovery_control([rows[i].p for i in tested]), strict=True):
            rows[i] = rows[i]._replace(q=float(q))
    return tuple(rows)


def _chosen(argument: str, given: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return what is given, once each, if all of it is known."""
    given = (given,) if isinstance(given, str) else tuple(given)
    known = list(known)
    for name in given:
        if name not in known:
            raise ValueError(f"{argument} names {name!r}; there are {_listed(known)}.")
    return tuple(dict.fromkeys(given))


def _listed(names: Iterable[Any]) -> str:
    names = list(map(repr, names))
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
