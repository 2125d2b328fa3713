"""The terms of the f-divergences as C, printed from the members' formulas.

    python -m divergences.testing.terms

writes `divergences/numerics/compiled/terms.h`, which is committed. A test prints it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import inf, isinf
from pathlib import Path
from typing import Any

from divergences.core import FDivergence
from divergences.core.alpha_term import MultipleOfAlphaTerm
from divergences.numerics import compiled
from divergences.numerics.compiled import tracing
from divergences.numerics.floats.normalised_pair import Pair
from divergences.numerics.special.terms import js_halves_difference, surprisal_term
from divergences.testing.members import members

PATH = Path(compiled.__file__).with_name("terms.h")
Term = Callable[..., Any]
HEAD = "/* Printed from the members' formulas by `python -m divergences.testing.terms`. */\n"


FIRST_ORDER, SECOND_ORDER, SURPRISALS = range(3)  # kinds of terms, as in `kernels.h`


def text() -> str:
    """Return the contents of `terms.h`."""
    functions: dict[str, str] = {}  # names by bodies: members may share a term
    rows = []
    for key, name, term, limits, facts in _terms():
        body = tracing.traced(term, "NAME", "p", "q", "d")
        name = functions.setdefault(body, f"term_{name}")
        numbers = ", ".join("INFINITY" if isinf(x) else repr(float(x)) for x in limits)
        rows.append(f'    X("{key}", {name}, {numbers}, {facts[0]:d}, {facts[1]})')
    logs = [
        tracing.traced(term, f"log_{functions[body]}", *"pqdy")
        for body, term in _with_logs(functions)
    ]
    bodies = [body.replace("NAME", name) for body, name in functions.items()]
    parts = {"TERMS": [f"    X({name})" for name in functions.values()], "MEMBERS": rows}
    tables = [" \\\n".join((f"#define {name}(X)", *part)) + "\n" for name, part in parts.items()]
    halves = tracing.traced(
        partial(js_halves_difference, xp=tracing), "js_halves_difference", *"pqd"
    )
    return "\n".join([HEAD, *bodies, *logs, halves, *tables])


def _with_logs(functions: dict[str, str]) -> Iterator[tuple[str, Term]]:
    """Yield for each body the formula that is also given log(p/q)."""
    left = set(functions)
    for _, _, term, _, _ in _terms():
        body = tracing.traced(term, "NAME", "p", "q", "d")
        if body in left:
            left.remove(body)
            yield body, term


def _terms() -> Iterator[tuple[str, str, Term, tuple[float, float], tuple[bool, int]]]:
    """Yield for each term key, name, formula, limits, and whether it is symmetric and its kind."""
    for found in members():
        member = found.functional
        if isinstance(member, FDivergence) and member.parameter is None:
            kind = type(member)
            key, term = f"{kind.__module__}.{kind.__qualname__}", partial(_term, member)
            limits = member.limits.value_p0, member.limits.value_q0
            order = SECOND_ORDER if member.smooth else FIRST_ORDER
            facts = member.laws.symmetric and not found.joint, order
            yield key, member.name, term, limits, facts
    yield "cross_entropy", "cross_entropy", _surprisal_term, (0.0, inf), (False, SURPRISALS)


def _term(member: FDivergence, p: Any, q: Any, d: Any, log_ratio: Any = None) -> Any:
    if isinstance(member, MultipleOfAlphaTerm):  # from logs it is summed as such
        log_ratio = None
    return member.term(Pair(p, q, d, log_ratio), tracing)


def _surprisal_term(p: Any, q: Any, rest: Any, _log_ratio: Any = None) -> Any:
    return surprisal_term(p, q, rest, tracing)


if __name__ == "__main__":
    PATH.write_text(text())
