"""Labels of array-likes are aligned or refused: what has labels is not compared by position."""

from collections import Counter

import array_api_strict as strict
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

import divergences as dv
from divergences.testing.members import ORDERS, members

PAIRS = pytest.mark.parametrize("member", members(arity=2, orders=ORDERS[:1]), ids=repr)
NAMES = list("abcd")


def rng():
    return np.random.default_rng(0)


P, Q = rng().dirichlet(np.ones(4), 2)


def shuffled(labelled):
    return labelled.iloc[[2, 0, 3, 1]]


@pytest.mark.parametrize("wrap", [lambda x: x, dv.Weights, lambda x: dv.LogProbs(np.log(x))])
@PAIRS
def test_entries_of_series_are_compared_label_by_label(member, wrap):
    p, q = pd.Series(P, NAMES), pd.Series(Q, NAMES)
    expected = member.function(wrap(P), wrap(Q))
    for same in (q, shuffled(q), dict(q), dict(shuffled(q)), Q):
        same = wrap(same) if not isinstance(same, dict) else same
        assert member.function(wrap(p), same) == pytest.approx(expected, rel=1e-14)
    assert member.function(dict(p), wrap(shuffled(q))) == pytest.approx(expected, rel=1e-14)


@PAIRS
def test_different_labels_are_refused(member):
    p = pd.Series(P, NAMES)
    for other in (pd.Series(Q, list("abce")), pd.Series(Q, [0, 1, 2, 3]), pd.Series(1.0, ["a"])):
        for q in (other, dict(other)):
            words = r"p and q have different labels along axis -1: only [pq] has .*reindex"
            with pytest.raises(ValueError, match=words):
                member.function(p, q)
    twice = pd.Series(Q, list("aabc"))
    assert member.function(twice, twice) == member.function(Q, Q)
    with pytest.raises(ValueError, match="labels of p and q repeat along axis -1"):
        member.function(twice, shuffled(twice))


def test_rows_and_columns_of_frames_are_compared_label_by_label():
    rows = rng().dirichlet(np.ones(4), (2, 3))
    p, q = (pd.DataFrame(x, [7, 8, 9], NAMES) for x in rows)
    expected = dv.kl_divergence(*rows)
    for same in (q, q.iloc[[1, 2, 0]], q[list("bdac")], q.iloc[[1, 2, 0]][list("bdac")]):
        assert np.array_equal(dv.kl_divergence(p, same), expected)
    down = dv.kl_divergence(p.T, q.iloc[[1, 2, 0]].T, axis=0)
    assert np.array_equal(down, expected)
    # One row meets all of them, whatever its label; so does a Series of the columns.
    for first in (q.iloc[[0]], q.iloc[0], shuffled(q.iloc[0])):
        assert np.array_equal(dv.kl_divergence(p, first), dv.kl_divergence(rows[0], rows[1, 0]))
    one = dv.kl_divergence(p.iloc[[0]], q.iloc[[1]])
    assert np.array_equal(one, dv.kl_divergence(rows[0, :1], rows[1, 1:2]))
    with pytest.raises(ValueError, match="different labels along axis -2: only p has 7"):
        dv.kl_divergence(p, q.set_axis([8, 9, 10]))
    with pytest.raises(ValueError, match="p and where have different labels along axis -1"):
        dv.entropy(p, where=pd.Series(True, list("abcx")))
    where = pd.Series([True, True, True, False], NAMES)
    kept = dv.entropy(dv.Weights(p), where=shuffled(where))
    assert kept == pytest.approx(dv.entropy(dv.Weights(rows[0][:, :3])), rel=1e-15)


def test_counts_of_labelled_values():
    x, y = list("abracadabra"), list("rabarbarcd")
    expected = dv.kl_divergence(dv.Sample(x), dv.Sample(y))
    for p, q in (
        (Counter(x), Counter(y)),
        (pd.Series(x).value_counts(), pd.Series(y).value_counts()),
    ):
        found = dv.kl_divergence(dv.Counts(p), dv.Counts(q))
        assert found.value == pytest.approx(expected.value, rel=1e-13)
    with pytest.raises(ValueError, match=r"p and q have different labels.*only p has 'z'"):
        dv.kl_divergence(dv.Counts(Counter("abz")), dv.Counts(Counter("abb")))


def test_missing_labels_are_one_label():
    p = pd.Series(["a", None, "a"]).value_counts(normalize=True, dropna=False)
    q = pd.Series([float("nan"), "a", None]).value_counts(normalize=True, dropna=False)
    assert dv.kl_divergence(p, q) == pytest.approx(np.log(2.0) / 3.0, rel=1e-14)


def test_outcomes_of_matrices_of_pairs_are_compared_label_by_label():
    rows = rng().dirichlet(np.ones(4), 3)
    p, q = pd.DataFrame(rows, columns=NAMES), pd.DataFrame(rows[:2], ["u", "v"], NAMES)
    expected = dv.pairwise("kl_divergence", rows, rows[:2])
    for other in (q, q[list("dbca")]):
        assert np.array_equal(dv.pairwise("kl_divergence", p, other), expected)
        wrapped = dv.pairwise("kl_divergence", dv.Weights(p), dv.Weights(other))
        assert np.array_equal(wrapped, dv.pairwise("kl_divergence", dv.Weights(rows), rows[:2]))
    with pytest.raises(ValueError, match="P and Q have different labels along axis -1: only P"):
        dv.pairwise("kl_divergence", p, q.rename(columns={"a": "x"}))
    places = np.array([0.0, 1.0, 3.0, 7.0])
    matrix = dv.pairwise("wasserstein_distance", p, q[list("dbca")], positions=places)
    assert matrix[0, 1] == dv.wasserstein_distance(rows[0], rows[1], positions=places)


def test_masses_have_the_positions_of_their_labels():
    p, q = pd.Series([0.5, 0.3, 0.2], [1.0, 4.0, 2.0]), pd.Series([0.6, 0.3, 0.1], [4.0, 2.0, 1.0])
    expected = dv.wasserstein_distance(
        [0.5, 0.2, 0.3], [0.1, 0.3, 0.6], positions=np.array([1.0, 2.0, 4.0])
    )
    places = pd.Series([2.0, 1.0, 4.0], [2.0, 1.0, 4.0])
    for positions in (p.index, places, (p.index, q.index), (places, places), (places, q.index)):
        for wrap in (lambda x: x, dv.Weights):
            found = dv.wasserstein_distance(wrap(p), wrap(q), positions=positions)
            assert found == pytest.approx(expected, rel=1e-14)
    with pytest.raises(ValueError, match=r"p and q have different labels along axis -1: only p"):
        dv.wasserstein_distance(p, q.set_axis([4.0, 2.0, 3.0]), positions=p.index)
    with pytest.raises(ValueError, match="outcomes with labels lie along the last axis"):
        dv.wasserstein_distance(pd.DataFrame([p, p]).T, q, positions=p.index, axis=0)


def test_batches_of_masses_at_positions_are_paired_by_label():
    rows, places = rng().dirichlet(np.ones(4), (2, 3)), np.array([0.0, 1.0, 3.0, 7.0])
    p, q = (pd.DataFrame(x, [7, 8, 9], NAMES) for x in rows)
    expected = dv.wasserstein_distance(*rows, positions=places)
    moved = q.iloc[[2, 0, 1]][list("dbca")]
    assert np.array_equal(dv.wasserstein_distance(p, moved, positions=places), expected)
    for positions in ((places, places[[3, 1, 2, 0]]), (places, moved * 0.0 + places[[3, 1, 2, 0]])):
        assert dv.wasserstein_distance(p, moved, positions=positions) == pytest.approx(expected)
    observed = dv.wasserstein_distance(10.0 * p, 10.0 * q.iloc[[2, 0, 1]])
    assert np.array_equal(observed, dv.wasserstein_distance(*(10.0 * rows)))
    with pytest.raises(ValueError, match="p and q have different labels along axis -2: only p"):
        dv.wasserstein_distance(10.0 * p, 10.0 * q.set_axis([1, 8, 9]))


# --- observations ---------------------------------------------------------------------------------


def test_columns_of_samples_are_compared_label_by_label():
    x, y = rng().normal(size=(2, 30, 2)) + np.array([[[0.0, 3.0]], [[0.0, 4.0]]])
    p, q = pd.DataFrame(x, columns=["u", "v"]), pd.DataFrame(y, columns=["u", "v"])
    swapped = q[["v", "u"]]
    for quantity in (dv.energy_distance, dv.kl_divergence):
        expected = quantity(dv.Sample(x), dv.Sample(y)).value
        assert quantity(dv.Sample(p), dv.Sample(swapped)).value == pytest.approx(expected, rel=1e-9)
        assert quantity(dv.Sample(x), dv.Sample(q)).value == pytest.approx(expected, rel=1e-9)
        with pytest.raises(
            ValueError, match=r"p and q have different labels along axis .*: only p"
        ):
            quantity(dv.Sample(p), dv.Sample(q.rename(columns={"u": "w"})))
    assert dv.energy_distance(p, swapped) == pytest.approx(dv.energy_distance(x, y), rel=1e-12)
    symbols = dv.Sample(pd.DataFrame({"a": [1, 1, 2], "b": ["x", "y", "y"]}))
    other = dv.Sample(pd.DataFrame({"b": ["y", "x", "y"], "a": [1, 1, 2]}))
    assert dv.jensen_shannon_distance(symbols, other, method=dv.methods.PlugIn()).value == 0.0


def test_variables_are_paired_label_by_label():
    x = pd.Series([1.0, 2.0, 5.0], index=list("abc"))
    y = pd.DataFrame({"u": [10.0, 50.0, 20.0]}, index=list("acb"))
    pairs = dv.Sample.joint(x, y, weights=pd.Series([3.0, 2.0, 1.0], index=list("cba")))
    assert pairs.points.tolist() == [[1.0, 10.0], [2.0, 20.0], [5.0, 50.0]]
    assert pairs.weights.tolist() == [1.0, 2.0, 3.0]
    assert dv.Sample(x, y["u"]).weights.tolist() == [10.0, 20.0, 50.0]
    assert dv.Sample.joint(x, y.to_numpy()).points[:, 1].tolist() == [10.0, 50.0, 20.0]
    for call in (
        lambda: dv.Sample.joint(x, y.set_axis([0, 1, 2])),
        lambda: dv.Sample(x, y["u"].set_axis(list("abd"))),
    ):
        with pytest.raises(ValueError, match="have different labels along axis 0: only"):
            call()


def test_lists_of_labelled_vectors_have_one_order():
    p, q = pd.Series(P, NAMES), pd.Series(Q, NAMES)
    for rows in ([p, q], [dict(p), dict(q)], (p, Q)):
        assert np.array_equal(dv.entropy(rows), dv.entropy([P, Q]))
        assert np.array_equal(dv.kl_divergence(rows, shuffled(p)), dv.kl_divergence([P, Q], P))
    for rows in ([p, shuffled(q)], [dict(p), dict(shuffled(q))]):
        with pytest.raises(ValueError, match="p is a list of vectors whose labels differ"):
            dv.entropy(rows)
    with pytest.raises(TypeError, match="p is a mapping to arrays; pass one number"):
        dv.entropy({"a": [0.5], "b": [0.5]})


def test_labels_of_columns_without_rows():
    pl = pytest.importorskip("polars")
    p, q = pl.DataFrame({"a": [0.25], "b": [0.75]}), pl.DataFrame({"b": [0.5], "a": [0.5]})
    assert dv.kl_divergence(p, q) == dv.kl_divergence([[0.25, 0.75]], [[0.5, 0.5]])
    assert dv.kl_divergence(p, pl.DataFrame({"b": [0.75], "a": [0.25]})) == 0.0
    with pytest.raises(ValueError, match="only p has 'a'"):
        dv.kl_divergence(p, q.rename({"a": "c"}))


class DataArray:
    """An array with named dimensions, as xarray has them."""

    indexes = None

    def __init__(self, values, indexes):
        self.values, self.dims = np.asarray(values), tuple("xyz"[: np.ndim(values)])
        self.indexes = dict(zip(self.dims, indexes, strict=True))

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


def test_labels_of_dimensions():
    p = DataArray([[0.25, 0.75]], [pd.RangeIndex(1), pd.Index(["a", "b"])])
    q = DataArray([0.5, 0.5], [pd.Index(["b", "a"])])
    r = DataArray([0.75, 0.25], [pd.Index(["b", "a"])])
    assert dv.kl_divergence(p, q) == dv.kl_divergence([[0.25, 0.75]], [0.5, 0.5])
    assert dv.kl_divergence(p, r) == 0.0


def test_labels_of_what_broadcasts_by_position_are_refused():
    rows, orders = pd.DataFrame(rng().dirichlet(np.ones(4), 2)), pd.Series([0.5, 2.0])
    for call in (
        lambda: dv.renyi_entropy(rows, orders),
        lambda: dv.renyi_divergence(rows, Q, orders),
        lambda: dv.generalized_jensen_shannon_divergence(rows, Q, 0.25 * orders),
        lambda: dv.Normal(0.0, orders),
    ):
        with pytest.raises(ValueError, match=r"(alpha|weight|scale).* has labels.*x\.to_numpy\(\)"):
            call()
    both = dv.renyi_entropy(P, orders)
    assert np.array_equal(both, dv.renyi_entropy(P, [0.5, 2.0]))


@pytest.mark.parametrize("dtype", ["Float64", "Float32", "Int64", "boolean"])
def test_missing_masses_of_nullable_columns_are_nan(dtype):
    table = pd.DataFrame({"a": pd.array([1, 0, None], dtype=dtype), "b": [0.0, 1.0, 0.5]})
    assert np.array_equal(dv.entropy(table), [0.0, 0.0, np.nan], equal_nan=True)
    assert np.isnan(dv.entropy(table["a"]))
    counts = dv.entropy(dv.Counts(table.iloc[:, [0, 0]].astype("Float64") + 1.0)).value
    assert np.isnan(counts).tolist() == [False, False, True]


def test_columns_of_text_are_no_masses():
    for wrong in (pd.DataFrame({"a": [0.5], "b": ["0.5"]}), pd.Series([0.5, 0.5], dtype=object)):
        with pytest.raises(TypeError, match=r"p has dtype object; .*numpy\.asarray\(x, float\)"):
            dv.entropy(wrong)


@pytest.mark.parametrize("wrap", [jnp.asarray, strict.asarray], ids=["jax", "strict"])
def test_tables_meet_arrays_of_other_libraries(wrap):
    p, q = pd.Series(P, NAMES), wrap(Q)
    for first in (p, dict(p), p.astype("Float64")):
        found = dv.kl_divergence(first, q)
        assert isinstance(found, type(q))
        assert float(found) == pytest.approx(dv.kl_divergence(P, Q), rel=1e-5)
    for wrong in (p.astype(str), p.astype(object), iter(P)):
        with pytest.raises(TypeError, match="p has dtype"):
            dv.kl_divergence(wrong, q)
