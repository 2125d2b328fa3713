"""Many masses are summed by compiled loops where Numba is installed, and as accurately."""

import functools

import mpmath
import numba
import numpy as np
import pytest
from numba.core import config

import divergences as dv
from divergences.api.shared import member_named
from divergences.methods.exact_sum import compiled, loops
from divergences.numerics import compilation, kernels, lanes
from divergences.testing import oracle
from divergences.testing.members import members
from divergences.testing.regions import REGIONS
from divergences.testing.tolerance import ulps

MEMBERS = [m for m in members(joint=False) if getattr(m.functional, "compiles", False)]
# Products of two differences feel each of them twice, as in the tests of accuracy.
ULPS = {"chi_squared_divergence": 5.0, "jeffreys_divergence": 5.0, "triangular_discrimination": 5.0}


def assert_right(member, results, pairs):
    for result, (p, q) in zip(results, pairs, strict=True):
        error = ulps(result, oracle.value(member.functional, p, q))
        assert error <= ULPS.get(member.name, 4.0), (p.tolist(), q.tolist())


@functools.cache
def batch(n):
    """Pairs from all regions, and so many repeats of them that loops are compiled for the sum."""
    rng = np.random.default_rng(n)
    pairs = [region(rng, n) for region in REGIONS.values() for _ in range(1 if n > 100 else 3)]
    p, q = (np.array(side) for side in zip(*pairs, strict=True))
    repeats = 1 + compiled.MANY // p.size
    return p, q, np.tile(p, (repeats, 1)), np.tile(q, (repeats, 1))


def factors(rows, seed):
    """Factors that round every mass, one for each row."""
    return 10.0 ** np.random.default_rng(seed).uniform(-9.0, 9.0, (len(rows), 1))


@pytest.mark.parametrize("n", [10, 70, 600])
@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_rows_of_a_large_batch_are_right(member, n):
    p, q, many_p, many_q = batch(n)
    assert compiled.serves(member.functional, many_p.size)
    some = slice(-len(p), None)  # the last, which do not fill a tile
    assert_right(member, member.function(many_p, many_q)[some], zip(p, q, strict=True))
    x, y = many_p * factors(many_p, 1), many_q * factors(many_q, 2)
    results = member.function(dv.Weights(x), dv.Weights(y))
    assert_right(member, results[some], zip(x[some], y[some], strict=True))


@pytest.mark.parametrize("region", ["generic", "with_zeros", "close", "near_uniform", "wide"])
@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_long_vectors_are_right(member, region):
    p, q = REGIONS[region](np.random.default_rng(5), 100)
    copies = 2048  # a power of two: the masses of all copies together are those of one, exactly
    rest = np.zeros(7)  # that do not fill a tile
    many_p, many_q = (np.r_[rest, np.repeat(side, copies) / copies] for side in (p, q))
    assert_right(member, [member.function(many_p, many_q)], [(p, q)])
    many_p *= 3e5
    result = member.function(dv.Weights(many_p), dv.Weights(many_q))
    assert_right(member, [result], [(many_p[7::copies], q)])


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_all_pairs_are_right(member):
    p, q, *_ = batch(10)
    p, q = (dv.Weights(np.tile(side, (3, 1)) * factors(side, 3).max()) for side in (p, q))
    assert compiled.serves(member.functional, 10 * len(p.values) * len(q.values))
    matrix = dv.pairwise(member.name, p, q)
    rng = np.random.default_rng(1)
    i, j = rng.integers(0, len(p.values), (2, 60))
    assert_right(member, matrix[i, j], zip(p.values[i], q.values[j], strict=True))


def test_a_symmetric_quantity_is_so_bit_for_bit():
    _, _, p, q = batch(10)
    for member in MEMBERS:
        if member.functional.laws.symmetric:
            assert np.array_equal(member.function(p, q), member.function(q, p))


def test_equal_distributions_have_no_divergence():
    _, _, p, _ = batch(10)
    assert not dv.kl_divergence(p, p).any()
    assert not dv.jensen_shannon_divergence(p, p).any()
    assert not dv.total_variation_distance(p[:, ::-1], p[:, ::-1]).any()


def test_any_layout_of_the_arrays_will_do():
    _, _, p, q = batch(70)
    expected = dv.jensen_shannon_divergence(p, q)
    fixed = p.copy()
    fixed.flags.writeable = False
    shifted = np.empty(p.nbytes + 1, np.uint8)[1:].view(np.float64).reshape(p.shape)
    shifted[...] = p
    for other in (fixed, shifted, np.asfortranarray(p), np.repeat(p, 2, axis=1)[:, ::2]):
        assert np.array_equal(dv.jensen_shannon_divergence(other, q), expected)
    assert np.array_equal(dv.jensen_shannon_divergence(p.T, q.T, axis=0), expected)
    one = dv.jensen_shannon_divergence(p, q[0])
    assert np.array_equal(one, dv.jensen_shannon_divergence(p, np.tile(q[:1], (len(p), 1))))


def test_nan_comes_out_only_where_it_went_in():
    _, _, p, q = batch(70)
    bad = p.copy()
    bad[5, 3] = np.nan
    for member in MEMBERS:
        for result in (
            member.function(bad, q),
            member.function(dv.Weights(q), dv.Weights(bad)),
        ):
            assert np.flatnonzero(np.isnan(result)).tolist() == [5]


@pytest.mark.parametrize("bad", [-0.25, np.inf, 0.5])
def test_masses_that_are_no_probabilities_are_named(bad):
    p = np.full((20_000, 4), 0.25)
    q = p.copy()
    q[7, 2] = bad
    with pytest.raises(ValueError, match=r"^q "):
        dv.total_variation_distance(p, q)
    p, q = (np.tile(side.reshape(-1), 4) / 80_000 for side in (p, q))  # of several blocks
    with pytest.raises(ValueError, match=r"^p "):
        dv.kl_divergence(q, p)


def test_without_numba_the_same_is_found(monkeypatch):
    _, _, p, q = batch(10)
    expected = dv.hellinger_distance(p, q)
    monkeypatch.setattr(compiled, "has_numba", lambda: False)
    assert dv.hellinger_distance(p, q) == pytest.approx(expected, rel=8 * 2.0**-53, abs=1e-150)


@pytest.fixture
def _anew():
    """Ask again for Numba, before and after."""
    compiled.has_numba.cache_clear()
    yield
    compiled.has_numba.cache_clear()


@pytest.mark.usefixtures("_anew")
def test_loops_that_would_not_be_compiled_are_not_used(monkeypatch):
    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    assert not compiled.has_numba()


def test_what_is_kept_on_disk_has_a_name_of_its_own_for_every_formula(monkeypatch):
    def name(member):
        term = type(member_named(member)).term
        types = (2, 2, 2, 2, 0, 0)
        return compilation.compiled(loops.pairs, "pairs", types, term=term).__qualname__

    once = name("triangular_discrimination")
    assert name("triangular_discrimination") == once
    assert name("total_variation_distance") != once
    for member, module in (("jeffreys_divergence", kernels), ("kl_divergence", lanes)):
        kept = name(member)
        monkeypatch.setattr(module, "NEAR", 0.5)
        assert name(member) != kept


POINTS = np.r_[np.geomspace(1e-300, 1e300, 601), 1.0 + np.linspace(-0.5, 1.0, 601), 2.0**-0.5, 2.0]


@pytest.mark.parametrize(
    ("name", "exact", "points", "bound"),
    [
        # The remainder of the polynomial is beneath 2^-58; three roundings are in the last sums.
        ("log", mpmath.log, POINTS, 1.0),
        # 1 + x is made up for to first order; one more rounding, and that of the quotient.
        ("log1p", mpmath.log1p, np.r_[POINTS, -np.geomspace(1e-300, 0.99, 300)], 2.0),
    ],
)
def test_logarithms_are_right(name, exact, points, bound):
    function = getattr(lanes, name)
    loop = numba.vectorize(["float64(float64)"])(function.py_func)
    with mpmath.workdps(40):
        errors = [ulps(y, exact(mpmath.mpf(x))) for x, y in zip(points, loop(points), strict=True)]
    assert max(errors) < bound
