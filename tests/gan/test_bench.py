"""The benchmark: what a step costs, what is compared, the report and the command."""

import dataclasses
import json

import jax
import jax.numpy as jnp
import pytest

from gan import bench
from gan.bench import BenchConfig, flop, run_bench
from gan.cli import bench as command
from gan.cli import main
from gan.game import step
from gan.sources import source
from gan.torch_loop import EAGER, Unavailable, torch_loops

SMALL = BenchConfig(
    batches=(8,), widths=(4,), bars=(3.0,), ensembles=((8, 4),), networks=2, seconds=1e-3, rounds=2
)


def absent(batch, width, noise):
    return {EAGER: Unavailable("PyTorch is not installed")}


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bench, "torch_loops", absent)
        return list(run_bench(SMALL, 0))


def test_a_step_costs_what_the_compiler_counts():
    data = jax.tree.map(jnp.asarray, source("target", "ring-8"))
    rules, states = bench._games(data, 64, 256, 1, 0)
    state = jax.tree.map(lambda x: x[0] if isinstance(x, jax.Array) else x, states)
    arrays, static = bench.eqx.partition(state, bench.eqx.is_array)

    def one(arrays):
        after, _ = step(rules, data, bench.eqx.combine(arrays, static))
        return bench.eqx.filter(after, bench.eqx.is_array)

    counted = jax.jit(one).lower(arrays).compile().cost_analysis()["flops"]
    # The compiler counts activations, losses, optimisers and samples too.
    assert flop(64, 256) < counted < 1.15 * flop(64, 256)


def test_contenders_are_compared_with_the_first(found):
    (scan, eager), (at_once, one_by_one) = found
    assert scan.steps_per_second > 0 < scan.steps_per_cpu_second
    assert scan.flop_per_second == pytest.approx(flop(8, 4) * scan.steps_per_second)
    assert (scan.times, eager.times, eager.bar) == (None, None, None)
    assert eager.skipped == "PyTorch is not installed"
    assert (at_once.task, at_once.way, one_by_one.way) == ("2 games", "vmap", "one after another")
    ratio = at_once.steps_per_second / one_by_one.steps_per_second
    assert (one_by_one.times, one_by_one.bar) == (pytest.approx(ratio), 3.0)


def test_without_pytorch_its_loops_are_skipped(monkeypatch):
    monkeypatch.setattr("gan.torch_loop.find_spec", lambda name: None)
    loops = torch_loops(8, 4, 2)
    assert set(loops.values()) == {Unavailable("PyTorch is not installed")}


def test_loops_in_pytorch_train():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    for loop in torch_loops(8, 4, 2, compiled=False).values():
        loop(2)


def test_command_writes_a_report(found, monkeypatch, tmp_path, capsys):
    slow = dataclasses.replace(found[1][1], times=2.0)
    monkeypatch.setattr(command, "run_bench", lambda *_: [found[0], [found[1][0], slow]])
    monkeypatch.setattr(command, "default_config", lambda: SMALL)
    assert main(["bench", "--out", str(tmp_path)]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["complete"] is True
    assert "cores" in report["machine"]
    assert len(report["records"]) == 4
    printed = capsys.readouterr().out
    assert "PyTorch, eager: PyTorch is not installed" in printed
    assert "missed 3" in printed
    assert "device: cpu" in printed


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        BenchConfig(bars=(1.0,))
    with pytest.raises(ValueError, match="rounds is 0"):
        BenchConfig(rounds=0)
