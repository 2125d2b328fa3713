"""The page on conventions tells the truth: its relations hold; SciPy and JAX still obey them."""

import json

import jax
import numpy as np
import pytest

from benchmarks import conventions
from divergences.testing.peers.arrays import JAX, SCIPY

from .architecture.source import ROOT

REPORT = json.loads((ROOT / "benchmarks/results/conventions.json").read_text(encoding="utf-8"))
ROWS = REPORT["rows"]


def test_the_pair_is_the_one_that_was_measured():
    assert [side.tolist() for side in conventions.PAIR] == [REPORT["p"], REPORT["q"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['library']}: {row['call']}")
def test_our_expression_has_the_value_of_the_call(row):
    if row["relation"] is not None:
        ours = conventions.ours(row["relation"], *conventions.PAIR)
        assert ours == pytest.approx(row["value"], rel=conventions.TOLERANCE)


@pytest.mark.parametrize("peer", [SCIPY, JAX], ids=lambda peer: peer.library)
def test_the_installed_version_agrees_with_the_page(peer):
    measured = {r["call"]: r["relation"] for r in ROWS if r["library"] == peer.library}
    with jax.enable_x64(True):
        found = {row["call"]: row["relation"] for row in conventions.rows_of(peer)}
    assert measured
    assert {call: found.get(call) for call in measured} == measured


def test_a_relation_is_refused_if_it_holds_on_one_pair_only():
    # Half of the pair's TV, as a number: right there and wrong elsewhere.
    half = float(conventions.ours("total_variation_distance(p, q)", *conventions.PAIR)) / 2
    call = f"{half!r} + 0.0 * scipy.stats.entropy(p)"
    assert conventions.relation(SCIPY, "total_variation_distance(p, q)", call) is None


def test_a_swap_and_a_factor_are_found():
    call = "2 * scipy.special.rel_entr(q, p).sum()"
    assert conventions.relation(SCIPY, "kl_divergence(p, q)", call) == "2 * kl_divergence(q, p)"


def test_a_refusal_is_told_from_a_value():
    assert conventions.outcome(SCIPY, "scipy.stats.entropy(p, q)", *conventions.OUTSIDE) == "inf"
    assert (
        conventions.outcome(SCIPY, "int('p')", *map(np.asarray, conventions.PAIR)) == "ValueError"
    )
