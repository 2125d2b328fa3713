"""Every block of Python on the site runs: as a cell when the page is built, or in a test."""

from .source import ROOT

# Blocks that the building of the site does not execute, and what does.
TESTED = {
    "background/gan/digits.md": "tests/gan/test_page.py",
    "howto/gan/python.md": "tests/gan/test_page.py",
    "howto/larger_than_memory.md": "tests/test_dask.py",
    "howto/verify_your_own.md": "tests/testing/test_page.py",
}


def test_every_block_of_python_is_executed():
    docs = ROOT / "docs"
    pages = {p for p in docs.rglob("*.md") if not {"_build", "_generated"} & set(p.parts)}
    plain = {p.relative_to(docs).as_posix() for p in pages if "```python\n" in p.read_text("utf-8")}
    assert plain == TESTED.keys()
    for page, test in TESTED.items():
        assert page.rpartition("/")[2] in (ROOT / test).read_text("utf-8")
