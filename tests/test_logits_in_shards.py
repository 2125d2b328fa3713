"""Logits whose outcomes lie in shards over devices are those of all outcomes together."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from tests.devices import on_four_devices

PROGRAM = """
import json
import jax, jax.numpy as jnp, numpy as np
from jax.sharding import Mesh, PartitionSpec
import divergences as dv
from divergences.testing.tolerance import ulps

rng = np.random.default_rng(0)
a = 3.0 * rng.normal(size=(5, 800))
a, b = (x.astype(np.float32) for x in (a, a + rng.normal(size=a.shape)))
b[0], a[1, :400], a[2] = a[0], -np.inf, -np.inf  # equal; empty shards; a row of padding
keep = np.array([True, True, False, True, True])
lines = PartitionSpec(None, "vocabulary")
found = {}

KL, JS = dv.kl_divergence, dv.jensen_shannon_divergence
for devices, function, inside in ((2, KL, True), (4, JS, False)):
    mesh = Mesh(np.array(jax.devices()[:devices]), ("vocabulary",))

    def values(p, q, axis_name=None):
        x, y = dv.Logits(p, 2.0, axis_name), dv.Logits(q, axis_name=axis_name)
        return jnp.stack([function(x, y)] + [dv.entropy(x)] * (function is KL))

    def local(p, q):
        return values(p, q, "vocabulary")

    def loss(p, q, of):
        result = of(p, q)
        return jnp.sum(jnp.where(keep, result, 0.0)), result

    def slopes(of):
        return jax.grad(lambda p, q: loss(p, q, of), (0, 1), has_aux=True)

    def over_devices(of, out):
        return jax.shard_map(of, mesh=mesh, in_specs=(lines, lines), out_specs=out)

    rows = PartitionSpec()
    def plain_function(p, q):
        return function(*(dv.Logits(z, axis_name="vocabulary") for z in (p, q)))

    one = over_devices(plain_function, rows)
    whole = over_devices(local, rows)
    # Gradients are taken on each device, or of the whole.
    ours = over_devices(slopes(local), ((lines, lines), rows)) if inside else slopes(whole)
    gradients, value = jax.jit(ours)(a, b)
    plain, _ = jax.jit(slopes(values))(a, b)
    with np.errstate(all="ignore"):
        x, y = dv.Logits(np.float64(a), 2.0), dv.Logits(np.float64(b))
        exact = np.stack([function(x, y)] + [dv.entropy(x)] * (function is KL))
    value = np.asarray(value)
    found[devices] = {
        "ulps": max(map(ulps, value[:, keep].ravel(), exact[:, keep].ravel())),
        "padding": bool(np.isnan(value[:, 2]).all()),
        "gaps": [
            float(np.max(abs(np.asarray(g) - np.asarray(t))) / np.max(abs(np.asarray(t))))
            for g, t in zip(gradients, plain)
        ],
        "collectives": jax.jit(one).lower(a, b).as_text().count("stablehlo.all_reduce"),
    }
print(json.dumps(found))
"""


def test_shards_are_the_whole():
    for found in on_four_devices("-c", PROGRAM).values():
        assert found["ulps"] <= 4.0
        assert found["padding"]
        assert max(found["gaps"]) <= 1e-5
        assert found["collectives"] == 3


def test_what_shards_do_not_say_is_refused():
    z = np.zeros((3, 4))
    shard = dv.Logits(z, axis_name="vocabulary")
    top = dv.TopLogProbs(np.log([[0.5]] * 3), np.zeros((3, 1), int))
    for call in (
        lambda: dv.kl_divergence(shard, shard),
        lambda: dv.renyi_entropy(shard, 2.0),
        lambda: dv.kl_divergence(top, shard),
        lambda: dv.kl_divergence(dv.LinearLogits(np.zeros((3, 2)), np.zeros((2, 4))), shard),
        lambda: dv.pairwise(dv.kl_divergence, shard),
    ):
        with pytest.raises(ValueError, match=r"axis_name says .*inside jax\.shard_map"):
            call()
    with pytest.raises(ValueError, match="both sides have their outcomes in shards"):
        jax.jit(lambda x: dv.kl_divergence(dv.Logits(x, axis_name="a"), dv.Logits(x)))(jnp.zeros(4))
    with pytest.raises(TypeError, match="axis_name is 3"):
        dv.Logits(z, axis_name=3)


def test_two_hosts_have_the_value_of_the_whole():
    script = Path(__file__).parents[1] / "docs" / "howto" / "several_hosts.py"
    with socket.socket() as free:
        free.bind(("localhost", 0))
        address = f"localhost:{free.getsockname()[1]}"
    hosts = [
        subprocess.Popen(
            [sys.executable, str(script), address, "2", str(number)],
            stdout=subprocess.PIPE,
            env=os.environ | {"JAX_PLATFORMS": "cpu"},
            text=True,
        )
        for number in range(2)
    ]
    try:
        found = [host.communicate(timeout=300)[0] for host in hosts]
    finally:
        for host in hosts:
            host.kill()
    assert [host.returncode for host in hosts] == [0, 0]
    draws = (np.random.default_rng(number) for number in range(2))
    parts = [[rng.normal(size=(4, 16_000)).astype(np.float32) for _ in range(2)] for rng in draws]
    p, q = (np.concatenate(sides, axis=1) for sides in zip(*parts, strict=True))
    exact = dv.kl_divergence(dv.Logits(p.astype(float)), dv.Logits(q.astype(float)))
    for line in found:
        value = json.loads(line.splitlines()[-1])
        assert value == pytest.approx(exact, rel=4 * 2.0**-23)  # four units, as above
