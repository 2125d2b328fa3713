"""What every file promises: a size that can be read, a docstring, and nothing left undone.

Pages for developers name files that exist, and keep to a length that is read.
"""

import ast
import re

import pytest

from .source import ROOT, python_files, relative, tree

LIMIT = 300
CODE = python_files("divergences", "gan", "benchmarks")
TESTS = python_files("tests")
UNDONE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
DEVELOPING = ROOT / "docs" / "developing.md"
PAGES = sorted([DEVELOPING, *(ROOT / "docs" / "numerics").glob("*.md")])
SOURCES = ("divergences", "gan", "benchmarks", "tests", "docs")


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


def named_files(text: str) -> list[str]:
    """Return the names of files in the code spans of a page."""
    return re.findall(r"`([\w./]+\.(?:py|pyi|c|h|toml))`", text)


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_files_that_a_page_names_exist(page):
    files = [relative(path) for folder in SOURCES for path in (ROOT / folder).rglob("*.*")]
    files += [path.name for path in ROOT.glob("*.*")]
    for name in named_files(page.read_text(encoding="utf-8")):
        assert any(f"/{file}".endswith(f"/{name}") for file in files), name


def test_names_of_files_are_found():
    assert named_files("The bound (`bets.py`), `f(x)`, and `numerics/a.h`.") == [
        "bets.py",
        "numerics/a.h",
    ]


def test_the_page_of_developers_is_short():
    assert len(DEVELOPING.read_text(encoding="utf-8").split()) <= 1200
