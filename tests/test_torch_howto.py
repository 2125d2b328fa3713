"""PyTorch: the programs of the how-to print what its page says."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

HOWTO = Path(__file__).parents[1] / "docs" / "howto"
PAGE = (HOWTO / "training_loop_pytorch.md").read_text(encoding="utf-8")


def printed(program):
    """The lines that a program prints, and those that the page has below it, as lists of words."""
    path = os.pathsep.join(filter(None, (str(HOWTO.parents[1]), os.environ.get("PYTHONPATH"))))
    found = subprocess.run(
        [sys.executable, HOWTO / program],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
        timeout=300,
    )
    shown = re.search(r"```text\n(.*?)```", PAGE[PAGE.index(program) :], re.DOTALL)
    assert shown is not None
    return ([line.split() for line in text.splitlines()] for text in (found.stdout, shown[1]))


def test_a_student_learns_as_the_page_says():
    found, shown = printed("distil_in_pytorch.py")
    assert [line[:-1] for line in found] == [line[:-1] for line in shown]
    for line, expected in zip(found, shown, strict=True):
        if re.fullmatch(r"[0-9.]+", expected[-1]):
            assert float(line[-1]) == pytest.approx(float(expected[-1]), rel=0.02)


def test_formulas_lose_what_the_page_says():
    found, shown = printed("beside_log_softmax.py")
    found, shown = list(found), list(shown)
    assert found[0] == shown[0]
    for line, expected in zip(found[1:7], shown[1:7], strict=True):
        apart, exact, _, ours, units, our_units, off, our_off = map(float, line)
        numbers = [float(x) for x in expected]
        assert [apart, exact, ours] == pytest.approx([*numbers[:2], numbers[3]], rel=2e-3)
        # Rounding errors differ between machines, by less than a power of ten or two.
        assert abs(math.log10(units / numbers[4])) < 2.0
        assert abs(math.log10(off / numbers[6])) < 1.0
        assert our_units <= 4.0
        assert our_off <= 3e-6
    assert found[7:] == shown[7:]
