"""A library whose functions have names like ours: how its users would call it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Peer:
    """A library and its functions.

    Attributes
    ----------
    library, package
        Its name, and that of the package that it comes in.
    imports
        Code that imports it.
    calls
        The quantity of ours that a name suggests, and an expression of distributions `p` and `q`.
    view
        Code that makes the library's view of arrays `p` and `q`; samples have exactly their
        frequencies.
    takes
        "masses"; "samples", which stand for few distributions only; or "ratios": then the sum over
        outcomes is the caller's.
    estimators
        The quantity, what is taken ("samples", "counts" or "labels"), and an expression of `x`, or
        of `x` and `y`.
    rows
        Expressions of batches, outcomes along the last axis, that are the quantity itself: for
        benchmarks of accuracy and speed.
    """

    library: str
    package: str
    imports: str
    calls: tuple[tuple[str, str], ...] = ()
    view: str = ""
    takes: str = "masses"
    estimators: tuple[tuple[str, str, str], ...] = ()
    rows: dict[str, str] = field(default_factory=dict)

    def function(self, call: str) -> Callable[..., Any]:
        """Return a call as a function of p and q; of one distribution, q is p."""
        return self._defined(self.code(call))

    def code(self, call: str) -> str:
        """Return the code of `function`."""
        lines = ("q = p if q is None else q", self.view, f"return {call}")
        return self._code("\n".join(filter(None, lines)), "p, q=None")

    def estimator(self, call: str) -> Callable[..., Any]:
        """Return an estimator as a function of x and y."""
        return self._defined(self._code(f"return {call}", "x, y=None"))

    def functions_of_rows(self) -> dict[str, Callable[..., Any]]:
        """Return the functions of batches, by quantity."""
        return {
            name: self._defined(self._code(f"return {x}", "p, q=None"))
            for name, x in self.rows.items()
        }

    def _code(self, body: str, parameters: str) -> str:
        body = textwrap.indent(body, "    ")
        return f"import numpy as np\n{self.imports}\n\ndef function({parameters}):\n{body}\n"

    def _defined(self, code: str) -> Callable[..., Any]:
        scope: dict[str, Any] = {}
        exec(compile(code, self.library, "exec"), scope)
        return scope["function"]


ENTROPY, CROSS_ENTROPY = "entropy(p)", "cross_entropy(p, q)"
KL, JS, JEFFREYS = (f"{n}_divergence(p, q)" for n in ("kl", "jensen_shannon", "jeffreys"))
TV, HELLINGER = "total_variation_distance(p, q)", "hellinger_distance(p, q)"
CHI_SQUARED, TRIANGULAR = "chi_squared_divergence(p, q)", "triangular_discrimination(p, q)"
BHATTACHARYYA = "bhattacharyya_distance(p, q)"
RENYI, TSALLIS, ALPHA = (f"{n}_divergence(p, q, 2.0)" for n in ("renyi", "tsallis", "alpha"))
HALF_TSALLIS, HALF_ALPHA = "tsallis_divergence(p, q, 0.5)", "alpha_divergence(p, q, 0.5)"
RENYI_ENTROPY, TSALLIS_ENTROPY = "renyi_entropy(p, 2.0)", "tsallis_entropy(p, 2.0)"
WEIGHTED_JS = "jensen_shannon_divergence(p, q, weights=(0.25, 0.75))"
SAMPLES = "x, y = (np.repeat(range(4), np.rint(16 * r).astype(int)) for r in (p, q))"

H, KL_OF, JS_OF, MI = "entropy", "kl_divergence", "jensen_shannon_divergence", "mutual_information"
