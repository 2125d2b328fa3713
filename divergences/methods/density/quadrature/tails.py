"""What lies beyond the last node: a remainder, a divergent integral, or no way to tell.

Past the last node the integrand in s = (pi/2) sinh t is, for algebraic and lighter tails, a power
of exp s, up to a power of s: it falls like s^m exp(-k s). Its rate k - m/s, at the end and halfway
there, tells both. What is left is about g over the rate. Where the rate is not positive, the
integral diverges. Where there is no k, as for x^-1 (log x)^-m, floating-point numbers end before
the tail shows what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

FLAT = 1e-6  # e-folds over the whole way that count as none
STEADY = 0.02  # relative change of the rate over the second half that counts as none
ENOUGH = 2.0  # e-folds over the whole way that k must account for, if the rate does change
# Where one power takes over from another: a rate that both have at least; a way that is short, as
# it is to a finite end away from zero; what is too little to matter, on a short way and on a long
# one; and the error. In e-folds.
FAST, SHORT, DIM, FAINT, MARGIN = 0.5, 50.0, 24.0, 30.0, 3.0


class Unresolved(ArithmeticError):
    """The tail falls too slowly to tell whether the integral converges."""


def remainder(
    log_integrand: Callable[[np.ndarray], np.ndarray], end: float, scale: float
) -> tuple[float, float]:
    """Return the integral beyond t = `end`, on that side, and a bound of its error.

    Both are logarithms, as is `scale`, the size of what the integral is to be compared to; the
    integral is +inf if it diverges. `log_integrand` is that in t.
    """
    last = 0.5 * np.pi * np.sinh(end)
    s = last * np.array([1.0, 0.9, 0.5, 0.45])
    t = np.arcsinh(2.0 / np.pi * s)
    g = log_integrand(t) - np.log(0.5 * np.pi * np.cosh(t))
    if not np.all(np.isfinite(g)):
        raise Unresolved
    reach = abs(last)
    rate, half = (g[1] - g[0]) / (0.1 * reach), (g[3] - g[2]) / (0.05 * reach)
    if reach < SHORT and rate < FAST < half:  # it has turned, as where two densities cross
        if g[0] > scale - DIM:
            raise Unresolved
        return float(g[0]), float(g[0]) + MARGIN
    if rate * reach < FLAT:
        return inf, inf
    change = abs(rate - half) / rate
    log_rest = float(g[0] - np.log(rate))
    if change > STEADY and (2.0 * rate - half) * reach < ENOUGH:
        if rate < FAST or (reach > SHORT and log_rest > scale - FAINT):
            raise Unresolved
        return log_rest, log_rest + MARGIN
    return log_rest, log_rest + float(np.log(min(8.0 * change, 1.0) + 1e-12))
