"""The Wasserstein distance on the line: exact for every order, size, mass and batch."""

from math import inf

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st

import divergences as dv
from divergences.functionals.wasserstein import Wasserstein

from .oracle import value

ORDERS = [1, 1.5, 2, 7, inf]
U = 2.0**-53
# Few values and few masses, so that points and levels coincide often.
points = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e9, 1e9))
masses = st.sampled_from([0.0, 0.1, 0.2, 0.25, 0.3, 0.7, 1.0, 3.0])


@st.composite
def atoms(draw):
    n = draw(st.integers(1, 8))
    a = draw(st.lists(masses, min_size=n, max_size=n).filter(any))
    return np.array(draw(st.lists(points, min_size=n, max_size=n))), np.array(a)


def near(expected, ulps=64):
    """Differences, powers and means of a few terms: some roundings each, none of them amplified."""
    return pytest.approx(expected, rel=ulps * U, abs=0.0)


@pytest.mark.parametrize("order", ORDERS)
@given(p=atoms(), q=atoms())
def test_observations_are_coupled_exactly(order, p, q):
    (x, _), (y, _) = p, q
    assume(not (x.size == y.size and x.sum() == y.sum() == 1.0))
    assert dv.wasserstein_distance(x, y, order) == near(value(Wasserstein(order), x, y))


@pytest.mark.parametrize("order", ORDERS[:-1])
@given(p=atoms(), q=atoms())
def test_masses_are_coupled_exactly(order, p, q):
    (x, a), (y, b) = p, q
    got = dv.wasserstein_distance(dv.Weights(a), dv.Weights(b), order, positions=(x, y))
    assert got == near(value(Wasserstein(order), x, y, a, b))


@pytest.mark.parametrize("order", ORDERS[:-1])
@given(p=atoms(), q=atoms())
def test_masses_at_common_positions(order, p, q):
    n = min(len(p[0]), len(q[0]))
    x, a, b = p[0][:n], p[1][:n], q[1][:n]
    assume(a.any() and b.any())
    got = dv.wasserstein_distance(dv.Weights(a), dv.Weights(b), order, positions=x)
    expected = value(Wasserstein(order), x, x, a, b)
    if order == 1:  # a sum of F - G, each of them a sum of differences of masses
        differences = np.abs(a / a.sum() - b / b.sum()).sum()
        assert got == pytest.approx(expected, rel=64 * U, abs=8 * U * differences * np.ptp(x))
    else:
        assert got == near(expected)


@pytest.mark.parametrize("order", ORDERS[1:])
def test_short_ways_count_beside_steps_without_mass(order):
    # Levels that coincide leave a step of no mass from 1 to 0; the square of 1e-160 vanishes.
    p, q = dv.Weights([0.5, 0.5]), dv.Weights([0.5, 0.25, 0.25])
    got = dv.wasserstein_distance(p, q, order, positions=([0.0, 1.0], [1e-160, 1.0, 1.0]))
    assert got == near(1e-160 * 0.5 ** (1.0 / order))


def test_infinite_order_does_not_move_what_rounding_made():
    # As floats 0.1 + 0.2 exceeds 0.3 by 5e-17, which a strict reading would carry over the gap.
    p, q = dv.Weights([0.1, 0.2, 0.7]), dv.Weights([0.3, 0.7])
    positions = ([0.0, 0.0, 5.0], [0.5, 5.0])
    assert dv.wasserstein_distance(p, q, inf, positions=positions) == 0.5
    assert dv.wasserstein_distance(p, q, inf, positions=([0.0, 1.0, 5.0], [0.0, 5.0])) == 1.0


@pytest.mark.parametrize("order", ORDERS)
def test_shifts_of_a_tiny_part_of_the_offset(order):
    rng = np.random.default_rng(0)
    x = 1e9 + rng.normal(size=50)
    shift = 2.0**-20  # a multiple of the spacing of floats there
    assert dv.wasserstein_distance(x, rng.permutation(x) + shift, order) == near(shift)
    weights = dv.Weights(rng.random(50))
    got = dv.wasserstein_distance(weights, weights, order, positions=(x, x + shift))
    assert got == near(shift)


def test_nearly_equal_pmfs_keep_their_digits():
    rng = np.random.default_rng(1)
    x = np.sort(rng.normal(size=300))
    p = rng.dirichlet(np.ones(300))
    q = p * (1.0 + 1e-12 * rng.standard_normal(300))
    for order in (1, 2):
        for measure in (dv.Weights, dv.Weights if order == 2 else np.asarray):
            got = dv.wasserstein_distance(measure(p), measure(q), order, positions=x)
            expected = value(Wasserstein(order), x, x, p, q)
            # The distribution functions are sums of 300 signed differences.
            assert got == near(expected, 300)


def test_orders_are_neither_overflowing_nor_underflowing():
    for scale in (1e-300, 1e300):
        assert dv.wasserstein_distance([0.0, 0.0], [scale, scale], 50) == near(scale)
    assert dv.wasserstein_distance([0.0], [1.0, 1.0, 1.0, 3.0], 2) == near(3.0**0.5)


def test_scipy_agrees():
    rng = np.random.default_rng(0)
    for n, m in [(1, 9), (10, 10), (10, 4), (7, 11), (100, 64)]:
        x, y, a, b = rng.normal(size=n), rng.gumbel(size=m), rng.random(n), rng.random(m)
        got = dv.wasserstein_distance(x, y)
        assert got == pytest.approx(scipy.stats.wasserstein_distance(x, y), rel=1e-13)
        got = dv.wasserstein_distance(dv.Weights(a), dv.Weights(b), positions=(x, y))
        assert got == pytest.approx(scipy.stats.wasserstein_distance(x, y, a, b), rel=1e-13)


@pytest.mark.parametrize(("n", "m"), [(6, 6), (6, 4), (300, 500)])
def test_batches_are_those_of_their_rows(n, m):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(70, 1, n)), rng.normal(size=(3, m))
    got = dv.wasserstein_distance(x, y, 2)
    assert got.shape == (70, 3)
    assert got[41, 2] == dv.wasserstein_distance(x[41, 0], y[2], 2)
    first = dv.wasserstein_distance(np.moveaxis(x, -1, 0), y.T[:, None], 2, axis=0, keepdims=True)
    assert first.shape == (1, 70, 3)
    assert np.array_equal(first[0], got)
    a, b = dv.Weights(rng.random((70, 1, n))), dv.Weights(rng.random(m))
    for order in (1, 2):
        got = dv.wasserstein_distance(a, b, order, positions=(np.arange(float(n)), y))
        row = dv.Weights(a.values[41, 0])
        assert got[41, 2] == dv.wasserstein_distance(
            row, b, order, positions=(np.arange(float(n)), y[2])
        )


@pytest.mark.parametrize("order", ORDERS)
def test_rows_of_unequal_sizes_are_those_of_each_pair(order):
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(700, 300)), rng.normal(size=(700, 210))
    x[3, 5], x[4, 7], y[4, 1], y[5, 0] = np.nan, inf, inf, -inf
    before = x.copy(), y.copy()
    got = dv.wasserstein_distance(x, y, order)
    assert np.isnan(got[3])
    assert got[4] == got[5] == inf
    alone = [float(dv.wasserstein_distance(a, b, order)) for a, b in zip(x, y, strict=True)]
    # Positive terms are added in another order, of 510 steps by halves.
    assert got == pytest.approx(alone, rel=10 * U, nan_ok=True)
    assert np.array_equal(x, before[0], equal_nan=True)
    assert np.array_equal(y, before[1])


def test_pmfs_may_be_logs_and_totals_any():
    x = [0.0, 2.0, 3.0]
    p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    for order in (1, 3):
        plain = dv.wasserstein_distance(p, q, order, positions=x)
        for measure in (lambda a: dv.LogProbs(np.log(a)), lambda a: dv.Logits(np.log(3 * a))):
            assert dv.wasserstein_distance(measure(p), q, order, positions=x) == near(plain)
        assert dv.wasserstein_distance(dv.Weights(5e-324 + 8 * p), q, order, positions=x) == plain


@pytest.mark.parametrize("order", ORDERS)
def test_laws_of_a_metric(order):
    rng = np.random.default_rng(3)
    x, y, z = rng.normal(size=(3, 20, 9))
    assert np.all(dv.wasserstein_distance(x, x, order) == 0.0)
    xy, yx = (dv.wasserstein_distance(*pair, order) for pair in ((x, y), (y, x)))
    assert np.array_equal(xy, yx)
    detour = dv.wasserstein_distance(x, z, order) + dv.wasserstein_distance(z, y, order)
    assert np.all(xy <= detour * (1 + 8 * U))
    assert np.all(dv.wasserstein_distance(x, y, order) <= dv.wasserstein_distance(x, y, inf))


def test_nan_comes_out_only_where_it_went_in():
    x, y = np.zeros((3, 4)), np.ones((3, 4))
    x[1, 2] = np.nan
    for order in ORDERS:
        assert np.isnan(dv.wasserstein_distance(x, y, order)).tolist() == [False, True, False]
        p, q = dv.Weights([[np.nan, 1.0], [2.0, 1.0]]), dv.Weights([1.0, 3.0])
        for positions in ([0.0, 1.0], ([0.0, 1.0], [0.5, 2.0])):
            got = dv.wasserstein_distance(p, q, order, positions=positions)
            assert np.isnan(got).tolist() == [True, False]
    assert dv.wasserstein_distance([0.0, inf], [1.0, inf], 1) == 0.5
    for order in ORDERS:
        assert dv.wasserstein_distance([0.0, 1.0], [1.0, inf], order) == inf


@pytest.mark.parametrize("double", [False, True], ids=["float32", "float64"])
@pytest.mark.parametrize("order", [1, 2, inf])
def test_jax_computes_the_same_compiled(order, double):
    rng = np.random.default_rng(4)
    x, y, a = rng.normal(size=(5, 30)), rng.normal(size=(5, 20)) + 1, rng.random((5, 30))
    with jax.enable_x64(double):
        u, v, w = map(jnp.asarray, (x, y, a))
        distance = jax.jit(lambda x, y: dv.wasserstein_distance(x, y, order))
        got = distance(u, v)
        assert got.dtype == u.dtype
        tolerance = 1e-13 if double else 1e-5
        assert got == pytest.approx(dv.wasserstein_distance(x, y, order), rel=tolerance)
        got = dv.wasserstein_distance(dv.Weights(w), dv.Weights(w**2), order, positions=u)
        expected = dv.wasserstein_distance(dv.Weights(a), dv.Weights(a**2), order, positions=x)
        assert got == pytest.approx(expected, rel=tolerance)
        mapped = jax.vmap(distance)(u, v)
        assert mapped == pytest.approx(np.asarray(distance(u, v)), rel=tolerance)


@pytest.mark.parametrize("order", ORDERS)
def test_parallel_lines_pull_with_slope_one(order):
    """Arjovsky, Chintala & Bottou (2017), example 1: W = |theta|."""
    line = jnp.linspace(0.0, 1.0, 7)

    def distance(theta):
        return dv.wasserstein_distance(0.0 * line, 0.0 * line + theta, order)

    for theta in (-2.0, 0.5):
        assert distance(theta) == pytest.approx(abs(theta), rel=1e-6)
        assert jax.grad(distance)(theta) == pytest.approx(np.sign(theta), rel=1e-6)
    assert jax.grad(distance)(0.0) == 0.0


@pytest.mark.parametrize("order", [1, 1.5])
def test_derivatives_are_those_of_the_distance(order):
    rng = np.random.default_rng(5)
    with jax.enable_x64(True):
        x, y = jnp.asarray(rng.normal(size=7)), jnp.asarray(rng.normal(size=5))
        a, b = jnp.asarray(rng.random(7)), jnp.asarray(rng.random(5))
        functions = [
            (lambda x: dv.wasserstein_distance(x, y, order), x),
            (lambda a: weighed(a, b, order, (x, y)), a),
            (lambda a: weighed(a, b[:1].repeat(7), order, x), a),
            (lambda x: weighed(a, b, order, (x, y)), x),
        ]
        for function, at in functions:
            function = jax.jit(function)
            direction = jnp.asarray(rng.normal(size=at.shape))
            slope = jax.jit(jax.grad(function))(at) @ direction
            h = 1e-6
            rise = (function(at + h * direction) - function(at - h * direction)) / (2 * h)
            assert slope == pytest.approx(float(rise), rel=1e-7, abs=1e-9)


def weighed(a, b, order, positions):
    return dv.wasserstein_distance(dv.Weights(a), dv.Weights(b), order, positions=positions)


def test_js_stays_where_it_is_and_wasserstein_grows():
    gaps = np.array([1.0, 2.0, 4.0])
    grid = np.concatenate([[0.0], gaps])
    p, q = np.eye(4)[0], np.eye(4)[1:]
    assert np.all(dv.jensen_shannon_divergence(p, q) == np.log(2.0))
    assert np.array_equal(dv.wasserstein_distance(p, q, positions=grid), gaps)


@pytest.mark.parametrize(
    ("arguments", "keywords", "words"),
    [
        (([1.0, 2.0], [1.0], 0.5), {}, r"order is 0\.5; it is 1 or more"),
        (([0.5, 0.5], [1.0, 0.0]), {}, r"may be probabilities or observations\. Pass positions="),
        ((dv.Weights([1.0]), [1.0]), {}, r"p is Weights, which says how much mass .* positions="),
        (([], [1.0]), {}, r"p has no observations along axis -1"),
        (([1.0], [1.0, 2.0]), {"axis": 1}, r"axis 0 is out of range|axis 1 is out of range"),
        ((np.ones((3, 2)), np.ones((4, 2))), {}, r"batches of p and q have shapes .* pass Sample"),
        (([1.0], [0.5, 0.5]), {"positions": [0.0, 1.0]}, r"p has 1 outcomes and 2 positions"),
        (([0.5, 0.6], [0.5, 0.5]), {"positions": [0.0, 1.0]}, r"p sums to 1\.1, not 1; .* Weights"),
        (([0.5, 0.5], [1.5, -0.5]), {"positions": [0.0, 1.0]}, r"q has a negative entry"),
        (([1.0], [2.0]), {"method": "sort"}, r"method is 'sort'; on the line"),
    ],
)  # fmt: skip
def test_mistakes_are_explained(arguments, keywords, words):
    with pytest.raises(ValueError, match=words):
        dv.wasserstein_distance(*arguments, **keywords)


def test_empty_batches_and_orders_of_numpy():
    assert dv.wasserstein_distance(np.ones((0, 3)), np.ones((0, 3))).shape == (0,)
    assert dv.wasserstein_distance([0.0], [2.0], np.int64(2)) == 2.0


def test_wrong_types_are_explained():
    with pytest.raises(TypeError, match=r"order is '2'; pass a real number"):
        dv.wasserstein_distance([1.0], [2.0], "2")
    with pytest.raises(TypeError, match=r"p has dtype complex128"):
        dv.wasserstein_distance([1j], [2.0])
    with pytest.raises(TypeError, match=r"axis is \(0, 1\); pass an int"):
        dv.wasserstein_distance([1.0], [2.0], axis=(0, 1))
