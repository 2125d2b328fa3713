"""Distributions to draw from whose entropy, divergence or information is known.

A task is a line of Python, so that what was drawn can be drawn again by anybody. In several
dimensions the quantity is in the first coordinate: the others are equal, or independent. Entropies
add up over equal coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import e, log, log1p, pi
from typing import Any

import numpy as np

from divergences.testing import oracle

Array = np.ndarray
ENTROPY, KL = "entropy", "kl_divergence"
JS, MI = "jensen_shannon_divergence", "mutual_information"
QUANTITIES = (ENTROPY, KL, JS, MI)
KINDS = ("samples", "counts", "labels")


@dataclass(frozen=True)
class Draw:
    """What was drawn: code that assigns `names`, and the arrays that it makes."""

    code: str
    names: tuple[str, ...]

    def arrays(self, *expressions: str) -> list[Array]:
        """Return what expressions of the names are, in arrays of their own."""
        return [np.array(eval(x, _scope(self.code))) for x in expressions or self.names]


@lru_cache(maxsize=2000)  # many laws look at one sample
def _scope(code: str) -> dict[str, Any]:
    scope: dict[str, Any] = {"np": np}
    exec(code, scope)
    return scope


@dataclass(frozen=True)
class Task:
    """Distributions whose truth is known.

    Attributes
    ----------
    name
        The distributions, in words.
    code
        Assigns x, or x and y; ``{n}`` and ``{m}`` are the shapes of samples of P and Q, ``{c}`` is
        zero in all coordinates but the first.
    truth
        The quantity in nats; of an entropy, per coordinate. None where there is none.
    dimension
        Of the observations; None on the line.
    """

    name: str
    code: str
    truth: float | None
    dimension: int | None = None

    def draw(self, n: int, seed: int, m: int | None = None) -> Draw:
        """Return samples of n observations of P (or of pairs) and m of Q; by default as many."""
        shapes = [k if self.dimension is None else (k, self.dimension) for k in (n, m or n)]
        rest = [0.0] * ((self.dimension or 1) - 1)
        code = self.code.format(n=shapes[0], m=shapes[1], c=f"np.array({[1.0, *rest]})")
        names = ("x", "y") if "y = " in code else ("x",)
        start = f"rng = np.random.default_rng([{seed}, {n}]); " if "rng" in code else ""
        return Draw(start + code, names)


NORMALS = "x, y = rng.normal(size={n}), "
CORRELATED = (
    "x = rng.normal(size={{n}}); r = {} * {{c}}; y = r * x + (1 - r * r) ** 0.5 * "
    "rng.normal(size={{n}})"
)
# Name, code and truth. The last is the value of a formula or, where there is none, of a quadrature.
SAMPLES: dict[str, tuple[tuple[str, str, float], ...]] = {
    ENTROPY: (
        ("N(0, 100)", "x = 10.0 * rng.normal(size={n})", log(200 * pi * e) / 2),
        ("uniform on (0, 20)", "x = 20.0 * rng.random({n})", log(20)),
        ("exponential of mean 8", "x = 8.0 * rng.exponential(size={n})", 1 + log(8)),
    ),
    KL: (
        ("N(0, 1) and N(1, 1)", NORMALS + "{c} + rng.normal(size={m})", 0.5),
        (
            "N(0, 1) and N(1, 4)",
            NORMALS + "{c} + (1.0 + {c}) * rng.normal(size={m})",
            log(2) - 0.25,
        ),
        (
            "exponential of mean 2 and 1",
            "x, y = (1.0 + {c}) * rng.exponential(size={n}), rng.exponential(size={m})",
            1 - log(2),
        ),
    ),
    JS: (
        ("N(0, 1) and N(2, 1)", NORMALS + "2.0 * {c} + rng.normal(size={m})", 0.3368308203468316),
        (
            "exponential of mean 1 and 4",
            "x, y = rng.exponential(size={n}), (1.0 + 3.0 * {c}) * rng.exponential(size={m})",
            0.1733153509066061,
        ),
        (
            "uniform on (0, 1) and (0.5, 1.5)",
            "x, y = rng.random({n}), 0.5 * {c} + rng.random({m})",
            log(2) / 2,
        ),
    ),
    MI: (
        ("normal, correlated by 0.9", CORRELATED.format("0.9"), -log1p(-0.81) / 2),
        ("normal, correlated by 0.6", CORRELATED.format("0.6"), -log1p(-0.36) / 2),
        (
            "normal, correlated by 0.9 or -0.9",
            CORRELATED.format("rng.choice([-0.9, 0.9], {n})"),
            0.4084425497748810,
        ),
    ),
}
ZERO: dict[str, tuple[tuple[str, str], ...]] = {
    ENTROPY: (),
    KL: (("N(0, 1) twice", NORMALS + "rng.normal(size={m})"),),
    JS: (("N(0, 1) twice", NORMALS + "rng.normal(size={m})"),),
    MI: (
        ("independent normals", NORMALS + "rng.normal(size={n})"),
        (
            "independent, of two kinds",
            "x, y = rng.random({n}), rng.exponential(size={n})",
        ),
    ),
}
TENTHS, HALVES = (0.1,) * 10, (0.5, 0.5)
PMFS: dict[str, tuple[tuple[Any, ...], ...]] = {
    ENTROPY: (((0.4, 0.3, 0.2, 0.1),), ((0.125,) * 8,), ((0.05,) * 20,)),
    KL: (((0.9, 0.1), HALVES), ((0.7, 0.1, 0.1, 0.1), (0.25,) * 4), (HALVES, (0.8, 0.2))),
    JS: (
        ((0.9, 0.1), HALVES),
        ((0.7, 0.1, 0.2), (0.1, 0.6, 0.3)),
        ((0.5, 0.5, 0.0), (0.0, 0.5, 0.5)),
    ),
    MI: (
        (((0.4, 0.1), (0.1, 0.4)),),
        (((0.2, 0.05, 0.05), (0.05, 0.2, 0.05), (0.05, 0.15, 0.2)),),
    ),
}
EQUAL_PMFS: dict[str, tuple[tuple[Any, ...], ...]] = {
    ENTROPY: (),
    KL: ((TENTHS, TENTHS), (HALVES, HALVES)),
    JS: ((TENTHS, TENTHS), (HALVES, HALVES)),
    MI: ((((1 / 64,) * 8,) * 8,), (((0.25, 0.25), (0.25, 0.25)),)),
}
TABLE = "x = rng.multinomial({{n}}, {flat}).reshape{shape}"
PAIRS = "z = rng.choice({size}, {{n}}, p={flat}); x, y = z // {columns}, z % {columns}"

TIES = {
    "samples": ("np.round(rng.normal(size={n}))", "np.round(rng.normal(size={m}))"),
    "counts": ("np.ones(8, int)", "np.array([3, 2, 1, 1, 0, 0, 0, 0])"),
    "labels": ("np.arange(8)", "np.array([0, 0, 0, 1, 1, 2, 3, 3])"),
}
CONSTANT = {
    "samples": ("np.full({n}, 3.0)", "np.full({m}, 3.0)"),
    "counts": ("np.array([8, 0])",) * 2,
    "labels": ("np.zeros(8, int)",) * 2,
}
VARIED = {"samples": "rng.normal(size={n})", "labels": "np.arange(8) % 2"}


@cache
def tasks(quantity: str, kind: str, dimension: int | None = None) -> tuple[Task, ...]:
    """Return tasks whose truth is not zero."""
    if kind != "samples":
        return tuple(_of_pmfs(quantity, kind, pmfs) for pmfs in PMFS[quantity])
    by = (dimension or 1) if quantity == ENTROPY else 1
    return tuple(Task(name, code, by * x, dimension) for name, code, x in SAMPLES[quantity])


@cache
def zero_tasks(quantity: str, kind: str, dimension: int | None = None) -> tuple[Task, ...]:
    """Return tasks with equal distributions, or independent variables."""
    if kind != "samples":
        return tuple(_of_pmfs(quantity, kind, pmfs) for pmfs in EQUAL_PMFS[quantity])
    return tuple(Task(name, code, 0.0, dimension) for name, code in ZERO[quantity])


def _of_pmfs(quantity: str, kind: str, pmfs: tuple[Any, ...]) -> Task:
    truth = float(oracle.value(quantity, *pmfs))
    if quantity == MI:
        table = np.array(pmfs[0])
        text = {"flat": table.ravel().tolist(), "shape": table.shape, "columns": table.shape[1]}
        code = (TABLE if kind == "counts" else PAIRS).format(size=table.size, **text)
        return Task(f"pairs of {table.tolist()}", code, truth)
    draw = {"counts": "rng.multinomial({{{k}}}, {p})", "labels": "rng.choice({n}, {{{k}}}, p={p})"}
    drawn = [draw[kind].format(k=k, p=list(p), n=len(p)) for k, p in zip("nm", pmfs, strict=False)]
    return _task(" and ".join(map(str, pmfs)), drawn, truth)


def _task(
    name: str, drawn: Sequence[str], truth: float | None, dimension: int | None = None
) -> Task:
    code = f"{', '.join('xy'[: len(drawn)])} = {', '.join(drawn)}"
    return Task(name, code, truth, dimension)


@cache
def ties(quantity: str, kind: str, dimension: int | None = None) -> tuple[Task, ...]:
    """Return samples with repeated values; counts and labels of which none is repeated."""
    if quantity == MI and kind == "counts":
        return (_task("no symbol twice", ["np.eye(4, dtype=int)"], None),)
    name = "repeated values" if kind == "samples" else "no symbol twice"
    return (_task(name, TIES[kind][: 1 + (quantity != ENTROPY)], None, dimension),)


@cache
def constants(quantity: str, kind: str, dimension: int | None = None) -> tuple[Task, ...]:
    """Return samples in which a variable is constant."""
    if quantity == MI and kind == "counts":
        return (_task("one column", ["np.array([[5, 0], [7, 0]])"], None),)
    constant = CONSTANT[kind]
    drawn = [constant[:1] if quantity == ENTROPY else constant]
    if quantity == MI:
        drawn += [(VARIED[kind], constant[1]), (constant[0], VARIED[kind])]
    return tuple(_task("a constant", x, None, dimension) for x in drawn)
