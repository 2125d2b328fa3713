"""What users do with an estimate: print it, compare it, convert it, ask for its interval."""

import copy
import pickle
import re
from html.parser import HTMLParser
from math import inf, log, nan

import numpy as np
import pytest
from scipy.special import ndtri

import divergences as dv

JS = dv.Estimate(0.0361, "Jackknife(smoothing='none')", 0.0041, unit="nat", n=(1000, 800))
BATCH = dv.Estimate(np.array([0.5, 2.0]), "M()", np.array([0.01, 0.2]), bounds=(0.0, inf))
EXACT = dv.Estimate(0.25, "Quadrature()", error_bound=1.23e-15, unit="bit")
P, Q = dv.Counts([60, 40]), dv.Counts([30, 50])


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (JS, "0.0361 ± 0.0041 nat (Jackknife; n = 1000, 800)"),
        (EXACT, "0.25 bit (Quadrature; error at most 1.3e-15)"),  # rounded up
        (BATCH, "[0.500 ± 0.010, 2.00 ± 0.20] (M)"),
        (dv.Estimate(2.0, "ClosedForm()", unit="nat"), "2 nat (ClosedForm)"),
        (dv.Estimate(3.61e-8, "M(a=1, b=None)", 4.1e-9), "(3.61 ± 0.41)e-08 (M(a=1))"),
        (dv.Estimate(-3.61e28, "M(a=None, b=1)", 4.1e26), "(-3.610 ± 0.041)e+28 (M(b=1))"),
        (dv.Estimate(0.0, "M", 0.025), "0.000 ± 0.025 (M)"),
        (dv.Estimate(0.5, "M", 0.0), "0.5 ± 0 (M)"),
        (dv.Estimate(inf, "M", inf), "inf ± inf (M)"),
        (dv.Estimate(nan, "M", nan), "nan (M)"),
        (dv.Estimate(1.0, "M", 0.1, warnings=("a", "b")), "1.00 ± 0.10 (M; 2 warnings)"),
        (dv.Estimate(1.0, "M", 0.1, n=(np.array([9.0, 12.0]),)), "1.00 ± 0.10 (M; n = 9 to 12)"),
    ],
)
def test_repr(found, text):
    assert repr(found) == text
    assert str(found) == text.rpartition(" (")[0] or "M(" in text


def test_long_batches_are_cut_short():
    many = dv.Estimate(np.linspace(0, 1, 1000), "M()", np.full(1000, 0.1))
    assert len(repr(many)) < 120


def test_format():
    assert f"{JS:.3f}" == "0.036 ± 0.004 nat"
    assert f"{JS:.1e}" == "3.6e-02 ± 4.1e-03 nat"
    assert f"{BATCH:.1f}" == "[0.5 ± 0.0, 2.0 ± 0.2]"
    assert f"{EXACT:.2f}" == "0.25 bit"
    assert f"{JS:>22}" == "   0.0361 ± 0.0041 nat"
    assert f"{JS}" == str(JS) == "0.0361 ± 0.0041 nat"


class Reader(HTMLParser):
    """Collects the tags that are open, and the text."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], set(), ""

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open.pop() != tag:
            pass

    def handle_data(self, data):
        self.text += data


def read(found):
    reader = Reader()
    reader.feed(found._repr_html_())
    assert not reader.open
    return reader


def test_html_shows_value_interval_and_warnings():
    page = read(JS)
    low, high = JS.interval
    assert {"svg", "circle"} <= page.seen
    assert "0.0361 ± 0.0041 nat" in page.text
    assert f"95 % interval {low:.4g} to {high:.4g}" in page.text
    hostile = dv.Estimate(0.5, "<b>M</b>", 0.1, warnings=("<script>alert(1)</script>",))
    page = read(hostile)
    assert "script" not in page.seen
    assert "b" not in page.seen
    assert "<script>alert(1)</script>" in page.text  # as text
    assert "svg" not in read(BATCH).seen
    assert "svg" not in read(dv.Estimate(1.0, "M", inf)).seen
    assert "certainly between" in read(EXACT).text


def test_bar_lies_where_the_interval_does():
    found = dv.Estimate(2.0, "M", 0.5 / ndtri(0.975), bounds=(0.0, inf))
    page = found._repr_html_()
    start, end = map(float, re.search(r"M([\d.]+) 8H([\d.]+)", page).groups())
    middle = float(re.search(r'cx="([\d.]+)"', page).group(1))
    assert (start, middle, end) == pytest.approx((8, 120, 232), abs=0.1)


def test_comparisons_are_those_of_the_value():
    assert JS > 0
    assert JS >= 0.0361
    assert np.float64(1.0) > JS
    assert 0.01 < JS <= 0.0361
    assert JS == 0.0361
    assert JS != 0.036
    assert np.float64(0.0361) == JS
    assert dv.Estimate(0.0361, "another") == JS
    assert min([EXACT, JS]) is JS
    assert JS != "0.0361"
    assert JS != None  # noqa: E711
    assert pytest.approx(0.036, abs=1e-3) == JS
    assert pytest.approx(0.036, abs=1e-3) == float(JS)
    assert pytest.approx(0.03, abs=1e-3) != JS
    np.testing.assert_array_equal(BATCH > 1.0, [False, True])
    np.testing.assert_array_equal(np.array([0.5, 0.5]) == BATCH, [True, False])
    np.testing.assert_array_equal(np.isfinite(BATCH), [True, True])
    with pytest.raises(TypeError):
        _ = JS < "1"


def test_equal_numbers_have_equal_hashes():
    assert hash(JS) == hash(0.0361)
    assert {0.0361: "x"}[JS] == "x"
    with pytest.raises(TypeError, match="shape"):
        hash(BATCH)


def test_conversions():
    assert float(JS) == 0.0361
    with pytest.raises(TypeError, match=r"shape \(2,\).*estimate\.value"):
        float(BATCH)
    np.testing.assert_array_equal(np.asarray([JS, EXACT]), [0.0361, 0.25])
    assert np.asarray(BATCH) is not None
    assert np.asarray(BATCH, dtype=np.float32).dtype == np.float32
    np.testing.assert_allclose(BATCH, [0.5, 2.0])
    for same in (copy.deepcopy(JS), pickle.loads(pickle.dumps(JS))):
        assert repr(same) == repr(JS)


@pytest.mark.parametrize(
    "compute",
    [
        lambda e: e + 1,
        lambda e: 1 - e,
        lambda e: 2.0 * e,
        lambda e: e / 2,
        lambda e: e**2,
        lambda e: -e,
        abs,
        lambda e: round(e, 2),
        int,
        lambda e: sum([e, e]),
        lambda e: np.float64(1.0) + e,
        lambda e: np.ones(2) * e,
        np.log,
        np.add.reduce,
    ],
)
def test_arithmetic_is_refused_in_words(compute):
    with pytest.raises(TypeError, match=r"compute with estimate\.value"):
        compute(JS)


def test_interval_has_two_names_for_its_level():
    low, high = JS.confidence_interval(confidence_level=0.9)
    assert (low, high) == JS.confidence_interval(0.9) == JS.confidence_interval(level=0.9)
    assert JS.interval == JS.confidence_interval()
    assert JS.interval.low < low < high < JS.interval.high
    assert high - low == pytest.approx(2 * 0.0041 * ndtri(0.95))
    with pytest.raises(TypeError, match="two names"):
        JS.confidence_interval(0.9, confidence_level=0.9)
    with pytest.raises(ValueError, match="confidence_level is 95"):
        JS.confidence_interval(confidence_level=95)
    with pytest.raises(ValueError, match="level is 0"):
        dv.kl_divergence(P, Q).confidence_interval(0)
    assert dv.entropy(dv.Normal(0, 1)).interval is None
    assert EXACT.interval == (0.25 - 1.23e-15, 0.25 + 1.23e-15)


def test_units():
    assert dv.kl_divergence(P, Q).unit == "nat"
    assert dv.kl_divergence(P, Q, base=2).unit == "bit"
    assert dv.entropy(P, base=10).unit == "hartley"
    assert dv.entropy(P, base=3).unit == "base-3 digit"
    assert dv.jensen_shannon_distance(P, Q).unit == "√nat"
    assert dv.jensen_shannon_distance(dv.Normal(0, 1), dv.Normal(1, 1), base=2).unit == "√bit"
    assert dv.perplexity(P).unit == dv.hellinger_distance(P, Q).unit == ""
    assert dv.renyi_divergence(P, Q, [0.5, 2.0], base=2).unit == "bit"
    assert dv.wasserstein_distance(dv.Normal(0, 1), dv.Normal(1, 1)).unit == ""
    assert dv.pairwise(dv.kl_divergence, [P, Q], [P, Q]).unit == "nat"


def test_conversion_of_units():
    for quantity in (dv.kl_divergence, dv.jensen_shannon_distance):
        nats, bits = quantity(P, Q), quantity(P, Q, base=2)
        converted = nats.in_unit(log(2))
        assert (converted.value, converted.unit) == (pytest.approx(bits.value), bits.unit)
        assert converted.interval == pytest.approx(bits.interval)
    with pytest.raises(ValueError, match="is in bit"):
        dv.kl_divergence(P, Q, base=2).in_unit(log(2))
    with pytest.raises(ValueError, match="has no unit"):
        dv.perplexity(P).in_unit(log(2))


def test_numbers_of_observations():
    x, y = (dv.Sample(np.random.default_rng(i).normal(size=30 + i)) for i in range(2))
    for found in (
        dv.kl_divergence(x, y),
        dv.renyi_divergence(x, y, [0.5, 0.7]),
        dv.energy_distance(x, y),
        dv.wasserstein_distance(x, y),
        dv.sliced_wasserstein_distance(x, y, rng=0),
        dv.two_sample_test(x, y, permutations=9, rng=0),
    ):
        assert found.n == (30, 31)
    assert dv.kl_divergence(P, Q).n == (100, 80)
    assert dv.entropy(dv.Sample(["a", "b", "a"])).n == (3,)
    assert dv.entropy(dv.Normal(0, 1)).n == ()
    batch = dv.entropy(dv.Counts([[3, 4], [5, 6]]))
    np.testing.assert_array_equal(batch.n[0], [7, 11])


def test_p_value():
    found = dv.jensen_shannon_divergence(P, Q, method=dv.methods.Permutation(rng=0))
    assert found.pvalue == found.info["p_value"]
    with pytest.raises(AttributeError, match="makes no test"):
        _ = dv.kl_divergence(P, Q).pvalue
    assert not hasattr(dv.kl_divergence(P, Q), "pvalue")


def test_no_rng_is_fresh_entropy():
    x, y = np.random.default_rng(0).normal(size=(2, 20, 2))
    normals = dv.Normal(0, 1), dv.Normal(1, 1)
    permutation = dv.methods.Permutation(permutations=9)
    for draw in (
        lambda: dv.two_sample_test(x, y, permutations=99).info["null_mean"],
        lambda: dv.sliced_wasserstein_distance(x, y),
        lambda: dv.Normal().sample(shape=()),
        lambda: dv.kl_divergence(*normals, method=dv.methods.MonteCarlo(100)),
        lambda: dv.kl_divergence(P, Q, method=permutation).info["null_mean"],
    ):
        assert float(draw()) != float(draw())


def test_heavy_tails_are_told_in_words():
    rng = np.random.default_rng(0)
    x, y = dv.Sample(rng.normal(size=300)), dv.Sample(rng.normal(3.0, 1.0, size=300))
    found = dv.chi_squared_divergence(x, y)
    assert found.info["largest_share"] > 0.1
    assert any("the tails are heavy" in warning for warning in found.warnings)
    near = dv.chi_squared_divergence(x, dv.Sample(rng.normal(0.1, 1.2, size=300)))
    assert not any("the tails are heavy" in warning for warning in near.warnings)
