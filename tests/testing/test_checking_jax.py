"""Functions of JAX, jitted, with gradients: ours are clean, the textbook's are not."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np

import divergences as dv
from divergences.testing import check_divergence

HELD = {"pass", "not claimed"}


def statuses(report):
    return [law.status for law in report.laws.values()]


def compiled_gradient(func, argnums):
    return jax.jit(jax.grad(func, argnums))


def test_kl_is_clean_with_its_gradient():
    compiled = jax.jit(lambda p, q: dv.kl_divergence(p, q))
    with jax.enable_x64(True):
        report = check_divergence(
            compiled, dv.kl_divergence, batched=compiled, gradient=compiled_gradient, name="kl"
        )
    assert set(statuses(report)) <= HELD, str(report)
    assert report.convention.flushes  # as XLA does
    assert report["gradient"].cases > 10


def test_js_is_clean_in_single_precision():
    compiled = jax.jit(lambda p, q: dv.jensen_shannon_divergence(p, q))
    report = check_divergence(compiled, "jensen_shannon_divergence", dtype=np.float32, name="js")
    assert set(statuses(report)) <= HELD, str(report)


def test_a_gradient_that_is_nan_where_both_have_no_mass_fails():
    def kl(p, q):
        return jnp.where(p > 0, p * (jnp.log(p) - jnp.log(q)), 0.0).sum()

    with jax.enable_x64(True):
        report = check_divergence(kl, "kl_divergence", gradient=compiled_gradient)
    assert report["value"].status == "pass"
    assert report["gradient"].status == "fail"
    assert "NaN in the gradient" in report["gradient"].counterexample.message
    assert report["gradient"].counterexample.arrays[0].tolist()[-1] == 0.0


def test_the_toolbox_loads_no_jax_pytest_or_torch():
    heavy = ("jax", "torch", "pytest", "matplotlib")
    probe = f"import sys, divergences.testing; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True, text=True)
    assert run.stdout.strip() == "[]"
