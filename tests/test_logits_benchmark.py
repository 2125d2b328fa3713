"""The benchmark of logits: what it writes, and that a contender without memory stops no other."""

import json
import sys

import jax
import pytest

from benchmarks import logits, logits_formulas


@pytest.fixture
def record(tmp_path, monkeypatch):
    def without_memory(x):
        raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes.")

    monkeypatch.setitem(logits_formulas.NAIVE, "entropy", without_memory)
    monkeypatch.setattr(logits, "accuracy", lambda *_: [])
    monkeypatch.setattr(jax.config, "update", lambda *_: None)
    path = tmp_path / "found.json"
    options = "--rows 3 --outcomes 50 --dtype bfloat16 --repeats 1 --quantities entropy"
    arguments = [*options.split(), "--peers", "naive,optax", "--json", str(path)]
    monkeypatch.setattr(sys, "argv", ["logits", *arguments])
    logits.main()
    return json.loads(path.read_text()), path.with_suffix(".md").read_text()


def test_a_contender_without_memory_is_said_to_have_none(record):
    found, text = record
    ours = found["speed"]["entropy"]["ours"]
    assert ours["seconds"] > 0
    # Logits are read twice and their gradient is written, of two bytes each.
    assert ours["least_bytes_per_second"] * ours["seconds"] == pytest.approx(3 * 2 * 3 * 50)
    assert "Out of memory" in found["speed"]["entropy"]["naive"]["error"]
    assert found["copy_bytes_per_second"] > 0
    assert "| entropy | naive | JaxRuntimeError: RESOURCE_EXHAUSTED" in text
    assert "| entropy | ours |" in text
