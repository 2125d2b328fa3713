"""Train ensembles on one, two and four simulated devices; write what came out as JSON."""

import json
import sys

import jax
import jax.numpy as jnp
import numpy as np

import gan
from gan import devices
from gan.config import GameConfig
from gan.identity import pair_keys
from gan.noisy_games import play
from gan.training import stack, train

GAME = GameConfig(
    steps=20, d_steps=1, batch=21, codes=8, generator_width=4, generator_depth=1, width=4, depth=1,
    checks=1, seeds=4,
)  # fmt: skip
SMALL = gan.Config(width=4, depth=1, batch=21, steps=20, chunks=1, seeds=2)


def values(tree) -> list:
    arrays = [x for x in jax.tree.leaves(tree) if isinstance(x, jax.Array)]
    return [np.ravel(x).tolist() for x in arrays if jnp.issubdtype(x.dtype, jnp.inexact)]


def found() -> dict:
    (states,) = play(GAME, 0)
    pairs = [gan.targets[name] for name in ("normal-mu-0", "normal-mu-1")]
    keys = jnp.concatenate([pair_keys(pair, SMALL, 0) for pair in pairs])
    networks, _ = train(stack([pair.game for pair in pairs for _ in range(2)]), SMALL, keys)
    weights = [states.generator.network.layers[0].weight, networks.mlp.layers[0].weight]
    return {
        "devices": [len(w.sharding.device_set) for w in weights],
        "largest share": [max(s.data.shape[0] for s in w.addressable_shards) for w in weights],
        "games": values(states),
        "pairs": values(networks),
    }


def main() -> None:
    runs = {"most": [devices.devices_for(n) for n in (1, 2, 3, 4, 5, 6, 8)]}
    for count in (1, 2, 4):
        devices.devices_for = lambda members, count=count: count
        runs[count] = found()
    json.dump(runs, sys.stdout)


if __name__ == "__main__":
    main()
