"""Masks are honoured as ``where`` is, or refused: hidden entries never count."""

import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing.members import ORDERS, members

ONE = ORDERS[:1]
EVERY = pytest.mark.parametrize("member", members(orders=ONE), ids=repr)
MEASURES = pytest.mark.parametrize("measure", [dv.Weights, dv.Logits])


def rng():
    return np.random.default_rng(0)


def masses(member, *shape):
    """Masses of each argument, with room for what is masked, and what is left out of them."""
    shape = (*shape, 3, 4) if member.joint else (*shape, 4)
    ps = list(rng().uniform(0.5, 2.0, (member.arity, *shape)))
    left_out = np.zeros(shape, bool)
    left_out[..., 1] = True
    return ps, left_out


@MEASURES
@EVERY
def test_what_is_masked_is_left_out(member, measure):
    ps, left_out = masses(member, 2)
    ps = [np.where(left_out, hidden, p) for hidden, p in zip([np.nan, 7.0], ps, strict=False)]
    masked = [measure(np.ma.array(p, mask=left_out)) for p in ps]
    shorter = [measure(np.delete(p, 1, axis=-1)) for p in ps]
    result = member.function(*masked)
    assert type(result) is np.ndarray
    assert result == pytest.approx(member.function(*shorter), rel=1e-14)
    by_where = member.function(*[measure(np.nan_to_num(p)) for p in ps], where=~left_out)
    assert result == pytest.approx(by_where, rel=1e-14)
    # The mask of one is for all, and meets `where`.
    first = [masked[0], *(measure(p) for p in ps[1:])]
    assert member.function(*first) == pytest.approx(result, rel=1e-14)
    where = np.arange(4) != 2
    both = member.function(*first, where=where)
    expected = member.function(*[measure(np.delete(p, [1, 2], axis=-1)) for p in ps])
    assert both == pytest.approx(expected, rel=1e-14)


@EVERY
def test_probabilities_sum_to_one_without_what_is_masked(member):
    ps, left_out = masses(member)
    axes = (-2, -1) if member.joint else -1
    kept = [np.where(left_out, 0.0, p) for p in ps]
    kept = [p / p.sum(axis=axes) for p in kept]
    expected = member.function(*[np.delete(p, 1, axis=-1) for p in kept])
    for hidden in (0.0, 0.25):
        masked = [np.ma.array(p + hidden * left_out, mask=left_out) for p in kept]
        assert member.function(*masked) == pytest.approx(expected, rel=1e-14)
    with pytest.raises(ValueError, match="p sums to"):
        member.function(*[np.ma.array(p + left_out, mask=False) for p in kept])


@pytest.mark.parametrize("quantity", [dv.entropy, dv.kl_divergence, dv.jensen_shannon_divergence])
def test_masked_counts_are_left_out(quantity):
    ns = [np.array([3, 9, 4, 1]), np.array([5, 1, 1, 2])]
    ns = ns[: 1 if quantity is dv.entropy else 2]
    mask = [False, True, False, False]
    found = quantity(*[dv.Counts(np.ma.array(n, mask=mask)) for n in ns])
    expected = quantity(*[dv.Counts(np.delete(n, 1)) for n in ns])
    assert found.value == pytest.approx(expected.value, rel=1e-14)
    assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-12)


def test_masks_of_tables_of_counts():
    table = np.ma.array([[4, 1, 9], [2, 3, 9]], mask=[[0, 0, 1], [0, 0, 1]])
    for quantity in (dv.mutual_information, dv.conditional_entropy):
        expected = quantity(dv.Counts(np.asarray(table)[:, :2]))
        assert quantity(dv.Counts(table)).value == pytest.approx(expected.value, rel=1e-12)


def test_a_masked_array_may_meet_one_of_jax():
    masked = np.ma.array([0.5, 0.5, 9.0], mask=[0, 0, 1])
    result = dv.kl_divergence(masked, jnp.array([0.25, 0.75, 0.0]))
    assert result == pytest.approx(dv.kl_divergence([0.5, 0.5], [0.25, 0.75]), rel=1e-6)


def test_masks_that_cannot_be_honoured_are_refused():
    half = np.ma.array([0.5, 0.5], mask=[False, True])
    rows = np.ma.array(np.full((3, 2), 0.5), mask=[[0, 1], [0, 0], [0, 0]])
    calls = {
        "where": lambda: dv.entropy([0.5, 0.5], where=half > 0.0),
        "weights": lambda: dv.jensen_shannon_divergence([0.5, 0.5], [0.5, 0.5], weights=half),
        "weight": lambda: dv.generalized_jensen_shannon_divergence([1.0], [1.0], half),
        "alpha": lambda: dv.renyi_entropy([0.5, 0.5], half),
        "p": lambda: dv.wasserstein_distance(half, [1.0, 2.0]),
        "q": lambda: dv.energy_distance([1.0, 2.0], rows),
        "positions of p": lambda: dv.wasserstein_distance([1.0], [1.0], positions=half),
        "P": lambda: dv.pairwise("kl_divergence", rows),
        "Q": lambda: dv.pairwise("kl_divergence", [[0.5, 0.5]], dv.Weights(rows)),
        "values": lambda: dv.Sample(rows),
        "x": lambda: dv.Sample.joint(half, [1.0, 2.0]),
        "loc": lambda: dv.Normal(half, 1.0),
    }
    for name, call in calls.items():
        with pytest.raises(
            ValueError, match=rf"^{name}( of Normal)? is a masked array; pass what is not masked"
        ):
            call()
    for call in (
        lambda: dv.Sample([1.0, 2.0], weights=half),
        lambda: dv.wasserstein_distance(half, [1.0, 0.0], positions=[0.0, 1.0]),
        lambda: dv.two_sample_test(rows, rows, rng=0),
        lambda: dv.Mixture([dv.Normal(0, 1), dv.Normal(1, 1)], half),
        lambda: dv.renyi_divergence(dv.Normal(0, 1), dv.Normal(1, 1), half),
        lambda: dv.variational_form("kl_divergence").activation(half),
    ):
        with pytest.raises(ValueError, match="is a masked array; pass what is not masked"):
            call()
    with pytest.raises(TypeError, match=r"p is a list of masked arrays; stack them"):
        dv.entropy([half, half])


def test_a_masked_array_without_a_mask_is_its_numbers():
    x = np.ma.array([0.5, 0.5])
    assert dv.entropy(x) == dv.entropy([x, x])[0] == np.log(2.0)
    assert dv.pairwise("total_variation_distance", np.ma.array(np.eye(2)))[0, 1] == 1.0
    assert dv.wasserstein_distance(x, x + 1.0) == 1.0
    assert dv.Sample(x).points.tolist() == [[0.5], [0.5]]


# --- shapes of `where` ----------------------------------------------------------------------------


@MEASURES
@EVERY
def test_where_may_have_more_dimensions(member, measure):
    ps, _ = masses(member)
    wheres = np.ones((2, 3, *ps[0].shape), bool)
    wheres[1, 1:, ..., 3] = False
    axis = (2, 3) if member.joint else 2
    for keywords in ({}, {"axis": axis}, {"axis": axis, "keepdims": True}):
        result = member.function(*map(measure, ps), where=wheres, **keywords)
        expected = [[member.function(*map(measure, ps), where=w) for w in row] for row in wheres]
        assert np.reshape(result, (2, 3)) == pytest.approx(np.array(expected), rel=1e-14)
        assert result.ndim == 2 + keywords.get("keepdims", False) * (1 + member.joint)


def test_where_of_counts_may_have_more_dimensions():
    table, wheres = [[4, 1, 2], [2, 3, 5]], np.ones((4, 2, 3), bool)
    wheres[1:, :, 1] = False
    for quantity, counts, options in (
        (dv.entropy, table[0], {"where": wheres[:, 0]}),
        (dv.mutual_information, table, {"where": wheres}),
        (dv.conditional_entropy, table, {"where": wheres, "axis": (1, 2)}),
    ):
        found = quantity(dv.Counts(counts), **options).value
        rows = [quantity(dv.Counts(counts), where=w).value for w in options["where"]]
        assert found == pytest.approx(np.array(rows), rel=1e-12)


def test_where_does_not_repeat_outcomes():
    with pytest.raises(
        ValueError, match=r"p \(\(1,\)\) and where \(\(3,\)\); outcomes are not rep"
    ):
        dv.entropy(dv.Weights([1.0]), where=[True, True, False])
    assert dv.entropy(dv.Weights([1.0, 1.0]), where=[True]) == np.log(2.0)
