"""Divergence estimates from a probabilistic classifier of two samples."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.core import Array
from divergences.methods.samples.density_ratio.cross_fitting import CrossFitted, Split
from divergences.numerics.runtime.progress import track


@dataclass(frozen=True)
class Classifier(CrossFitted):
    """Divergences of two samples from a classifier that learns to tell them apart.

    A classifier D that is fitted to n observations of P and m of Q estimates the log ratio

        T(x) = log(D(x) / (1 - D(x))) - log(n / m) ≈ log(p(x) / q(x))

    and, on observations it has not seen, the variational form of an f-divergence,

        D_f(P‖Q) ≥ E_P f'(e^T) + E_Q[f(e^T) - e^T f'(e^T)].

    For the Jensen-Shannon divergence that is log 2 + V/2, V the value of a generative adversarial
    network with this discriminator. A wrong T only ever lowers the expectation, and in second order
    of its error. The observations are shared among folds, and each is judged by the classifier that
    was fitted to the other folds.

    Parameters
    ----------
    estimator : object with ``fit(X, y)`` and ``predict_proba(X)``
        A classifier, such as scikit-learn's. It is cloned for every fit and never changed. Its
        probabilities should be calibrated, and those of its training set: no ``class_weight``.
    folds : int, default 5
        Number of folds, at least 2.
    rng : int or numpy.random.Generator, default 0
        Who chooses the folds; None is fresh entropy. The default is a seed, so that an estimate is
        a function of its data.
    bound_level : float or None, default 0.95
        Confidence level of the lower bound in ``info["lower_bound"]``; None leaves it out, and
        saves folds - 1 fits.

    Notes
    -----
    *Standard error*: the efficient one, from the spread of both integrands. It leaves out that T is
    not log p/q: the estimate is low by what the classifier fails to see, which falls as 1/n for a
    parametric one that is right, and need not vanish for one that is wrong.

    *Lower bound*: ``info["lower_bound"]`` (in nats, also where ``base=`` is given) is below the
    divergence with probability `bound_level` at least, for every sample size, every classifier,
    however wrong, and all P and Q; it assumes no more than independent observations. It rests on
    bets against smaller values, on each fold with the classifier that was fitted to the folds
    before.

    *Diagnosis*: ``info["largest_share"]`` is the share of the variance that is due to one single
    observation. Where it is not small the interval cannot be trusted.

    *Values* below zero are noise, and are kept: the mean of many estimates stays right. Confidence
    intervals end at the least and greatest value that the quantity can have.

    *Certainty*: a probability of exactly 0 or 1 is read as odds of one to the number of
    observations fitted; no more can be known from them. For bounded divergences log odds beyond
    twice the log of all observations are cut, lest one observation decide the result.

    *KL* has exp(T) under Q in its variational form, whose tail decides the error. Where P reaches
    far beyond Q neither this estimate nor its standard error should be trusted; no bound of KL
    much above log n can be had from n observations (McAllester & Stratos 2020). JS is bounded and
    has no such difficulty.

    Raises
    ------
    ValueError
        If a sample is weighted or has fewer observations than folds, the classifier does not return
        probabilities of two classes, or it reweights its classes.
    TypeError
        If `estimator` has no ``fit`` and ``predict_proba``.

    References
    ----------
    Nguyen, Wainwright & Jordan, IEEE Trans. Inf. Theory 56 (2010), lemma 1; Goodfellow et al.,
    "Generative adversarial nets" (2014), theorem 1; Chernozhukov et al., "Double/debiased machine
    learning" (2018) for cross-fitting; Waudby-Smith & Ramdas (2024) for the bets.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> from sklearn.linear_model import LogisticRegression
    >>> rng = np.random.default_rng(0)
    >>> x, y = dv.Sample(rng.normal(0, 1, 2000)), dv.Sample(rng.normal(2, 1, 3000))
    >>> method = dv.methods.Classifier(LogisticRegression())
    >>> js = dv.jensen_shannon_divergence(x, y, method=method)  # truth: 0.3368
    >>> round(js.value, 2), round(js.standard_error, 3), round(js.info["lower_bound"], 2)
    (0.35, 0.008, 0.32)
    """

    estimator: Any

    def __post_init__(self) -> None:
        """Refuse what cannot be fitted."""
        super().__post_init__()
        missing = [name for name in ("fit", "predict_proba") if not hasattr(self.estimator, name)]
        if missing or isinstance(self.estimator, type):
            raise TypeError(
                f"estimator is {self.estimator!r}; pass an object with fit(X, y) and "
                "predict_proba(X), such as sklearn.linear_model.LogisticRegression()."
            )
        for name, value in _parameters(self.estimator).items():
            if name.split("__")[-1] == "class_weight" and value is not None:
                raise ValueError(
                    f"estimator has {name}={value!r}; its probabilities must be those of the "
                    "training set. Leave class_weight=None: unequal samples are accounted for."
                )

    def __repr__(self) -> str:
        estimator = " ".join(repr(self.estimator).split())
        return f"Classifier({estimator}, folds={self.folds})"

    def log_ratios(
        self, x: Array, y: Array, splits: Sequence[Split]
    ) -> Sequence[tuple[Array, Array]]:
        """Return the logits of a clone fitted to each split, less those of the sample sizes."""
        numbered = track(enumerate(splits), len(splits), "classifiers")
        return [self._judged(x, y, split) for _, split in numbered]

    def _judged(self, x: Array, y: Array, split: Split) -> tuple[Array, Array]:
        n, m = len(split.train_p), len(split.train_q)
        estimator = _copy(self.estimator)
        estimator.fit(
            np.concatenate([x[split.train_p], y[split.train_q]]), np.repeat([1, 0], [n, m])
        )
        points = np.concatenate([x[split.test_p], y[split.test_q]])
        logits = self._logits(estimator, points, np.log(n + m)) - np.log(n / m)
        return logits[: len(split.test_p)], logits[len(split.test_p) :]

    def _logits(self, estimator: Any, points: Array, certain: float) -> Array:
        """Return log D/(1 - D), and ``certain`` in place of infinity."""
        probabilities = np.asarray(estimator.predict_proba(points), np.float64)
        if probabilities.shape != (len(points), 2) or not np.all(probabilities >= 0.0):
            raise ValueError(
                f"predict_proba of {self.estimator!r} returned an array of shape "
                f"{probabilities.shape} for {len(points)} points; it must hold the non-negative "
                "probabilities of two classes."
            )
        with np.errstate(divide="ignore"):
            logits = np.diff(np.log(probabilities), axis=1)[:, 0]
        return np.where(np.isinf(logits), np.sign(logits) * certain, logits)


def _parameters(estimator: Any) -> dict[str, Any]:
    return estimator.get_params(deep=True) if hasattr(estimator, "get_params") else {}


def _copy(estimator: Any) -> Any:
    """Return a copy to be fitted: as scikit-learn clones its own, else in depth."""
    if hasattr(estimator, "__sklearn_clone__"):
        from sklearn.base import clone

        return clone(estimator)
    return deepcopy(estimator)
