"""The benchmark of the ring: its measures, its table and its command."""

import dataclasses
import json

import jax
import numpy as np
import pytest

from benchmarks import ring
from benchmarks.ring_report import WITHIN, markdown
from gan.named import NAMED


def test_shares_of_the_data_are_those_of_normals():
    x = np.asarray(NAMED["ring-8"].sample(jax.random.key(0), 17711))
    shares = ring.shares_of_modes(x)
    # Standard errors of independent samples; modes are 7.6 standard deviations apart.
    assert shares.sum() == pytest.approx(WITHIN, abs=4 * (WITHIN * (1 - WITHIN) / 17711) ** 0.5)
    np.testing.assert_allclose(shares, WITHIN / 8, atol=4 * (0.125 * 0.875 / 17711) ** 0.5)
    assert ring.shares_of_modes(np.zeros((5, 2))).sum() == 0


@pytest.mark.parametrize("teacher", ["ns", "likelihood"])
def test_rows_judge_every_seed(teacher):
    small = {"steps": 2, "batch": 21, "codes": 8, "seeds": 2, "width": 4, "depth": 1}
    small |= {"generator_width": 4, "generator_depth": 1, "sigma": 0.4}
    row = ring.row_of("x", dataclasses.replace(ring.GAME, objective=teacher, **small))
    for found in row["found"]:
        assert 0 < found["js"] < np.log(2)
        # 8 and 16 codes of a network that is nearly constant after two steps.
        assert found["js_twice_codes"] == pytest.approx(found["js"], abs=0.02)
        assert (found["js_raw"] == found["js"]) == (teacher == "likelihood")
        assert found["modes"] <= 8
        assert found["within"] >= found["largest"] >= found["smallest"] >= 0
    assert np.shape(row["samples"]) == (ring.SHOWN, 2)


def found(**changes):
    return {"js": 0.02, "js_raw": 0.04, "js_twice_codes": 0.03, "modes": 8, "within": 0.95,
            "smallest": 0.1, "largest": 0.13} | changes  # fmt: skip


def test_command_replaces_rows_and_draws(tmp_path, capsys):
    def make(name, config):
        assert config.seeds == 2
        return {"name": name, "found": [found(), found(js=0.06, modes=7, within=0.85)],
                "cpu_seconds": 30.0, "samples": [[0.0, 2.0]]}  # fmt: skip

    path, figure = tmp_path / "ring.json", tmp_path / "ring.png"
    arguments = ["--seeds", "2", "--json", str(path), "--figure", str(figure), "--rows"]
    assert ring.main([*arguments, "likelihood", "ns"], make) == 0
    assert ring.main([*arguments, "ns", "sat"], make) == 0
    assert [row["name"] for row in json.loads(path.read_text())["rows"]] == [
        "ns", "sat", "likelihood",
    ]  # fmt: skip
    table = path.with_suffix(".md").read_text()
    assert capsys.readouterr().out.endswith(table)
    assert (
        "| ns | 0.0400 ± 0.028 | 0.0600 | 0.0400 | 0.0300 | 1 of 2 | 80 % | 90.0 % | 15 |" in table
    )
    assert "| no game: maximum likelihood | 0.0400 ± 0.028 | 0.0600 |  | 0.0300 |" in table
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert ring.main(["--rows", "--json", str(path)]) == 0
    assert (
        path.with_suffix(".md").read_text()
        == table
        == markdown(json.loads(path.read_text())["rows"])
    )
