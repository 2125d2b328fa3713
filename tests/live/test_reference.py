"""The numbers that the live page is compared with are those of the library."""

import json

import pytest

from tests.live.reference import FILE, SETTINGS, settings, values

ROWS = json.loads(FILE.read_text(encoding="utf-8"))
DRAWN = {"uniform", "histogram"}  # which take the library longer


def test_settings_are_those_of_the_script():
    assert [row["state"] for row in ROWS] == settings()
    assert len(ROWS) == SETTINGS


def test_values_are_those_of_the_library():
    quick = [r for r in ROWS if not {r["state"]["p"]["kind"], r["state"]["q"]["kind"]} & DRAWN]
    for row in quick[::20]:
        assert values(row["state"]) == pytest.approx(row["values"], rel=1e-10, abs=1e-10)
