"""The oracle takes what its users pass, and errors are counted right."""

import math

import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.testing import oracle, tolerance
from divergences.testing.members import members


@pytest.mark.parametrize("member", members(), ids=repr)
def test_the_oracle_takes_names_lists_and_measures(member):
    ps = [[1.0, 3.0], [2.0, 2.0]][: member.arity]
    if member.joint:
        ps = [[[1.0, 3.0], [2.0, 2.0]]]
    exact = oracle.value(member.functional, *map(np.array, ps))
    order = getattr(member.functional, "order", None)
    assert oracle.value(member.name, *ps, order=order) == exact
    assert oracle.value(getattr(dv, member.name), *map(dv.Weights, ps), order=order) == exact
    assert tolerance.ulps(member.function(*map(dv.Weights, ps)), exact) <= 8.0


@pytest.mark.parametrize("member", members(), ids=repr)
def test_the_oracle_refuses_what_is_no_distribution(member):
    table = np.full((2, 2), 0.25)
    good, bad_shape = (table, table[0]) if member.joint else (table[0], table)
    with pytest.raises(ValueError, match=r"is of (vectors|one table).*has shape \(2,"):
        oracle.value(member.functional, *[bad_shape] * member.arity)
    for values, words in (
        (0.0 * good, "total mass zero"),
        (-good, "negative"),
        (np.nan * good, "NaN"),
        (np.inf * good, "infinite"),
        (good[:0], r"empty|is of"),
    ):
        with pytest.raises(ValueError, match=words):
            oracle.value(member.functional, *[good, values][-member.arity :])
    with pytest.raises(ValueError, match="total mass zero"):
        oracle.value(member.functional, *[dv.Logits(-np.inf * good)] * member.arity)


def test_derivatives_of_the_oracle_take_names_and_lists():
    p, q = [0.5, 0.5], [0.25, 0.75]
    exact = oracle.gradient(dv.kl_divergence, p, q)
    assert np.array(exact, float) == pytest.approx(
        np.array([np.log(2.0), np.log(2.0 / 3.0), -1.0, 1.0 / 3.0]).reshape(2, 2)
        - [[0.14384103622589045], [0.0]]
    )
    along = oracle.derivative("kl_divergence", (p, q), ([1.0, 0.0], [0.0, 0.0]))
    assert along == exact[0][0]
    with pytest.raises(ValueError, match="total mass zero"):
        oracle.derivative("entropy", ([0.0, 0.0],), ([1.0, 0.0],))


def test_the_oracle_refuses_what_is_no_quantity_of_pmfs():
    with pytest.raises(ValueError, match="There is no quantity 'kl'; close to it: kl_divergence"):
        oracle.value("kl", [1.0], [1.0])
    with pytest.raises(ValueError, match=r"any order; say which by order="):
        oracle.value("renyi_divergence", [1.0], [1.0])
    for other in (dv.wasserstein_distance, np.sum):
        with pytest.raises(TypeError, match="is no quantity of pmfs"):
            oracle.value(other, [1.0], [1.0])
    with pytest.raises(ValueError, match=r"shapes \[\(2,\), \(3,\)\]"):
        oracle.value("kl_divergence", [1.0, 1.0], [1.0, 1.0, 1.0])


@pytest.mark.parametrize("one", [1.0, 1, np.float64(1.0), np.int64(1), np.array(1.0)])
def test_numbers_of_python_are_doubles(one):
    assert tolerance.ulps(one, mpmath.mpf(1) + mpmath.ldexp(1, -51)) == 2.0
    assert tolerance.ulps(one, 1) == 0.0


def test_errors_of_what_is_not_finite():
    for result, exact, error in (
        (math.nan, math.nan, 0.0),
        (1.0, math.nan, math.inf),
        (math.nan, 1.0, math.inf),
        (math.inf, math.inf, 0.0),
        (-math.inf, math.inf, math.inf),
        (math.inf, mpmath.mpf(10) ** 400, 0.0),
        (np.float32(np.inf), 1e40, 0.0),
        (np.float32(np.inf), 1e30, math.inf),
    ):
        assert tolerance.ulps(result, exact) == error
    assert tolerance.worst([1.0, 1.0], [mpmath.mpf(2), mpmath.nan]) == (math.inf, 1)


def test_spacings_do_not_depend_on_the_precision_of_mpmath():
    with mpmath.workdps(60):
        third = mpmath.mpf(1) / 3
    assert 0.0 < tolerance.ulps(1 / 3, third) < 0.5
