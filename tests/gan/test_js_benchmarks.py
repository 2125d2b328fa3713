"""Benchmarks of JS along training and of digits with noise: densities, summaries and tables."""

import jax
import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from benchmarks import along_training_report, digits_js, js_along_training
from benchmarks.along_training_report import PLAY, PROBE, at, markdown, summary


def test_images_with_noise_are_a_mixture_of_normals():
    rng = np.random.default_rng(0)
    images, x = rng.uniform(-1, 1, (5, 64)), rng.normal(0, 1, (7, 64))
    parts = [multivariate_normal(image, 0.3**2 * np.eye(64)).logpdf(x) for image in images]
    with jax.enable_x64(True):
        found = digits_js.Blurred(images, 0.3).logpdf(x)
    # Exponents of some 1000 are differences of some 2000.
    np.testing.assert_allclose(found, logsumexp(parts, axis=0) - np.log(5), atol=1e-11)


def test_samples_of_images_with_noise_are_spread_like_it():
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (5, 64))
    x = np.asarray(digits_js.Blurred(images, 0.3).sample(jax.random.key(0), 4000))
    mean, variance = images.mean(0), images.var(0) + 0.3**2
    scores = (x.mean(0) - mean) / np.sqrt(variance / 4000)
    assert np.max(np.abs(scores)) < 4.5  # of 64 normals: p = 4e-4
    # A variance has a standard error of at most (2/n)^0.5 of it, and so has the mean of several.
    assert np.mean(x.var(0) / variance) == pytest.approx(1, abs=2 * (2 / 4000) ** 0.5)


def row(method, seed=0, step=100, truth=0.1, values=(), half=0.0, bounds=()):
    intervals = [(value - half, value + half) for value in values] if half else []
    return js_along_training.Row(
        "mixture", seed, step, method, truth, list(values), intervals, list(bounds)
    )


ROWS = [
    row(PLAY, values=[0.08]),
    row(PROBE, values=[0.09]),
    row("nearest neighbours", values=[0.12, 0.14], half=0.03),
    row("discriminator", values=[0.11], half=0.02, bounds=[0.05]),
    row(PROBE, seed=1, truth=0.2, values=[0.2]),
    row("nearest neighbours", seed=1, truth=0.2, values=[0.22, 0.24], half=0.03),
    row("discriminator", seed=1, truth=0.2, values=[0.25], half=0.02, bounds=[0.21]),
]


def test_errors_are_those_from_the_truth_of_their_own_game():
    report = []
    js_along_training.merge(report, ROWS)
    s = summary(at(report, "mixture", "nearest neighbours", 100))
    assert s["bias"] == pytest.approx(0.03)
    assert s["rmse"] == pytest.approx((0.5 * (0.02**2 + 0.04**2)) ** 0.5)
    assert s["coverage"] == 0.5  # 0.12 and 0.22 are within 0.03 of their truths
    s = summary(at(report, "mixture", "discriminator"))
    assert (s["coverage"], s["bound_holds"], s["bound"]) == (0.5, 0.5, pytest.approx(-0.02))


def test_later_rows_of_a_check_replace_earlier_ones():
    report = []
    js_along_training.merge(report, ROWS)
    js_along_training.merge(report, [row(PROBE, step=50, values=[0.3])])
    js_along_training.merge(report, [row(PROBE, values=[0.1])])
    assert [(r["step"], r["values"]) for r in report] == [(50, [0.3]), (100, [0.1])]


def test_table_holds_estimates_bounds_and_counts(tmp_path):
    report = []
    js_along_training.merge(report, ROWS)
    lines = markdown(report).splitlines()
    assert "| exact JS | 0.1500 |" in lines
    assert "| nearest neighbours | 0.1800 |" in lines
    assert "| discriminator: JS ≥ | 0.1300 |" in lines
    assert "| histogram | refused |" in lines
    assert "| nearest neighbours | +0.0300 | 0.0316 | 2 of 4 |  |" in lines
    assert "| discriminator | +0.0300 | 0.0361 | 1 of 2 | 1 of 2 |" in lines
    along_training_report.draw(report, tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes()[:4] == b"\x89PNG"


def test_digits_have_a_line_for_each_level_of_noise_and_set_of_images():
    rows = [
        digits_js.Row(q, sigma, 0.25, 0.001, 0.125, 0.001, {1000: 0.5, 4000: 0.375})
        for q in ("generated", "held out")
        for sigma in (0.3, 0.8)
    ]
    lines = digits_js.markdown(rows).splitlines()
    assert len(lines) == 2 + 4
    assert lines[2] == "| 0.3 | generated | 0.250 | 0.125 | 0.500 | 0.375 |"
    assert lines[3] == "| 0.3 | held out | 0.250 | 0.125 | 0.500 | 0.375 |"
