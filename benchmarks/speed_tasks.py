"""What `benchmarks.speed` times: sums over finite distributions, their peers, and the bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import log_softmax, logsumexp, rel_entr

import divergences as dv
from divergences.testing.peers import arrays

NEAR = 1e-3  # relative difference of the pair named "near"
SCIPY, FORMULA = (peer.functions_of_rows() for peer in (arrays.SCIPY, arrays.FORMULA))
scipy_matrix: Any = cdist  # whose annotation leaves out the names of metrics
Call = Callable[[], Any]


class Task(NamedTuple):
    """What is computed, of what, by us and by peers: SciPy's function, or the fastest formula."""

    quantity: str
    shape: tuple[int, ...]
    pair: str
    ours: Call
    peers: dict[str, Call]
    bars: dict[str, float]  # how many times the time of ours each peer should take at least
    processor: bool = True  # whether bars are for processor time, or for time by the clock


def draw(shape: tuple[int, ...], pair: str) -> tuple[np.ndarray, np.ndarray]:
    """Return two batches of random pmfs: independent, nearly equal, or of unequal totals."""
    rng = np.random.default_rng(0)
    if pair == "totals apart":  # by the roundings of each mass
        p, q = rng.dirichlet(np.ones(shape[-1]), (2, *shape[:-1]))
        return p, q
    p = rng.random(shape)
    q = p * (1.0 + NEAR * rng.standard_normal(shape)) if pair == "near" else rng.random(shape)
    return p / p.sum(-1, keepdims=True), q / q.sum(-1, keepdims=True)


def peers(of_scipy: str, *ps: np.ndarray) -> dict[str, Call]:
    """Return the calls of SciPy's function and of the formula; SciPy has the root of JS."""
    theirs = SCIPY[of_scipy], FORMULA[of_scipy.replace("shannon_distance", "shannon_divergence")]
    return {"SciPy": lambda: theirs[0](*ps), "formula": lambda: theirs[1](*ps)}


def of_masses(shapes: tuple[tuple[int, ...], ...]) -> Iterator[Task]:
    """Yield KL, JS, entropy and total variation of vectors and batches."""
    for shape in shapes:
        brief, many = shape == (4,), shape == (1000,)
        for pair in ("apart", "near", "totals apart"):
            p, q = draw(shape, pair)
            bars = {"formula": 1.0} if brief else {"formula": 1.5, "SciPy": 20.0} if many else {}
            yield Task(
                "KL",
                shape,
                pair,
                lambda p=p, q=q: dv.kl_divergence(p, q),
                peers("kl_divergence", p, q),
                bars or {"SciPy": 10.0},
                brief or many,
            )
            yield Task(
                "JS",
                shape,
                pair,
                lambda p=p, q=q: dv.jensen_shannon_divergence(p, q),
                peers("jensen_shannon_distance", p, q),
                {"SciPy": 5.0} if brief or many else {"SciPy": 10.0},
                brief or many,
            )
        p, q = draw(shape, "apart")
        yield Task(
            "entropy",
            shape,
            "",
            lambda p=p: dv.entropy(p),
            peers("entropy", p),
            {"formula": 1.0} if brief else {"formula": 1.5} if many else {},
        )
        yield Task(
            "TV",
            shape,
            "apart",
            lambda p=p, q=q: dv.total_variation_distance(p, q),
            {"formula": lambda p=p, q=q: FORMULA["total_variation_distance"](p, q)},
            {},
        )


def of_matrices(n: int, k: int) -> Iterator[Task]:
    """Yield all pairs of two sets, mutual information, and JS of many distributions."""
    p, q = np.random.default_rng(0).dirichlet(np.ones(k), (2, n))
    for name, metric, bar in (
        ("jensen_shannon_distance", "jensenshannon", 5.0),
        ("total_variation_distance", "cityblock", 0.5),  # half of it
    ):
        yield Task(
            f"all pairs, {'JS' if name.startswith('j') else 'TV'}",
            (n, n, k),
            "apart",
            lambda name=name: dv.pairwise(name, p, q),
            {"SciPy": lambda metric=metric: scipy_matrix(p, q, metric)},
            {"SciPy": bar},
            processor=False,
        )
    joint = np.random.default_rng(0).random((1500, 1500))
    joint /= joint.sum()

    def information() -> Any:
        expected = joint.sum(1, keepdims=True) * joint.sum(0)
        return np.sum(joint * np.log(joint / expected))

    yield Task(
        "mutual information",
        joint.shape,
        "",
        lambda: dv.mutual_information(joint),
        {"formula": information},
        {"formula": 0.5},
    )
    for count in (100, 400):
        several = list(np.random.default_rng(0).dirichlet(np.ones(50), count))

        def radius(several: list[np.ndarray] = several) -> Any:
            rows = np.stack(several)
            return rel_entr(rows, rows.mean(0)).sum() / len(rows)

        yield Task(
            "JS of several",
            (count, 50),
            "",
            lambda several=several: dv.jensen_shannon_divergence(*several),
            {"formula": radius},
            {"formula": 0.1},
        )


def of_orders(n: int) -> Iterator[Task]:
    """Yield Rényi divergences and entropies, of one order and of eight at once."""
    for pair in ("apart", "near"):
        p, q = draw((n,), pair)
        for order in (0.5, 0.7, 2.0):
            yield Task(
                f"Rényi divergence of order {order:g}",
                (n,),
                pair,
                lambda p=p, q=q, a=order: dv.renyi_divergence(p, q, a),
                {"formula": lambda p=p, q=q, a=order: divergence_formula(p, q, a)},
                {"formula": 0.2},
            )
    p, q = draw((n,), "apart")
    for order in (0.5, 0.7, 2.0):
        yield Task(
            f"Rényi entropy of order {order:g}",
            (n,),
            "",
            lambda a=order: dv.renyi_entropy(p, a),
            {"formula": lambda a=order: np.log((p**a).sum()) / (1.0 - a)},
            {"formula": 0.2},
        )
    orders = np.array([0.3, 0.5, 0.7, 0.9, 1.5, 2.0, 3.0, 5.0])
    yield Task(
        "Rényi divergence of eight orders",
        (n,),
        "apart",
        lambda: dv.renyi_divergence(p, q, orders),
        {"formula": lambda: [divergence_formula(p, q, a) for a in orders.tolist()]},
        {"formula": 0.2},
    )


def divergence_formula(p: np.ndarray, q: np.ndarray, order: float) -> Any:
    """Return a Rényi divergence by its definition."""
    return np.log((p**order * q ** (1.0 - order)).sum()) / (order - 1.0)


def of_logits(shape: tuple[int, ...]) -> Iterator[Task]:
    """Yield KL, JS, entropy, cross-entropy and quantities of an order of logits."""
    a, b = 3.0 * np.random.default_rng(0).standard_normal((2, *shape))
    p, q = dv.Logits(a), dv.Logits(b)

    def soft() -> tuple[np.ndarray, np.ndarray]:
        return log_softmax(a, -1), log_softmax(b, -1)

    def js() -> Any:
        x, y = soft()
        m = np.logaddexp(x, y) - np.log(2.0)
        return 0.5 * (np.exp(x) * (x - m) + np.exp(y) * (y - m)).sum(-1)

    def kl() -> Any:
        x, y = soft()
        return (np.exp(x) * (x - y)).sum(-1)

    def own() -> Any:
        x = log_softmax(a, -1)
        return -(np.exp(x) * x).sum(-1)

    def cross() -> Any:
        x, y = soft()
        return -(np.exp(x) * y).sum(-1)

    def renyi(order: float) -> Callable[[], Any]:
        def formula() -> Any:
            x, y = soft()
            return logsumexp(order * x + (1.0 - order) * y, axis=-1) / (order - 1.0)

        return formula

    def collision() -> Any:
        return -np.asarray(logsumexp(2.0 * log_softmax(a, -1), axis=-1))

    for name, ours, formula in (
        ("Rényi of order 0.7", lambda: dv.renyi_divergence(p, q, 0.7), renyi(0.7)),
        ("Rényi of order 2", lambda: dv.renyi_divergence(p, q, 2.0), renyi(2.0)),
        ("Rényi entropy of order 2", lambda: dv.renyi_entropy(p, 2.0), collision),
        ("KL", lambda: dv.kl_divergence(p, q), kl),
        ("JS", lambda: dv.jensen_shannon_divergence(p, q), js),
        ("entropy", lambda: dv.entropy(p), own),
        ("cross-entropy", lambda: dv.cross_entropy(p, q), cross),
    ):
        yield Task(
            f"{name} of logits", shape, "", ours, {"formula": formula}, {"formula": 1.0}, False
        )
