"""Trained players as files: a line of JSON, and the leaves as Equinox writes them. No pickle.

The first line holds the kind of file, its version and a digest of the rest, so that a foreign or a
damaged file is found out before anything is made of it.
"""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from gan.checks import instance
from gan.game import Rules, State, init, non_saturating
from gan.output import installed_versions
from gan.playing import Check, Trained, adam_in_turn
from gan.remaking import describe, fits, is_array, made, shapes

NAME = "game-0.eqx"
"""Name of the file in a folder."""

_KIND, _VERSION = b"gan.Trained", 1
_PARTS = (
    "average", "generator", "discriminator", "generator_moments", "discriminator_moments", "step",
    "key",
)  # fmt: skip


def save(path: str | Path, trained: Trained) -> Path:
    """Write what training has made to a file.

    Parameters
    ----------
    path : str or Path
        A file, if it ends in .eqx; else a folder, made if it does not exist, that gets the file
        game-0.eqx.
    trained : Trained
        What `gan.train` has returned.

    Returns
    -------
    Path
        The file. One that was there is replaced when the new one is complete.

    Raises
    ------
    TypeError
        If `trained` is no `gan.Trained`, or a leaf of it has a type that NumPy cannot write.

    Examples
    --------
    >>> import tempfile
    >>> import gan
    >>> generator = gan.Noisy(jax.random.key(0), dim=1, codes=64, width=8)
    >>> trained = gan.train("mixture", generator, key=jax.random.key(1), steps=20, checks=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = gan.save(folder, trained)
    ...     again = gan.load(folder)
    >>> key = jax.random.key(2)
    >>> bool((again.generator.sample(key, 3) == trained.generator.sample(key, 3)).all())
    True
    """
    instance("trained", trained, Trained)
    state = trained.state
    key = state.key
    typed = jnp.issubdtype(key.dtype, jax.dtypes.prng_key)
    state = eqx.tree_at(lambda s: s.key, state, jax.random.key_data(key) if typed else key)
    arrays = {part: _arrays(getattr(state, part)) for part in _PARTS}
    header = {
        "generator": describe(state.generator),
        "discriminator": describe(state.discriminator),
        "optimizers": "adam_in_turn" if _has_adam(state) else None,
        "key": str(jax.random.key_impl(key)) if typed else None,
        "settings": dict(trained.settings),
        "history": [asdict(check) for check in trained.history],
        "versions": installed_versions(),
        "leaves": {part: [_kind_of(x) for x in found] for part, found in arrays.items()},
    }
    body = io.BytesIO()
    body.write(json.dumps(header).encode() + b"\n")
    eqx.tree_serialise_leaves(body, {k: [np.asarray(x) for x in v] for k, v in arrays.items()})
    first = b"%s %d %s\n" % (_KIND, _VERSION, _digest(body.getvalue()))
    file = _file(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(first + body.getvalue())
    return new.replace(file)


def load(
    path: str | Path,
    *,
    generator: Any = None,
    discriminator: Any = None,
    optimizers: Sequence[optax.GradientTransformation] | None = None,
) -> Trained:
    """Read what `gan.save` has written.

    Parameters
    ----------
    path : str or Path
        The file, or the folder that holds game-0.eqx.
    generator, discriminator
        Where a player was of a class of one's own: any instance with the same shapes.
    optimizers : pair of optax.GradientTransformation
        Where the optimisers were one's own: the same again.

    Returns
    -------
    Trained
        The same players, history and state. ``gan.train(..., resume=loaded)`` goes on from it, and
        with the same settings comes to the same result, bit for bit, on the same device and
        versions.

    Raises
    ------
    TypeError, ValueError
        If there is no such file, or it is foreign or damaged, or what it holds does not fit.
    """
    header, arrays = _read(path)
    first = _player("generator", header, generator)
    second = _player("discriminator", header, discriminator)
    if optimizers is None and header["optimizers"] is None:
        raise TypeError(
            f"{_file(path)} was trained by optimisers of its own; pass the same as optimizers."
        )
    pair = adam_in_turn(1, 1) if optimizers is None else tuple(optimizers)
    rules = Rules(non_saturating, *pair, batch=1, d_steps=1, ema=0.0)
    like = eqx.filter_eval_shape(init, rules, first, second, jax.random.key(0))
    parts = {part: _filled(part, getattr(like, part), header, arrays[part]) for part in _PARTS[:-1]}
    key = jnp.asarray(arrays["key"][0])
    if header["key"] is not None:
        key = jax.random.wrap_key_data(key, impl=header["key"])
    state = State(**parts, key=key)
    history = tuple(Check(**c | {"warnings": tuple(c["warnings"])}) for c in header["history"])
    return Trained(state.average, state.discriminator, state, history, header["settings"])


def load_generator(path: str | Path) -> Any:
    """Read the averaged generator alone, of a class of `gan`."""
    header, arrays = _read(path)
    return _filled("average", _player("generator", header, None), header, arrays["average"])


def _file(path: str | Path) -> Path:
    instance("path", path, str | Path)
    return Path(path) if Path(path).suffix == ".eqx" else Path(path) / NAME


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _read(path: str | Path) -> tuple[dict[str, Any], dict[str, list[np.ndarray]]]:
    """Return the line of JSON and the arrays of each part; raise unless the file is whole."""
    file = _file(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror or error}.") from error
    first, _, body = content.partition(b"\n")
    words = first.split()
    if len(words) != 3 or words[0] != _KIND or not words[1].isdigit():
        raise ValueError(f"{file} was not written by gan.save.")
    if int(words[1]) > _VERSION:
        raise ValueError(f"{file} was written by a later version of gan; this one cannot read it.")
    if words[2] != _digest(body):
        raise ValueError(f"{file} is damaged: its contents do not have the digest that it states.")
    line, _, leaves = body.partition(b"\n")
    header = json.loads(line)
    like = {
        part: [np.empty(shape, dtype) for _, dtype, shape in kinds]
        for part, kinds in header["leaves"].items()
    }
    return header, eqx.tree_deserialise_leaves(io.BytesIO(leaves), like)


def _arrays(tree: Any) -> list[Any]:
    return [leaf for leaf in jax.tree.leaves(tree) if is_array(leaf)]


def _kind_of(leaf: Any) -> tuple[str, str, list[int]]:
    dtype = np.dtype(leaf.dtype)
    if dtype.kind not in "biufc":
        raise TypeError(f"a leaf has dtype {dtype}, which a .eqx file cannot hold.")
    return "numpy" if isinstance(leaf, np.ndarray) else "jax", dtype.name, list(leaf.shape)


def _has_adam(state: State) -> bool:
    """Whether the moments are those of the optimisers that `gan.train` takes by itself."""
    rules = Rules(non_saturating, *adam_in_turn(1, 1), batch=1, d_steps=1, ema=0.0)
    players = shapes((state.generator, state.discriminator))
    like = eqx.filter_eval_shape(init, rules, *players, jax.random.key(0))
    found = state.generator_moments, state.discriminator_moments
    return fits(found, (like.generator_moments, like.discriminator_moments))


def _player(name: str, header: dict[str, Any], given: Any) -> Any:
    """Return shapes of a player: of the one that is given, or by its settings."""
    about = header[name]
    if given is not None:
        return shapes(given)
    if about["settings"] is None:
        raise TypeError(
            f"the {name} is a {about['class']}, which gan cannot make by itself; pass {name}=, any "
            "instance with the same shapes."
        )
    return made(about["class"], about["settings"])


def _filled(part: str, like: Any, header: dict[str, Any], arrays: list[np.ndarray]) -> Any:
    """Return the tree with the arrays of the file."""
    leaves, structure = jax.tree.flatten(like)
    wanted = [leaf.shape for leaf in leaves if is_array(leaf)]
    if wanted != [x.shape for x in arrays]:
        raise ValueError(
            f"{part}: the file holds arrays of shapes {[x.shape for x in arrays]}, and what it is "
            f"to fill has {wanted}."
        )
    kinds = (kind for kind, _, _ in header["leaves"][part])
    found = (_array(part, kind, x) for kind, x in zip(kinds, arrays, strict=True))
    return jax.tree.unflatten(structure, [next(found) if is_array(x) else x for x in leaves])


def _array(part: str, kind: str, x: np.ndarray) -> Any:
    filled = x if kind == "numpy" else jnp.asarray(x)
    if filled.dtype != x.dtype:
        raise ValueError(f"{part} holds {x.dtype}; load it within jax.enable_x64(True).")
    return filled
