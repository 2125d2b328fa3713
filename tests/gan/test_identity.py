"""The identity, trained: V(D) of real discriminators against 2 JS - 2 log 2."""

import dataclasses
import math

import jax
import numpy as np
import pytest

import gan
from gan import identity

SHORT = gan.Config(width=32, depth=2, steps=800, chunks=4, replicates=8, held_out=2584)

# One test per compiled program: it checks everything that a trained discriminator must satisfy.
TOGETHER = [["normal-mu-0", "normal-mu-1", "normal-mu-6"], ["cauchy-cauchy"], ["parallel-lines"]]


@pytest.mark.parametrize("names", TOGETHER)
def test_trained_discriminators_reach_the_identity(names):
    results = list(gan.run_identity([gan.targets[name] for name in names], SHORT, seed=0))
    assert [result.record.name for result in results] == names
    for result in results:
        check_identity(result.record)
        check_consistency(result.record)
        if result.record.saturates:
            check_saturation(result.record)
        check_convergence(result)
        if result.logits is not None:
            check_logits(result.logits)


def check_identity(record):
    """V(D) is within reach of its maximum and does not exceed it, on two kinds of samples."""
    assert -4 * record.gap_standard_error <= record.gap <= record.tolerance <= 1e-3
    assert record.gap_standard_error <= record.tolerance / 4
    difference = pair_of(record).v_star - record.v_hat - record.gap
    assert abs(difference) <= 4 * record.standard_error + 1e-15  # of rounding
    assert record.verified
    error = math.hypot(record.v_monte_carlo_standard_error, record.standard_error)
    assert abs(record.v_monte_carlo - record.v_hat) < 4 * error


def pair_of(record):
    return gan.targets[record.name]


def check_consistency(record):
    pair = pair_of(record)
    assert (record.v_star, record.js_true, record.dim) == (pair.v_star, pair.js, pair.dim)
    assert record.js_hat == pytest.approx(record.v_hat / 2 + math.log(2), abs=1e-15)
    assert record.js_interval[0] <= record.js_hat <= record.js_interval[1]
    assert record.v_hat == pytest.approx(np.mean(record.v_seeds), rel=1e-14)
    assert record.training_spread == pytest.approx(np.std(record.v_seeds, ddof=1), rel=1e-6)


def check_saturation(record):
    assert record.v_hat < 0
    assert record.relative_gap is None
    assert math.log(2) - 1e-3 < record.js_hat <= math.log(2)


def check_convergence(result):
    # Lattice batches have errors near 1e-3, and the last window averages over many of them.
    assert result.convergence.values[-1] == pytest.approx(result.record.v_hat, abs=5e-3)
    assert np.all(np.diff(result.convergence.steps) > 0)


def check_logits(curve):
    """Near the optimum the gap is E_m D*(1 - D*)(T - T*)^2, with m = (p + q)/2."""
    assert curve.learned.shape == (SHORT.seeds, len(curve.x))
    d = 1 / (1 + np.exp(-curve.true))
    m = (curve.p + curve.q) / 2
    spacing = curve.x[1] - curve.x[0]
    error = np.sum(m * d * (1 - d) * (curve.learned - curve.true) ** 2, axis=1) * spacing
    assert np.all(error < 1e-3)


def test_result_is_a_function_of_the_seed_and_not_of_the_company():
    config = gan.Config(width=8, depth=1, batch=55, steps=20, chunks=2, replicates=4, held_out=144)
    alone, again, other = (
        next(r.record for r in gan.run_identity([gan.targets["ring-8"]], config, seed))
        for seed in (3, 3, 4)
    )
    assert dataclasses.replace(alone, seconds=0) == dataclasses.replace(again, seconds=0)
    assert alone.v_hat != other.v_hat
    company = [gan.targets["parallel-lines"], gan.targets["ring-8"]]
    beside = [r.record for r in gan.run_identity(company, config, 3)][1]
    assert dataclasses.replace(alone, seconds=0) == dataclasses.replace(beside, seconds=0)


def test_training_stops_when_nobody_waits_for_its_results():
    config = gan.Config(width=8, depth=1, batch=55, steps=10**6, chunks=10**6)
    pairs = [gan.targets[name] for name in ("laplace-normal", "cauchy-cauchy")]

    def interrupt(pair, chunks):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(gan.run_identity(pairs, config, 0, interrupt))


def test_pairs_trained_in_one_scan_have_the_results_of_pairs_trained_alone(monkeypatch):
    config = gan.Config(width=8, depth=1, batch=55, steps=20, chunks=2, replicates=4, held_out=144)
    # "ring-8" has two features and is not trained beside the others, of which two are of one kind.
    names = ("normal-mu-1", "ring-8", "laplace-laplace", "normal-mu-2")
    pairs = [gan.targets[name] for name in names]
    assert identity._groups(pairs) == [[pair] for pair in pairs]
    alone = {r.record.name: r for r in gan.run_identity(pairs, config, 0)}
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert [[p.name for p in group] for group in identity._groups(pairs)] == [
        ["normal-mu-1", "laplace-laplace", "normal-mu-2"],
        ["ring-8"],
    ]
    together = [pair for pair in pairs if pair.name != "ring-8"]
    assert [[p.name for p in kind] for kind in identity._kinds(together)] == [
        ["normal-mu-1", "normal-mu-2"],
        ["laplace-laplace"],
    ]
    told = []
    together = list(gan.run_identity(pairs, config, 0, lambda pair, n: told.append((pair.name, n))))
    assert sorted(told) == sorted((name, n) for name in names for n in (1, 2))
    for result in together:
        expected = alone[result.record.name]
        # Single precision, over 20 steps of rates that magnify its rounding.
        assert result.record.v_seeds == pytest.approx(expected.record.v_seeds, abs=1e-5)
        assert result.record.gap == pytest.approx(expected.record.gap, abs=1e-5)
        np.testing.assert_allclose(
            result.convergence.values, expected.convergence.values, atol=1e-5
        )
