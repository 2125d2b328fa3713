"""Logits in shards over devices: each makes a state of its own, and a collective merges them."""

import numpy as np
import pytest

from divergences.states import LogSumExpState
from tests.devices import on_four_devices

SHAPE = (8, 4096)
PROGRAM = f"""
import json
from functools import reduce
import jax, jax.numpy as jnp, numpy as np
from jax.sharding import NamedSharding, PartitionSpec
from divergences.states import LogSumExpState

logits = 3.0 * np.random.default_rng(0).normal(size={SHAPE})

def both(state):
    return state.result(), state.entropy()

def found(count, columns):
    mesh = jax.make_mesh((count,), ("devices",), devices=jax.devices()[:count])
    laid = jax.device_put(logits, NamedSharding(mesh, columns))

    def of_shard(shard):
        parts = jnp.stack(jnp.split(shard, 4, axis=-1))
        first = LogSumExpState().update(parts[0])
        own, _ = jax.lax.scan(lambda s, part: (s.update(part), None), first, parts[1:])
        if columns[0] is None:  # the vocabulary is in shards
            states = jax.lax.all_gather(own, "devices")
            shares = [jax.tree.map(lambda x: x[i], states) for i in range(count)]
            return both(reduce(LogSumExpState.merge, shares))
        return both(own)

    by_hand = jax.shard_map(
        of_shard, mesh=mesh, in_specs=columns, out_specs=PartitionSpec(columns[0]), check_vma=False
    )
    by_compiler = jax.jit(lambda z: both(LogSumExpState().update(z)))
    return [np.asarray(x).tolist() for f in (jax.jit(by_hand), by_compiler) for x in f(laid)]

layouts = PartitionSpec(None, "devices"), PartitionSpec("devices", None)
print(json.dumps([found(count, layout) for layout in layouts for count in (1, 2, 4)]))
"""


@pytest.fixture(scope="module")
def found():
    return np.array(on_four_devices("-c", PROGRAM, JAX_ENABLE_X64="1"))


def test_one_two_and_four_devices_agree(found):
    state = LogSumExpState().update(3.0 * np.random.default_rng(0).normal(size=SHAPE))
    expected = np.array([state.result(), state.entropy()] * 2)
    assert found.shape == (6, *expected.shape)
    assert np.all(np.abs(found - expected) <= 8.0 * np.spacing(expected))
