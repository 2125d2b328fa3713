"""What networks are initialised with."""

import equinox as eqx
import jax
import numpy as np
import pytest

from gan.networks import leaky, perceptron


@pytest.mark.parametrize("sizes", [(2, "scalar", 33, 2), (3, 2, 8, 0)])
def test_a_perceptron_is_that_of_equinox(sizes):
    def both(key):
        made = perceptron(key, *sizes, jax.nn.gelu, leaky)
        return made, eqx.nn.MLP(*sizes, jax.nn.gelu, leaky, key=key)

    made, expected = eqx.filter_jit(both)(jax.random.key(7))
    assert jax.tree.structure(made) == jax.tree.structure(expected)
    for ours, theirs in zip(*map(jax.tree.leaves, (made, expected)), strict=True):
        if eqx.is_array(theirs):
            # Numbers between -1 and 1, of one multiplication and one addition, perhaps fused.
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=2**-23)
