"""The saturation experiment finds what theory says, and leaves a report whenever it stops."""

import json
import signal
import time

import numpy as np
import pytest

from gan.cli import main, saturate
from gan.config import SaturationConfig
from gan.output import Output
from gan.saturation import run_saturation, slope
from gan.saturation_report import SaturationReport

CONFIG = SaturationConfig(
    thetas=(-0.5, 0.0, 1.0), points=8, width=8, steps=4000, checkpoints=31, seeds=2
)


@pytest.fixture(scope="module")
def found():
    *_, last = run_saturation(CONFIG, seed=0)
    return last


def test_js_stays_and_the_wasserstein_distance_is_the_distance(found):
    lines = {record.theta: record for record in found[0]}
    assert lines.keys() == set(CONFIG.thetas)
    for theta, record in lines.items():
        apart = theta != 0.0
        assert record.js == (np.log(2.0) if apart else 0.0)
        assert record.js_slope == (0.0 if apart else None)
        assert record.v_star == pytest.approx(0.0 if apart else -2 * np.log(2.0), abs=1e-15)
        assert record.w1 == pytest.approx(abs(theta), rel=1e-6)
        assert record.w1_slope == pytest.approx(np.sign(theta), rel=1e-6)
        # No discriminator exceeds V*, and these have trained for a while.
        assert record.v_star - 1e-3 < record.v_hat <= record.v_star + 1e-6
        assert record.js_hat == pytest.approx(record.js, abs=1e-3)


def test_value_falls_as_one_over_the_steps_and_logits_grow_like_their_log(found):
    history = found[1]
    # Homogeneous networks are faster than 1/t by a power of log t (Lyu & Li 2020, theorem 4.3).
    assert -1.6 < slope(history) < -0.9
    late = [record for record in history if record.step >= 100]
    logits = np.array([record.logit for record in late])
    assert np.all(np.diff(logits) > 0.0)
    growth = np.polyfit(np.log([record.step for record in late]), logits, 1)[0]
    assert 0.8 < growth < 2.0


def test_only_the_saturating_gradient_vanishes(found):
    history = found[1]
    saturating = np.array([record.saturating for record in history])
    assert saturating[-1] < 1e-2 * saturating.max()
    assert history[-1].non_saturating > 1.0
    assert all(record.wasserstein == pytest.approx(1.0) for record in history)


def test_report_says_how_far_it_came(found, tmp_path):
    lines, history = found
    output = Output(tmp_path, "saturate", ())
    output.finish(SaturationReport.of([], [], 7, CONFIG), lambda folder: None)
    begun = json.loads((tmp_path / "report.json").read_text())
    assert begun["complete"] is False
    assert begun["slope"] is None
    output.finish(SaturationReport.of(history, lines, 7, CONFIG), lambda folder: None)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["complete"] is True
    assert report["seed"] == 7
    assert len(report["records"]) == len(CONFIG.stops)
    assert [line["theta"] for line in report["lines"]] == list(CONFIG.thetas)
    assert report["slope"] == slope(history)


@pytest.fixture
def fake_experiment(monkeypatch, found):
    """Replace training by a ready result, and an interruption if asked for."""

    def install(*, interrupted: bool) -> None:
        def run_saturation(config, seed):
            lines, history = found
            yield lines, history[:5] if interrupted else history
            if interrupted:
                signal.raise_signal(signal.SIGINT)
                time.sleep(60)

        monkeypatch.setattr(saturate, "run_saturation", run_saturation)
        monkeypatch.setattr(saturate, "SaturationConfig", lambda: CONFIG)

    return install


@pytest.mark.parametrize("interrupted", [False, True])
def test_command_prints_tables_and_draws(fake_experiment, interrupted, tmp_path, capsys):
    fake_experiment(interrupted=interrupted)
    folder = tmp_path / "new"
    assert main(["saturate", "--out", str(folder)]) == (130 if interrupted else 0)
    text = capsys.readouterr().out
    assert "Two parallel segments" in text
    assert "What a generator is offered" in text
    assert ("Interrupted after" in text) is interrupted
    assert json.loads((folder / "report.json").read_text())["complete"] is not interrupted
    assert (folder / "saturation.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"theta": 3.0}, r"theta=3\.0 is not one of thetas"),
        ({"theta": 0.0}, r"or is zero"),
        ({"steps": 3}, r"steps >= checkpoints >= 2"),
        ({"thetas": (1.0, np.inf)}, r"each of thetas is inf; it must be finite"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        SaturationConfig(**settings)
