"""Observations are checked once, in words; what a sample cannot answer is refused."""

import numpy as np
import pytest

import divergences as dv
from divergences.measures.sample import cross_tabulate, tabulate


def test_points_have_two_axes_and_symbols_none():
    assert dv.Sample([1.0, 2.0]).points.shape == (2, 1)
    assert dv.Sample(np.ones((4, 3), np.float32)).points.dtype == np.float64
    with pytest.raises(TypeError, match=r"3 symbols has no coordinates; pass floats"):
        _ = dv.Sample([1, 2, 2]).points


def test_later_changes_of_the_callers_array_change_nothing():
    x = np.zeros(3)
    sample = dv.Sample(x)
    x[0] = 5.0
    assert sample.points[0, 0] == 0.0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], r"values has shape \(0,\); a sample needs at least one"),
        (1.5, r"values has shape \(\); pass \(n,\)"),
        (np.ones((2, 2, 2)), r"values has shape \(2, 2, 2\); pass \(n,\)"),
        ([[1.0], [1.0, 2.0]], r"values is not a rectangular array"),
        ([1.0, np.nan, np.inf], r"values has 2 observation\(s\) that are NaN or infinite; drop"),
    ],
)
def test_what_is_no_sample_is_refused(values, words):
    with pytest.raises(ValueError, match=words):
        dv.Sample(values)


def test_complex_observations_are_refused():
    with pytest.raises(TypeError, match=r"values are complex; pass real and imaginary"):
        dv.Sample([1j])


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1.0], r"weights has shape \(1,\); pass one for each of 2"),
        ([1.0, -1.0], r"weights must be finite and non-negative"),
        ([0.0, 0.0], r"weights must be finite and non-negative, and some of them positive"),
        ([np.nan, 1.0], r"weights must be finite"),
    ],
)
def test_weights_fit_the_observations(weights, words):
    with pytest.raises(ValueError, match=words):
        dv.Sample([1.0, 2.0], weights)
    with pytest.raises(TypeError, match=r"weights have dtype <U1; pass real numbers"):
        dv.Sample([1.0, 2.0], ["a", "b"])


def test_pairs_are_observed_together():
    pairs = dv.Sample.joint(np.zeros(3), np.ones((3, 2)))
    assert pairs.split == 1
    assert pairs.points.tolist() == [[0.0, 1.0, 1.0]] * 3
    with pytest.raises(ValueError, match=r"x has 3 observations and y has 2"):
        dv.Sample.joint(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match=r"one variable is continuous and the other symbols"):
        dv.Sample.joint(np.zeros(3), [1, 2, 3])
    with pytest.raises(ValueError, match=r"split is 2 for 2 column\(s\); both variables need one"):
        dv.Sample(np.zeros((3, 2)), split=2)


def test_symbols_are_counted_over_one_alphabet():
    alphabet, (p, q) = tabulate(dv.Sample(["b", "a", "b"]), dv.Sample(["c", "a"], [0.5, 2.0]))
    assert alphabet == ["b", "a", "c"]
    assert p.tolist() == [2, 1, 0]
    assert q.tolist() == [0.0, 2.0, 0.5]
    table = cross_tabulate(dv.Sample.joint([1, 1, 2], ["x", "x", "y"]))
    assert table.tolist() == [[2, 0], [0, 1]]
    pairs, (counts,) = tabulate(dv.Sample.joint([1, 1, 2], ["x", "x", "y"]))
    assert (pairs, counts.tolist()) == ([(1, "x"), (2, "y")], [2, 1])


def test_arguments_of_arrays_are_refused():
    sample = dv.Sample([0.0, 1.0, 2.5])
    for wrong in ({"axis": 0}, {"keepdims": True}, {"where": [True]}):
        with pytest.raises(ValueError, match=r"axis, keepdims and where are for arrays"):
            dv.entropy(sample, **wrong)
    with pytest.raises(ValueError, match=r"axis is \(0, 1\); .* Sample\.joint\(x, y\)"):
        dv.mutual_information(sample, axis=(0, 1))
    with pytest.raises(ValueError, match=r"does not say which columns are X"):
        dv.mutual_information(sample)


def test_samples_that_cannot_be_compared_are_refused():
    line, plane = dv.Sample([0.0, 1.0]), dv.Sample(np.eye(2))
    with pytest.raises(ValueError, match=r"points of 1 and 2 dimensions"):
        dv.kl_divergence(line, plane)
    with pytest.raises(TypeError, match=r"one sample holds symbols .* and the other points"):
        dv.kl_divergence(line, dv.Sample([0, 1]))
    with pytest.raises(TypeError, match=r"ndarray and Sample are known in different ways"):
        dv.kl_divergence(np.array([0.5, 0.5]), line)


def test_a_method_that_cannot_is_refused_with_those_that_can():
    class Guess(dv.Method):
        pass

    with pytest.raises(TypeError, match=r"is no method for .*mean code length.*NearestNeighbours"):
        dv.entropy(dv.Sample([0.0, 1.0]), method=Guess())
