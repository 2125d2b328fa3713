"""What a computation found that is not plain arithmetic on arrays, and how sure it is."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import numpy as np
from scipy.special import ndtri

from divergences.core import presentation
from divergences.numerics.observations.intervals import interval_around

UNITS = {1.0: "nat", float(np.log(2)): "bit", float(np.log(10)): "hartley"}  # by their nats
LEVEL = 0.95  # of intervals, unless said otherwise
# What NumPy may ask of an estimate: answers that have no error of their own.
QUESTIONS = frozenset(
    {
        np.equal,
        np.not_equal,
        np.less,
        np.less_equal,
        np.greater,
        np.greater_equal,
        np.isfinite,
        np.isinf,
        np.isnan,
    }
)


class Interval(NamedTuple):
    """The ends of an interval, one number each or an array of the shape of the estimate."""

    low: Any
    high: Any


def _refuse(*_: Any) -> NoReturn:
    raise TypeError(
        "an Estimate has an error, and arithmetic would lose it: compute with estimate.value, and "
        "with estimate.standard_error or estimate.interval where the error matters."
    )


class _NoArithmetic:
    """Refuses arithmetic in words; type checkers refuse it because they see none."""

    if not TYPE_CHECKING:
        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
        __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _refuse
        __divmod__ = __rdivmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _refuse
        __neg__ = __pos__ = __abs__ = __round__ = __int__ = __trunc__ = __floor__ = _refuse
        __ceil__ = _refuse


@dataclass(frozen=True, eq=False, repr=False)
class Estimate(_NoArithmetic):
    """What a computation found that is not plain arithmetic on arrays, and how sure it is.

    An estimate is shown as ``value ± standard error``. ``float(estimate)`` and
    ``numpy.asarray(estimate)`` are its value, and comparisons are those of its value, with numbers,
    arrays and other estimates; so is `hash`. Arithmetic is refused, because the result would have
    an error that nobody knows: compute with `value`. A format specification of a number, as in
    ``f"{estimate:.3f}"``, is that of value and standard error; any other is that of the text.

    Attributes
    ----------
    value
        The result, a float or an array; in nats unless ``base=`` was given.
    method
        The method that was used, as it would be written.
    standard_error
        The standard error of `value`, or None.
    error_bound
        A bound of the error of `value` that holds with certainty, or None.
    bounds
        The least and the greatest value that the quantity can have.
    info
        What else there is to know: evaluations, ties, corrections.
    warnings
        What speaks against trusting the estimate, a sentence each; empty if nothing was noticed.
    unit
        The unit of `value`: "nat", "bit", "√nat", ...; empty if it has no unit of information.
    n
        The number of observations of each sample; empty for distributions known by a formula.

    Examples
    --------
    >>> import divergences as dv
    >>> js = dv.jensen_shannon_divergence(dv.Counts([60, 40]), dv.Counts([30, 50]))
    >>> js
    0.023 ± 0.016 nat (Jackknife; n = 100, 80)
    >>> f"{js:.3f}", js > 0.02, js.unit, js.n
    ('0.023 ± 0.016 nat', True, 'nat', (100, 80))
    >>> low, high = js.confidence_interval(0.9)
    >>> dv.kl_divergence(dv.Normal(0, 1), dv.Normal(1, 1))
    0.5 nat (ClosedForm)
    """

    value: Any
    method: str
    standard_error: Any = None
    error_bound: Any = None
    bounds: tuple[float, float] = (-inf, inf)
    info: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    unit: str = ""
    n: tuple[Any, ...] = ()

    def __float__(self) -> float:
        if np.ndim(self.value):
            raise TypeError(
                f"the estimate has the shape {np.shape(self.value)}, and a float is one number; "
                "use estimate.value."
            )
        return float(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.value, dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc: Any, call: str, *inputs: Any, **options: Any) -> Any:
        if ufunc not in QUESTIONS or call != "__call__":
            _refuse()
        return ufunc(*(x.value if isinstance(x, Estimate) else x for x in inputs), **options)

    def __eq__(self, other: object) -> Any:
        return self._compare(operator.eq, other)

    def __ne__(self, other: object) -> Any:
        return self._compare(operator.ne, other)

    def __lt__(self, other: Any) -> Any:
        return self._compare(operator.lt, other)

    def __le__(self, other: Any) -> Any:
        return self._compare(operator.le, other)

    def __gt__(self, other: Any) -> Any:
        return self._compare(operator.gt, other)

    def __ge__(self, other: Any) -> Any:
        return self._compare(operator.ge, other)

    def __hash__(self) -> int:
        return hash(float(self))  # estimates that are equal to a number have the hash of the number

    def _compare(self, relation: Callable[[Any, Any], Any], other: Any) -> Any:
        if isinstance(other, Estimate):
            other = other.value
        elif not isinstance(other, Real) and not hasattr(other, "__array__"):
            return NotImplemented
        found = relation(self.value, other)
        return bool(found) if isinstance(found, np.bool_) else found

    def __repr__(self) -> str:
        return presentation.full(self)

    def __str__(self) -> str:
        return presentation.short(self)

    def __format__(self, specification: str) -> str:
        return presentation.by(self, specification)

    def _repr_html_(self) -> str:
        return presentation.html(self)

    @property
    def interval(self) -> Any:
        """The 95 % confidence interval, or None if nothing is known about the error."""
        if self.error_bound is None and self.standard_error is None:
            return None
        return self.confidence_interval(LEVEL)

    @property
    def pvalue(self) -> Any:
        """The p-value of the test that was made.

        Raises
        ------
        AttributeError
            If no test was made.
        """
        if "p_value" not in self.info:
            raise AttributeError(
                f"{self.method} makes no test and gives no p-value; two_sample_test(x, y) does, "
                "and method=dv.methods.Permutation() for counts."
            )
        return self.info["p_value"]

    def confidence_interval(
        self, level: float | None = None, *, confidence_level: float | None = None
    ) -> Interval:
        """Return an interval that covers the true value with probability `level`.

        It is normal, with the standard error, or certain, with the error bound, and never reaches
        past the values that the quantity can have.

        Parameters
        ----------
        level : float, default 0.95
            The probability, between 0 and 1.
        confidence_level : float, optional
            The same by the name that SciPy gives it.

        Returns
        -------
        Interval
            The ends, ``low`` and ``high``: a named tuple.

        Raises
        ------
        ValueError
            If the level is not between 0 and 1, or nothing is known about the error.
        TypeError
            If both names are given.
        """
        return self._interval(_level(level, confidence_level))

    def _interval(self, level: float) -> Interval:
        if self.error_bound is not None:
            margin = self.error_bound
        elif self.standard_error is not None:
            margin = ndtri(0.5 + 0.5 * level) * self.standard_error
        else:
            raise ValueError(f"{self.method} states no error; there is no confidence interval.")
        return Interval(*interval_around(self.value, margin, self.bounds))

    def in_unit(self, nats: float) -> Estimate:
        """Return an estimate in nats in a unit of so many nats: log(2) for bits.

        Raises
        ------
        ValueError
            If the estimate is not in nats, or the root of nats.
        """
        powers = {"nat": 1.0, "√nat": 0.5}
        if self.unit not in powers:
            held = f"is in {self.unit}" if self.unit else "has no unit of information"
            raise ValueError(f"the estimate {held}; only one in nats can be converted.")
        return self.expressed(nats, powers[self.unit])

    def expressed(self, nats: float, power: float) -> Estimate:
        """Return a value computed in nats^power in the unit of so many nats, and name the unit."""
        size = nats**power

        def converted(x: Any) -> Any:
            return None if x is None else x / size

        return replace(
            self,
            value=converted(self.value),
            standard_error=converted(self.standard_error),
            error_bound=converted(self.error_bound),
            bounds=(self.bounds[0] / size, self.bounds[1] / size),
            unit=_unit(nats, power),
        )


def _level(level: float | None, confidence_level: float | None) -> float:
    """Return the level of confidence, given by one of its names or neither."""
    if level is not None and confidence_level is not None:
        raise TypeError("level and confidence_level are two names of one number; pass one of them.")
    if level is None:
        name, number = "confidence_level", LEVEL if confidence_level is None else confidence_level
    else:
        name, number = "level", level
    if not 0.0 < number < 1.0:
        raise ValueError(f"{name} is {number!r}; a confidence level is between 0 and 1.")
    return number


def _unit(nats: float, power: float) -> str:
    """Return the name of a power of the unit of so many nats."""
    if not power:
        return ""
    name = UNITS.get(float(nats)) or f"base-{np.exp(nats):.6g} digit"
    return name if power == 1.0 else f"√{name}" if power == 0.5 else f"{name}^{power:g}"


def warnings_of(estimates: Iterable[Estimate]) -> tuple[str, ...]:
    """Return the warnings of several estimates, each sentence once."""
    return tuple(dict.fromkeys(warning for e in estimates for warning in e.warnings))
