"""One item of pytest for each law of each implementation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from divergences.testing import checking, estimators
from divergences.testing.estimators.tasks import KINDS
from divergences.testing.implementation import name_of
from divergences.testing.report import Report


def parametrize_with_laws(
    functions: Mapping[Callable[..., Any], Any],
    *,
    expected_failures: Mapping[str, str] | None = None,
    **options: Any,
) -> Any:
    """Parametrize a test by the laws of implementations: one item of pytest for each law.

    Parameters
    ----------
    functions : mapping
        What each function should be: the name of a quantity, or a dict of arguments of
        `check_divergence`, with ``"like"`` among them; or of `check_estimator`, with ``"takes"``.
    expected_failures : mapping, optional
        Reasons by the names of laws that are known not to hold, for all functions. These items are
        strict ``xfail``: one that passes is an error.
    **options
        Arguments of `check_divergence`, or of `check_estimator`, for all functions.

    Returns
    -------
    pytest.MarkDecorator
        Of a test with the argument ``check``, a function without arguments that raises
        `AssertionError` if the law does not hold.

    Examples
    --------
    >>> import numpy as np
    >>> from divergences.testing import parametrize_with_laws
    >>> def my_js(p, q):
    ...     m = (p + q) / 2
    ...     with np.errstate(all="ignore"):
    ...         return sum(np.nansum(x * np.log(x / m)) for x in (p, q)) / 2
    >>> @parametrize_with_laws(
    ...     {my_js: "jensen_shannon_divergence"},
    ...     expected_failures={"accuracy": "cancels near P = Q"},
    ... )
    ... def test_laws(check):
    ...     check()
    """
    import pytest  # the extra ``testing`` does not ask for it

    reasons, items, known = dict(expected_failures or {}), [], set()
    for func, like in functions.items():
        settings = {**options, **(like if isinstance(like, Mapping) else {"like": like})}
        of_data = settings.get("takes") in KINDS
        laws = (estimators.claimed if of_data else checking.claimed)(**settings)
        check = estimators.check_estimator if of_data else checking.check_divergence
        report = _once(check, func, settings)
        known.update(laws)
        name = name_of(func, "func")
        for law in laws:
            marks = [pytest.mark.xfail(reason=reasons[law], strict=True)] if law in reasons else []
            items.append(pytest.param(_check(report, law), id=f"{name}: {law}", marks=marks))
    if unknown := [law for law in reasons if law not in known]:
        raise ValueError(
            f"expected_failures names {', '.join(map(repr, unknown))}, which is checked of none of "
            f"the functions; what is checked: {', '.join(sorted(known))}."
        )
    return pytest.mark.parametrize("check", items)


def _once(
    check: Callable[..., Report], func: Callable[..., Any], settings: Mapping[str, Any]
) -> Callable[[], Report]:
    """Return a function that makes the report when it is first called."""
    return cache(lambda: check(func, **settings))


def _check(report: Callable[[], Report], law: str) -> Callable[[], None]:
    import pytest

    def check() -> None:
        found = report()[law]
        if found.status == "not claimed":
            pytest.skip("no interval is returned")
        if not found.ok:
            raise AssertionError(str(found))

    return check
