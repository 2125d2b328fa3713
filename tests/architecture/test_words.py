"""Words that were given up for standard terms of the field do not come back as names.

`docs/background/glossary.md` explains the terms that are in use.
"""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

RETIRED = {
    "Perspective": "FDivergence",
    "perspective": "f_divergence",
    "Gap": "AlphaTerm",
    "whole_gap": "alpha",
    "excess_length": "is_relative_entropy",
    "excess_slope": "log_gamma_remainder",
    "PowerSums": "HellingerIntegral",
    "LengthSums": "PowerSum",
    "power_length": "order_entropy",
    "code_length": "cross_entropy",
    "mean_code_length": "cross_entropy",
    "conditional_code_length": "conditional_entropy",
    "own_length": "entropy",
    "mixture_divergence": "information_radius",
    "from_uniform": "entropy_deficit",
    "dependence": "mutual_information",
    "independence": "mutual_information",
    "Words": "DoubleWord",
    "twoproduct": "error_free",
    "fold": "pairwise_sum",
    "fold_first": "pairwise_sum_axis0",
    "fold_compensated": "compensated_sum",
    "short_sum": "blas_sum",
    "common_ground": "normalise_pair",
    "common_total": "match_totals",
    "settled": "remove_drift",
    "anchored": "subtract_max",
    "recycler": "buffer_pool",
    "lane": "scalar",
    "by_reach": "by_magnitude",
    "amended": "replace_far",
    "bregman_log": "kl_term",
    "jensen_gap": "js_term",
    "binary_gap": "js_series",
    "order_slope": "order_derivative",
    "finish_slope": "transform_derivative",
    "spectrum": "legendre",
    "engine": "adaptive",
    "evenness": "nonuniformity",
    "unevenness": "local_nonuniformity",
    "leaned_on": "neighbour_influence",
    "leaning": "influence_weights",
    "spread_out": "normal_scores",
    "shared_balls": "knn_ratio",
    "gains": "payoffs",
    "relabelling": "permutation_test",
    "relabelled": "permuted_statistics",
    "honest": "floor_standard_error",
    "rooms": "handlers",
    "Tallies": "CountTable",
    "Cloud": "PointCloud",
    "Masses": "MassArray",
    "Foreign": "SciPyAdapter",
    "documented": "a verb",
    "finished": "a verb",
}
WINGS = ("plot", "testing")  # they have words of their own
FILES = sorted(
    path
    for path in (ROOT / "divergences").rglob("*.py")
    if path.relative_to(ROOT / "divergences").parts[0] not in WINGS
)


def names_in(path: Path, text: str) -> set[str]:
    """Return the names that a file defines or uses, its own and that of its folder among them."""
    names = {path.stem, path.parent.name}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    return {name.strip("_") for name in names}


def complaints(path: Path, text: str) -> list[str]:
    return [
        f"{path.name}: {word!r} has been given up; the standard term is {RETIRED[word]!r}"
        for word in sorted(names_in(path, text) & RETIRED.keys())
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_retired_word_is_a_name(path):
    assert complaints(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("relabelling.py", ""),
        ("a.py", "def _fold(x):\n    return x\n"),
        ("a.py", "class Tallies:\n    pass\n"),
        ("a.py", "f = lambda leaning: leaning\n"),
        ("a.py", "x.from_uniform = 1\n"),
    ],
)
def test_a_retired_word_is_found(name, text):
    assert len(complaints(Path("methods") / name, text)) == 1
