"""The part *Learn* in Traditional Chinese has every sentence of the English pages, and no other."""

import ast
import re

import pytest

from .source import ROOT

LEARN = ROOT / "docs" / "learn"
MESSAGES = ROOT / "docs" / "locale" / "zh_TW" / "LC_MESSAGES" / "learn"
PAGES = sorted(path.stem for path in LEARN.glob("*.md"))
STRING = r'(?:"(?:[^"\\]|\\.)*"\s*)+'
ENTRY = re.compile(rf"((?:^#.*\n)*)^msgid ({STRING})^msgstr ({STRING})", re.MULTILINE)
FORMULA = re.compile(r"\\(?:frac|sum|log|operatorname)\b")  # is the same in every language


def words(text: str) -> str:
    """Text without the breaks of lines and the marks of its place in a list or a quotation."""
    return " ".join(text.split())


def entries(page: str) -> list[tuple[str, str, str]]:
    """Comments, English and Chinese of each message."""
    text = (MESSAGES / f"{page}.po").read_text(encoding="utf-8")
    read = [
        (
            c,
            *(
                "".join(ast.literal_eval(s) for s in re.findall(r'"(?:[^"\\]|\\.)*"', m))
                for m in (e, z)
            ),
        )
        for c, e, z in ENTRY.findall(text)
    ]
    return read[1:]  # without the header


def prose(page: str) -> list[str]:
    """Paragraphs, headings and items of a page, without its code and its formulas."""
    text = (LEARN / f"{page}.md").read_text(encoding="utf-8")
    text = re.sub(r"\A---\n.*?^---\n", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(`{3,}|:{3,}|\$\$).*?^\1$", "\n", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(?:[-*] |\d+\. |#+ )", "\n", text, flags=re.MULTILINE)
    blocks = (words(block) for block in re.split(r"\n\s*\n", text))
    return [b for b in blocks if b and not b.startswith(("$$", "|", "(", "%"))]


@pytest.mark.parametrize("page", PAGES)
def test_every_message_is_translated_and_current(page):
    source = words((LEARN / f"{page}.md").read_text(encoding="utf-8"))
    assert len(entries(page)) > 5
    for comment, english, chinese in entries(page):
        assert "fuzzy" not in comment, english
        assert chinese or FORMULA.search(english), english
        assert words(english) in source, english


@pytest.mark.parametrize("page", PAGES)
def test_every_paragraph_has_a_message(page):
    known = {words(english) for _, english, _ in entries(page)}
    assert prose(page), "nothing was read"
    assert not [block for block in prose(page) if block not in known]
