"""The identity while a GAN trains: the records, the report, the figure and the command."""

import dataclasses
import json
import signal
import time

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gan
from gan.adversarial import CheckRecord, GameCheck, Picture, games_of, run_game
from gan.adversarial_report import Summary, check_in_words, game_table
from gan.cli import main, train
from gan.config import GAMES, GameConfig
from gan.discriminators import js_at_least
from gan.distributions import Source
from gan.game import Rules, init
from gan.gradients import compare_gradients, gradient_cosine
from gan.networks import Identity, LogitNetwork
from gan.noisy_games import rules_of
from gan.playing import adam_in_turn

KEY = jax.random.key(0)

TINY = GameConfig(
    objective="jensen_shannon_divergence", steps=4, d_steps=1, batch=21, codes=8, generator_width=4,
    generator_depth=1, width=4, depth=1,
    checks=2, seeds=2, probe_width=4, probe_depth=1, probe_batch=21, probe_steps=2, held_out=89,
)  # fmt: skip


def test_records_hold_what_the_theory_compares():
    checks = list(run_game(TINY, 0))
    records = [record for check in checks for record in check.records]
    assert [(r.step, r.seed) for r in records] == [(2, 0), (2, 1), (4, 0), (4, 1)]
    for r in records:
        assert 0 < r.js_true < np.log(2)
        assert abs(r.halving) < 1e-6
        assert -1 <= min(r.cosine_play, r.cosine_probe) <= max(r.cosine_play, r.cosine_probe) <= 1
        assert r.v_star == pytest.approx(2 * r.js_true - 2 * np.log(2), abs=1e-14)
        for v, error, js, gap in (
            (r.v_play, r.v_play_standard_error, r.js_play, r.gap_play),
            (r.v_probe, r.v_probe_standard_error, r.js_probe, r.gap_probe),
        ):
            assert js == pytest.approx(v / 2 + np.log(2), abs=1e-14)
            assert gap == pytest.approx(r.v_star - v, abs=1e-14)
            assert gap > -4 * error  # no discriminator exceeds V*, these after hardly any training
        # The bounds are exact, and so not above but for rounding.
        assert max(r.f_play, r.f_probe) <= r.f_true == pytest.approx(2 * r.js_true, rel=1e-6)
        # Beside the same values from samples.
        assert r.f_play == pytest.approx(2 * r.js_play, abs=5 * r.v_play_standard_error)
        assert r.f_probe == pytest.approx(2 * r.js_probe, abs=5 * r.v_probe_standard_error)
    again = list(run_game(TINY, 0, resume=checks[0].states))
    assert [check.records for check in again] == [checks[1].records]
    picture = checks[-1].picture
    spacing = picture.x[1] - picture.x[0]
    assert np.sum(picture.real) * spacing == pytest.approx(1, abs=0.01)


def test_penalties_and_the_averaged_generator():
    config = dataclasses.replace(TINY, gamma=0.5, ema=0.9, objective="non-saturating")
    assert rules_of(config).penalties == (gan.R1(0.5), gan.R2(0.5))
    assert rules_of(TINY).penalties == ()
    last = list(run_game(config, 0))[-1]
    for record, state in zip(last.records, games_of(last.states, config), strict=True):
        assert record.f_true is None
        assert record.js_average == gan.true_js("mixture", state.generator).value
        assert 0 < abs(record.js_average - record.js_true) < 0.1
    assert "averaged G" in [column.header for column in game_table(last.records).columns]


RECORD = CheckRecord(
    seed=0, step=100, js_true=0.03, v_star=-1.326, halving=1e-9, v_play=-1.33,
    v_play_standard_error=1e-4, js_play=0.028, gap_play=4e-3, v_probe=-1.327,
    v_probe_standard_error=1e-4, js_probe=0.0295, gap_probe=1e-3, sigma=0.3,
    cosine_play=0.8, cosine_probe=0.99, js_at_least=0.0279,
)  # fmt: skip
LINE = np.linspace(-1, 1, 5)
PLAYERS = (
    gan.Noisy(KEY, 1, noise=1, codes=4, width=2, depth=1),
    LogitNetwork.untrained(Identity(), jax.random.normal(KEY, (9, 1)), 2, 1, KEY),
)
RULES = Rules(gan.saturating, *adam_in_turn(2, 1), batch=1, d_steps=1, ema=0.0)
FIRST = eqx.tree_at(lambda state: state.step, init(RULES, *PLAYERS, KEY), jnp.asarray(100))
STATES = jax.tree.map(lambda x: jnp.stack([x, x]) if eqx.is_array(x) else x, FIRST)
PICTURES = {
    "mixture": Picture(LINE, LINE**2, LINE**2),
    "ring-8": Picture(np.empty(0), *[np.eye(2)] * 2),
}


def test_losses_are_put_into_words():
    saturated = dataclasses.replace(RECORD, v_play=-1e-3, js_play=0.6926, js_at_least=0.692)
    words = check_in_words([RECORD, saturated, saturated])
    assert words.startswith(
        "step 100: BCE 1.3300, 0.0010, 0.0010; JS >= 0.0279, 0.6920, 0.6920 [95 %] "
        "The discriminator tells the samples apart almost without error: JS is near log 2"
    )
    assert words.count("near log 2") == 1


def test_lower_bound_is_that_of_student():
    values = np.array([-1.2, -1.3, -1.25, -1.35])
    # The quantile 0.95 with three degrees of freedom, from tables.
    v = values.mean() - 2.353363 * values.std(ddof=1) / 2
    assert js_at_least(values) == pytest.approx(v / 2 + np.log(2), abs=1e-6)


def test_summary_counts_every_seed_and_check():
    records = [
        RECORD,
        dataclasses.replace(RECORD, step=200, js_true=0.02, gap_play=2e-3, gap_probe=-2e-4),
        dataclasses.replace(RECORD, step=200, seed=1, js_true=0.01, gap_play=1e-3),
    ]
    summary = Summary.of(records)
    assert summary.js_final == (0.02, 0.01)
    assert (summary.median_gap_play, summary.median_gap_probe) == (2e-3, 1e-3)
    assert summary.largest_excess == pytest.approx(2.0)
    assert (summary.median_cosine_play, summary.median_cosine_probe) == (0.8, 0.99)
    assert Summary.of([]) is None


@pytest.mark.parametrize("target", GAMES)
@pytest.mark.parametrize("interrupted", [False, True])
def test_command_writes_a_report_and_a_figure(target, interrupted, monkeypatch, tmp_path, capsys):
    config = GAMES[target]

    def fake(given, seed, progress, resume):
        assert given == dataclasses.replace(config, objective="saturating", seeds=2)
        yield GameCheck([RECORD, dataclasses.replace(RECORD, seed=1)], PICTURES[target], STATES)
        if interrupted:
            signal.raise_signal(signal.SIGINT)
            time.sleep(60)
        last = dataclasses.replace(RECORD, step=config.steps)
        yield GameCheck([last], PICTURES[target], STATES)

    monkeypatch.setattr(train, "run_game", fake)
    arguments = ["train", target, "--objective", "sat", "--seeds", "2", "--out", str(tmp_path)]
    assert main(arguments) == (130 if interrupted else 0)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["experiment"] == "train"
    assert report["complete"] is not interrupted
    assert len(report["records"]) == (2 if interrupted else 3)
    assert (tmp_path / "game.png").read_bytes().startswith(b"\x89PNG")
    printed = capsys.readouterr().out
    assert "true JS" in printed
    assert "step 100: BCE 1.3300, 1.3300; JS >= 0.0279, 0.0279 [95 %]\n" in printed
    assert main(["sample", str(tmp_path / "game-1.eqx"), "-n", "7"]) == 0
    assert np.load(tmp_path / "samples.npy").shape == (7, 1)
    assert main(["sample", str(tmp_path), "-n", "3", "--out", str(tmp_path / "x.csv")]) == 0
    generator = gan.load(tmp_path).generator
    x = generator.sample(jax.random.key(0), 3)
    assert np.loadtxt(tmp_path / "x.csv", ndmin=2).astype(np.float32).tolist() == x.tolist()


def test_interrupted_games_are_taken_up_again(monkeypatch, tmp_path, capsys):
    folder, seen = tmp_path / "run", []

    def fake(given, seed, progress, resume):
        seen.append(resume)
        if resume is None or len(seen) == 2:
            first = RECORD if resume is None else dataclasses.replace(RECORD, step=200)
            states = eqx.tree_at(lambda s: s.step, STATES, jnp.asarray([first.step] * 2))
            yield GameCheck(
                [first, dataclasses.replace(first, seed=1)], PICTURES["mixture"], states
            )
            signal.raise_signal(signal.SIGINT)
            time.sleep(60)
        last = dataclasses.replace(RECORD, step=1500)
        yield GameCheck([last], PICTURES["mixture"], STATES)

    monkeypatch.setattr(train, "run_game", fake)
    arguments = ["train", "mixture", "--seeds", "2", "--out", str(folder)]
    refusals = []

    def refuse(*more):
        with pytest.raises(SystemExit, match="2"):
            main([*arguments, "--resume", *more])
        refusals.append(capsys.readouterr().err)

    refuse()
    assert main(arguments) == 130
    refuse("--seed", "1", "--objective", "kl")
    assert main([*arguments, "--resume"]) == 130
    assert main([*arguments, "--resume"]) == 0
    refuse()
    for text, words in zip(
        refusals,
        (
            "there is no report in",
            "other settings: objective, seed.",
            "no report of an interrupted run",
        ),
        strict=True,
    ):
        assert words in text
    report = json.loads((folder / "report.json").read_text())
    assert [r["step"] for r in report["records"]] == [100, 100, 200, 200, 1500]
    assert [None if s is None else s.step.tolist() for s in seen] == [None, [100] * 2, [200] * 2]
    assert jax.tree.structure(seen[1]) == jax.tree.structure(STATES)
    for found, given in zip(jax.tree.leaves(seen[1]), jax.tree.leaves(STATES), strict=True):
        assert not eqx.is_array(given) or bool(jnp.all(found == given))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "game-0.eqx cannot be read: No such file"),
        (["--out", "x.txt"], "--out is x.txt; it must end in .npy or .csv"),
        (["--out", "report.json/x.npy"], "cannot write to report.json/x.npy"),
    ],
)
def test_samples_that_cannot_be_drawn_are_refused(arguments, words, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.json").write_text("")
    if "report.json/x.npy" in arguments:
        gan.save(tmp_path, games_of(STATES, TINY)[0])
    assert main(["sample", ".", "-n", "3", *arguments]) == (3 if "write" in words else 2)
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mixture", "--gamma", "-1"], "argument --gamma: gamma is -1.0; it must be zero or more"),
        (["digits", "--gamma", "1"], "argument --gamma: penalties on digits are fixed"),
    ],
)
def test_weights_of_penalties_that_make_no_sense_are_refused(arguments, words, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["train", *arguments])
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"checks": 7}, "steps=1500 is not a multiple of checks=7"),
        ({"replicates": 1}, "replicates"),
        ({"sigma": 0.0}, "sigma is 0.0; it must be positive"),
        ({"codes": 0}, "codes is 0; it must be at least 1"),
        ({"gamma": -1.0}, "gamma is -1.0; it must be zero or more"),
        ({"ema": 1.0}, "ema is 1.0; it must be at least 0 and less than 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        GameConfig(**settings)


def test_other_settings_are_refused():
    with pytest.raises(TypeError, match="config is Config"):
        run_game(gan.Config(), 0)
    with pytest.raises(ValueError, match="objective is 'hinge'; it is one of: ns, sat, rp, "):
        run_game(GameConfig(objective="hinge"), 0)


def test_gradient_of_the_best_discriminator_is_that_of_two_js():
    data, generator = (
        gan.targets["mixture-mixture"].p,
        gan.Noisy(KEY, 1, codes=8, sigma=0.3, width=4),
    )

    # Sides are fields: NumPy arrays that a compiled function closes over keep its precision.
    class LogRatio(eqx.Module):
        p: Source
        q: Source

        def __call__(self, x):
            return self.p.logpdf(x) - self.q.logpdf(x)

    # A lattice of 17,711 points beside a grid.
    cosine, ratio = compare_gradients(data, generator, LogRatio(data, generator))
    assert cosine > 0.9999
    assert ratio == pytest.approx(1, abs=0.01)
    assert gradient_cosine(data, generator, LogRatio(generator, data)) < 0.9
