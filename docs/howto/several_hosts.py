"""KL of logits whose vocabulary lies on the devices of several hosts.

Start it on each: python several_hosts.py ADDRESS HOSTS NUMBER, with the address of number 0.
"""

import sys

import jax
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec

import divergences as dv

address, hosts, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
jax.distributed.initialize(address, hosts, number)  # of nothing on Slurm or a Cloud TPU
mesh = jax.make_mesh((jax.device_count(),), ("vocab",))  # the devices of all hosts
columns = PartitionSpec(None, "vocab")


def on_all_hosts(part):
    """Make one array of what the hosts hold, each its part of the outcomes of all rows."""
    shape = part.shape[0], hosts * part.shape[1]
    return jax.make_array_from_process_local_data(NamedSharding(mesh, columns), part, shape)


def local(p, q):
    """Return KL of each row, of the part on one device."""
    return dv.kl_divergence(dv.Logits(p, axis_name="vocab"), dv.Logits(q, axis_name="vocab"))


rng = np.random.default_rng(number)  # in place of the layer that a model has on this host
p, q = (on_all_hosts(rng.normal(size=(4, 16_000)).astype(np.float32)) for _ in range(2))
kl = jax.jit(
    jax.shard_map(local, mesh=mesh, in_specs=(columns, columns), out_specs=PartitionSpec())
)
print(np.asarray(kl(p, q)).tolist())  # the same on every host
