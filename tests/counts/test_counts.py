"""Counts are checked, batched and masked as arrays are; symbols are counted."""

import json
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences import methods

ENTROPIES = [
    methods.PlugIn(),
    methods.PlugIn("krichevsky-trofimov"),
    methods.MillerMadow(),
    methods.Jackknife(),
    methods.Grassberger(),
    methods.Schurmann(),
    methods.ChaoShen(),
    methods.ChaoWangJost(),
    methods.Zhang(),
    methods.Dirichlet("perks"),
    methods.Shrinkage(),
    methods.NSB(),
]
DIVERGENCES = [
    methods.PlugIn("additive"),
    methods.PlugIn("shrink"),
    methods.Jackknife("krichevsky-trofimov"),
    methods.Zhang(),
    methods.Dirichlet(),
]
RNG = np.random.default_rng(1)
BATCH = RNG.poisson(2.0, (3, 4, 6)) + np.eye(6, dtype=int)[RNG.integers(0, 6, (3, 4))]
OTHER = RNG.poisson(3.0, (4, 6)) + np.eye(6, dtype=int)[RNG.integers(0, 6, 4)]


def same(found, expected):
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-13)
    np.testing.assert_allclose(found.standard_error, expected.standard_error, rtol=1e-9)


def rows(estimates):
    """Stack estimates of single vectors."""
    return dv.Estimate(
        np.array([float(e) for e in estimates]),
        "",
        np.array([e.standard_error for e in estimates]),
    )


@pytest.mark.parametrize("method", ENTROPIES, ids=repr)
def test_a_batch_is_its_rows(method):
    found = dv.entropy(dv.Counts(BATCH), method=method)
    assert found.value.shape == (3, 4)
    flat = rows([dv.entropy(dv.Counts(n), method=method) for n in BATCH.reshape(-1, 6)])
    same(flat, dv.entropy(dv.Counts(BATCH.reshape(-1, 6)), method=method))
    moved = dv.entropy(dv.Counts(np.moveaxis(BATCH, -1, 0)), axis=0, method=method)
    same(moved, found)
    kept = dv.entropy(dv.Counts(BATCH), axis=-1, keepdims=True, method=method)
    assert kept.value.shape == kept.standard_error.shape == (3, 4, 1)
    bits = dv.entropy(dv.Counts(BATCH), method=method, base=2)
    np.testing.assert_allclose(bits.value * math.log(2), found.value, rtol=1e-15)


@pytest.mark.parametrize("method", DIVERGENCES, ids=repr)
def test_batches_of_two_samples_broadcast(method):
    found = dv.kl_divergence(dv.Counts(BATCH), dv.Counts(OTHER), method=method)
    assert found.value.shape == (3, 4)
    pairs = [(BATCH[i, j], OTHER[j]) for i in range(3) for j in range(4)]
    flat = rows([dv.kl_divergence(dv.Counts(n), dv.Counts(m), method=method) for n, m in pairs])
    same(flat, dv.Estimate(found.value.ravel(), "", found.standard_error.ravel()))


@pytest.mark.parametrize("method", ENTROPIES, ids=repr)
def test_outcomes_left_out_are_not_of_the_alphabet(method):
    where = np.array([True, True, False, True, True, False])
    shorter = dv.entropy(dv.Counts(BATCH[..., where] + 1), method=method)
    same(dv.entropy(dv.Counts(BATCH + 1), where=where, method=method), shorter)


@pytest.mark.parametrize("method", DIVERGENCES, ids=repr)
def test_outcomes_left_out_get_no_pseudocounts(method):
    where = np.array([True, True, False, True, True, False])
    p, q = BATCH + 1, OTHER + 1
    shorter = dv.kl_divergence(dv.Counts(p[..., where]), dv.Counts(q[..., where]), method=method)
    same(dv.kl_divergence(dv.Counts(p), dv.Counts(q), where=where, method=method), shorter)


@pytest.mark.parametrize("method", ENTROPIES, ids=repr)
def test_the_order_of_outcomes_does_not_matter(method):
    counts = BATCH[0, 0]
    found = dv.entropy(dv.Counts(counts), method=method)
    same(dv.entropy(dv.Counts(RNG.permutation(counts)), method=method), found)


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.int64, np.float32, np.float64])
def test_counts_are_integers_of_any_dtype(dtype):
    values = np.array([3, 1, 0, 4], dtype=dtype)
    assert float(dv.entropy(dv.Counts(values))) == float(dv.entropy(dv.Counts([3, 1, 0, 4])))
    assert float(dv.entropy(dv.Counts(jnp.asarray(values)))) == float(
        dv.entropy(dv.Counts([3, 1, 0, 4]))
    )


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ([1, -2], r"p has a negative count \(-2\)"),
        ([1.5, 2.0], r"p has a count of 1\.5; counts are integers.*Weights\(p\)"),
        ([0, 0], r"p has no observations; nothing"),
        ([[1, 2], [0, 0]], r"p has no observations at \(1,\)"),
        ([2.0**60, 1.0], r"p has a count above 2\^53"),
        ([math.inf, 1.0], r"p has a count above 2\^53"),
        ([], r"p has no outcomes"),
        (3, r"p is a scalar"),
        ([[1, 2], [3]], r"p is not a rectangular array"),
    ],
)
def test_what_cannot_be_counts_is_refused(bad, words):
    with pytest.raises(ValueError, match=words):
        dv.entropy(dv.Counts(bad))


def test_the_second_sample_is_named():
    with pytest.raises(ValueError, match=r"q has a negative count"):
        dv.kl_divergence(dv.Counts([1, 2]), dv.Counts([3, -1]))
    with pytest.raises(ValueError, match=r"p \(2\) and q \(3\) have different numbers of outcomes"):
        dv.kl_divergence(dv.Counts([1, 2]), dv.Counts([3, 1, 1]))
    with pytest.raises(TypeError, match=r"known in different ways, .* Weights\(counts\) "):
        dv.jensen_shannon_divergence(dv.Counts([1, 2]), [0.5, 0.5], [0.5, 0.5])


def test_counts_of_text_or_traced_counts_are_refused():
    with pytest.raises(TypeError, match=r"p has dtype"):
        dv.entropy(dv.Counts(["a", "b"]))
    with pytest.raises(TypeError, match=r"p is being traced by JAX"):
        jax.jit(lambda n: dv.entropy(dv.Counts(n)).value)(jnp.array([1, 2]))
    with pytest.raises(ValueError, match=r"where keeps no outcome"):
        dv.entropy(dv.Counts([1, 2]), where=[False, False])


def test_a_missing_count_makes_its_row_missing():
    counts = [[1.0, 2.0, 3.0], [math.nan, 2.0, 3.0]]
    found = dv.entropy(dv.Counts(counts))
    assert found.value[0] == float(dv.entropy(dv.Counts([1, 2, 3])))
    assert math.isnan(found.value[1])
    assert math.isnan(found.standard_error[1])
    kept = dv.entropy(dv.Counts(counts), where=[False, True, True])
    assert kept.value[1] == float(dv.entropy(dv.Counts([2, 3])))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: methods.Grassberger(2004), r"version is 2004; .* 1988 and 2003"),
        (lambda: methods.Schurmann(0.3), r"xi is 0\.3; it lies between 1/2 and 1"),
        (lambda: methods.Schurmann("a"), r"xi is 'a'; pass a positive number"),
        (lambda: methods.Dirichlet("haldane"), r"prior is 'haldane'; pass one of 'jeffreys'"),
        (lambda: methods.Dirichlet(-1.0), r"prior is -1\.0; pass a positive number"),
        (lambda: methods.PlugIn("laplace"), r"smoothing is 'laplace'; pass one of 'none'"),
        (lambda: methods.PlugIn(0.0), r"smoothing is 0\.0"),
        (lambda: methods.Jackknife("shrink"), r"smoothing is 'shrink'; pass one of 'none'"),
        (lambda: methods.NSB(2.5), r"alphabet_size is 2\.5; it is a positive integer"),
        (lambda: methods.NSB("many"), r"alphabet_size is 'many'; pass a number"),
        (
            lambda: methods.Permutation(rng=0, permutations=0),
            r"permutations is 0; pass a positive integer",
        ),
        (lambda: methods.Permutation(rng=0, method=methods.NSB()), r"method is NSB"),
    ],
)
def test_settings_are_checked(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_alphabet_smaller_than_what_was_observed_is_refused():
    with pytest.raises(ValueError, match=r"alphabet_size is 2, but 3 outcomes were observed"):
        dv.entropy(dv.Counts([1, 2, 3]), method=methods.NSB(2))


def test_a_method_that_cannot_is_refused_with_words():
    p = dv.Counts([1, 2, 3])
    with pytest.raises(ValueError, match=r"ChaoShen\(\) estimates entropies, not cross-entropies"):
        dv.cross_entropy(p, p, method=methods.ChaoShen())
    with pytest.raises(
        TypeError, match=r"NSB.* no method for .*f divergence.* of counts; .*PlugIn"
    ):
        dv.kl_divergence(p, p, method=methods.NSB())
    with pytest.raises(ValueError, match=r"jensen_shannon_divergence is no sum of entropies"):
        dv.jensen_shannon_divergence(p, p, method=methods.Zhang())
    with pytest.raises(TypeError, match=r"NearestNeighbours.* no method for .* of counts"):
        dv.entropy(p, method=methods.NearestNeighbours())


def test_symbols_are_counted():
    x, y = ["a", "b", "a", "c"], ["b", "b", "a", "d"]
    found = dv.kl_divergence(dv.Sample(x), dv.Sample(y))
    expected = dv.kl_divergence(dv.Counts([2, 1, 1, 0]), dv.Counts([1, 2, 0, 1]))
    assert float(found) == float(expected)
    assert float(dv.entropy(dv.Sample([3, 1, 3]))) == float(dv.entropy(dv.Counts([2, 1])))
    assert float(dv.perplexity(dv.Sample(x))) == float(dv.perplexity(dv.Counts([2, 1, 1])))
    three = dv.jensen_shannon_divergence(*map(dv.Sample, (x, y, x)))
    counts = ([2, 1, 1, 0], [1, 2, 0, 1], [2, 1, 1, 0])
    assert float(three) == float(dv.jensen_shannon_divergence(*map(dv.Counts, counts)))
    pairs, table = dv.Sample.joint(x, y), dv.Counts([[1, 1, 0], [0, 1, 0], [0, 0, 1]])
    for function in (dv.mutual_information, dv.conditional_entropy):
        assert float(function(pairs)) == float(function(table))
    assert float(dv.joint_entropy(pairs)) == float(dv.joint_entropy(table))


def test_symbols_have_no_axes_and_no_weights():
    with pytest.raises(ValueError, match=r"axis, keepdims and where are for arrays"):
        dv.entropy(dv.Sample(["a", "b"]), axis=0)
    with pytest.raises(ValueError, match=r"weighted symbols have no counts; pass Weights"):
        dv.entropy(dv.Sample(["a", "b"], weights=[1.0, 2.0]))


def test_estimates_can_be_written_as_json():
    found = dv.entropy(dv.Counts([1, 2, 3]))
    assert json.loads(json.dumps({k: float(v) for k, v in found.info.items()}))["observations"] == 6


def test_outcomes_that_nobody_has_seen_change_no_jackknife():
    counts = np.random.default_rng(5).poisson(0.5, size=(2, 3, 40))
    padded = np.concatenate([counts, np.zeros_like(counts)], axis=-1)
    for quantity in (dv.hellinger_distance, dv.jensen_shannon_divergence):
        batch = quantity(*map(dv.Counts, padded), method=methods.Jackknife())
        for i in range(3):
            alone = quantity(*(dv.Counts(x[i]) for x in counts), method=methods.Jackknife())
            longer = quantity(*(dv.Counts(x[i]) for x in padded), method=methods.Jackknife())
            assert longer.value == alone.value
            assert longer.standard_error == alone.standard_error
            assert batch.value[i] == pytest.approx(alone.value, rel=1e-12, abs=1e-15)
