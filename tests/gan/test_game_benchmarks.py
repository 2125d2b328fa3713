"""Benchmarks of f-GANs and of gradients: their rows, their tables and their commands."""

import dataclasses
import json
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

import divergences as dv
import gan
from benchmarks import f_gans, gradients
from benchmarks.f_gans_report import excesses
from benchmarks.gradients_report import worth
from gan.game import Rules, init
from gan.networks import Identity, LogitNetwork
from gan.playing import adam_in_turn
from gan.training import take

CODES = 1
RULES = Rules(gan.saturating, *adam_in_turn(2, 1), batch=1, d_steps=1, ema=0.0)
MEAN = 0.3 * -2 + 0.7 * 1
VARIANCE = 0.3 * (0.25 + (2 + MEAN) ** 2) + 0.7 * (1 + (1 - MEAN) ** 2)
MOMENTS = dv.Normal(MEAN, VARIANCE**0.5)
RESULTS = Path(f_gans.__file__).parent / "results"


def test_best_normals_are_those_of_closed_forms():
    """The normal at the least KL has the moments of the data; that at the least chi^2 is wider."""
    found = f_gans.best_normal(f_gans.GAMES_OF["kl"])
    assert found["mean"] == pytest.approx(MEAN, abs=1e-5)
    assert found["sd"] == pytest.approx(VARIANCE**0.5, abs=1e-5)
    wider = f_gans.best_normal(f_gans.GAMES_OF["chi2"])
    assert wider["sd"] > found["sd"]
    grid = f_gans.normal_on_grid(np.zeros(len(f_gans.NODES)), 0.5, 2.0)
    np.testing.assert_allclose(grid.log_q, norm(0.5, 2.0).logpdf(f_gans.NODES), rtol=1e-12)


def states(step, dim=1):
    """Two untrained games, as if they had taken so many steps."""
    made = []
    for seed in range(2):
        key = jax.random.key(seed)
        generator = gan.Noisy(key, dim, noise=1, codes=CODES, width=2, depth=1, sigma=0.8)
        features = jax.random.normal(key, (9, dim))
        discriminator = LogitNetwork.untrained(Identity(), features, 2, 1, key)
        made.append(init(RULES, generator, discriminator, key))
    stacked = jax.tree.map(lambda *x: jnp.stack(x) if eqx.is_array(x[0]) else x[0], *made)
    return eqx.tree_at(lambda s: s.step, stacked, jnp.asarray([step] * 2))


def test_games_of_f_divergences_record_exact_values(monkeypatch):
    monkeypatch.setattr(f_gans, "play", lambda config, seed: iter([states(2), states(4)]))
    objective = f_gans.GAMES_OF["js"]
    found = f_gans.along_training(objective, dataclasses.replace(f_gans.MIXTURE, seeds=2))
    assert found["step"] == [2, 4]
    assert found["divergence"][0] == found["divergence"][1]
    np.testing.assert_allclose(found["divergence"], found["js"], rtol=1e-6)
    assert np.all(np.array(found["in_play"]) <= 1)


def test_ends_of_games_with_one_normal_are_judged_by_every_divergence(monkeypatch):
    end = states(4)
    monkeypatch.setattr(f_gans, "play", lambda config, seed: iter([end]))
    found = f_gans.fitted_normals(dataclasses.replace(f_gans.NORMAL, seeds=2))
    assert set(found["divergences"]) == set(f_gans.GAMES_OF)
    least = f_gans.best_normal(f_gans.GAMES_OF["kl"])["divergence"]
    for i, (mean, sd) in enumerate(zip(found["mean"], found["sd"], strict=True)):
        generator = take(end.average, i)
        assert (mean, sd) == (float(generator.centres[0, 0]), float(generator.sigma))
        # KL of the moments of the data, up to what no normal explains, is a closed form.
        explained = float(dv.kl_divergence(MOMENTS, dv.Normal(mean, sd)))
        assert found["divergences"]["kl"][i] == pytest.approx(least + explained, abs=1e-6)


@pytest.mark.parametrize(("module", "name"), [(f_gans, "f_gans"), (gradients, "gradients")])
def test_tables_and_figures_are_made_of_the_published_results(module, name, tmp_path, capsys):
    path, figure = tmp_path / f"{name}.json", tmp_path / f"{name}.png"
    path.write_text((RESULTS / f"{name}.json").read_text())
    option = "--objectives" if module is f_gans else "--d-steps"
    assert module.main(["--json", str(path), "--figure", str(figure), option]) == 0
    table = path.with_suffix(".md").read_text()
    assert capsys.readouterr().out == table == (RESULTS / f"{name}.md").read_text()
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_a_game_lowers_its_own_divergence():
    """Of the published games with a single normal, each ends at the best normal of its own."""
    rows = json.loads((RESULTS / "f_gans.json").read_text())["rows"]
    own = np.diag(excesses(rows))
    assert [row["name"] for row in rows] == list(f_gans.GAMES_OF)
    assert np.all(own > -1e-6)  # nothing is below the least value but for rounding


def test_gradients_are_compared_at_the_stops(monkeypatch):
    monkeypatch.setattr(gradients, "play", lambda config, seed: iter(map(states, (2, 4, 6, 8, 10))))
    config = dataclasses.replace(
        gradients.MIXTURE, probe_width=2, probe_depth=1, probe_batch=21, probe_steps=2
    )
    row = gradients.row_of(2, 2, (2, 6), config)
    assert [(c["step"], c["seed"]) for c in row["checks"]] == [(2, 0), (2, 1), (6, 0), (6, 1)]
    for check in row["checks"]:
        assert 0 < check["js"] < np.log(2)
        assert -1 <= check["cosine"] <= 1 >= check["cosine_probe"] >= -1
        assert check["ratio"] > 0 < check["ratio_probe"]
    first, again = row["checks"][0], row["checks"][2]  # of the same players
    assert (first["cosine"], first["ratio"]) == (again["cosine"], again["ratio"])
    assert worth({"checks": [{"js": 0.009}, {"js": 0.011}]}) == [{"js": 0.011}]
