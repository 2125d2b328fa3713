"""Rows of logits that are laid over devices stay there: each has its share of every block."""

from tests.devices import on_four_devices

PROGRAM = """
import json
import jax, jax.numpy as jnp, numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
import divergences as dv
from divergences.methods.finite.logits.differentiable import blocks

blocks.ON_CPU = 3 * 700
rng = np.random.default_rng(0)
a, b = rng.normal(size=(2, 24, 700)).astype(np.float32)

def loss(a, b):
    return jnp.sum(dv.kl_divergence(dv.Logits(a), dv.Logits(b)) + dv.entropy(dv.Logits(b)))

slopes = jax.jit(jax.value_and_grad(loss, (0, 1)))
mesh = Mesh(np.array(jax.devices()), ("rows",))
over = NamedSharding(mesh, PartitionSpec("rows", None))
laid = [jax.device_put(x, over) for x in (a, b)]
compiled = slopes.lower(*laid).compile()
value, gradients = compiled(*laid)
truth = float(sum(dv.kl_divergence(dv.Logits(a), dv.Logits(b)) + dv.entropy(dv.Logits(b))))
single, expected = slopes(a, b)
print(json.dumps({
    "devices": jax.device_count(),
    "gathers": compiled.as_text().count("all-gather"),
    "laid": [g.sharding.is_equivalent_to(over, 2) for g in gradients],
    "error": abs(float(value) / truth - 1.0),
    "gap": max(float(abs(np.asarray(g) - e).max()) for g, e in zip(gradients, expected)),
}))
"""


def test_rows_laid_over_devices_are_not_gathered():
    found = on_four_devices("-c", PROGRAM)
    assert found["devices"] == 4
    assert found["gathers"] == 0
    assert found["laid"] == [True, True]
    assert found["error"] < 5e-7
    assert found["gap"] < 1e-6
