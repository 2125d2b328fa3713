"""Importing `divergences` is light, and JAX is neither imported nor configured behind the back."""

import ast
import json
import subprocess
import sys

import pytest

from .source import imported_at_module_level, python_files, relative, tree

PROBE = """
import json, sys
import numpy, scipy.special
before = set(sys.modules)
import divergences
print(json.dumps(sorted(set(sys.modules) - before)))
"""
HEAVY = {"hypothesis", "jax", "matplotlib", "mpmath", "pytest", "torch"}
# Such a module is loaded only once JAX arrays arrive: `test_nothing_heavy_is_imported` sees to it.
JAX_ONLY = "differentiable"  # the name of a file or a folder


@pytest.fixture(scope="module")
def added() -> list[str]:
    """Modules that ``import divergences`` loads beyond those of NumPy and scipy.special."""
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=True)
    return json.loads(run.stdout)


def test_nothing_heavy_is_imported(added):
    heavy = [name for name in added if name.partition(".")[0] in HEAVY]
    assert not heavy
    assert not [name for name in added if name.startswith("scipy.")]


def test_little_else_is_imported(added):
    # array_api_compat has one module for each NumPy namespace that it completes.
    ours = ("divergences", "array_api_compat")
    others = [name for name in added if name.partition(".")[0] not in ours]
    assert len(others) <= 5, others


def test_jax_is_imported_at_module_level_only_where_the_name_says_so():
    files = [
        path
        for path in python_files("divergences")
        if JAX_ONLY not in (path.stem, path.parent.name)
    ]
    assert not [relative(f) for f in files if "jax" in imported_at_module_level(tree(f))]


@pytest.mark.parametrize("path", python_files("divergences", "gan"), ids=relative)
def test_no_global_flag_of_jax_is_flipped(path):
    calls = [ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not [call for call in calls if call.endswith("config.update")]
