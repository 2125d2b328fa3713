"""All instructions that loops are compiled for give the same bits, as compensated sums do."""

from concurrent.futures import ThreadPoolExecutor

import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.numerics.compiled import library
from divergences.numerics.compiled.sums import of_orders_of_logs
from divergences.numerics.runtime.parallel import BLOCK
from divergences.testing.tolerance import ulps
from tests.test_compiled import LEVELS, MEMBERS, needs_loops


@needs_loops
@pytest.mark.parametrize("n", [3, 16, 70, 600, 3 * BLOCK])
def test_all_instructions_give_the_same_bits(n):
    rng = np.random.default_rng(n)
    rows = 1 if n > BLOCK else 40
    p, q = rng.dirichlet(np.ones(n), (2, rows))
    p[:, 1], p[0] = 0.0, q[0]
    found = []
    for level in range(len(LEVELS)):
        assert library.use(level) == LEVELS[level]
        found.append([m.function(dv.Weights(p), dv.Weights(q)) for m in MEMBERS])
        found[-1].append(dv.cross_entropy(dv.Weights(p), dv.Weights(q)))
        found[-1].append(library.halves(p[-1], q[-1]))
    assert library.use(-1) == LEVELS[-1]
    for results in found:
        assert all(map(np.array_equal, results, found[0]))


POINTS = np.r_[np.geomspace(1e-300, 1e300, 601), 1.0 + np.linspace(-0.5, 1.0, 601), 2.0**-0.5, 2.0]


@needs_loops
@pytest.mark.parametrize(
    ("which", "exact", "points", "bound"),
    [
        # The remainder of the polynomial is beneath 2^-58; three roundings are in the last sums.
        (0, mpmath.log, POINTS, 1.0),
        # 1 + x is made up for to first order; one more rounding, and that of the quotient.
        (1, mpmath.log1p, np.r_[POINTS, -np.geomspace(1e-300, 0.99, 300)], 2.0),
        # Half a unit for the last sum, a fifth for exp(r) - 1 <= 0.42.
        (2, mpmath.exp, np.linspace(-707.0, 700.0, 2001), 1.0),
        # Of a sum whose parts do not cancel by more than a third.
        (3, mpmath.expm1, np.r_[np.geomspace(1e-300, 2.0, 601), np.linspace(-2.0, 2.0, 999)], 2.0),
    ],
)
def test_logarithms_and_exponentials_are_right(which, exact, points, bound):
    with mpmath.workdps(40):
        errors = [ulps(library.logarithms(x)[which], exact(mpmath.mpf(x))) for x in points.tolist()]
    assert max(errors) < bound


@needs_loops
def test_tables_are_summed_alike_with_all_instructions_and_with_care(monkeypatch):
    rng = np.random.default_rng(8)
    joint = rng.dirichlet(np.ones(35 * 23), 6).reshape(6, 35, 23)
    joint[1, 3], joint[2, :, 4], joint[3, 0, 0] = 0.0, 0.0, np.nan
    several = list(rng.dirichlet(np.ones(50), (5, 4)))
    several[2][:, 5] = 0.0
    several = [dv.Weights(rows) for rows in several]
    weights = [0.3, 0.2, 1e-9, 0.5 - 1e-9, 0.0]

    def found():
        tables = dv.mutual_information(dv.Weights(joint))
        mixed = dv.jensen_shannon_divergence(*several, weights=weights)
        return np.r_[tables, mixed]

    results = []
    for level in range(len(LEVELS)):
        library.use(level)
        results.append(found())
    assert all(np.array_equal(result, results[0], equal_nan=True) for result in results)
    monkeypatch.setattr(
        "divergences.methods.finite.information_radius.number_of", lambda kind: None
    )
    monkeypatch.setattr(
        "divergences.methods.finite.mutual_information.number_of", lambda kind: None
    )
    np.testing.assert_allclose(results[0], found(), rtol=16 * 2.0**-53)
    assert np.flatnonzero(np.isnan(results[0])).tolist() == [3]


@needs_loops
def test_logits_are_summed_alike_with_all_instructions_and_with_care(monkeypatch):
    rng = np.random.default_rng(9)
    a = rng.normal(0.0, [[0.1], [1.0], [10.0], [200.0]], (4, 333))
    b = a + rng.normal(0.0, [[1e-9], [0.3], [3.0], [30.0]], (4, 333)) + 77.0
    a[1, 5] = a[2, 7] = b[2, 7] = b[0, 9] = -np.inf  # of P, of both, of Q
    chosen = [m for m in MEMBERS if m.name != "chi_squared_divergence"]

    def found():
        p, q = dv.Logits(a), dv.Logits(b)
        sums = [m.function(p, q) for m in chosen]
        return np.array([*sums, dv.entropy(p), dv.cross_entropy(p, q)])

    results = []
    for level in range(len(LEVELS)):
        library.use(level)
        results.append(found())
    assert all(np.array_equal(result, results[0]) for result in results)
    assert np.isinf(results[0][[m.name for m in chosen].index("kl_divergence")]).tolist() == [
        True,
        False,
        False,
        False,
    ]
    monkeypatch.setattr(
        "divergences.methods.finite.f_divergence.stages.number_of", lambda kind: None
    )
    monkeypatch.setattr("divergences.methods.finite.entropy.NUMBERS", {})
    # Exponentials, totals and terms, of second order in p - q: three or four roundings, twice.
    np.testing.assert_allclose(results[0], found(), rtol=16 * 2.0**-53)


@needs_loops
@pytest.mark.parametrize("n", [1, 3, 70, 600, BLOCK + 5])
def test_powers_are_summed_alike_with_all_instructions_and_with_care(n, monkeypatch):
    rng = np.random.default_rng(n)
    count = 2 if n > BLOCK else 24
    p, q = rng.dirichlet(np.ones(n), (2, count)) + 1e-9
    q[1::3] = p[1::3] * (1.0 + 1e-5 * rng.standard_normal((len(p[1::3]), n)))
    q[2::6] = p[2::6] * np.exp(20.0 * rng.standard_normal((len(p[2::6]), n)))
    if n > 1:
        p[0, 0] = q[0, 1] = q[-1, 0] = 0.0
    p *= 10.0 ** rng.uniform(-200.0, 200.0, (count, 1))
    orders = np.array(
        [[-1.7], [-1.0], [0.0], [1e-8], [0.3], [0.5], [0.9], [1.0], [2.0], [3.0], [9.5]]
    )

    orders = orders[::4] if n > BLOCK else orders  # care takes long

    def found():
        x, y = dv.Weights(p), dv.Weights(q)
        of_two = [f(x, y, orders) for f in (dv.renyi_divergence, dv.alpha_divergence)]
        of_one = [f(x, orders) for f in (dv.renyi_entropy, dv.tsallis_entropy)]
        return np.array([*of_two, *of_one])

    results = []
    for level in range(len(LEVELS)):
        library.use(level)
        results.append(found())
    assert all(np.array_equal(result, results[0]) for result in results)
    with ThreadPoolExecutor(8) as pool:
        threads = [pool.submit(found) for _ in range(8)]
        assert all(np.array_equal(thread.result(), results[0]) for thread in threads)
    distance = dv.bhattacharyya_distance(dv.Weights(p), dv.Weights(q))
    assert np.array_equal(distance, dv.bhattacharyya_distance(dv.Weights(q), dv.Weights(p)))
    assert (results[0][1:] >= 0.0).all()  # Renyi divergences of negative orders are negative
    monkeypatch.setattr("divergences.numerics.compiled.NUMBERS", {})
    # Either way is right to eight units in the last place: tests/test_orders.py.
    np.testing.assert_allclose(results[0], found(), rtol=16 * 2.0**-52, atol=1e-300)


@needs_loops
@pytest.mark.parametrize("n", [1, 3, 70, 600])
def test_powers_of_logits_are_summed_alike_with_all_instructions_and_with_care(n, monkeypatch):
    rng = np.random.default_rng(n)
    a = rng.normal(0.0, [[0.1], [1.0], [10.0], [100.0]], (4, n))
    b = a + rng.normal(0.0, [[1e-9], [0.3], [3.0], [30.0]], (4, n)) + 77.0
    if n > 1:
        a[1, 1] = a[2, 2] = b[2, 2] = b[0, 0] = -np.inf  # of P, of both, of Q
        a[3, 1] = b[3, 1] = -1e4  # which underflows
    orders = np.array([[-1.7], [-1.0], [0.0], [1e-8], [0.3], [0.5], [0.9], [1.0], [2.0], [3.0]])

    def found():
        x, y = dv.Logits(a), dv.Logits(b)
        of_two = [f(x, y, orders) for f in (dv.renyi_divergence, dv.alpha_divergence)]
        of_one = [f(x, orders) for f in (dv.renyi_entropy, dv.tsallis_entropy)]
        return np.array([*of_two, *of_one])

    results = []
    for level in range(len(LEVELS)):
        library.use(level)
        results.append(found())
    assert all(np.array_equal(result, results[0]) for result in results)
    distance = dv.bhattacharyya_distance(dv.Logits(a), dv.Logits(b))
    assert np.array_equal(distance, dv.bhattacharyya_distance(dv.Logits(b), dv.Logits(a)))
    monkeypatch.setattr("divergences.numerics.compiled.NUMBERS", {})
    # Either way is right to eight units in the last place: tests/test_orders.py.
    np.testing.assert_allclose(results[0], found(), rtol=16 * 2.0**-52, atol=1e-300)


@needs_loops
def test_most_powers_of_logits_need_no_care():
    rng = np.random.default_rng(10)
    a = rng.normal(0.0, 3.0, (50, 300))
    b = a + rng.normal(0.0, [[1e-6]] * 25 + [[3.0]] * 25, (50, 300))
    a[::5, :9] = b[::5, :9] = -1e9
    orders = np.array([[-2.0], [0.5], [0.7], [1.0], [2.0], [4.0]])
    if np.finfo(np.longdouble).nmant < 63:
        pytest.skip("the loops for logarithms need an extended long double")
    assert np.isfinite(of_orders_of_logs(a, b, orders)[0]).all()
    # Entropies of orders below one depend on what has underflowed, even behind a mask.
    assert np.isfinite(of_orders_of_logs(a[1:5], None, orders)[0]).all()
    assert np.isfinite(of_orders_of_logs(a, None, orders[3:])[0]).all()
