"""Matrices over all pairs: entry (i, j) is the quantity of P_i and Q_j, and nothing else."""

import functools
import importlib.util
import tracemalloc

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.spatial.distance import cdist

import divergences as dv
from divergences.api.members import member_of
from divergences.testing import oracle, tolerance

RNG = np.random.default_rng(0)
P, Q = RNG.dirichlet(np.ones(5), 7), RNG.dirichlet(np.ones(5), 4)
NAMES = ["kl_divergence", "jensen_shannon_distance", "total_variation_distance", "cross_entropy"]


def one_by_one(function, ps, qs, **options):
    return np.array([[function(p, q, **options) for q in qs] for p in ps])


@pytest.mark.parametrize("name", NAMES)
def test_entries_are_the_quantity_of_each_pair(name):
    function = getattr(dv, name)
    expected = one_by_one(function, P, Q)
    for quantity in (name, function):
        assert dv.pairwise(quantity, P, Q) == pytest.approx(expected, rel=1e-14)
    against_itself = one_by_one(function, P, P)
    assert dv.pairwise(name, P) == pytest.approx(against_itself, rel=1e-14)


@pytest.mark.parametrize("wrap", [dv.Weights, dv.LogProbs, dv.Logits])
def test_every_form_of_a_pmf(wrap):
    values = (lambda x: 3.0 * x) if wrap is dv.Weights else np.log
    matrix = dv.pairwise("kl_divergence", wrap(values(P)), wrap(values(Q)))
    assert matrix == pytest.approx(one_by_one(dv.kl_divergence, P, Q), rel=1e-13)
    mixed = dv.pairwise("kl_divergence", wrap(values(P)), Q)
    assert mixed == pytest.approx(matrix, rel=1e-13)


def normalised(rows):
    return rows / rows.sum(axis=-1, keepdims=True)


def with_gaps(rows):
    """Some masses are zero, but the first: all pairs overlap, few have the same support."""
    return normalised(rows * (RNG.random(rows.shape) < 0.6) + 0.1 * (np.arange(rows.shape[1]) == 0))


# Pairs of matrices whose rows are hard to sum: 1 to 70 outcomes, two sides of the quick sum.
HOSTILE = {
    "apart": lambda p, q: (p, q),
    "near": lambda p, q: (p, normalised(p * (1.0 + 1e-6 * q))),
    "nearest": lambda p, q: (p, normalised(p * (1.0 + 1e-13 * q))),
    "of few values": lambda p, q: (
        normalised(1.0 + (p > 0.02)),
        normalised(1.0 + 2.0 * (q > 0.03)),
    ),
    "of any total": lambda p, q: (
        dv.Weights(p * np.logspace(-200, 200, 4)[:, None]),
        dv.Weights(q * 3.0),
    ),
    "with gaps": lambda p, q: (with_gaps(p), with_gaps(q)),
    "nearly certain": lambda p, q: (
        dv.Weights(np.where(np.arange(p.shape[1]) == 0, 1.0, 1e-17 * p)),
        dv.Weights(np.where(np.arange(p.shape[1]) == 0, 1.0, 1e-14 * q)),
    ),
    "with tiny masses": lambda p, q: (
        dv.Weights(np.where(np.arange(p.shape[1]) == 0, 1e-305, p)),
        dv.Weights(q),
    ),
}
MEMBERS = [
    "kl_divergence", "jensen_shannon_distance", "jensen_shannon_deficit", "hellinger_distance",
    "total_variation_distance", "chi_squared_divergence",
]  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("k", [2, 9, 70])
def test_entries_are_right_for_any_rows(case, k):
    P, Q = HOSTILE[case](*RNG.dirichlet(np.ones(k), (2, 4)))
    p, q = (side.values if isinstance(side, dv.Weights) else side for side in (P, Q))
    for name in MEMBERS:
        matrix = dv.pairwise(name, P, Q)
        for i, j in np.ndindex(matrix.shape):
            exact = oracle.value(member_of(name), p[i], q[j])
            assert tolerance.ulps(matrix[i, j], exact) <= 4.0, (name, i, j)


@pytest.mark.parametrize("total", [1.0, 1.0 + 3e-10])
def test_a_row_with_nan_leaves_the_others_alone(total):
    bad = total * P
    bad[2, 3] = np.nan
    others = np.arange(len(P)) != 2
    for name in ("jensen_shannon_distance", "kl_divergence"):
        matrix = dv.pairwise(name, bad, Q)
        assert np.isnan(matrix[2]).all()
        alone = dv.pairwise(name, bad[others], Q)
        assert matrix[others] == pytest.approx(alone, rel=4 * np.finfo(float).eps)


def test_options_of_the_quantity_are_passed_on():
    matrix = dv.pairwise(dv.renyi_divergence, P, Q, alpha=2.0, base=2)
    expected = one_by_one(dv.renyi_divergence, P, Q, alpha=2.0, base=2)
    assert matrix == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("xp", [np, jnp], ids=["numpy", "jax"])
def test_a_symmetric_quantity_is_so_bit_for_bit_and_zero_on_the_diagonal(xp):
    near = P[0] * (1.0 + 1e-7 * RNG.standard_normal((300, 5)))
    with jax.enable_x64(True):
        rows = dv.Weights(xp.asarray(near))
        matrix = np.asarray(dv.pairwise(dv.jensen_shannon_divergence, rows))
    assert np.array_equal(matrix, matrix.T)
    assert np.all(np.diagonal(matrix) == 0.0)
    assert np.all(matrix[~np.eye(300, dtype=bool)] > 0.0)


@pytest.mark.parametrize("symmetric", [True, False])
def test_many_tiles_make_one_matrix(symmetric):
    rows = RNG.dirichlet(np.ones(64), 150)
    other = None if symmetric else RNG.dirichlet(np.ones(64), 70)
    matrix = dv.pairwise("jensen_shannon_distance", rows, other)
    expected = cdist(rows, rows if other is None else other, "jensenshannon")
    np.fill_diagonal(expected, 0.0) if symmetric else None
    # SciPy's formula cancels: an error of some roundings in the square, where it is at most 1.
    assert matrix**2 == pytest.approx(expected**2, abs=64 * 2.0**-53)


@pytest.mark.parametrize("width", [1, 3000, 100_000])
def test_any_number_of_outcomes(width):
    rows = RNG.dirichlet(np.ones(width), 3)
    expected = one_by_one(dv.kl_divergence, rows, rows)
    assert dv.pairwise("kl_divergence", rows) == pytest.approx(expected, rel=1e-14)


def test_memory_is_taken_for_tiles_only():
    rows = RNG.dirichlet(np.ones(64), 400)
    dv.pairwise("hellinger_distance", rows)  # threads keep some memory for their next block
    tracemalloc.start()
    dv.pairwise("hellinger_distance", rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40e6 < 400 * 400 * 64 * 8  # all differences at once would take the latter


def test_jax_traces_and_differentiates():
    with jax.enable_x64(True):
        p = jnp.asarray(P)
        for name in ("kl_divergence", "jensen_shannon_divergence"):
            function = getattr(dv, name)
            matrix, pull = jax.vjp(functools.partial(dv.pairwise, name), p)
            assert np.asarray(matrix) == pytest.approx(one_by_one(function, P, P), rel=1e-13)
            by_hand = jax.grad(lambda p, f=function: jnp.sum(f(p[:, None], p[None, :])))(p)
            (total,) = pull(jnp.ones_like(matrix))
            np.testing.assert_allclose(total, by_hand, rtol=1e-12, atol=1e-13)
        compiled = jax.jit(functools.partial(dv.pairwise, "kl_divergence"))(p, jnp.asarray(Q))
        expected = one_by_one(dv.kl_divergence, P, Q)
        assert np.asarray(compiled) == pytest.approx(expected, rel=1e-13)


def test_a_function_of_the_users():
    matrix = dv.pairwise(lambda p, q: np.abs(p - q).max(axis=-1), P, Q)
    assert np.array_equal(matrix, cdist(P, Q, "chebyshev"))


def test_distributions_and_samples_come_in_lists():
    normals = [dv.Normal(mean, 1.0) for mean in (0.0, 1.0, 3.0)]
    matrix = dv.pairwise("kl_divergence", normals)
    assert matrix.value == pytest.approx(np.array([[0, 0.5, 4.5], [0.5, 0, 2], [4.5, 2, 0]]))
    assert matrix.method == "ClosedForm()"
    samples = [dv.Sample(x) for x in (np.arange(5.0), np.arange(5.0) + 2.0)]
    distances = dv.pairwise("wasserstein_distance", samples)
    assert distances.value == pytest.approx(np.array([[0.0, 2.0], [2.0, 0.0]]))


def test_no_rows_no_entries():
    assert dv.pairwise("kl_divergence", P[:0], Q).shape == (0, 4)
    assert dv.pairwise("kl_divergence", P, Q[:0]).shape == (7, 0)


def test_what_has_no_matrix_is_refused():
    for call, error, words in (
        (lambda: dv.pairwise("kl_divergence", P[0]), ValueError, r"P has shape \(5,\); .* one dis"),
        (lambda: dv.pairwise("kl_divergence", P, Q[:, :3]), ValueError, r"P \(5\) and Q \(3\)"),
        (lambda: dv.pairwise("kl_divergence", P, -Q), ValueError, "negative"),
        (lambda: dv.pairwise("entropy", P), TypeError, "not a quantity of two distributions"),
        (lambda: dv.pairwise("kl", P), ValueError, "no quantity 'kl'"),
        (lambda: dv.pairwise("kl_divergence", P, axis=0), TypeError, "axis has no place"),
        (lambda: dv.pairwise("kl_divergence", dv.Normal(0, 1)), TypeError, "pass a list"),
    ):
        with pytest.raises(error, match=words):
            call()


def libraries():
    """Array libraries: what makes their arrays of NumPy's."""
    yield "float32", lambda x: np.asarray(x, np.float32)
    yield "strict", strict.asarray
    yield "strict float32", lambda x: strict.asarray(np.asarray(x, np.float32))
    if importlib.util.find_spec("torch"):
        import torch

        yield "torch", torch.asarray
        yield "torch float32", lambda x: torch.asarray(x, dtype=torch.float32)


LIBRARIES = dict(libraries())


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("kl_divergence", {}),  # exact sums, symmetric or not
        ("jensen_shannon_distance", {}),
        ("bhattacharyya_distance", {}),  # others, in tiles
        ("renyi_divergence", {"alpha": 2.0}),
        ("energy_distance", {}),  # of positions, pair by pair
    ],
)
def test_library_and_dtype_are_those_of_a_single_call(library, name, options):
    function = getattr(dv, name)
    scale = 4.0 if name == "energy_distance" else 1.0  # of probabilities it asks for positions
    p, q = LIBRARIES[library](scale * P[:3]), LIBRARIES[library](scale * Q[:2])
    single = function(p[0, :], q[0, :], **options)
    for matrix, other in (
        (dv.pairwise(name, p, **options), p),
        (dv.pairwise(name, p, q, **options), q),
    ):
        assert isinstance(matrix, type(p))
        assert matrix.dtype == single.dtype
        expected = one_by_one(function, np.asarray(p), np.asarray(other), **options)
        assert np.asarray(matrix) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_pairs_of_jax_arrays_one_by_one_are_of_jax():
    matrix = dv.pairwise("energy_distance", jnp.asarray(4.0 * P[:3], jnp.float32))
    assert isinstance(matrix, jax.Array)
    assert matrix.dtype == jnp.float32
    expected = dv.pairwise("energy_distance", 4.0 * P[:3])
    assert np.asarray(matrix) == pytest.approx(expected, rel=1e-5, abs=1e-6)
