"""Mutual information of strongly dependent, repeated and discrete variables."""

import numpy as np
import pytest

import divergences as dv

joint = dv.Sample.joint


def pair(seed, n=400):
    return np.random.default_rng(seed).normal(size=(2, n))


@pytest.mark.parametrize("noise", [1e-2, 1e-3, 1e-4, 1e-6, 0.0])
def test_what_looks_like_a_function_has_no_upper_limit(noise):
    x, e = pair(0)
    u = np.exp(x)
    for y in (x + noise * e, 2.0 * x + noise * e, -(u**2) + noise * e):
        found = dv.mutual_information(joint(x, y))
        assert 2.5 < found.value < np.log(400)
        assert "looks like a function of the other" in found.warnings[0]
        assert found.confidence_interval()[1] == np.inf


@pytest.mark.parametrize("function", [np.square, np.abs, lambda x: np.round(x, 2)])
def test_other_functions_are_seen_too(function):
    x = pair(1)[0]
    found = dv.mutual_information(joint(x, function(x)))
    assert found.warnings
    assert found.standard_error == np.inf


def test_a_function_of_several_variables_is_seen():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 5))
    found = dv.mutual_information(joint(x, x.sum(axis=1)))
    assert found.standard_error == np.inf
    for fine in (rng.normal(size=(400, 5)), rng.normal(size=400)):
        assert not dv.mutual_information(joint(x, fine)).warnings


def test_strong_dependence_that_can_be_seen_is_estimated():
    z = []
    for seed in range(40):
        x, e = pair(seed, 300)
        found = dv.mutual_information(joint(x, x + 0.1 * e))
        assert not found.warnings
        z.append((found.value - 0.5 * np.log(101.0)) / found.standard_error)
    assert abs(np.mean(z)) < 1.0
    assert 0.4 < np.std(z) < 1.2


def test_repeated_pairs_count_once():
    x, e = pair(3)
    y = 0.6 * x + 0.8 * e
    again = np.random.default_rng(3).integers(0, 400, 400)
    found = dv.mutual_information(joint(x[again], y[again]))
    assert "pairs repeat others and were counted once" in found.warnings[0]
    kept = np.unique(again, return_index=True)[1]
    distinct = np.sort(kept)
    assert found.value == dv.mutual_information(joint(x[again][distinct], y[again][distinct])).value


def test_discrete_variables_and_atoms_keep_their_information():
    rng = np.random.default_rng(4)
    label = rng.integers(0, 2, 1000)
    x = rng.normal(5.0 * label, 1.0)
    found = dv.mutual_information(joint(label.astype(float), x))
    truth = dv.jensen_shannon_divergence(dv.Normal(0.0, 1.0), dv.Normal(5.0, 1.0)).value
    assert abs(found.value - truth) < 0.03
    assert found.standard_error < 0.01
    assert not found.warnings
    zeros = np.where(rng.random(1000) < 0.5, 0.0, rng.exponential(size=1000))
    independent = dv.mutual_information(joint(zeros, x))
    assert abs(independent.value) < 3.0 * independent.standard_error
    same = dv.mutual_information(joint(label.astype(float), 2.0 * label))
    assert abs(same.value - np.log(2.0)) < 3.0 * same.standard_error < 0.01


@pytest.mark.parametrize("n", [200, 2000])
def test_integers_as_floats_are_not_dependent_by_their_ties(n):
    x, y = np.round(pair(6, n))
    found = dv.mutual_information(joint(x, y))
    assert abs(found.value) < 3.0 * found.standard_error
    assert "Pass them as integers" in found.warnings[0]


def test_ties_are_those_of_either_variable():
    x, e = pair(5)
    assert dv.mutual_information(joint(x, np.round(e, 1))).info["ties"] > 350
    assert dv.mutual_information(joint(x, e)).info["ties"] == 0
    raising = dv.methods.NearestNeighbours(ties="raise")
    with pytest.raises(ValueError, match=r"observations occur more than once"):
        dv.mutual_information(joint(x, np.round(e, 1)), method=raising)
