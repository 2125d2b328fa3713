"""What every file promises: a size that can be read, a docstring, and nothing left undone."""

import ast
import re

import pytest

from .source import python_files, relative, tree

LIMIT = 300
CODE = python_files("divergences", "gan", "benchmarks")
TESTS = python_files("tests")
UNDONE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


@pytest.mark.parametrize("path", CODE + TESTS, ids=relative)
def test_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMIT


@pytest.mark.parametrize("path", CODE + TESTS, ids=relative)
def test_module_says_what_it_is(path):
    assert ast.get_docstring(tree(path)), f"{relative(path)} has no docstring"


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_nothing_is_left_undone(path):
    assert not UNDONE.findall(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    assert "NotImplementedError" not in names  # abstract classes use abc; refusals use words
