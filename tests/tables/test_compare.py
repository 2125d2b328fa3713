"""Tables compared column by column: the numbers are the library's, and chance is kept in check."""

import json

import numpy as np
import pytest
from scipy.stats import binom, false_discovery_control

import divergences as dv
from divergences.tables.study import binned


def rng(seed=0):
    return np.random.default_rng(seed)


def table(n, mean=40.0, seed=0):
    draw = rng(seed)
    return {
        "age": draw.normal(mean, 9.0, n),
        "plan": draw.choice(["free", "basic", "pro"], n),
        "paid": draw.random(n) < 0.3,
        "visits": draw.poisson(3.0, n),
    }


LAST, THIS = table(800), table(600, 43.0, seed=1)


def rows(*tables, **options):
    return {
        (row.column, row.kind, row.quantity): row for row in dv.compare(*tables, **options).rows
    }


def test_numbers_are_those_of_the_library():
    found = rows(LAST, THIS, quantities=("JS", "W1", "PSI"), bins=10)
    edges = np.quantile(
        np.concatenate([LAST["age"], THIS["age"]]), np.arange(1, 10) / 10, method="inverted_cdf"
    )
    n, m = (
        np.histogram(x["age"], [-np.inf, *np.nextafter(edges, np.inf), np.inf])[0]
        for x in (LAST, THIS)
    )
    p, q = dv.Counts(n), dv.Counts(m)
    js, w1, psi = (found["age", "number", name] for name in ("JS", "W1", "PSI"))
    expected = dv.jensen_shannon_divergence(p, q)
    assert js.value == expected.value
    assert (js.low, js.high) == expected.confidence_interval()
    distance = dv.wasserstein_distance(dv.Sample(LAST["age"]), dv.Sample(THIS["age"]))
    assert (w1.value, w1.low, w1.high) == (distance.value, *distance.confidence_interval())
    a, b = (n + 0.5) / (n + 0.5).sum(), (m + 0.5) / (m + 0.5).sum()
    assert psi.value == pytest.approx(np.sum((a - b) * np.log(a / b)), rel=1e-12)
    assert w1.p is None
    assert psi.p is None
    counts = [
        [np.sum(side["plan"] == label) for label in ("basic", "free", "pro")]
        for side in (LAST, THIS)
    ]
    plan = found["plan", "category", "JS"]
    assert plan.value == dv.jensen_shannon_divergence(*map(dv.Counts, counts)).value
    bits = rows(LAST, THIS, base=2, bins=10)["age", "number", "JS"]
    assert bits.value == pytest.approx(js.value / np.log(2.0), rel=1e-14)
    assert bits.unit == "bit"


def test_q_is_that_of_benjamini_and_hochberg():
    found = dv.compare(LAST, THIS, permutations=499)
    tested = [row for row in found.rows if row.p is not None]
    assert [row.column for row in tested] == list(LAST)
    assert [row.q for row in tested] == list(false_discovery_control([row.p for row in tested]))
    assert found.flagged() == ("age",)
    assert found.flagged(1e-9) == ()


def test_p_of_a_column_does_not_depend_on_the_others():
    every, one = rows(LAST, THIS, rng=3), rows(LAST, THIS, columns=["plan"], rng=3)
    assert one["plan", "category", "JS"].p == every["plan", "category", "JS"].p
    with pytest.raises(TypeError, match="rng is 'x'; pass a seed"):
        dv.compare(LAST, THIS, rng="x")


def test_level_holds_where_nothing_differs():
    # P(p <= 0.1) is at most 0.1, also of few observations with ties, in 10 bins of 30 and 40.
    low = 0
    for seed in range(150):
        x, y = np.split(rng(seed).integers(0, 30, 70), [30])
        low += dv.compare({"x": x}, {"x": y}, bins=10, permutations=99, rng=seed).rows[0].p <= 0.1
    assert low <= binom.ppf(0.9999, 150, 0.1)


@pytest.mark.parametrize("bins", [2, 7, 20])
@pytest.mark.parametrize("spread", [2, 12, 10**6])
def test_bins_hold_all_values_and_depend_on_order_only(spread, bins):
    x, y = (
        rng().integers(0, spread, 400).astype(float),
        rng(1).integers(0, spread, 300).astype(float),
    )
    n, m = binned(x, y, bins)
    assert (n.sum(), m.sum()) == (400, 300)
    assert np.all(n + m > 0)
    assert len(n) <= bins
    for change in (lambda z: np.exp(z / spread), lambda z: 3.0 * z - 7.0):
        assert np.array_equal(binned(change(x), change(y), bins), (n, m))
    if spread == 2:
        assert n.tolist() == [np.sum(x == 0), np.sum(x == 1)]
    if spread == 12 and bins == 20:  # a bin for each value
        assert n.tolist() == np.bincount(x.astype(int), minlength=12).tolist()


def test_bins_are_of_equal_counts_where_values_differ():
    n, m = binned(rng().normal(size=1000), rng(1).normal(size=1000), 20)
    assert np.array_equal(n + m, np.full(20, 100))


def test_missing_values_have_a_row_of_their_own():
    x = LAST["age"].copy()
    x[:80] = np.nan
    words = [None if i % 3 == 0 else "a" for i in range(600)]
    found = rows({"age": x, "word": ["a"] * 800}, {"age": THIS["age"], "word": words})
    plain = rows({"age": x[80:], "k": x[80:]}, {"age": THIS["age"], "k": THIS["age"]})
    assert found["age", "number", "W1"] == plain["age", "number", "W1"]
    expected = dv.jensen_shannon_divergence(dv.Counts([80, 720]), dv.Counts([0, 600]))
    missing = found["age", "missing", "JS"]
    assert missing.value == expected.value
    assert missing.p == 1e-4
    assert missing.notes[0] == "10 % missing in reference, 0 % in current."
    assert found["word", "missing", "JS"].notes[0].startswith("0 % missing in reference, 33.3 %")
    masked = np.ma.masked_array(LAST["age"], np.isnan(x))
    again = rows({"age": masked}, {"age": THIS["age"]})
    assert again["age", "missing", "JS"].value == expected.value


def test_dates_are_days_and_durations_seconds():
    days = np.datetime64("2024-01-01") + rng().integers(0, 90, 300)
    late, long = days + np.timedelta64(10, "D"), days - days[0]
    first, second = {"when": days, "how long": long}, {"when": late, "how long": long * 2}
    found = rows(first, second)
    assert found["when", "date", "W1"].value == pytest.approx(10.0, rel=1e-12)
    assert found["when", "date", "W1"].unit == "days"
    seconds = long.astype("m8[s]").astype(float)
    expected = np.abs(np.sort(2.0 * seconds) - np.sort(seconds)).mean()
    assert found["how long", "duration", "W1"].value == pytest.approx(expected, rel=1e-12)
    objects = rows({"when": days.astype(object)}, {"when": late.astype("M8[us]").astype(object)})
    assert objects["when", "date", "W1"].value == pytest.approx(10.0, rel=1e-12)


def test_codes_are_categories_if_asked():
    x, y = rng().integers(0, 5, 200), rng(1).integers(0, 6, 200)
    row = rows({"code": x}, {"code": y}, categories=["code"])["code", "category", "JS"]
    assert row.notes == (f"only in current: 5 ({np.sum(y == 5)} rows).",)


def test_rare_categories_are_counted_together():
    x = np.repeat(np.arange(600), np.r_[np.full(500, 4), np.full(100, 1)]).astype(str)
    (row,) = dv.compare({"x": x}, {"x": x[::2]}, permutations=9).rows
    n = np.array([4] * 500 + [100])
    kept = np.array([2] * 500 + [50])
    assert row.value == dv.jensen_shannon_divergence(dv.Counts(n), dv.Counts(kept)).value
    assert row.notes[-1].startswith("600 categories; those beyond the 500 most frequent")


def test_constants_and_infinities():
    found = rows({"x": [1.0] * 50, "y": [1.0] * 50}, {"x": [1.0] * 40, "y": [2.0] * 40})
    same, other = found["x", "number", "JS"], found["y", "number", "JS"]
    assert (same.value, same.p, same.notes) == (0.0, 1.0, ("constant: 1.0 in both.",))
    assert other.value == pytest.approx(np.log(2.0))
    assert other.p == 1e-4
    x = np.append(LAST["age"], np.inf)
    found = rows({"age": x}, {"age": THIS["age"]})
    assert found["age", "number", "W1"].value is None
    assert "infinite" in found["age", "number", "W1"].notes[0]
    assert found["age", "number", "JS"].value > 0.0


def test_what_is_in_one_table_only_is_said():
    found = dv.compare({"a": [1, 2], "b": [1, 2]}, {"a": [1, 2], "c": [1, 2]}, permutations=9)
    notes = {row.column: row.notes for row in found.rows}
    assert notes["b"] == ("only in reference.",)
    assert notes["c"] == ("only in current.",)
    assert dv.compare({"a": [1, 2], "b": [1, 2]}, {"a": [1, 2]}, columns="a").rows[-1].column == "a"
    empty = dv.compare({"a": [1, 2]}, {"a": [None, None]}).rows
    assert empty[0].notes == ("no values in current.",)
    assert empty[1].kind == "missing"
    lists = {"a": np.array([[1], [2]])}
    assert dv.compare(lists, lists).rows[0].notes[0].startswith("not compared: array of shape")


@pytest.mark.parametrize(
    ("reference", "current", "error", "words"),
    [
        (
            {"a": [1, "x"]},
            {"a": [1, 2]},
            TypeError,
            "column 'a' mixes int, str; make it of one kind",
        ),
        (
            {"a": [1, 2]},
            {"a": ["1"]},
            TypeError,
            "column 'a' is number in reference .* category in",
        ),
        ({"a": []}, {"a": [1]}, ValueError, "reference has no rows"),
        ({}, {"a": [1]}, ValueError, "reference has no columns"),
        ({"a": [1]}, {"b": [1]}, ValueError, r"reference \('a'\) and current \('b'\) share no"),
        ({"a": [1], "b": [1, 2]}, {"a": [1]}, ValueError, "reference has columns of different len"),
        ([1, 2], {"a": [1]}, TypeError, "reference is a list without names of columns"),
        ({"a": [1]}, np.ones(3), TypeError, "current is a ndarray without names of columns"),
        ({"a": [1]}, 3, TypeError, "current is a builtins int; pass a DataFrame"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(reference, current, error, words):
    with pytest.raises(error, match=words):
        dv.compare(reference, current)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"bins": 1}, "bins is 1; pass a whole number"),
        ({"level": 1.0}, "level is 1.0"),
        ({"columns": ["age", "agee"]}, "columns names 'agee'; there are 'age', 'plan'"),
        ({"categories": ["x"]}, "categories names 'x'"),
        ({"quantities": ["KL"]}, "quantities names 'KL'; there are 'JS', 'W1', 'PSI'"),
        ({"permutations": 0}, "permutations is 0"),
        ({"base": 1}, "base is 1"),
    ],
)
def test_arguments_out_of_range_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        dv.compare(LAST, THIS, **options)


def test_result_prints_as_a_table_and_goes_to_json():
    first = {"<b>": [1.0, 2.0, 3.0] * 9, "x": [1.0] * 27}
    found = dv.compare(first, {"<b>": [2.0] * 9, "x": [1.0] * 9}, quantities=("JS", "W1", "PSI"))
    text = str(found).splitlines()
    assert text[0] == "27 rows of reference, 9 of current"
    assert " ".join(text[1].split()) == "column kind quantity value unit 95 % interval p q"
    assert text[-1] == "x: constant: 1.0 in both."
    assert len({line.index("number") for line in text[2:-1]}) == 1  # columns are aligned
    html = found._repr_html_()
    assert "&lt;b&gt;" in html
    assert html.count("<tr>") == 1 + len(found.rows)
    whole = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [row["column"] for row in whole["rows"]] == [row.column for row in found.rows]
    assert next(row for row in found.rows if row.high == np.inf).column == "x"
    assert whole["n_reference"] == 27
    assert whole["settings"]["unit"] == "nat"
    assert repr(found) == f"<Comparison of 2 columns, {len(found.flagged())} with q <= 0.05>"
