"""Players by their class and settings: what a file says of one, and shapes of another like it."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gan.blurred import Blurred
from gan.conditional import Conditional, Projection
from gan.generators import Noisy, Push
from gan.networks import Identity, LogitNetwork, Stereographic, leaky

_CLASSES: Mapping[str, Any] = {
    kind.__name__: kind
    for kind in (
        Noisy, Push, Conditional, Blurred, LogitNetwork, Projection, Identity, Stereographic,
    )
}  # fmt: skip
_ACTIVATIONS: Mapping[str, Any] = {"gelu": jax.nn.gelu, "leaky": leaky}


def is_array(leaf: Any) -> bool:
    """Whether a leaf is an array, or the shape of one."""
    return isinstance(leaf, jax.Array | np.ndarray | jax.ShapeDtypeStruct)


def shapes(tree: Any) -> Any:
    """Return the tree with shapes and types in the place of arrays."""

    def shape(leaf: Any) -> jax.ShapeDtypeStruct:
        dtype = jax.dtypes.canonicalize_dtype(leaf.dtype, allow_extended_dtype=True)
        return jax.ShapeDtypeStruct(leaf.shape, dtype)

    return jax.tree.map(lambda leaf: shape(leaf) if is_array(leaf) else leaf, tree)


def describe(player: Any) -> dict[str, Any]:
    """Return the class of a player, and the settings that make another like it, if known."""
    kind = type(player)
    found = {"class": f"{kind.__module__}.{kind.__qualname__}", "settings": None}
    if _CLASSES.get(kind.__name__) is kind:
        like = made(kind.__name__, _settings(player))
        if like is not None and fits(like, player):
            return {"class": kind.__name__, "settings": _settings(player)}
    return found


def _settings(player: Any) -> dict[str, Any]:
    if isinstance(player, Blurred):
        return {"base": describe(player.base), "sigma": player.sigma}
    if not isinstance(player, LogitNetwork):
        return player.settings
    mlp, embedding = player.mlp, type(player.embedding).__name__
    sizes = {"width": mlp.width_size, "depth": mlp.depth, "limit": player.limit}
    names = [name for name, function in _ACTIVATIONS.items() if mlp.activation is function]
    # A file of before there was a choice names none.
    chosen = {"activation": names[0]} if names and names[0] != "gelu" else {}
    return {"embedding": embedding, "features": mlp.in_size} | sizes | chosen


def made(name: str, settings: dict[str, Any]) -> Any:
    """Return shapes of an untrained player, or None if there is none with such settings."""
    key = jax.random.key(0)
    if name == "Blurred":
        base = settings["base"]
        inner = None if base["settings"] is None else made(base["class"], base["settings"])
        return None if inner is None else Blurred(inner, settings["sigma"])
    if name != "LogitNetwork":
        return eqx.filter_eval_shape(lambda k: _CLASSES[name](k, **settings), key)
    rest = dict(settings)
    rest["activation"] = _ACTIVATIONS[rest.get("activation", "gelu")]
    embedding, features = rest.pop("embedding"), jnp.zeros((2, rest.pop("features")))
    if embedding not in ("Identity", "Stereographic"):
        return None
    return eqx.filter_eval_shape(
        lambda k: LogitNetwork.untrained(_CLASSES[embedding](), features, key=k, **rest), key
    )


def fits(first: Any, second: Any) -> bool:
    """Whether two trees differ in nothing but the values of their arrays."""
    (a, in_a), (b, in_b) = jax.tree.flatten(shapes(first)), jax.tree.flatten(shapes(second))
    return in_a == in_b and all(
        x.shape == y.shape if is_array(x) and is_array(y) else x is y or x == y
        for x, y in zip(a, b, strict=True)
    )
