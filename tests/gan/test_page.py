"""The examples of docs/howto/gan/python.md run, and come to what the page says of them."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "gan" / "python.md"


def words(lines):
    return [re.sub(r"[\d.]*\d", "#", line) for line in lines]


def test_examples_come_to_what_the_page_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    names = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, PAGE.name, "exec"), names)
    outputs = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
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
