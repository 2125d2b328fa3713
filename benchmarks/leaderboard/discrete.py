"""Tasks and contenders for counts: entropy, KL, JS and mutual information."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import scipy.stats

import divergences as dv
from benchmarks.leaderboard.run import Contender, Task, exact, library
from divergences import methods

ENTROPY, KL, JS, MI = (f"{name} of counts" for name in ("entropy", "KL", "JS", "MI"))


def shares(weights: Any) -> np.ndarray:
    """Return weights as probabilities."""
    w = np.asarray(weights, dtype=float)
    return w / w.sum()


def random_shares(concentration: float, size: int, seed: int) -> np.ndarray:
    """Return one draw of a symmetric Dirichlet distribution."""
    return shares(np.random.default_rng(seed).gamma(concentration, size=size))


LAWS = {
    "uniform 10": shares(np.ones(10)),
    "uniform 1000": shares(np.ones(1000)),
    "Zipf 1000": shares(1.0 / np.arange(1, 1001)),
    "Zipf^2 1000": shares(1.0 / np.arange(1, 1001) ** 2),
    "geometric": shares(0.9 ** np.arange(400)),
    "Dirichlet(1) 100": random_shares(1.0, 100, 1),
    "Dirichlet(0.1) 100": random_shares(0.1, 100, 2),
    "nearly certain": shares([990.0, *np.ones(10)]),
}
PAIRS = {
    "equal, uniform 20": (shares(np.ones(20)), shares(np.ones(20))),
    "near, 20": (random_shares(5.0, 20, 3), random_shares(5.0, 20, 4)),
    "far, 5": (shares([16, 8, 4, 2, 1]), shares([1, 2, 4, 8, 16])),
    "Dirichlet(1), 100": (random_shares(1.0, 100, 5), random_shares(1.0, 100, 6)),
    "Zipf and uniform, 200": (shares(1.0 / np.arange(1, 201)), shares(np.ones(200))),
}
DISJOINT = (shares([1] * 10 + [0] * 10), shares([0] * 10 + [1] * 10))


def joint(dependence: float, size: int) -> np.ndarray:
    """Return a table that mixes independence with a diagonal."""
    p = (1.0 - dependence) * np.full((size, size), 1.0 / size**2)
    return p + dependence * np.eye(size) / size


TABLES = {
    "independent, 4 x 4": joint(0.0, 4),
    "weak, 4 x 4": joint(0.2, 4),
    "independent, 10 x 10": joint(0.0, 10),
    "strong, 10 x 10": joint(0.7, 10),
    "random, 6 x 8": random_shares(0.5, 48, 7).reshape(6, 8),
}


def draw(*laws: np.ndarray) -> Callable[..., list[tuple[Any, ...]]]:
    """Return how to draw counts of n observations of each law, repetitions first."""

    def drawn(rng: np.random.Generator, n: int, repetitions: int) -> list[tuple[Any, ...]]:
        counts = [rng.multinomial(n, p.ravel(), repetitions) for p in laws]
        return [
            tuple(
                dv.Counts(c.reshape(repetitions, *p.shape))
                for c, p in zip(counts, laws, strict=True)
            )
        ]

    return drawn


TASKS = [
    *(
        Task(
            ENTROPY,
            name,
            dv.entropy,
            partial(exact, dv.entropy, p),
            draw(p),
            (10, 30, 100, 300, 1000),
        )
        for name, p in LAWS.items()
    ),
    *(
        Task(KL, name, dv.kl_divergence, partial(exact, dv.kl_divergence, p, q), draw(p, q), sizes)
        for sizes in [(30, 100, 300, 1000, 10000)]
        for name, (p, q) in PAIRS.items()
    ),
    *(
        Task(
            JS,
            name,
            dv.jensen_shannon_divergence,
            partial(exact, dv.jensen_shannon_divergence, p, q),
            draw(p, q),
            (30, 100, 300, 1000, 10000),
        )
        for name, (p, q) in {**PAIRS, "disjoint, 10 and 10": DISJOINT}.items()
    ),
    *(
        Task(
            MI,
            name,
            dv.mutual_information,
            partial(exact, dv.mutual_information, p),
            draw(p),
            (30, 100, 300, 1000, 10000),
        )
        for name, p in TABLES.items()
    ),
]


def scipy_entropy(_task: Task, measures: tuple[Any, ...]) -> Any:
    """SciPy's entropy of the counts, normalised: the plug-in."""
    return scipy.stats.entropy(measures[0].values, axis=-1)


def infomeasure(approach: str) -> Callable[[Task, tuple[Any, ...]], Any]:
    """Return the entropy of infomeasure, which takes the observations themselves."""

    def estimate(_task: Task, measures: tuple[Any, ...]) -> Any:
        im = import_module("infomeasure")
        logging.getLogger("infomeasure").setLevel(logging.ERROR)
        outcomes = np.arange(measures[0].values.shape[-1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.array(
                [im.entropy(np.repeat(outcomes, n), approach=approach) for n in measures[0].values]
            )

    return estimate


PEERS = [Contender("scipy.stats.entropy", (ENTROPY,), estimate=scipy_entropy)]
if find_spec("infomeasure"):
    PEERS += [
        Contender(f"infomeasure {approach}", (ENTROPY,), estimate=infomeasure(approach))
        for approach in ("chao_wang_jost", "nsb")
    ]
CONTENDERS = [
    *library(
        methods.PlugIn(),
        methods.MillerMadow(),
        methods.Jackknife(),
        methods.Grassberger(2003),
        methods.Schurmann(),
        methods.ChaoShen(),
        methods.ChaoWangJost(),
        methods.Zhang(),
        methods.Shrinkage(),
        methods.NSB(),
        groups=(ENTROPY, MI),
    ),
    *library(
        methods.Grassberger(1988),
        methods.Dirichlet("jeffreys"),
        methods.Dirichlet("perks"),
        methods.NSB(math.inf),
        groups=(ENTROPY,),
    ),
    *library(
        methods.PlugIn("additive"),
        methods.PlugIn("krichevsky-trofimov"),
        methods.PlugIn("shrink"),
        methods.Jackknife("krichevsky-trofimov"),
        groups=(KL, JS),
    ),
    *library(
        methods.Zhang(), methods.Dirichlet("jeffreys"), methods.Dirichlet("perks"), groups=(KL,)
    ),
    *library(methods.PlugIn(), methods.Jackknife(), groups=(KL, JS)),
    *PEERS,
]
