"""Every estimator of JS that the library has for samples, beside a discriminator."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import divergences as dv
from gan.checks import instance
from gan.discriminator import Discriminator
from gan.observations import numbers, read

DISCRIMINATOR = "discriminator"
QUADRATIC = "quadratic classifier"


@dataclass(frozen=True)
class Finding:
    """What one method says of the Jensen-Shannon divergence of two samples, in nats.

    Attributes
    ----------
    method : str
        Name of the method.
    js, standard_error, interval
        The estimate, its standard error and its 95 % confidence interval; None where the method
        refuses.
    lower_bound : float or None
        What JS exceeds with probability .95, whatever P and Q are and however bad the classifier
        is; only classifiers and discriminators have one.
    cpu_seconds : float
        Processor time.
    warnings : tuple of str
        What speaks against trusting the estimate.
    refused : str or None
        Why there is no estimate.
    """

    method: str
    js: float | None = None
    standard_error: float | None = None
    interval: tuple[float, float] | None = None
    lower_bound: float | None = None
    cpu_seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    refused: str | None = None

    @property
    def value(self) -> float | None:
        """V = 2 JS - 2 log 2, for the discriminator on observations that it has not seen."""
        return None if self.js is None else 2 * self.js - 2 * np.log(2)


def compare(
    x: Any, y: Any, *, methods: Mapping[str, dv.Method] | None = None
) -> tuple[Finding, ...]:
    """Estimate the Jensen-Shannon divergence of two samples by every method there is.

    Parameters
    ----------
    x, y
        Observations of P and of Q: arrays of shape (n, d), or (n,) for scalars, paths of .npy
        files, or unweighted samples of `divergences`.
    methods : mapping of str to Method, optional
        What to compare, by name. By default histograms, nearest neighbours, kernel densities, a
        logistic regression on squares and products where scikit-learn is installed, and
        `gan.Discriminator`.

    Returns
    -------
    tuple of Finding
        One for each method, those that refuse included.

    Raises
    ------
    TypeError, ValueError
        If x or y is no sample of numbers, or their dimensions differ.

    Examples
    --------
    >>> import gan
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(0, 1, 500), rng.normal(2, 1, 500)  # JS = 0.3368
    >>> findings = gan.compare(x, y, methods={"neighbours": dv.methods.NearestNeighbours()})
    >>> low, high = findings[0].interval
    >>> low < 0.3368 < high
    True
    """
    return tuple(findings(x, y, methods))


def findings(x: Any, y: Any, methods: Mapping[str, dv.Method] | None = None) -> Iterator[Finding]:
    """Check the samples, and return the findings as they come."""
    points = _points("x", x), _points("y", y)
    if points[0].shape[1] != points[1].shape[1]:
        raise ValueError(f"x has {points[0].shape[1]} dimensions and y has {points[1].shape[1]}.")
    chosen = default_methods() if methods is None else methods
    for name, method in chosen.items():
        instance(f"methods[{name!r}]", method, dv.Method | str)
    samples = tuple(dv.Sample(side) for side in points)
    return (_finding(name, method, *samples) for name, method in chosen.items())


def default_methods() -> dict[str, Any]:
    """Return the methods by name, or why there is none."""
    return {
        "histogram": dv.methods.Histogram(),
        "nearest neighbours": dv.methods.NearestNeighbours(),
        "kernel density": dv.methods.KernelDensity(),
        QUADRATIC: _quadratic(),
        DISCRIMINATOR: Discriminator(),
    }


def _quadratic() -> dv.Method | str:
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import PolynomialFeatures, StandardScaler
    except ImportError:
        return "scikit-learn is not installed."
    features = PolynomialFeatures(2, include_bias=False)
    regression = LogisticRegression(max_iter=1000)
    return dv.methods.Classifier(make_pipeline(StandardScaler(), features, regression))


def _points(name: str, value: Any) -> np.ndarray:
    if isinstance(value, str | Path):
        value = read(name, Path(value))
    if isinstance(value, dv.Sample):
        if value.is_symbols or value.weights is not None:
            raise TypeError(f"{name} is a Sample of symbols or with weights; pass points alone.")
        value = value.points
    return numbers(name, value, 10)


def _finding(name: str, method: dv.Method | str, x: dv.Sample, y: dv.Sample) -> Finding:
    if isinstance(method, str):
        return Finding(name, refused=method)
    start = time.process_time()
    try:
        found = dv.jensen_shannon_divergence(x, y, method=method)
    except (TypeError, ValueError) as refusal:
        return Finding(name, refused=str(refusal), cpu_seconds=time.process_time() - start)
    low, high = found.confidence_interval()
    error = float(found.standard_error)
    return Finding(
        name,
        js=float(found.value),
        standard_error=error if np.isfinite(error) else None,
        interval=(float(low), float(high)),
        lower_bound=found.info.get("lower_bound"),
        cpu_seconds=time.process_time() - start,
        warnings=tuple(found.warnings),
    )
