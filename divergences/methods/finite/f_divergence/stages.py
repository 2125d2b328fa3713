"""The exact sum on NumPy masses, in stages: what one does not certify goes on to the next.

The idea is that of Shewchuk, "Adaptive precision floating-point arithmetic", Discrete Comput. Geom.
18 (1997). The first stage is a compiled loop, or plain NumPy where there is none; the second is
compensated throughout.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from divergences.core import FDivergence
from divergences.measures.discrete import MassArray
from divergences.methods.finite.f_divergence import compensated, plain
from divergences.numerics.compiled import number_of, sums
from divergences.numerics.runtime.parallel import fill


def of_logs(member: FDivergence, x: Any, y: Any) -> Any:
    """Return the sum of T over the distributions with unnormalised logs x and y."""
    number = number_of(type(member))
    if number is None:
        return compensated.of_logs(member, x, y)
    return fill(sums.of_logs(number, x, y), partial(compensated.of_logs, member), x, y)


def total(member: FDivergence, p: MassArray, q: MassArray) -> Any:
    """Return the sum of T over P and Q normalised, for every pair of a batch."""
    shape = np.broadcast_shapes(p.values.shape, q.values.shape)
    sides = p.values, q.values
    number = number_of(type(member))
    if number is not None:
        value, of_p, of_q = sums.total(number, *sides)
        p.check_range(*of_p)
        q.check_range(*of_q)
    elif p.tolerance is None or q.tolerance is None:
        for side in (p, q):
            side.check_values(np)
        value = np.full(shape[:-1], np.nan)
    elif len(shape) == 1:
        value = np.asarray(plain.total(member, p, q, p.values, q.values))
    else:
        value = fill(np.full(shape[:-1], np.nan), partial(plain.rows, member, p, q), *sides)
    return fill(np.asarray(value), partial(compensated.rows, member), *sides)
