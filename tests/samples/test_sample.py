"""Observations are checked once, in words; what a sample cannot answer is refused."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

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
    of_two_kinds = dv.Sample.joint(np.zeros(3), [1, 2, 3])
    assert of_two_kinds.split is None
    assert of_two_kinds.classes.tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match=r"split is 2 for 2 column\(s\); both variables need one"):
        dv.Sample(np.zeros((3, 2)), split=2)


def test_symbols_are_counted_over_one_alphabet():
    alphabet, (p, q) = tabulate(dv.Sample(["b", "a", "b"]), dv.Sample(["c", "a", "a"]))
    assert alphabet == ["b", "a", "c"]
    assert p.tolist() == [2, 1, 0]
    assert q.tolist() == [0, 2, 1]
    table = cross_tabulate(dv.Sample.joint([1, 1, 2], ["x", "x", "y"]))
    assert table.tolist() == [[2, 0], [0, 1]]
    with pytest.raises(ValueError, match=r"weighted symbols have no counts; pass Weights"):
        dv.entropy(dv.Sample(["a", "b"], [0.5, 2.0]))
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
    with pytest.raises(TypeError, match=r"ndarray and Sample are .* Sample\(x\) if the array x"):
        dv.kl_divergence(np.array([0.5, 0.5]), line)
    with pytest.raises(TypeError, match=r"ndarray and Normal are .* a Sample\(x\) of observations"):
        dv.wasserstein_distance(np.array([0.5, 0.5]), dv.Normal(0, 1))


def test_a_method_that_cannot_is_refused_with_those_that_can():
    class Guess(dv.Method):
        pass

    with pytest.raises(TypeError, match=r"is no method for .*cross entropy.*NearestNeighbours"):
        dv.entropy(dv.Sample([0.0, 1.0]), method=Guess())


NAT = np.datetime64("NaT", "D")
MISSING = {
    "None": ["a", None, "a", None],
    "NaN": np.array(["a", float("nan"), "b", float("nan")], dtype=object),
    "NaN beside text": ["a", float("nan"), "b", np.nan],
    "NA": [1, pd.NA, 3, pd.NA],
    "text": pd.Series(["a", None, "b", np.nan]),
    "categories": pd.Categorical(["a", None, "b", None]),
    "rows": pd.DataFrame({"x": ["a", None, "c", "d"], "y": [1, 2, 3, pd.NA]}),
    "NaT": np.array(["2020-01-01", NAT, "2020-01-02", NAT], dtype="datetime64[D]"),
    "NaT of pandas": np.array([pd.Timestamp("2020"), pd.NaT, 1, NAT], dtype=object),
}


@pytest.mark.parametrize("name", MISSING)
def test_missing_observations_are_refused(name):
    values = MISSING[name]
    with pytest.raises(ValueError, match=r"^values has 2 missing observation\(s\) \(None, NaN"):
        dv.Sample(values)
    with pytest.raises(ValueError, match=r"^y has 2 missing observation"):
        dv.Sample.joint([1, 2, 3, 4], values)


FLOATS = {
    "a column of floats": pd.DataFrame({"t": list("abc"), "x": [1.5, 2.5, 3.5]}),
    "a column of floats and one of truth values": pd.DataFrame({"t": [True, False], "x": [1.5, 2]}),
    "rows of text and floats": [["a", 1.5], ["b", 2.5]],
    "text and floats": ["a", 1.5, "b"],
    "floats as objects": np.array([1.5, 2.5], dtype=object),
    "fractions": [Fraction(1, 2), Fraction(1, 3)],
    "decimals": [Decimal("0.5"), Decimal("0.25")],
    "floats beside a missing one": [1.5, None],
    "fields": np.array([("a", 1.5)], dtype=[("t", "U1"), ("x", float)]),
}


@pytest.mark.parametrize("name", FLOATS)
def test_floats_do_not_become_symbols(name):
    with pytest.raises(
        TypeError, match=r"floats.*; floats are points and no symbols\. .*x\.astype"
    ):
        dv.Sample(FLOATS[name])


def test_the_column_of_floats_is_named():
    for values, words in (
        (FLOATS["a column of floats"], r"column 'x' of values holds floats"),
        (FLOATS["rows of text and floats"], r"column 1 of values holds floats"),
    ):
        with pytest.raises(TypeError, match=words):
            dv.Sample(values)


def test_tables_of_symbols_and_of_numbers():
    table = pd.DataFrame({"t": list("aab"), "n": [1, 1, 2], "b": [True, True, False]})
    assert dv.Sample(table).is_symbols
    assert tabulate(dv.Sample(table))[1][0].tolist() == [2, 1]
    numbers = dv.Sample(pd.DataFrame({"n": [1, 2], "x": [0.5, 1.5]}))
    assert numbers.points.tolist() == [[1.0, 0.5], [2.0, 1.5]]
    nullable = dv.Sample(pd.array([0.5, 1.5], dtype="Float64"))
    assert nullable.points.tolist() == [[0.5], [1.5]]
    with pytest.raises(ValueError, match=r"values has 1 observation\(s\) that are NaN"):
        dv.Sample(pd.array([0.5, None], dtype="Float64"))


def test_numbers_and_text_are_different_symbols():
    alphabet, (counts,) = tabulate(dv.Sample([1, "1", 1, "a"]))
    assert alphabet == [1, "1", "a"]
    assert counts.tolist() == [2, 1, 1]


def test_tables_of_polars():
    pl = pytest.importorskip("polars")
    assert dv.Sample(pl.Series(["a", "b", "a"])).is_symbols
    with pytest.raises(ValueError, match="values has 1 missing"):
        dv.Sample(pl.Series(["a", None]))
    with pytest.raises(TypeError, match="column 'x' of values holds floats"):
        dv.Sample(pl.DataFrame({"t": ["a", "b"], "x": [1.5, 2.5]}))
    p, q = pl.DataFrame({"u": [1.0, 2.0], "v": [5.0, 6.0]}), {"v": [5.0, 6.0], "u": [1.0, 2.0]}
    assert dv.energy_distance(dv.Sample(p), dv.Sample(pl.DataFrame(q))).value == 0.0


class Quantity:
    magnitude = np.array([1.0, 2.0])

    def __array__(self, dtype=None, copy=None):
        return self.magnitude


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (Counter("abba"), r"values is a mapping; pass Counts\(x\)"),
        ({0.5, 1.5}, r"values has dtype object; set is no array: pass list\(x\)"),
        ((x for x in "abc"), r"values has dtype object; generator is no array: pass list\(x\)"),
        (scipy.sparse.csr_array(np.eye(2)), r"csr_array is sparse: pass x\.toarray\(\)"),
        (np.array([{1}, {2}]), r"values holds no symbols \(unhashable type: 'set'\)"),
        (Quantity(), r"values has a unit; pass numbers in one unit"),
    ],
)
def test_what_to_pass_instead_of_what_is_no_array(values, words):
    with pytest.raises(TypeError, match=words):
        dv.Sample(values)


def test_numbers_with_units_are_refused_where_units_matter():
    for call in (
        lambda: dv.wasserstein_distance(Quantity(), [1.0, 2.0]),
        lambda: dv.wasserstein_distance([0.5, 0.5], [1.0, 0.0], positions=Quantity()),
        lambda: dv.energy_distance([1.0, 2.0], Quantity()),
    ):
        with pytest.raises(TypeError, match="has a unit"):
            call()
