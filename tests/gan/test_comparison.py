"""Estimators of JS side by side: what they find, what they refuse, and the command."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import divergences as dv
import gan
from gan.cli import compare, main
from gan.comparison import DISCRIMINATOR, Finding, default_methods
from gan.comparison_report import discriminator_in_words

RNG = np.random.default_rng(0)
X, Y = RNG.normal(0, 1, (300, 3)), RNG.normal(1, 1, (300, 3))
METHODS = {
    "neighbours": dv.methods.NearestNeighbours(),
    "spacings": dv.methods.Spacings(),
    DISCRIMINATOR: dv.methods.Classifier(LogisticRegression()),
    "missing": "it is not installed.",
}


def test_findings_are_those_of_the_methods():
    near, spacings, classifier, missing = gan.compare(X, dv.Sample(Y), methods=METHODS)
    for found, method in ((near, METHODS["neighbours"]), (classifier, METHODS[DISCRIMINATOR])):
        expected = dv.jensen_shannon_divergence(dv.Sample(X), dv.Sample(Y), method=method)
        assert found.js == float(expected.value)
        assert found.standard_error == float(expected.standard_error)
        assert found.interval == tuple(map(float, expected.confidence_interval()))
    assert near.lower_bound is None
    assert 0 < classifier.lower_bound < classifier.js
    assert classifier.value == pytest.approx(2 * classifier.js - 2 * np.log(2))
    assert spacings.js is None
    assert "is no method for this quantity" in spacings.refused
    assert missing.refused == "it is not installed."
    words = discriminator_in_words([near, classifier])
    assert words == (
        f"V(D) of the discriminator is {classifier.value:.4f}, its loss (BCE) "
        f"{-classifier.value:.4f}."
    )
    saturated = discriminator_in_words([Finding(DISCRIMINATOR, 0.6931, 0.0, (0.69, 0.6931))])
    assert "JS is near log 2" in saturated
    assert discriminator_in_words([near]) is None


def test_every_method_is_compared():
    methods = default_methods()
    assert list(methods)[-1] == DISCRIMINATOR
    assert all(isinstance(method, dv.Method) for method in methods.values())
    assert isinstance(methods[DISCRIMINATOR], gan.Discriminator)


def test_command_writes_a_report(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(compare, "default_methods", lambda: METHODS)
    files = [str(tmp_path / name) for name in ("x.npy", "y.npy")]
    for file, points in zip(files, (X, Y), strict=True):
        np.save(file, points)
    assert main(["compare", *files, "--out", str(tmp_path)]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["experiment"] == "compare"
    assert report["config"] == {"x": files[0], "y": files[1]}
    assert [record["method"] for record in report["records"]] == list(METHODS)
    printed = capsys.readouterr().out
    assert "refused: it is not installed." in printed
    assert "V(D) of the discriminator is" in printed
    with pytest.raises(SystemExit, match="2"):
        main(["compare", files[0], str(tmp_path / "none.npy")])
    assert "y: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((3, Y), "x has shape"),
        ((X, np.array(["a"] * 20)), "y has dtype <U1; observations are real numbers"),
        ((X[:5], Y), r"x has shape \(5, 3\); at least 10 observations are needed"),
        ((X, Y[:, :2]), "x has 3 dimensions and y has 2"),
        ((X, "none.npy"), "y: none.npy cannot be read: No such file"),
        ((X, dv.Sample(Y, weights=np.ones(300))), "y is a Sample of symbols or with weights"),
    ],
)
def test_samples_that_make_no_sense_are_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=words):
        gan.compare(*arguments, methods=METHODS)


def test_methods_that_are_none_are_refused():
    with pytest.raises(TypeError, match=r"methods\['a'\] is int"):
        gan.compare(X, Y, methods={"a": 3})
