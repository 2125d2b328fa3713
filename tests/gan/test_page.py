"""The examples of pages about the GAN run, and come to what the pages say of them."""

import re

from tests.architecture.source import ROOT, blocks

PAGE = ROOT / "docs" / "howto" / "gan" / "python.md"


def words(lines):
    return [re.sub(r"[\d.]*\d", "#", line) for line in lines]


def test_examples_come_to_what_the_page_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in blocks(PAGE, "python"):
        exec(compile(block, PAGE.name, "exec"), names)
    outputs = blocks(PAGE, "text")
    shown = [line for block in outputs for line in block.splitlines() if block[0] != ">"]
    printed = capsys.readouterr().out.splitlines()
    assert words(printed) == words(shown)
    assert printed[:2] == shown[:2]  # exact values
    value = names["value"]
    # V(D) of observations has a standard error, and JS shown half of it; no discriminator beats JS.
    assert value.info["js"] - names["js"] < 4 * value.standard_error / 2
    assert value.info["js"] > 0
    last = [float(line.split()[-1]) for line in printed if line.startswith("true JS")]
    assert max(last[1:]) < names["gan"].true_js("mixture", names["generator"]).value / 4


def test_example_of_the_page_on_digits_runs(capsys):
    (block,) = blocks(PAGE.parents[2] / "background" / "gan" / "digits.md", "python")
    assert "steps=4000," in block
    exec(compile(block.replace("steps=4000,", "steps=2,"), "digits.md", "exec"), {})
    assert "precision" in capsys.readouterr().out
