"""Jensen-Shannon divergence of weights b and 1 - b, plain or over b (1 - b).

JS_b = b KL(P‖M) + (1 - b) KL(Q‖M) with M = b P + (1 - b) Q: Lin, "Divergence measures based on the
Shannon entropy", IEEE Trans. Inf. Theory 37 (1991), eq. 5.1. It vanishes with b and with 1 - b;
over b (1 - b) it tends to KL(P‖Q) for b = 0 and to KL(Q‖P) for b = 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np

from divergences.core import Array, Laws, Limits, ParametricFDivergence, Relation, Ulps
from divergences.core.variational import Variational
from divergences.numerics.floats.elementary import expm1, log1p
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.runtime.namespace import namespace
from divergences.numerics.special.terms import skew_kl_term, skew_kl_term_derivative


@dataclass(frozen=True)
class GeneralizedJensenShannon(Variational, ParametricFDivergence):
    """T = (1 - b) A(p) + b A(q), of the normalised divergence; dT/db = A(p) - A(q).

    A(p) = (p log(p/m) - p + m) / (1 - b)^2 and A(q) = (q log(q/m) - q + m) / b^2. The gaps of p and
    q from m = b p + (1 - b) q are (1 - b) (p - q) and -b (p - q): their factors are taken out
    before anything cancels or underflows, so that T is as accurate for tiny b as for any.
    """

    parameter: Any = 0.5
    normalized: bool = False
    name = "generalized_jensen_shannon_divergence"
    ulps = Ulps(of_logs=5.0)  # as of the Jensen-Shannon divergence
    laws = Laws(
        dual="generalized_jensen_shannon_divergence",
        convexity=1,
        relations=(
            Relation(
                "JS, for b = ½",
                "definition",
                "jensen_shannon_divergence",
                lower=lambda js: js,
                upper=lambda js: js,
            ),
        ),
    )

    @property
    def limits(self) -> Limits:  # pyright: ignore[reportIncompatibleVariableOverride]
        """T(0, q) = -q log(1 - b) / b and T(p, 0) = -p log(b) / (1 - b)."""
        b, c, xp = self._weights()
        return Limits(_log_over(b, c, xp), _log_over(c, b, xp), p_dp_p0=-1.0, q_dq_q0=-1.0)

    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return b KL(P‖M) + (1 - b) KL(Q‖M), over b (1 - b) or its limit if normalised."""
        b = mp.mpf(float(self.parameter))
        if self.normalized and b in (0, 1):
            pairs = zip(*(pmfs if b == 0 else pmfs[::-1]), strict=True)
            return mp.fsum(x * mp.log(x / y) if y else mp.inf for x, y in pairs if x)
        mixed = [(p, q, b * p + (1 - b) * q) for p, q in zip(*pmfs, strict=True)]
        total = b * mp.fsum(p * mp.log(p / m) for p, _, m in mixed if b and p)
        total += (1 - b) * mp.fsum(q * mp.log(q / m) for _, q, m in mixed if b != 1 and q)
        return total / (b * (1 - b)) if self.normalized else total

    def term(self, pair: Pair, xp: Any) -> Array:
        """Return (1 - b) A(p) + b A(q)."""
        b, c, _ = self._weights()
        with np.errstate(all="ignore"):
            of_p, of_q = self._parts(pair, skew_kl_term, xp)
            if isinstance(b, float):
                return of_p if b == 0.0 else of_q if c == 0.0 else of_p + of_q
            return xp.where(c > 0.0, of_p, 0.0) + xp.where(b > 0.0, of_q, 0.0)

    def parameter_derivative(self, pair: Pair, xp: Any) -> Array:
        """Return A(p) - A(q)."""
        of_p, of_q = self._parts(pair, skew_kl_term_derivative, xp)
        return of_p - of_q

    def gradient(self, pair: Pair, xp: Any) -> tuple[Array, Array]:
        """Return log(p/m) / (1 - b) and log(q/m) / b."""
        b, c, _ = self._weights()
        p, q, d, _ = pair
        m = b * p + c * q
        log_p, log_q = self._logs(pair, m, xp)
        return _scaled_log(c, d / m, log_p, xp), _scaled_log(b, -d / m, log_q, xp)

    def transform(self, total: Array, xp: Any) -> Array:
        """Return the sum, times b (1 - b) if it is not normalised: 0 also of infinity."""
        if self.normalized:
            return total
        b, c, _ = self._weights(outcomes=False)
        nothing = xp.minimum(total, 0.0)
        if isinstance(b, float):
            return b * c * total if b * c else nothing
        edge = b * c == 0.0
        return xp.where(edge, nothing, b * c * xp.where(edge, 0.0, total))

    def transform_derivative(self, total: Array, xp: Any) -> Array:
        """Return 1, or b (1 - b)."""
        b, c, _ = self._weights(outcomes=False)
        return xp.ones_like(total) * (1.0 if self.normalized else b * c)

    def transform_parameter_derivative(self, total: Array, xp: Any) -> Array:
        """Return the derivative of `transform` by b."""
        b, c, _ = self._weights(outcomes=False)
        return xp.zeros_like(total) if self.normalized else (c - b) * total

    def with_parameter(self, parameter: Any) -> GeneralizedJensenShannon:
        """Return the member of another weight."""
        return replace(self, parameter=parameter)

    def _weights(self, outcomes: bool = True) -> tuple[Any, Any, Any]:
        """Return b, 1 - b and their namespace; arrays get an axis for the outcomes."""
        b, xp = self.parameter, namespace(self.parameter)
        if outcomes and not isinstance(b, float):
            b = b[..., None]
        return b, 1.0 - b, xp

    def _parts(self, pair: Pair, kernel: Any, xp: Any) -> tuple[Array, Array]:
        """Return `kernel` of p and of q with the mixture."""
        b, c, _ = self._weights()
        p, q, d, _ = pair
        m = b * p + c * q
        log_p, log_q = self._logs(pair, m, xp)
        return kernel(p, m, d, c, log_p, xp), kernel(q, m, -d, b, log_q, xp)

    def _logs(self, pair: Pair, m: Array, xp: Any) -> tuple[Array, Array]:
        """Return log(p/m) and log(q/m), also of masses that have underflowed."""
        p, q, _, y = pair
        if y is None:
            return xp.log(p / m), xp.log(q / m)
        b, c, home = self._weights()
        with np.errstate(divide="ignore"):
            log_b, log_c = home.log(b), home.log(c)
        if isinstance(b, float):
            log_b, log_c = float(log_b), float(log_c)
        return -xp.logaddexp(log_b, log_c - y), -xp.logaddexp(log_b + y, log_c)

    def activation(self, v: Array, xp: Any) -> Array:
        """Return log(p/m) / (1 - b) for p/q = exp v."""
        b, c, _ = self._weights(outcomes=False)
        return -_log_mean_ratio(c, b, -v, xp) / c

    def conjugate(self, t: Array, xp: Any) -> Array:
        """Return -log((1 - b exp((1 - b) t)) / (1 - b)) / b."""
        b, c, _ = self._weights(outcomes=False)
        rest = -(b / c) * expm1(c * t, xp)
        return xp.where(rest > -1.0, -log1p(xp.where(rest > -1.0, rest, 0.0), xp) / b, xp.inf)

    def penalty(self, v: Array, xp: Any) -> Array:
        """Return -log(q/m) / b."""
        b, c, _ = self._weights(outcomes=False)
        return _log_mean_ratio(b, c, v, xp) / b


def _log_over(b: Any, c: Any, xp: Any) -> Any:
    """Return -log(c) / b for c = 1 - b: 1 for b = 0, infinite for b = 1."""
    with np.errstate(all="ignore"):
        some = xp.where(b > 0.0, b, 1.0)
        log = xp.where(b < 0.5, log1p(-xp.where(b < 0.5, b, 0.0), xp), xp.log(c))
        value = xp.where(b > 0.0, -log / some, 1.0)
    return float(value) if isinstance(b, float) else value


def _log_mean_ratio(b: float, c: float, v: Array, xp: Any) -> Array:
    """Return log(b exp(v) + c) for b + c = 1."""
    near = log1p(b * expm1(xp.where(v < 1.0, v, 0.0), xp), xp)
    far = v + log(b) + log1p(c / b * xp.exp(-xp.where(v < 1.0, 1.0, v)), xp)
    return xp.where(v < 1.0, near, far)


def _scaled_log(c: Any, t: Array, log: Array, xp: Any) -> Array:
    """Return log(1 + c t) / c, or t for c = 0, given the logarithm where c t is not small."""
    x = c * t
    near = xp.abs(x) < 0.5
    log1p_x = log1p(xp.where(near, x, 0.0), xp)
    if isinstance(c, float):
        some, close = c or 1.0, log1p_x / c if c else t
    else:
        some = xp.where(c > 0.0, c, 1.0)
        close = xp.where(c > 0.0, log1p_x / some, t)
    return xp.where(near, close, log / some)


GENERALIZED_JENSEN_SHANNON = GeneralizedJensenShannon()
