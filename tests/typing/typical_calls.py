"""Forty typical calls, with the types that a checker is to infer; they also run."""

from functools import partial
from typing import Any, assert_type

import jax
import numpy as np

import divergences as dv
from divergences.api.types import Result

P, Q = np.array([0.5, 0.5]), np.array([0.25, 0.75])


def of_numpy_arrays() -> None:
    assert_type(dv.entropy(P), Result)
    assert_type(dv.entropy(P, base=2), Result)
    assert_type(dv.perplexity(P), Result)
    assert_type(dv.entropy_deficit(P), Result)
    assert_type(dv.cross_entropy(P, Q), Result)
    assert_type(dv.kl_divergence(P, Q), Result)
    assert_type(dv.kl_divergence(P, Q, where=[True, True]), Result)
    assert_type(dv.kl_divergence(np.stack([P, Q]), Q, axis=-1, keepdims=True), Result)
    assert_type(dv.jeffreys_divergence(P, Q), Result)
    assert_type(dv.jensen_shannon_divergence(P, Q, Q, weights=[0.2, 0.3, 0.5]), Result)
    assert_type(dv.jensen_shannon_deficit(P, Q), Result)
    assert_type(dv.chi_squared_divergence(P, Q), Result)
    assert_type(dv.triangular_discrimination(P, Q), Result)
    assert_type(dv.renyi_divergence(P, Q, 2.0), Result)
    assert_type(dv.tsallis_entropy(P, [0.5, 2]), Result)
    assert_type(dv.f_divergence(P, Q, dv.kl_divergence), Result)
    assert_type(dv.mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]])), Result)
    assert_type(dv.wasserstein_distance(10.0 * P, 20.0 * Q), Result)
    assert_type(float(dv.kl_divergence(P, Q)), float)


def of_lists() -> None:
    assert_type(dv.kl_divergence([0.5, 0.5], [1, 0]), Result)
    assert_type(dv.entropy((0.5, 0.5)), Result)
    assert_type(dv.hellinger_distance([0.5, 0.5], Q), Result)
    assert_type(dv.total_variation_distance([[0.5, 0.5], [1.0, 0.0]], [0.25, 0.75]), Result)
    assert_type(dv.conditional_entropy([[0.25, 0.25], [0.5, 0.0]]), Result)
    assert_type(dv.energy_distance([0.0, 3.0], [4.0, 5.0]), Result)


def of_jax_arrays(p: jax.Array, q: jax.Array) -> None:
    assert_type(dv.entropy(p), jax.Array)
    assert_type(dv.kl_divergence(p, q), jax.Array)
    assert_type(dv.kl_divergence(P, q), jax.Array)
    assert_type(dv.jensen_shannon_distance(p, [0.25, 0.75]), jax.Array)
    assert_type(dv.alpha_divergence(p, q, 0.5), jax.Array)
    assert_type(dv.bhattacharyya_distance(p, Q), jax.Array)
    assert_type(dv.generalized_jensen_shannon_divergence(p, q, 0.1), jax.Array)


def of_distributions() -> None:
    assert_type(dv.entropy(dv.Normal(0, 1)), dv.Estimate)
    assert_type(dv.kl_divergence(dv.Normal(0, 1), dv.Normal(1, 1)), dv.Estimate)
    assert_type(dv.wasserstein_distance(dv.Normal(0, 1), dv.Normal(1, 1), 2), dv.Estimate)


def of_counts_and_samples() -> None:
    assert_type(dv.entropy(dv.Counts([3, 5])), dv.Estimate)
    assert_type(dv.entropy(dv.Counts([3, 5]), method=dv.methods.MillerMadow()), dv.Estimate)
    assert_type(dv.jensen_shannon_divergence(dv.Counts([3, 5]), dv.Counts([4, 4])), dv.Estimate)
    assert_type(dv.energy_distance(dv.Sample([0.0, 1.0]), dv.Sample([4.0, 5.0])), dv.Estimate)
    assert_type(dv.kl_divergence(dv.Counts([3, 5]), [0.5, 0.5]), dv.Estimate)
    found = dv.entropy(dv.Counts([3, 5]))
    assert_type(found.confidence_interval(confidence_level=0.9).low, Any)
    assert_type((found.unit, found.warnings, float(found)), tuple[str, tuple[str, ...], float])
    statistic = partial(dv.energy_distance)
    assert_type(dv.two_sample_test([0.0, 3.0], [4.0, 5.0], statistic=statistic, rng=0), dv.Estimate)
