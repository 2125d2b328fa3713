"""Pairs of the user's own, in five forms, and what is no such form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import divergences as dv
import gan
from gan.observations import Observations

KEY = jax.random.key(0)
POINTS = np.random.default_rng(0).normal(size=400)
JS = 0.33683082034683161  # of N(0, 1) and N(2, 1)


def sampler(key, n):
    return jax.random.normal(key, (n,))


def log_density(x):
    return -0.5 * x**2 - 0.5 * np.log(2 * np.pi)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "points.npy"
    np.save(path, POINTS)
    return path


NORMALS = {
    "gan": gan.targets["normal-mu-1"].p,
    "divergences": dv.Normal(0, 1),
    "frozen": stats.norm(0, 1),
    "new style": stats.Normal(mu=0.0, sigma=1.0),
    "sampler and density": (sampler, log_density),
    "name": "normal",
    "mixture": dv.Mixture([dv.Normal(0, 1)]),
}
SAMPLES = {
    "sampler": sampler,
    "sampler of vectors": lambda key, n: jax.random.normal(key, (n, 1)),
    "array": POINTS,
    "column": POINTS[:, None],
    "list": POINTS.tolist(),
    "JAX": jnp.asarray(POINTS),
    "Sample": dv.Sample(POINTS),
}


@pytest.mark.parametrize("form", NORMALS)
def test_js_is_known_where_the_densities_are(form):
    pair = gan.Pair.of(NORMALS[form], dv.Normal(2, 1))
    assert pair.js == pytest.approx(JS, abs=1e-9)
    assert pair.v_star == pytest.approx(2 * JS - 2 * np.log(2), abs=1e-9)
    with jax.enable_x64(True):
        assert pair.p.logpdf(np.array([[0.5]])) == pytest.approx(stats.norm.logpdf(0.5), abs=1e-12)


@pytest.mark.parametrize("form", SAMPLES)
def test_js_of_samples_is_not_known_and_says_so(form):
    pair = gan.Pair.of(SAMPLES[form], "normal")
    with pytest.raises(ValueError, match=r"true JS of .* is not known, because p has no density"):
        _ = pair.js
    with pytest.raises(ValueError, match="is not known"):
        gan.run_identity([pair], gan.Config(), 0)


FAMILIES = [  # drawn by JAX, and by NumPy
    dv.Gamma(2.5, 2.0),
    stats.skewnorm(3.0),
    dv.Mixture([dv.Uniform(0, 1), dv.Normal(0, 1)]),
    stats.rv_histogram(([3, 1, 6], [0.0, 1.0, 2.0, 3.0])),
]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda x: type(x).__name__)
def test_samples_of_a_distribution_follow_it(family):
    side = gan.Pair.of(family, "normal").p
    x = np.asarray(jax.jit(lambda key: side.sample(key, 4000))(KEY))
    assert x.shape == (4000, 1)
    with jax.enable_x64(True):  # drawn in the precision of the moment, however they are made
        assert side.sample(KEY, 3).dtype == np.float64
    truth = dv.Mixture([family]).sample(np.random.default_rng(1), 4000)
    assert stats.ks_2samp(x[:, 0], np.asarray(truth).astype(np.float32)).pvalue > 1e-3


def test_vectors_keep_their_coordinates():
    cov = [[1.0, 0.8], [0.8, 2.0]]
    for law in (dv.MultivariateNormal([0, 0], cov), stats.multivariate_normal([0, 0], cov)):
        pair = gan.Pair.of(law, "ring-8")
        assert pair.dim == 2
        x = np.asarray(pair.p.sample(KEY, 2000))
        assert np.cov(x, rowvar=False) == pytest.approx(np.asarray(cov), abs=0.25)
    simplex = gan.Pair.of(dv.Dirichlet([1.0, 2.0, 3.0]), SAMPLES["array"][:90].reshape(30, 3)).p
    assert np.asarray(simplex.sample(KEY, 50)).sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_names_and_embeddings_are_chosen_with_the_pair():
    assert gan.Pair.of("normal", POINTS).name == "normal | ndarray"
    assert gan.Pair.of("normal", POINTS, name="mine").name == "mine"
    heavy = gan.Pair.of("cauchy", dv.StudentT(1.5, 0.0, 1.0))
    assert type(heavy.embedding) is type(gan.targets["cauchy-cauchy"].embedding)
    assert type(gan.Pair.of("normal", POINTS).embedding) is type(gan.targets["ring-8"].embedding)


def test_observations_are_split_and_read_from_files(path):
    side = gan.Pair.of(path, str(path)).p
    assert isinstance(side, Observations)
    assert sorted(np.concatenate([side.train, side.held_out])[:, 0]) == sorted(POINTS)
    assert (len(side.train), len(side.held_out)) == (300, 100)
    assert set(np.asarray(side.sample(KEY, 2000))[:, 0]) == set(side.train[:, 0].astype("f4"))


SMALL = gan.Config(width=8, depth=1, batch=89, steps=400, chunks=4)


@pytest.mark.parametrize("form", ["sampler", "array"])
def test_a_discriminator_of_samples_finds_what_there_is(form):
    pair = gan.Pair.of(SAMPLES[form], stats.norm(2, 1))
    discriminator, info = gan.train_discriminator(pair, SMALL, KEY)
    found = gan.evaluate(discriminator, pair)
    # A lower bound; 100 held-out observations leave a standard error of 0.04 in JS.
    assert abs(found.info["js"] - JS) < 2 * found.standard_error + 0.01
    assert found.value < 0 < found.standard_error < (0.2 if form == "array" else 0.01)
    assert np.all(np.isfinite(info.value))
    again, _ = gan.train_discriminator(pair, SMALL, KEY)
    x = np.linspace(-2, 4, 7)[:, None]
    np.testing.assert_array_equal(discriminator(x), again(x))


def test_far_offsets_cost_a_discriminator_of_arrays_nothing():
    moved = [1e6 + 1e-2 * x for x in (POINTS, POINTS + 2)]
    near, far = (
        gan.evaluate(gan.train_discriminator(pair, SMALL, KEY)[0], pair).value
        for pair in (gan.Pair.of(POINTS, POINTS + 2), gan.Pair.of(*moved))
    )
    assert far == pytest.approx(near, abs=0.01)


def optimal(x):
    return 2.0 - 2.0 * x[:, 0]


def test_evaluation_is_the_mean_over_both_samples():
    x, y = POINTS[:50], POINTS[50:90] + 2
    found = gan.evaluate(optimal, (x, y))
    logs = -np.logaddexp(0, -(2 - 2 * x)), -np.logaddexp(0, 2 - 2 * y)
    assert found.value == pytest.approx(sum(part.mean() for part in logs), rel=1e-12)
    variance = sum(part.var(ddof=1) / len(part) for part in logs)
    assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1e-12)
    assert found.info["js"] == pytest.approx(found.value / 2 + np.log(2))
    assert found.warnings == ()


def test_evaluation_of_a_pair_that_can_be_sampled_is_precise():
    found = gan.evaluate(optimal, gan.targets["normal-mu-2"])
    assert abs(found.info["js"] - JS) < 4 * found.standard_error < 1e-3


def test_saturation_and_overfitting_are_said():
    sure = gan.evaluate(lambda x: 50.0 * x[:, 0], (np.ones(9), -np.ones(9)))
    assert "almost without error" in sure.warnings[0]
    wrong = gan.evaluate(lambda x: -50.0 * x[:, 0], (np.ones(9), -np.ones(9)))
    assert "overfitted" in wrong.warnings[0]


COUNTER = np.random.default_rng(0)
MISTAKES = {
    "nothing": (None, "p is NoneType; pass a distribution of `gan`"),
    "a number": (1, "p is int; pass"),
    "a bool": (True, "p is bool; pass"),
    "a dict": ({"a": 1}, "p is dict; pass"),
    "masses": (dv.Logits([1.0, 2.0]), "p is Logits; pass"),
    "an unknown name": ("nonsense", "'nonsense'; it is no .npy file, and no name of: normal,"),
    "no file": ("nonsense.npy", "nonsense.npy cannot be read: No such file"),
    "not frozen": (stats.norm, "not a frozen distribution"),
    "a batch": (dv.Normal([0, 1], 1), "is a batch of distributions"),
    "a batch of scipy": (stats.norm([0, 1]), "batch"),
    "a density": (dv.Density(log_density, (0, 1)), "cannot be sampled; pass a tuple"),
    "symbols": (dv.Sample(["a", "b"]), "is a Sample of symbols"),
    "weights": (dv.Sample(POINTS, np.ones(400)), "is a weighted Sample"),
    "NaN": (np.array([1.0, np.nan] * 8), "NaN or infinity in 8 places"),
    "images": (np.zeros((9, 8, 8)), r"shape \(9, 8, 8\); pass \(n,\) or \(n, d\)"),
    "words": (np.array(["a"] * 9), "dtype <U1; observations are real numbers"),
    "complex": (np.zeros(9) + 1j, "dtype complex128"),
    "ragged": ([[1.0], [2.0, 3.0]], "not a rectangular array"),
    "masked": (np.ma.array([1.0] * 9, mask=[1] + [0] * 8), "masked entries"),
    "few": ([1.0, 2.0], "at least 8 observations"),
    "none": (np.zeros((0, 2)), "at least 8 observations"),
    "no columns": (np.zeros((9, 0)), "at least 8 observations"),
    "numbers in a tuple": ((1.0, 2.0), "at least 8 observations"),
    "arguments": (lambda key: key, "failed as a sampler, called with a key of JAX and n = 3"),
    "length": (lambda key, n: jnp.zeros(n + 1), r"returned shape \(4,\) for n = 3"),
    "kind": (lambda key, n: jnp.zeros(n, bool), "returned bool"),
    "finite": (lambda key, n: jnp.full(n, jnp.inf), "numbers that are not finite"),
    "constant": (lambda key, n: jnp.zeros(n), "no function of its key"),
    "stateful": (lambda key, n: COUNTER.normal(size=n), "no function of its key"),
    "NumPy": (
        lambda key, n: np.random.default_rng(int(jax.random.bits(key))).normal(size=n),
        "cannot be traced by JAX",
    ),
    "density fails": ((sampler, lambda: 0.0), "log_density of p failed at samples of shape"),
    "density of all": ((sampler, lambda x: jnp.sum(x)), "one real number for each sample"),
    "density elsewhere": ((sampler, lambda x: jnp.log(0.0 * x)), "is -inf at its own samples"),
    "dimensions": ("ring-8", "p has 2 dimensions and q has 1"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_no_distribution_is_refused_in_words(mistake):
    value, words = MISTAKES[mistake]
    with pytest.raises((TypeError, ValueError), match=words):
        gan.Pair.of(value, "normal")


def test_files_that_are_no_arrays_of_numbers_are_refused(tmp_path):
    (tmp_path / "text.npy").write_text("nothing of the kind")
    np.save(tmp_path / "objects.npy", np.array([{}, None]), allow_pickle=True)
    for name in ("text", "objects"):
        with pytest.raises(ValueError, match=rf"{name}\.npy is no \.npy file of numbers"):
            gan.Pair.of(tmp_path / f"{name}.npy", "normal")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1, (POINTS, POINTS)), "discriminator is int"),
        ((optimal, POINTS), "held_out is no Pair"),
        ((optimal, (POINTS, POINTS[:1])), "y has shape .*; at least 2 observations"),
        ((lambda x: x, (POINTS, POINTS)), r"returned shape \(400, 1\) for samples"),
        ((lambda x: jnp.log(x[:, 0] - 9), (POINTS, POINTS)), "returned NaN for a sample"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_words(arguments, words):
    with pytest.raises((TypeError, ValueError), match=words):
        gan.evaluate(*arguments)


def test_observations_with_a_constant_coordinate_are_refused():
    pair = gan.Pair.of(np.zeros(20), np.zeros(20))
    with pytest.raises(ValueError, match="do not spread in every direction"):
        gan.train_discriminator(pair, SMALL, KEY)
