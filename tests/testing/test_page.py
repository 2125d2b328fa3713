"""The examples of docs/howto/verify_your_own.md run, and come to what the page says of them."""

import ast
import json
import re

from divergences.testing.checking import claimed
from divergences.testing.export import export
from divergences.testing.report import GOOD, OTHERS, STATUSES
from tests.architecture.source import ROOT, blocks

PAGE = ROOT / "docs" / "howto" / "verify_your_own.md"
TEXT = PAGE.read_text(encoding="utf-8")


def words(text):
    """Text without long fractions, whose last digits depend on the processor."""
    return re.sub(r"\.\d{9,}", ".#", text)


def test_examples_print_what_the_page_says(capsys):
    names = {}
    for block in blocks(PAGE, "python"):
        exec(compile(block, "verify_your_own.md", "exec"), names)
    printed = capsys.readouterr().out
    report, *others, case = blocks(PAGE, "text")
    assert words(printed).startswith(words(report))
    for block in others:
        assert block in printed
    assert names["test_laws"].pytestmark[0].args[0] == "check"
    assert json.loads(case) in export("kl_divergence")["cases"]


def test_every_status_is_explained():
    rows = re.findall(r"^\| ([a-z ]+) \| \w", TEXT, re.MULTILINE)
    assert sorted(rows) == sorted({*STATUSES, *OTHERS})
    assert set(rows) >= GOOD


def test_laws_that_are_named_exist():
    every = set(claimed("jensen_shannon_divergence", batched=len, gradient=len)) | set(
        claimed("kl_divergence")
    )
    for expected in re.findall(r"expected_failures=(\{.*?\})", TEXT):
        assert set(ast.literal_eval(expected)) <= every
