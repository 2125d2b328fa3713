"""Masses are summed by compiled loops where there are any, alike with all instructions."""

import functools
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import divergences as dv
from divergences.core import FDivergence
from divergences.numerics import compiled
from divergences.numerics.compiled import build_info, library, number_of
from divergences.numerics.runtime.parallel import BLOCK
from divergences.testing import oracle, terms
from divergences.testing.members import members
from divergences.testing.regions import REGIONS
from divergences.testing.tolerance import ulps

MEMBERS = [m for m in members(joint=False) if isinstance(m.functional, FDivergence)]
MEMBERS = [m for m in MEMBERS if m.functional.parameter is None]
LEVELS = () if library is None else library.LEVELS
needs_loops = pytest.mark.skipif(library is None, reason=build_info())
# Products of two differences feel each of them twice, as in the tests of accuracy.
ULPS = {"chi_squared_divergence": 5.0, "jeffreys_divergence": 5.0, "triangular_discrimination": 5.0}


def assert_right(member, results, pairs):
    for result, (p, q) in zip(results, pairs, strict=True):
        error = ulps(result, oracle.value(member.functional, p, q))
        assert error <= ULPS.get(member.name, 4.0), (p.tolist(), q.tolist())


@functools.cache
def batch(n):
    """Pairs from all regions, and repeats of them that fill several blocks."""
    rng = np.random.default_rng(n)
    pairs = [region(rng, n) for region in REGIONS.values() for _ in range(1 if n > 100 else 3)]
    p, q = (np.array(side) for side in zip(*pairs, strict=True))
    repeats = 1 + 2 * BLOCK // p.size
    return p, q, np.tile(p, (repeats, 1)), np.tile(q, (repeats, 1))


def factors(rows, seed):
    """Factors that round every mass, one for each row."""
    return 10.0 ** np.random.default_rng(seed).uniform(-9.0, 9.0, (len(rows), 1))


@pytest.mark.parametrize("n", [10, 70, 600])
@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_rows_of_a_large_batch_are_right(member, n):
    p, q, many_p, many_q = batch(n)
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


@needs_loops
def test_every_member_without_a_parameter_has_a_loop():
    assert all(number_of(type(member.functional)) is not None for member in MEMBERS)
    assert "cross_entropy" in compiled.NUMBERS


def test_float32_is_summed_as_the_doubles_that_it_is():
    p, q = np.random.default_rng(3).dirichlet(np.ones(700), (2, 30)).astype(np.float32)
    for cut in (700, 9):
        x, y = (np.ascontiguousarray(side[:, :cut]) for side in (p, q))
        single = dv.jensen_shannon_divergence(dv.Weights(x), dv.Weights(y))
        double = dv.jensen_shannon_divergence(
            dv.Weights(x.astype(float)), dv.Weights(y.astype(float))
        )
        assert np.array_equal(single, double.astype(np.float32))


def test_threads_may_share_arrays():
    p, q = np.random.default_rng(4).dirichlet(np.ones(300), (2, 2000))
    expected = dv.jensen_shannon_divergence(p, q)
    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(dv.jensen_shannon_divergence, p, q) for _ in range(16)]
        assert all(np.array_equal(result.result(), expected) for result in results)


def test_the_terms_in_c_are_those_of_the_members():
    assert terms.PATH.read_text() == terms.text(), "run `python -m divergences.testing.terms`"


def run(code, **environment):
    """Run code in another process."""
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_environment_chooses_pure_python():
    code = "import divergences as dv; print(dv.build_info(), dv.entropy([0.5, 0.5]))"
    assert "pure Python" in run(code, DIVERGENCES_PURE="1").stdout
    unset = dict.fromkeys(("DIVERGENCES_PURE", "DIVERGENCES_LEVEL"), "")
    chosen = run(code, **unset).stdout
    assert run(code, **unset | {"DIVERGENCES_PURE": "0"}).stdout == chosen


@needs_loops
def test_unknown_instructions_are_named():
    result = run("import divergences as dv; print(dv.build_info())", DIVERGENCES_LEVEL="avx3")
    assert "compiled" in result.stdout
    assert "DIVERGENCES_LEVEL is 'avx3', which this machine does not have" in result.stderr


@needs_loops
def test_an_extension_of_other_sources_is_not_used():
    code = (
        "import pathlib; read = pathlib.Path.read_bytes\n"
        "pathlib.Path.read_bytes = lambda path: read(path) + b' '\n"
        "import divergences as dv; print(dv.build_info())"
    )
    result = run(code)
    assert "other sources" in result.stdout
    assert "RuntimeWarning: The extension of divergences was built from other" in result.stderr


@needs_loops
def test_loops_refuse_what_they_cannot_read():
    p, out = np.full((2, 3), 1 / 3), np.empty(2)
    for x, y, result in (
        (p.astype(">f8"), p, out),
        (p.astype(int), p, out),
        (p, p[:, :2], out),
        (p, np.empty((3, 3)), out),
        (p, p, np.empty(3)),
        (p, p, np.empty(2, np.float32)),
        (p, p, np.empty(4)[::2]),
        (p[:, :0], p[:, :0], out),
    ):
        with pytest.raises((BufferError, ValueError)):
            library.rows(0, x, y, result, 0, 2)
    for begin, end in ((-1, 2), (0, 3)):
        with pytest.raises(ValueError, match="fit"):
            library.rows(0, p, p, out, begin, end)
    assert library.vector(0, p, p) is None
    assert library.vector(0, [0.5, 0.5], [0.5, 0.5]) is None
    assert library.vector(-1, p[0], p[0]) is None
    with pytest.raises(BufferError):
        library.masses(p[0], p[0, :2])


@needs_loops
@pytest.mark.parametrize("function", [dv.kl_divergence, dv.jensen_shannon_divergence, dv.entropy])
def test_the_way_of_two_plain_vectors_is_short(function):
    p, q = np.random.default_rng(5).dirichlet(np.ones(4), 2)
    arguments = (p,) if function is dv.entropy else (p, q)
    calls = []
    sys.setprofile(lambda frame, event, _: calls.append(frame.f_code) if event == "call" else None)
    function(*arguments)
    sys.setprofile(None)
    assert len(calls) <= 8, calls
