"""`python -m divergences.testing`: reports, exit status, scripts and exported cases."""

import json

import mpmath
import numpy as np
import pytest

from divergences.testing import oracle
from divergences.testing.__main__ import main
from divergences.testing.export import export
from divergences.testing.members import members
from divergences.testing.tolerance import ulps

WRONG = "tests.testing.wrong:"


def test_a_wrong_function_is_told_with_status_one(tmp_path, capsys):
    command = [WRONG + "kl_clipped", "--like", "kl_divergence"]
    assert main([*command, "--json", str(tmp_path / "report.json")]) == 1
    assert "27.631021115928547, but inf is right" in capsys.readouterr().out
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["laws"]["excluded outcomes"]["status"] == "fail"
    assert not report["ok"]


def test_a_right_function_is_told_with_status_zero(capsys):
    assert main(["divergences:kl_divergence", "--like", "kl_divergence"]) == 0
    assert "kl_divergence as kl_divergence (float64): values as ours" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["kl_clipped", "kl_raises_at_zero", "kl_of_infinite_logs"])
def test_scripts_run(name, capsys):
    assert main([WRONG + name, "--like", "kl_divergence", "--repro"]) == 1
    script = capsys.readouterr().out
    assert f"from tests.testing.wrong import {name}" in script
    assert script.count(f"{name}(np.") > 5
    with np.errstate(all="ignore"):
        exec(script, {})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tests.testing.wrong"], "names no function; write MODULE:FUNCTION"),
        (["tests.testing.wring:kl"], "cannot import tests.testing.wring"),
        ([WRONG + "kll"], "tests.testing.wrong has no kll"),
        ([WRONG + "KL"], "it is the function to check"),
        ([WRONG + "kl", "--like", "kl"], "There is no quantity 'kl'; close to it: kl_divergence"),
        ([WRONG + "kl", "--like", "renyi_entropy"], "say which by order="),
        ([WRONG + "kl", "--json", "/nowhere/report.json"], "/nowhere/report.json"),
        (["export", "kl"], "There is no quantity 'kl'"),
    ],
)
def test_wrong_use_has_status_two(words, said, capsys):
    like = [] if "--like" in words or "export" in words else ["--like", "kl_divergence"]
    with pytest.raises(SystemExit) as stopped:
        main([*words, *like])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_export_prints_json(capsys):
    assert main(["export", "kl_divergence"]) == 0
    vectors = json.loads(capsys.readouterr().out)
    assert vectors == export("kl_divergence")
    assert vectors["definition"] == "sum p log(p/q) over p > 0."


@pytest.mark.parametrize("member", members(), ids=repr)
def test_exported_cases_are_exact(member):
    vectors = export(member)
    cases = json.loads(json.dumps(vectors, allow_nan=False))["cases"]
    assert len(cases) >= 200
    worst = 0.0
    for case in cases[::7]:
        ps = [np.array(case[side]) for side in "pq"[: member.arity]]
        exact = oracle.value(member.functional, *ps)
        with mpmath.workdps(60):
            read = mpmath.mpf(case["value"])
            same = read == exact or abs(read - exact) <= abs(exact) * mpmath.mpf(10) ** -39
        assert same
        worst = max(worst, ulps(float(read), exact))
    assert worst <= 0.5 + 1e-9
