"""Settings of the live page, and what the library finds for them.

``python -m tests.live.reference`` writes the file that the page is compared with in a browser.
"""

import json
from math import sqrt
from pathlib import Path

import numpy as np

import divergences as dv

FILE = Path(__file__).with_name("reference.json")
KINDS = ("normal", "laplace", "mixture", "uniform", "histogram")
STEPS = {"uniform", "histogram"}  # densities that are constant between edges
SHARP = STEPS | {"laplace"}  # and one with a kink: where both have some, JS has kinks too
BINS, REACH = 24, 4
SETTINGS = 200


def settings():
    """Return random states of the page, as its sliders can set them."""
    rng = np.random.default_rng(20)

    def side():
        return {
            "kind": KINDS[rng.choice(5, p=[0.25, 0.25, 0.25, 0.15, 0.1])],
            "scale": round(0.05 * int(rng.integers(4, 61)), 2),
            "weight": round(0.05 * int(rng.integers(1, 20)), 2),
            "heights": rng.integers(0, 10, BINS).tolist(),
        }

    return [
        {"p": side(), "q": side(), "separation": round(0.05 * int(rng.integers(0, 241)), 2)}
        for _ in range(SETTINGS)
    ]


def distribution(side, loc):
    """Return the distribution of the library that the page means."""
    scale, weight = side["scale"], side["weight"]
    if side["kind"] == "normal":
        return dv.Normal(loc, scale)
    if side["kind"] == "laplace":
        return dv.Laplace(loc, scale / sqrt(2))
    if side["kind"] == "mixture":
        parts = [dv.Normal(loc + sign * 1.5 * scale, 0.5 * scale) for sign in (-1, 1)]
        return dv.Mixture(parts, [weight, 1 - weight])
    if side["kind"] == "uniform":
        return dv.Uniform(loc - sqrt(3) * scale, loc + sqrt(3) * scale)
    edges = loc + scale * np.linspace(-REACH, REACH, BINS + 1)
    heights = np.array(side["heights"])
    kept = heights > 0
    bins = [dv.Uniform(a, b) for a, b in zip(edges[:-1][kept], edges[1:][kept], strict=True)]
    return dv.Mixture(bins, heights[kept] / heights.sum())


def slope(state):
    """Return the derivative of JS by the separation, from values at five places."""
    p = distribution(state["p"], 0.0)
    h = 0.002 * min(state["p"]["scale"], state["q"]["scale"])

    def js(k):
        q = distribution(state["q"], state["separation"] + k * h)
        return float(dv.jensen_shannon_divergence(p, q))

    return (8 * (js(1) - js(-1)) - (js(2) - js(-2))) / (12 * h)


def values(state):
    """Return what the page is to show; the slope where JS has one."""
    p, q = distribution(state["p"], 0.0), distribution(state["q"], state["separation"])
    js = float(dv.jensen_shannon_divergence(p, q))
    found = {
        "kl": float(dv.kl_divergence(p, q)),
        "reverse_kl": float(dv.kl_divergence(q, p)),
        "js": js,
        "tv": float(dv.total_variation_distance(p, q)),
        "hellinger2": float(dv.hellinger_distance(p, q)) ** 2,
        "w1": float(dv.wasserstein_distance(p, q)),
        "value": -2.0 * float(dv.jensen_shannon_deficit(p, q)),
    }
    kinds = {state["p"]["kind"], state["q"]["kind"]}
    if not (kinds & STEPS and kinds <= SHARP):
        found["slope"] = slope(state)
    return found


def main():
    """Write the settings and their values."""
    rows = [{"state": state, "values": values(state)} for state in settings()]
    lines = ",\n".join(json.dumps(row) for row in rows)
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
