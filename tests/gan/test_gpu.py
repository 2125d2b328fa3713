"""What holds on a GPU: no step waits for the host, and the identity is recovered there.

They run where JAX finds a GPU, and compare with the CPU:
``JAX_PLATFORMS=cuda,cpu python -m pytest tests/gan/test_gpu.py``.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
import gan
from gan import bench
from gan.game import run_all
from gan.output import device_name
from gan.sources import source

pytestmark = pytest.mark.skipif(jax.default_backend() == "cpu", reason="JAX finds no GPU here")


def test_no_step_waits_for_the_host():
    data = jax.tree.map(jnp.asarray, source("target", "ring-8"))
    rules, states = bench._games(data, 64, 16, 4, 0)
    steps = jnp.asarray(50)
    run_all(rules, data, states, steps)  # compiles
    with jax.transfer_guard("disallow"):
        states = run_all(rules, data, states, steps)
    assert states.step.tolist() == [50] * 4


def test_the_identity_is_recovered_and_the_device_is_named():
    assert device_name().startswith("gpu: ")
    names = ("normal-mu-1", "laplace-laplace", "parallel-lines")
    config = gan.Config(seeds=1)
    results = gan.run_identity([gan.targets[name] for name in names], config, seed=0)
    assert all(result.record.verified for result in results)


@pytest.mark.parametrize("member", [dv.kl_divergence, dv.jensen_shannon_divergence])
def test_values_and_gradients_are_those_of_the_cpu(member):
    z, y = (jnp.asarray(np.random.default_rng(s).normal(size=(4, 1000)) * 3) for s in (0, 1))

    def total(a, b):
        return member(dv.Logits(a), dv.Logits(b)).sum()

    both = jax.jit(jax.value_and_grad(total, argnums=(0, 1)))
    cpu = jax.devices("cpu")[0]
    value, slopes = both(z, y)
    expected, expected_slopes = both(jax.device_put(z, cpu), jax.device_put(y, cpu))
    eps = float(jnp.finfo(z.dtype).eps)
    # Both are within 4 units of the truth a row, 16 in the sum of four.
    assert float(value) == pytest.approx(float(expected), rel=16 * eps)
    for slope, other in zip(slopes, expected_slopes, strict=True):
        np.testing.assert_allclose(slope, other, rtol=2e-5, atol=16 * eps)
