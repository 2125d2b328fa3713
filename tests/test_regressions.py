"""Inputs that other libraries got wrong, by the report; and numbers that textbooks print."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.functionals.jensen_shannon import JENSEN_SHANNON_DISTANCE
from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER
from divergences.testing import oracle
from divergences.testing.tolerance import ulps

LOG2 = np.log(2.0)
INF = np.inf


def right(result, functional, *measures):
    return ulps(result, oracle.value(functional, *measures)) <= 4.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_jensenshannon_of_nearly_equal_distributions_was_nan(dtype):
    """scipy#20083: rounding made the divergence negative, and its root NaN."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        p = rng.dirichlet(np.ones(10)).astype(dtype)
        q = np.nextafter(p, dtype(rng.integers(2)))
        distance = dv.jensen_shannon_distance(p, q)
        assert distance.dtype == dtype
        assert distance > 0
        assert right(distance, JENSEN_SHANNON_DISTANCE, p, q)


def test_jensenshannon_one_ulp_apart():
    """scipy#20779: NaN for these."""
    p, q = np.array([0.5, 0.5]), np.array([np.nextafter(0.5, 0.0), 0.5])
    distance = dv.jensen_shannon_distance(p, q)
    assert distance > 0
    assert right(distance, JENSEN_SHANNON_DISTANCE, p, q)


def test_jensenshannon_with_the_smallest_number():
    """scipy#19436: infinite for these, through the overflow of a quotient."""
    p, q = np.array([0.0, 1.0]), np.array([5e-324, 1.0])
    assert 0.0 <= dv.jensen_shannon_distance(p, q) < 1e-160
    assert 0.0 <= dv.jensen_shannon_divergence(p, q) < 1e-320
    assert dv.kl_divergence(p, q) <= 5e-324
    assert dv.kl_divergence(q, p) == INF


def test_rel_entr_with_zeros_on_different_sides():
    """jax#21192: the value and its gradient where each distribution lacks an outcome."""
    p, q = jnp.array([0.7, 0.3, 0.0, 0.0]), jnp.array([0.0, 0.3, 0.7, 0.0])
    assert dv.kl_divergence(p, q) == INF
    value, gradient = jax.value_and_grad(dv.jensen_shannon_divergence)(p, q)
    assert value == pytest.approx(0.7 * LOG2, rel=1e-6)
    assert not jnp.any(jnp.isnan(gradient))


def test_one_hot_distributions():
    """torchmetrics#1029: one-hot, equal with a zero, and absolute continuity violated."""
    one, other = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]
    assert dv.kl_divergence(one, one) == 0.0
    assert dv.kl_divergence(one, other) == INF
    assert dv.kl_divergence([0.5, 0.5, 0.0], [0.5, 0.5, 0.0]) == 0.0
    assert dv.kl_divergence([0.5, 0.5, 0.0], [1.0, 0.0, 0.0]) == INF
    assert dv.jensen_shannon_divergence(one, other) == LOG2


def test_zero_mass_on_both_sides_is_no_nan():
    """Distributions.jl#793: 0 log(0/0) is 0."""
    p, q = [0.0, 0.5, 0.5], [0.0, 0.25, 0.75]
    assert dv.kl_divergence(p, q) == dv.kl_divergence(p[1:], q[1:])


def test_zeros_are_not_replaced_by_a_small_number():
    """philentropy#26: an epsilon for zeros gave a finite Kullback-Leibler divergence."""
    assert dv.kl_divergence([0.5, 0.5], [1.0, 0.0]) == INF
    assert dv.kl_divergence([1.0, 0.0], [0.5, 0.5]) == LOG2


def test_entropy_with_a_zero():
    """numpyro#2276: H[1/4, 0, 3/4], which was NaN, and its derivative."""
    p = np.array([0.25, 0.0, 0.75])
    assert dv.entropy(p) == pytest.approx(0.5623351446188083, rel=1e-15)
    gradient = jax.grad(lambda a: dv.entropy(dv.Logits(a)))(jnp.log(jnp.asarray(p)))
    assert gradient[1] == 0.0
    assert jnp.all(jnp.isfinite(gradient))


@pytest.mark.parametrize("logits", [[0.0, -INF], [0.0, 0.0, -INF], [65504.0, -65504.0]])
def test_entropy_of_masked_logits(logits):
    """trl#7221: NaN from p log p with -inf among the logits, and the ends of float16."""
    expected = LOG2 if len(logits) == 3 else 0.0
    for dtype in (jnp.float16, jnp.float32):
        a = jnp.asarray(logits, dtype)
        value, gradient = jax.value_and_grad(lambda a: dv.entropy(dv.Logits(a)))(a)
        assert value.dtype == jnp.float32
        assert value == jnp.float32(expected)
        assert jnp.all(gradient == 0.0)
    assert dv.entropy(dv.Logits(np.asarray(logits, np.float16))) == np.float32(expected)


def test_zero_targets_have_a_finite_gradient():
    """optax#1786: the gradient by the targets was NaN where one is 0."""
    targets = jnp.array([0.0, 0.4, 0.6, 0.0])
    logits = jnp.array([0.1, 0.2, 0.3, 0.4])
    by_logits = jax.grad(lambda b: dv.kl_divergence(targets, dv.Logits(b)))(logits)
    assert jnp.all(jnp.isfinite(by_logits))
    assert by_logits == pytest.approx(np.asarray(jax.nn.softmax(logits) - targets), rel=1e-5)
    by_targets = jax.grad(lambda p: dv.kl_divergence(p, dv.Logits(logits)))(targets)
    assert np.asarray(by_targets)[[0, 3]].tolist() == [-INF, -INF]  # the one-sided limit
    assert jnp.all(jnp.isfinite(by_targets[1:3]))


def test_log_probabilities_beneath_the_range_of_exp():
    """Liger-Kernel#1453: log-probabilities below -104 on both sides gave NaN in float32."""
    a = jnp.array([0.0, -120.0, -150.0, -INF], jnp.float32)
    b = jnp.array([0.0, -140.0, -110.0, -INF], jnp.float32)
    value, gradient = jax.value_and_grad(lambda a: dv.kl_divergence(dv.Logits(a), dv.Logits(b)))(a)
    assert 0.0 <= value < 1e-37
    assert jnp.all(jnp.isfinite(gradient))
    assert jnp.all(abs(gradient) < 1e-37)


def test_identical_logits_of_a_large_vocabulary():
    """EasyDeL#267: not 0 in bfloat16 for 248,320 identical logits under jit."""
    a = jax.random.normal(jax.random.key(0), (248_320,), jnp.bfloat16) * 4
    same = jax.jit(lambda a, b: dv.kl_divergence(dv.Logits(a), dv.Logits(b)))(a, a)
    assert same == 0.0
    assert same.dtype == jnp.float32


def test_target_of_one_and_far_log_probabilities():
    """pytorch#89558: KL of the target [1, 0] from log-probabilities [0, -700]."""
    far = dv.LogProbs(np.array([0.0, -700.0]))
    assert 0.0 <= dv.kl_divergence([1.0, 0.0], far) < 1e-303
    assert right(dv.kl_divergence([1.0, 0.0], far), KULLBACK_LEIBLER, dv.Weights([1.0, 0.0]), far)
    assert dv.kl_divergence(far, [1.0, 0.0]) == INF


@pytest.mark.parametrize("far", [-1e308, -1e4, -INF])
def test_logits_at_the_ends_of_the_exponents(far):
    p, q = dv.Logits(np.array([0.0, far])), dv.Logits(np.array([0.0, 0.0]))
    assert dv.kl_divergence(p, q) == LOG2
    assert dv.entropy(p) == 0.0
    assert dv.kl_divergence(p, p) == 0.0
    assert dv.kl_divergence(q, p) == (INF if far == -INF else pytest.approx(-0.5 * far - LOG2))
    apart = dv.Logits(np.array([far, 0.0]))
    assert dv.jensen_shannon_divergence(p, apart) == LOG2
    wide = dv.Logits(np.array([1e308, -1e308]))  # differences of logits overflow
    assert dv.kl_divergence(wide, p) == INF if far == -INF else dv.kl_divergence(wide, p) <= 5e-324


def test_numbers_of_the_textbooks():
    """Cover & Thomas (2006): examples 1.1.2, 2.1.1, 2.2.1 and 2.3.1."""
    assert dv.entropy([1 / 2, 1 / 4, 1 / 8, 1 / 8], base=2) == 1.75
    assert dv.entropy([1 / 2, 1 / 4, 1 / 8, 1 / 16, *[1 / 64] * 4], base=2) == 2.0
    joint = np.array(
        [
            [1 / 8, 1 / 16, 1 / 32, 1 / 32],
            [1 / 16, 1 / 8, 1 / 32, 1 / 32],
            [1 / 16, 1 / 16, 1 / 16, 1 / 16],
            [1 / 4, 0, 0, 0],
        ]
    )
    assert dv.joint_entropy(joint, base=2) == pytest.approx(27 / 8, rel=1e-15)
    assert dv.conditional_entropy(joint, base=2) == pytest.approx(11 / 8, rel=1e-15)
    assert dv.conditional_entropy(joint, axis=(1, 0), base=2) == pytest.approx(13 / 8, rel=1e-15)
    assert dv.mutual_information(joint, base=2) == pytest.approx(3 / 8, rel=1e-15)
    p, q = [1 / 2, 1 / 2], [3 / 4, 1 / 4]
    assert dv.kl_divergence(p, q, base=2) == pytest.approx(0.2075187496394219, rel=1e-15)
    assert dv.kl_divergence(q, p, base=2) == pytest.approx(0.18872187554086717, rel=1e-15)


def test_one_alphabet_coded_with_the_code_of_another():
    summer, winter = [1 / 2, 1 / 4, 1 / 8, 1 / 8], [1 / 8, 1 / 8, 1 / 4, 1 / 2]
    assert dv.cross_entropy(summer, winter, base=2) == 2.625
    assert dv.kl_divergence(summer, winter, base=2) == 0.875
    assert dv.perplexity([1 / 4] * 4) == 4.0


@pytest.mark.parametrize(("mu", "js"), [(1, 0.11142148218473618), (6, 0.68929793302907777)])
def test_gaussians_on_a_grid_approach_their_divergence(mu, js):
    """A fine grid is exact to rounding for smooth functions that vanish at its ends."""
    x = np.linspace(-12.0, 12.0 + mu, 4001)
    p, q = dv.Logits(-0.5 * x**2), dv.Logits(-0.5 * (x - mu) ** 2)
    assert dv.jensen_shannon_divergence(p, q) == pytest.approx(js, rel=1e-13)
    with mpmath.workdps(30):
        deficit = float(mpmath.log(2) - mpmath.mpf(js))
    assert dv.jensen_shannon_deficit(p, q) == pytest.approx(deficit, rel=1e-13)


def test_deficit_of_gaussians_far_apart():
    """N(0, 1) and N(20, 1): 2.366e-23, of which log 2 - JS has no digit."""
    x = np.linspace(-12.0, 32.0, 8001)
    p, q = dv.Logits(-0.5 * x**2), dv.Logits(-0.5 * (x - 20.0) ** 2)
    assert dv.jensen_shannon_deficit(p, q) == pytest.approx(2.366e-23, rel=5e-4, abs=0.0)
