"""The comparison with the discriminator: padded targets, reports that survive interruptions."""

import json

import numpy as np
import pytest

import divergences as dv
from benchmarks import discriminator_report, js_vs_discriminator
from benchmarks.js_vs_discriminator import DIMENSIONS, INTERRUPTED, SIZES, Case, cases, main


def test_padding_and_rotating_leave_distances_between_means_as_they_are():
    for dim in (1, 4):
        x, y = Case("normal-mu-2", 20_000, dim).draw(0)
        assert x.points.shape == (20_000, dim)
        gap = np.linalg.norm(x.points.mean(axis=0) - y.points.mean(axis=0))
        assert gap == pytest.approx(2.0, abs=4.0 * (2 / 20_000) ** 0.5)
        assert np.atleast_2d(np.cov(x.points.T)) == pytest.approx(np.eye(dim), abs=0.05)


def test_every_target_that_knows_its_js_is_compared():
    everything = cases(js_vs_discriminator.gan.suites["quick"])
    assert {case.target for case in everything} == set(js_vs_discriminator.gan.suites["quick"])
    assert {*SIZES, *DIMENSIONS} <= {case.target for case in everything if case.n != 1000}
    assert set(discriminator_report.AGAINST) <= {*SIZES} & {*DIMENSIONS}


def test_a_report_is_brought_up_to_date_case_by_case(tmp_path):
    def row(target, n, value):
        return {"target": target, "n": n, "dim": 1, "values": [value]}

    path = tmp_path / "report.json"
    report = [row("b", 10, 1.0), row("gone", 10, 2.0)]
    discriminator_report.merge(report, [row("a", 10, 3.0), row("a", 10, 4.0)], ["a", "b"])
    discriminator_report.merge(report, [row("b", 10, 5.0)], ["a", "b"])
    discriminator_report.merge(report, [row("b", 5, 6.0)], ["a", "b"])
    assert [r["values"][0] for r in report] == [3.0, 4.0, 6.0, 5.0]
    assert discriminator_report.read(path) == []
    discriminator_report.write(path, report)
    assert discriminator_report.read(path) == report


def test_an_interruption_leaves_a_valid_report(tmp_path, monkeypatch, capsys):
    def stop(case):
        raise KeyboardInterrupt

    first, *_ = (case for case in cases(["normal-mu-2"]) if case.n <= 200)
    by_case = {first: dv.methods.Histogram()}
    monkeypatch.setattr(
        js_vs_discriminator,
        "METHODS",
        {"histogram": lambda case: by_case[case] if case in by_case else stop(case)},
    )
    monkeypatch.setattr(js_vs_discriminator, "NETWORK", "histogram")
    report, figure = tmp_path / "report.json", tmp_path / "figure.png"
    options = ["--targets", "normal-mu-2", "--json", str(report), "--figure", str(figure)]
    assert main([*options, "--network-repeats", "4"]) == INTERRUPTED
    ((row),) = json.loads(report.read_text())["rows"]
    assert (row["target"], row["method"], len(row["values"])) == (first.target, "histogram", 4)
    assert first.target in capsys.readouterr().out
    assert figure.stat().st_size > 10_000


def test_what_a_method_refuses_is_said_and_not_counted():
    row = js_vs_discriminator.Row("parallel-lines", 50, 2, "kernel density", np.log(2))
    row.add(Case("parallel-lines", 50, 2), 0, dv.methods.KernelDensity())
    assert "do not spread in every direction" in row.refused
    assert row.values == []


def test_summary_is_that_of_errors_and_intervals():
    row = {
        "truth": 0.3,
        "values": [0.2, 0.5],
        "intervals": [(0.1, 0.3), (0.4, 0.6)],
        "seconds": [1.0, 3.0],
    }
    found = discriminator_report.summary(row)
    assert found["bias"] == pytest.approx(0.05)
    assert found["rmse"] == pytest.approx((0.05 / 2) ** 0.5)
    assert (found["low"], found["high"]) == pytest.approx((-0.05, 0.15))
    assert (found["coverage"], found["seconds"]) == (0.5, 2.0)


def test_the_table_of_the_documentation_has_a_line_for_each_case():
    rows = [
        {
            "target": "a",
            "n": n,
            "dim": 1,
            "truth": 0.5,
            "method": method,
            "values": values,
            "intervals": [(0.4, 0.7)] * len(values),
            "seconds": [1.0] * len(values),
        }
        for n in (10, 20)
        for method, values in (("histogram", [0.6, 0.7]), ("kernel density", []))
    ]
    *_, line = discriminator_report.markdown(rows).splitlines()
    assert line.startswith("| a | 20 | 1 | 0.5000 | +0.150\N{NO-BREAK SPACE}(100) |  | refused |")
