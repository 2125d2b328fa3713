"""An ensemble laid over all devices: each computes some of its members."""

from typing import TypeVar

import equinox as eqx
import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

Tree = TypeVar("Tree")


def devices_for(members: int) -> int:
    """Return how many devices share so many members: as many as give each the same number."""
    return max(n for n in range(1, len(jax.devices()) + 1) if members % n == 0)


def spread(tree: Tree, members: int) -> Tree:
    """Lay arrays that are stacked along the first axis over the devices.

    What is compiled for such arrays computes members where they are. On one device this is the tree
    itself.

    Parameters
    ----------
    tree
        A tree of arrays, each with one entry a member along its first axis, and of other leaves.
    members : int
        Number of members.
    """
    count = devices_for(members)
    if count == 1:
        return tree
    mesh = Mesh(np.array(jax.devices()[:count]), ("members",))
    along = NamedSharding(mesh, PartitionSpec("members"))
    return jax.tree.map(lambda x: jax.device_put(x, along) if eqx.is_array(x) else x, tree)
