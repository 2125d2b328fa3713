"""The command line: settings from a file, samples of one's own, and the list of names."""

import json

import numpy as np
import pytest

import gan
from gan.cli import main, verify


@pytest.mark.parametrize(
    ("command", "text", "words"),
    [
        (["verify"], "widht = 3", ["no setting widht; do you mean width?"]),
        (["verify"], "width", ["is no TOML"]),
        (["verify"], "batch = -1", ["batch is -1; it must be at least 1"]),
        (["verify"], "steps = '8000'", ["steps is '8000'; it must be a whole number"]),
        (["saturate"], "steps = 1.5", ["steps is 1.5"]),
        (["train", "mixture"], "target = 'ring-8'", ["no setting target"]),
    ],
)
def test_mistakes_in_a_file_of_settings_are_explained(command, text, words, tmp_path, capsys):
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SystemExit, match="2"):
        main([*command, "--config", str(file)])
    message = capsys.readouterr().err
    assert all(word in message for word in [str(file), *words])


def test_options_come_before_the_file_of_settings(monkeypatch, tmp_path):
    given = []

    def run_identity(pairs, config, seed, progress):
        given.append(config)
        return []

    monkeypatch.setattr(verify, "run_identity", run_identity)
    file = tmp_path / "settings.toml"
    file.write_text("steps = 400\nseeds = 5\n")
    command = ["verify", "--config", str(file), "--out", str(tmp_path)]
    main(command)
    main([*command, "--seeds", "3"])
    assert [(config.steps, config.seeds) for config in given] == [(400, 5), (400, 3)]


def test_two_samples_of_the_users_own_are_told_apart(monkeypatch, tmp_path, capsys):
    def log_ratios(self, x, y, splits):
        assert self.rng == 7
        return [(2 - 2 * x[split.test_p, 0], 2 - 2 * y[split.test_q, 0]) for split in splits]

    monkeypatch.setattr(gan.Discriminator, "log_ratios", log_ratios)
    rng = np.random.default_rng(0)
    for name, mean in (("a", 0), ("b", 2)):
        np.save(tmp_path / f"{name}.npy", rng.normal(mean, 1, 1000))
    files = ["--real", str(tmp_path / "a.npy"), "--fake", str(tmp_path / "b.npy")]
    assert main(["verify", *files, "--seed", "7", "--out", str(tmp_path / "out")]) == 0
    found = json.loads((tmp_path / "out" / "report.json").read_text())
    (record,) = found["records"]
    assert found["experiment"] == "verify"
    assert found["seed"] == 7
    assert record["interval"][0] < 0.3368 < record["interval"][1]
    assert 0.2 < record["lower_bound"] < 0.3368
    assert "V(D) of the discriminator is" in capsys.readouterr().out


def test_list_names_what_the_other_commands_take(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    first = {line.split()[0]: line.split() for line in lines if line.strip()}
    assert first["normal-16d"] == ["normal-16d", "16", "quick", "full"]
    assert set(gan.targets) | {"digits", "tones", "rp", "reverse-kl"} <= set(first)
