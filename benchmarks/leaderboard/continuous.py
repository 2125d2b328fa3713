"""Tasks and contenders for samples of points: entropy, KL, JS and mutual information."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import scipy.stats
from scipy.spatial import KDTree
from scipy.special import digamma
from sklearn.feature_selection import mutual_info_regression
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

import divergences as dv
from benchmarks.leaderboard.run import Contender, Task, exact, library
from divergences import methods

ENTROPY, KL, JS, MI = (f"{name} of points" for name in ("entropy", "KL", "JS", "MI"))
LINE = f"{ENTROPY}, on the line"
SIZES = (100, 300, 1000)
REPETITIONS = 100  # of a task and size, at most
K = 5

_angles = 0.25 * np.pi * np.arange(8)
_centres = 2.0 * np.stack([np.cos(_angles), np.sin(_angles)], axis=1)
RING = dv.Mixture([dv.MultivariateNormal(c, 0.04 * np.eye(2)) for c in _centres], np.ones(8) / 8)
TWO_MODES = dv.Mixture([dv.Normal(-2, 0.5), dv.Normal(1, 1)], [0.5, 0.5])


def _normal(mean: Any, covariance: Any = 1.0) -> dv.MultivariateNormal:
    return dv.MultivariateNormal(mean, covariance * np.eye(len(mean)))


ON_LINE = {
    "normal": dv.Normal(0, 1),
    "two modes": TWO_MODES,
    "Student 3": dv.StudentT(3),
    "exponential": dv.Exponential(1),
    "uniform": dv.Uniform(0, 1),
}
IN_SPACE = {
    "correlated 2-D": dv.MultivariateNormal([0, 0], [[1, 0.8], [0.8, 1]]),
    "ring of eight 2-D": RING,
    "normal 5-D": _normal(np.zeros(5)),
}
PAIRS = {
    "normal, mean 2": (dv.Normal(0, 1), dv.Normal(2, 1)),
    "Laplace | normal": (dv.Laplace(0, 1), dv.Normal(0, 2**0.5)),
    "Cauchy, moved 1": (dv.Cauchy(0, 1), dv.Cauchy(1, 1)),
    "gamma 3 | exponential": (dv.Gamma(3, 1), dv.Exponential(2)),
    "equal normals 2-D": (_normal([0, 0]), _normal([0, 0])),
    "correlated | normal 2-D": (IN_SPACE["correlated 2-D"], _normal([0, 0])),
    "ring of eight | normal": (RING, _normal([0, 0], 2.25)),
    "mean 1 in 5-D": (_normal(np.zeros(5)), _normal(np.eye(5)[0])),
}
CORRELATIONS = {"independent": 0.0, "correlation 0.6": 0.6, "correlation 0.9": 0.9}
NOISE = 0.5  # uniform, added to a uniform variable


def _repeated(draw: Callable[[Any, int], tuple[Any, ...]]) -> Callable[..., list[tuple[Any, ...]]]:
    def drawn(rng: np.random.Generator, n: int, repetitions: int) -> list[tuple[Any, ...]]:
        at_most = min(repetitions, REPETITIONS)
        return [draw(rng, n) for _ in range(at_most)]

    return drawn


def _samples(*laws: Any) -> Callable[..., list[tuple[Any, ...]]]:
    return _repeated(lambda rng, n: tuple(dv.Sample(law.sample(rng, n)) for law in laws))


def _normal_pairs(correlation: float, cubed: bool = False) -> Callable[..., list[tuple[Any, ...]]]:
    def draw(rng: Any, n: int) -> tuple[dv.Sample]:
        x, noise = rng.normal(size=(2, n))
        y = correlation * x + (1.0 - correlation**2) ** 0.5 * noise
        return (dv.Sample.joint(x**3 if cubed else x, y),)

    return _repeated(draw)


def _uniform_pairs(rng: Any, n: int) -> tuple[dv.Sample]:
    x = rng.random(n)
    return (dv.Sample.joint(x, x + NOISE * rng.random(n)),)


def _of_correlation(correlation: float) -> float:
    return -0.5 * math.log1p(-(correlation**2))


TASKS = [
    *(
        Task(group, name, dv.entropy, partial(exact, dv.entropy, p), _samples(p), SIZES)
        for group, laws in ((LINE, ON_LINE), (ENTROPY, IN_SPACE))
        for name, p in laws.items()
    ),
    *(
        Task(group, name, quantity, partial(exact, quantity, p, q), _samples(p, q), SIZES)
        for group, quantity in ((KL, dv.kl_divergence), (JS, dv.jensen_shannon_divergence))
        for name, (p, q) in PAIRS.items()
    ),
    *(
        Task(MI, name, dv.mutual_information, partial(_of_correlation, r), _normal_pairs(r), SIZES)
        for name, r in CORRELATIONS.items()
    ),
    Task(
        MI,
        "0.9, one cubed",
        dv.mutual_information,
        partial(_of_correlation, 0.9),
        _normal_pairs(0.9, cubed=True),
        SIZES,
    ),
    Task(
        MI,
        "uniform, uniform noise",
        dv.mutual_information,
        lambda: 0.5 * NOISE - math.log(NOISE),
        _repeated(_uniform_pairs),
        SIZES,
    ),
]


def _quadratic() -> dv.Method:
    features = PolynomialFeatures(2, include_bias=False)
    learner = make_pipeline(StandardScaler(), features, LogisticRegression(max_iter=300))
    return methods.Classifier(learner, bound_level=None)


def kozachenko_leonenko(_task: Task, samples: tuple[Any, ...]) -> float:
    """Entropy as NPEET has it: distances in the maximum norm, psi(n)."""
    x = samples[0].points
    n, d = x.shape
    radius = KDTree(x).query(x, K + 1, p=math.inf)[0][:, -1]
    return digamma(n) - digamma(K) + d * float(np.mean(np.log(2.0 * radius)))


def wang_kulkarni_verdu(_task: Task, samples: tuple[Any, ...]) -> float:
    """KL from distances to the k-th neighbour in either sample, as NPEET and others have it."""
    x, y = (sample.points for sample in samples)
    own = KDTree(x).query(x, K + 1)[0][:, -1]
    other = KDTree(y).query(x, K)[0][:, -1]
    n, d = x.shape
    return d * float(np.mean(np.log(other / own))) + math.log(len(y) / (n - 1))


def scikit_learn(_task: Task, samples: tuple[Any, ...]) -> float:
    """Mutual information by scikit-learn, which never returns less than zero."""
    x, y = samples[0].points.T
    return mutual_info_regression(x[:, None], y, n_neighbors=K, random_state=0)[0]


def scipy_entropy(kind: str) -> Callable[[Task, tuple[Any, ...]], Any]:
    """Return one of the estimators of `scipy.stats.differential_entropy`."""
    return lambda _task, samples: scipy.stats.differential_entropy(
        samples[0].points[:, 0], method=kind
    )


def package(module: str, name: str, **keywords: Any) -> Callable[[Task, tuple[Any, ...]], Any]:
    """Return a function of another package, of arrays of observations."""

    def estimate(_task: Task, samples: tuple[Any, ...]) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function = getattr(import_module(module), name)
            points = (s.points[:, 0] if s.points.shape[1] == 1 else s.points for s in samples)
            return function(*points, **keywords)

    return estimate


CONTENDERS = [
    *library(methods.NearestNeighbours(), groups=(LINE, ENTROPY, KL, JS, MI)),
    *library(methods.NearestNeighbours(whiten=False), groups=(LINE, ENTROPY, KL, JS, MI)),
    *library(methods.Spacings(), methods.Spacings("vasicek"), groups=(LINE,)),
    *library(methods.KernelDensity(), groups=(LINE, ENTROPY, JS)),
    *library(methods.Histogram(), groups=(LINE, ENTROPY, JS)),
    *library(
        methods.Histogram(counts=methods.PlugIn("krichevsky-trofimov")),
        groups=(KL,),
    ),
    Contender("Classifier(quadratic logistic regression)", (KL, JS), _quadratic()),
    Contender("formula of NPEET", (LINE, ENTROPY), estimate=kozachenko_leonenko),
    Contender("formula of NPEET", (KL,), estimate=wang_kulkarni_verdu),
    Contender("sklearn mutual_info_regression", (MI,), estimate=scikit_learn),
    Contender("scipy differential_entropy", (LINE,), estimate=scipy_entropy("auto")),
]
if find_spec("infomeasure"):
    CONTENDERS += [
        Contender(
            "infomeasure metric",
            (LINE, ENTROPY),
            estimate=package("infomeasure", "entropy", approach="metric", k=K),
        ),
        Contender(
            "infomeasure metric",
            (KL,),
            estimate=package("infomeasure", "kld", approach="metric", k=K),
        ),
    ]
if find_spec("divergence"):
    CONTENDERS += [
        Contender("divergence knn", (LINE, ENTROPY), estimate=package("divergence", "knn_entropy")),
        Contender("divergence knn", (KL,), estimate=package("divergence", "knn_kl_divergence")),
    ]
