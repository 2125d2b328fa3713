"""`parametrize_with_laws` in three lines makes one item of pytest for each law."""

import subprocess
import sys

import pytest

from divergences.testing import parametrize_with_laws
from divergences.testing.checking import claimed

from .wrong import JS, KL, js, kl, kl_clipped

FILE = """
import numpy as np
from scipy.special import rel_entr
from divergences.testing import parametrize_with_laws

def kl(p, q):
    return rel_entr(p, q).sum()

def capped(p, q):
    return min(kl(p, q), 50.0)

@parametrize_with_laws({kl: "kl_divergence"}, expected_failures={"accuracy": "cancels near P = Q"})
def test_laws(check):
    check()

@parametrize_with_laws({capped: "kl_divergence"}, expected_failures={"bounds": "it has none"})
def test_capped(check):
    check()
"""


def test_pytest_shows_each_law(tmp_path):
    (tmp_path / "test_mine.py").write_text(FILE, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "test_mine.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    lines = run.stdout.splitlines()
    count = len(claimed(KL))
    of_kl = [line for line in lines if "::test_laws[kl: " in line]
    assert sum(line.startswith("PASSED") for line in of_kl) == count - 1
    (expected,) = [line for line in of_kl if line.startswith("XFAIL")]
    assert expected == "XFAIL test_mine.py::test_laws[kl: accuracy] - cancels near P = Q"
    failed = "FAILED test_mine.py::test_capped[capped: "
    assert any(line.startswith(failed + "disjoint supports]") for line in lines)
    assert any(line.startswith(failed + "bounds]") and "[XPASS(strict)]" in line for line in lines)
    assert "50.0 on disjoint supports, but inf is right" in run.stdout
    assert run.returncode == 1


def test_items_are_those_of_the_laws_claimed():
    mark = parametrize_with_laws({kl: KL, js: {"like": JS, "batched": js}})
    ids = [item.id for item in mark.args[1]]
    assert ids == [f"kl: {law}" for law in claimed(KL)] + [
        f"js: {law}" for law in claimed(JS, batched=js)
    ]
    assert "js: batch" in ids


def test_a_check_raises_with_the_counterexample():
    mark = parametrize_with_laws({kl_clipped: KL})
    checks = {item.id: item.values[0] for item in mark.args[1]}
    checks["kl_clipped: order of outcomes"]()
    with pytest.raises(AssertionError, match=r"excluded outcomes: fail\nkl_clipped\(np.array"):
        checks["kl_clipped: excluded outcomes"]()


def test_unknown_laws_are_refused():
    with pytest.raises(ValueError, match="names 'symmetry', which is checked of none"):
        parametrize_with_laws({kl: KL}, expected_failures={"symmetry": "it has none"})
