"""Pictures of curves, of estimates and of matrices."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import divergences as dv


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def apart(mu):
    return dv.Normal(0, 1), dv.Normal(mu, 1)


def heights(ax, style):
    return [line.get_ydata()[0] for line in ax.get_lines() if line.get_linestyle() == style]


def test_curve_of_js_has_log_2_and_the_value_of_the_game():
    mu = np.linspace(0.0, 6.0, 7)
    ax = dv.plot.curve(dv.jensen_shannon_divergence, apart, mu, game=True)
    js, _, v = ax.get_lines()[:3]
    values = [float(dv.jensen_shannon_divergence(*apart(t))) for t in mu]
    assert np.array_equal(js.get_xdata(), mu)
    assert js.get_ydata().tolist() == values
    assert v.get_ydata() == pytest.approx(2.0 * np.array(values) - 2.0 * np.log(2.0), abs=1e-9)
    assert heights(ax, ":") == [np.log(2.0), -2.0 * np.log(2.0)]
    assert [text.get_text() for text in ax.texts] == ["log 2", "−2 log 2"]
    assert ax.get_ylabel() == "value [nat]"


def test_curves_of_others():
    ax = dv.plot.curve("jensen_shannon_divergence", apart, [0.0, 1.0], base=2)
    assert heights(ax, ":") == [1.0]
    assert ax.get_ylabel() == "Jensen-Shannon divergence [bit]"
    ax = dv.plot.curve("kl_divergence", apart, [0.0, 1.0, 2.0])
    assert ax.get_lines()[0].get_ydata() == pytest.approx([0.0, 0.5, 2.0])
    assert not ax.texts  # it has no bound
    ax = dv.plot.curve(lambda p, q: float(q.loc), apart, [1.0, 2.0])
    assert ax.get_lines()[0].get_ydata().tolist() == [1.0, 2.0]


def test_estimates_along_a_curve_have_a_band():
    def counts(t):
        return dv.Counts([20, 20]), dv.Counts([20 + t, 20 - t])

    ax = dv.plot.curve("jensen_shannon_divergence", counts, [0, 5, 10])
    (band,) = ax.collections
    expected = dv.jensen_shannon_divergence(*counts(10)).confidence_interval()
    at_end = [y for x, y in band.get_paths()[0].vertices if x == 10.0]
    assert min(at_end), max(at_end) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quantity": "kl_divergence", "parameters": [1.0], "game": True}, "game=True is of jen"),
        ({"quantity": "kl_divergence", "parameters": []}, "parameters is empty"),
    ],
)
def test_curves_that_cannot_be_drawn_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        dv.plot.curve(family=apart, **options)


def test_forest_has_a_marker_and_an_interval_for_each():
    found = dv.jensen_shannon_divergence(dv.Counts([10, 20, 30]), dv.Counts([30, 20, 10]))
    ax = dv.plot.forest(
        [found, (1.0, 0.5, np.inf), (None, None, None)],
        ["ours", "open", "none"],
        filled=[True, False, True],
        truth=0.1,
    )
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["ours", "open", "none"]
    dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
    assert [(dot.get_xdata()[0], dot.get_ydata()[0]) for dot in dots] == [
        (found.value, 0),
        (1.0, 1),
    ]
    assert dots[1].get_markerfacecolor() == "white"
    bars = [line for line in ax.get_lines() if line.get_linewidth() == 1.8]
    assert tuple(bars[0].get_xdata()) == pytest.approx(found.confidence_interval())
    assert sum(line.get_marker() == ">" for line in ax.get_lines()) == 1
    assert heights(ax, "--") == [0]
    with pytest.raises(ValueError, match="labels has 1 entries for 2 estimates"):
        dv.plot.forest([found, found], ["a"])
    with pytest.raises(ValueError, match="estimates is empty"):
        dv.plot.forest([])


def test_comparison_is_drawn_with_its_largest_on_top():
    x, y = np.repeat([0, 1], [50, 50]), np.repeat([0, 1], [10, 90])
    found = dv.compare({"same": x, "moved": x}, {"same": x, "moved": y})
    ax = found.plot()
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["same", "moved"]
    faces = [line.get_markerfacecolor() for line in ax.get_lines() if line.get_marker() == "o"]
    assert faces[0] == "white"
    assert faces[1] != "white"


def test_matrices_have_numbers_and_labels():
    rows = pd.DataFrame([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]], index=["a", "b", "c"])
    ax = dv.plot.pairwise(rows, quantity="kl_divergence")
    words = [text.get_text() for text in ax.texts]
    assert words == ["0", "0.693", "∞", "∞", "0", "∞", "∞", "0.693", "0"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b", "c"]
    assert ax.get_title() == "Kullback-Leibler divergence"
    expected = dv.pairwise("kl_divergence", rows)
    image = np.ma.filled(ax.get_images()[0].get_array(), np.inf)
    assert np.array_equal(image, expected)
    given = dv.plot.pairwise(np.zeros((20, 20)))
    assert not given.texts
    with pytest.raises(ValueError, match=r"the matrix has shape \(3, 2\); pass a square one"):
        dv.plot.pairwise(rows)
    with pytest.raises(ValueError, match="labels has 1 entries for 3 distributions"):
        dv.plot.pairwise(rows, ["x"], quantity="kl_divergence")


def test_a_forest_names_the_unit_that_all_estimates_have():
    x, y = dv.Counts([30, 50, 20]), dv.Counts([20, 60, 20])
    nats, bits = dv.kl_divergence(x, y), dv.kl_divergence(x, y, base=2)
    assert dv.plot.forest([bits, bits]).get_xlabel() == "value [bit], 95 % interval"
    assert dv.plot.forest([nats, bits]).get_xlabel() == "value, 95 % interval"
    assert dv.plot.forest([(0.1, 0.0, 0.2)]).get_xlabel() == "value, 95 % interval"
