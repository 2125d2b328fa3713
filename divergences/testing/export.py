"""Cases with exact values as JSON, for implementations in other languages."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np

from divergences.testing import oracle
from divergences.testing.cases import Case, hostile, simple
from divergences.testing.members import Member, resolved

DIGITS = 40
UNITS = {1.0: "nats", 0.5: "root of nats", 0.0: None}
DRAWS, JOINT_DRAWS = 6, 18  # from each region, of each size; there are fewer joint regions


def export(like: Any, order: float | None = None) -> dict[str, Any]:
    """Return cases of a quantity with its exact values, for `json.dump`.

    Parameters
    ----------
    like : str, function of the library, or Member
        The quantity.
    order : float, optional
        Its order, if it has one.

    Returns
    -------
    dict
        What the quantity is, and ``"cases"``: masses as numbers, which are exact as doubles, and
        values in nats as strings of `DIGITS` digits, or "inf".

    Examples
    --------
    >>> from divergences.testing.export import export
    >>> vectors = export("kl_divergence")
    >>> vectors["cases"][4]
    {'region': 'simple', 'p': [0.5, 0.5], 'q': [0.0, 1.0], 'value': 'inf'}
    """
    member = resolved(like, order)
    return {
        "quantity": member.name,
        "order": getattr(member.functional, "order", None),
        "definition": (member.functional.definition.__doc__ or "").removeprefix("Return "),
        "unit": UNITS[member.laws.unit_power],
        "digits": DIGITS,
        "cases": [_case(member, region, case) for region, case in _cases(member)],
    }


def _cases(member: Member) -> list[tuple[str, Case]]:
    dtype = np.dtype(np.float64).str
    drawn = [("simple", case) for case in simple(member.arity, member.joint, dtype)]
    drawn += hostile(member, dtype, JOINT_DRAWS if member.joint else DRAWS)
    once: dict[tuple[bytes, ...], tuple[str, Case]] = {}  # regions overlap
    for name, case in drawn:
        once.setdefault(tuple(p.tobytes() for p in case), (name, case))
    return list(once.values())


def _case(member: Member, region: str, case: Case) -> dict[str, Any]:
    exact = oracle.value(member.functional, *case)
    with mpmath.workdps(DIGITS + 10):
        text = mpmath.nstr(exact, DIGITS) if mpmath.isfinite(exact) else str(float(exact))
    masses = dict(zip("pq", (p.tolist() for p in case), strict=False))
    return {"region": region, **masses, "value": text}
