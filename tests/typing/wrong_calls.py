"""Eleven wrong calls, each of which a checker is to refuse; they are never made."""

import numpy as np

import divergences as dv

P = np.array([0.5, 0.5])


def wrong_calls() -> None:
    dv.kl_divergence("x", 3)  # refused
    dv.kl_divergence(P)  # refused
    dv.kl_divergence(P, 3)  # refused
    dv.kl_divergence(dv.Normal(0, 1), "x")  # refused
    dv.kl_divergence(P, P, base="2")  # refused
    dv.kl_divergence(P, P, axes=0)  # refused
    dv.kl_divergence(["a", "b"], P)  # refused
    dv.kl_divergence(P, P, method="exact")  # refused
    dv.renyi_entropy(P, "shannon")  # refused
    dv.entropy(None)  # refused
    dv.entropy(dv.Counts([3, 5])) + 1.0  # refused
