"""The report, the table and the figures of the identity experiment."""

import dataclasses
import io
import json

import pytest
from rich.console import Console

import gan
from gan.figures import draw
from gan.output import Output
from gan.records import PairRecord
from gan.report import Report, table

TINY = gan.Config(width=8, depth=1, batch=55, steps=20, chunks=2, replicates=4, held_out=144)
COMMON = {
    "schema", "experiment", "complete", "device", "versions", "seed", "config", "cpu_seconds",
    "records", "compiled", "matmul_precision",
}  # fmt: skip
KEYS = {
    "name", "dim", "v_star", "v_hat", "gap", "standard_error",
    "js_true", "js_hat", "js_interval", "seconds",
}  # fmt: skip


@pytest.fixture(scope="module")
def results():
    pairs = [gan.targets[name] for name in ("normal-mu-0", "parallel-lines")]
    return list(gan.run_identity(pairs, TINY, seed=0))


def read_records(path) -> list[PairRecord]:
    records = json.loads(path.read_text())["records"]
    for record in records:
        record["js_interval"] = tuple(record["js_interval"])
        record["v_seeds"] = tuple(record["v_seeds"])
    return [PairRecord(**record) for record in records]


def test_report_survives_the_round_trip(results, tmp_path):
    records = [result.record for result in results]
    report = Report(records, complete=True, seed=7, config=TINY)
    Output(tmp_path, "verify", ()).finish(report, lambda folder: None)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert read_records(tmp_path / "report.json") == records
    report = json.loads((tmp_path / "report.json").read_text())
    assert set(report) == COMMON
    assert report["experiment"] == "verify"
    assert all(set(pair) >= KEYS for pair in report["records"])
    assert report["seed"] == 7
    assert gan.Config(**report["config"]) == TINY
    assert {"jax", "equinox", "optax", "numpy"} <= set(report["versions"])


def test_table_has_a_row_per_pair_and_no_negative_zeros(results):
    console = Console(width=160, record=True, file=io.StringIO())
    records = [dataclasses.replace(result.record, verified=True) for result in results]
    console.print(table(records))
    text = console.export_text()
    assert "normal-mu-0" in text
    assert "saturates" in text
    assert "-0.000000" not in text


@pytest.mark.parametrize(("chosen", "names"), [
    (slice(0, 2), {"identity.png", "convergence.png", "logits.png"}),
    (slice(1, 2), {"identity.png", "convergence.png"}),
    (slice(0, 0), set()),
])  # fmt: skip
def test_figures_are_those_that_there_are_results_for(results, chosen, names, tmp_path):
    draw(results[chosen], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == names
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())
