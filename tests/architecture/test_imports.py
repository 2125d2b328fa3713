"""Importing `divergences` is light, and JAX is neither imported nor configured behind the back."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import divergences

from .source import assert_same, imported_at_module_level, python_files, relative, tree

PROBE = """
import json, sys
import numpy, scipy.special
before = set(sys.modules)
import divergences
face = set(sys.modules) - before
[getattr(divergences, name) for name in divergences.__all__]
[getattr(divergences.methods, name) for name in dir(divergences.methods)]
print(json.dumps([sorted(face), sorted(set(sys.modules) - before)]))
"""
USED = """
import sys
import divergences as dv
dv.kl_divergence([0.5, 0.5], [0.3, 0.7]), dv.entropy(dv.Logits([0.0, 1.0]), base=2)
dv.jensen_shannon_divergence(([0.5, 0.5]), [[0.3, 0.7], [0.0, 1.0]])
print(*sys.modules)
"""
HEAVY = {"hypothesis", "jax", "matplotlib", "mpmath", "pytest", "torch"}
# Such a module is loaded only once JAX arrays arrive: `test_nothing_heavy_is_imported` sees to it.
JAX_ONLY = "differentiable"  # the name of a file or a folder


@pytest.fixture(scope="module")
def added() -> list[list[str]]:
    """Modules that ``import divergences`` loads beyond NumPy and scipy.special, and all names."""
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=True)
    return json.loads(run.stdout)


def test_nothing_heavy_is_imported(added):
    heavy = [name for name in added[1] if name.partition(".")[0] in HEAVY]
    assert not heavy
    assert not [name for name in added[1] if name.startswith("scipy.")]


def test_little_else_is_imported(added):
    # array_api_compat has one module for each NumPy namespace that it completes.
    ours = ("divergences", "array_api_compat")
    others = [name for name in added[1] if name.partition(".")[0] not in ours]
    assert len(others) <= 5, others


def test_own_modules_are_imported_when_they_are_used(added):
    # 271 of them took 120 ms of each process, whatever it used.
    assert len(added[0]) <= 5, added[0]


def test_arrays_need_neither_estimators_nor_integrals_nor_distributions():
    run = subprocess.run(
        [sys.executable, "-c", USED], capture_output=True, check=True, encoding="utf-8"
    )
    rooms = {name.removeprefix("divergences.") for name in run.stdout.split()}
    unused = ("closed_forms", "measures.families", "methods.counts", "methods.density")
    unused += ("methods.samples", "methods.transport", "measures.scipy_adapter")
    assert not rooms & set(unused)


def test_names_that_are_imported_late_are_those_of_the_stubs():
    for package in (divergences, divergences.methods):
        stub = Path(package.__file__).with_suffix(".pyi")
        stated = {
            alias.asname: node.module
            for node in tree(stub).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert_same(set(dir(package)) - {"__version__"}, stated, f"Names of {package.__name__}")
        for name, home in stated.items():
            assert getattr(package, name) is getattr(import_module(home), name)


def test_star_gives_what_all_says():
    scope: dict[str, object] = {}
    exec("from divergences import *", scope)
    assert scope.keys() - {"__builtins__"} == set(divergences.__all__)


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
