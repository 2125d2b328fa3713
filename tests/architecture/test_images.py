"""Every image says in words what is seen, for those who do not see it."""

import re
import runpy
from types import SimpleNamespace

import pytest

from .source import ROOT, relative

WRITTEN = {"_build", "_generated", "quantities"}  # by Sphinx
PAGES = [
    ROOT / "README.md",
    *(p for p in sorted((ROOT / "docs").rglob("*.md")) if not WRITTEN & set(p.parts)),
]
BLOCK = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<kind>[\w-]+)\}(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
INLINE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
ALT = re.compile(r"^ *:?alt: *\"?(?P<alt>[^\"\n]*)", re.MULTILINE)
DRAWN = re.compile(r"plt\.show\(\)|^ax\.figure$", re.MULTILINE)
FEWEST = 8  # words: a name or a title is no description


def descriptions(text: str) -> list[str]:
    """What is said of each image of a page; nothing where nothing is."""
    found = [match["alt"] for match in INLINE.finditer(text)]
    for block in BLOCK.finditer(text):
        drawn = block["kind"] == "code-cell" and DRAWN.search(block["text"])
        if drawn or block["kind"] in ("figure", "image"):
            said = ALT.search(block["text"])
            found.append(said["alt"] if said else "")
    return found


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_image_is_described(page):
    short = [alt for alt in descriptions(page.read_text("utf-8")) if len(alt.split()) < FEWEST]
    assert not short, f"descriptions of fewer than {FEWEST} words"


@pytest.mark.parametrize(("joint", "arity"), [(True, 1), (False, 1), (False, 2)])
def test_figures_of_quantities_are_described(joint, arity):
    figures = runpy.run_path(str(ROOT / "docs" / "generate" / "figures.py"))
    said = figures["alt"](SimpleNamespace(joint=joint, arity=arity), "Entropy")
    assert "Entropy" in said
    assert len(said.split()) >= FEWEST


def test_images_are_found():
    assert sum(len(descriptions(page.read_text("utf-8"))) for page in PAGES) >= 50
    cell = "```{code-cell} python\nplt.plot(x)\nplt.show()\n```\n"
    assert descriptions(f"![a b](c.png)\n:::{{figure}} d.png\n:alt: e\n:::\n{cell}") == [
        "a b",
        "e",
        "",
    ]
