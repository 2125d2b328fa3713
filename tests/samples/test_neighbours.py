"""Tiles find what a k-d tree finds: on any scale, at any offset, with ties, and lists within."""

import io
import threading
import time

import numpy as np
import pytest
import rich
from rich.console import Console
from rich.progress import Progress
from scipy.spatial import KDTree

from divergences.methods.samples.neighbours import search, tiles
from divergences.methods.samples.neighbours.tiles.layout import DOUBLE, SINGLE
from divergences.methods.samples.neighbours.tiles.scan import Scan
from divergences.numerics.runtime import progress
from divergences.numerics.runtime.parallel import on_all_cores


def normal(n, d, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def clusters(n, d):
    # A thousand times closer to each other than single precision can tell at their place.
    rng = np.random.default_rng(1)
    return rng.integers(0, 5, (n, 1)) * 1e4 + 1e-6 * rng.normal(size=(n, d))


def mostly_zero(n, d):
    rng = np.random.default_rng(2)
    return np.where(rng.random((n, 1)) < 0.8, 0.0, rng.normal(size=(n, d)))


CLOUDS = {
    "normal in two dimensions": normal(1500, 2),
    "normal in ten": normal(3000, 10),
    "normal in two hundred": normal(500, 200),
    "far from the origin": normal(1500, 8) + 1e8,
    "scales of coordinates from 1e-12 to 1e12": normal(1500, 7) * np.logspace(-12, 12, 7),
    "heavy tails": np.random.default_rng(3).standard_cauchy((1500, 8)),
    "tight clusters": clusters(1500, 8),
    "integers with many ties": np.round(normal(1500, 7)),
    "four fifths are one point": mostly_zero(4000, 8),
    "all one point": np.ones((300, 8)),
    "tiny numbers": normal(500, 8) * 1e-290,
    "huge numbers": normal(500, 8) * 1e140,
    "fewer than a tile": normal(40, 8),
}


def agree(found, expected, d):
    """Both add d squares, each rounded, in different orders."""
    np.testing.assert_allclose(found, expected, rtol=(d + 4) * np.finfo(float).eps, atol=0.0)


def exact(points, queries, k):
    """Return distances of SciPy's tree, on a scale where squares neither over- nor underflow."""
    scale = 2.0 ** -np.round(np.log2(np.max(np.abs(points)) + np.max(np.abs(queries))))
    return KDTree(points * scale).query(queries * scale, k=k)[0].reshape(-1, k) / scale


@pytest.mark.parametrize("name", CLOUDS)
@pytest.mark.parametrize("k", [1, 21])
def test_tiles_find_the_distances_that_a_tree_finds(name, k):
    x = CLOUDS[name]
    d = x.shape[1]
    for queries in (None, 0.9 * x[::3], x[:7] + 3.0 * np.std(x)):
        q = x if queries is None else queries
        distances, indices = tiles.Tiles(x, queries).nearest(k)
        agree(distances, exact(x, q, k), d)
        assert all(len(set(row)) == k for row in indices.tolist())
        scale = np.max(np.abs(x))
        again = np.linalg.norm((x[indices] - q[:, None, :]) / scale, axis=2) * scale
        agree(again, distances, d)


def test_as_many_neighbours_as_there_are_points():
    x = normal(700, 8)
    distances, indices = tiles.Tiles(x, None).nearest(700)
    agree(distances, exact(x, x, 700), 8)
    assert np.array_equal(np.sort(indices), np.broadcast_to(np.arange(700), (700, 700)))


@pytest.mark.parametrize("name", ["normal in ten", "far from the origin", "tight clusters"])
def test_tiles_list_the_points_that_a_tree_lists(name):
    x = CLOUDS[name]
    y = x[::2] + 0.1 * np.std(x, axis=0)
    # Of half of them the edge is a point; those that have none within are among them.
    radius = np.sort(KDTree(x).query(y, k=5)[0], axis=1)[:, 4] * (1.0 + 1e-12)
    radius[::2] *= 0.7
    counts, indices = tiles.Tiles(x, y).within(radius)
    expected = KDTree(x).query_ball_point(y, radius)
    assert counts.tolist() == [len(some) for some in expected]
    assert indices.tolist() == [i for some in expected for i in sorted(some)]


def test_precision_is_double_only_where_rounding_would_make_too_many_candidates():
    for name, precision in (("normal in ten", SINGLE), ("tight clusters", DOUBLE)):
        layout = tiles.Layout(CLOUDS[name], None)
        scan = Scan(layout, layout.groups[0])
        scan.aim(scan.reach(5)[0])
        assert scan.precision is precision


def test_tiles_that_are_too_far_are_not_multiplied():
    x = normal(20_000, 2)
    layout = tiles.Layout(x, None)
    scan = Scan(layout, layout.groups[0])
    scan.aim(scan.reach(5)[0])
    assert scan.end < len(layout.groups) / 4


def test_tiles_and_tree_are_taken_where_they_are_faster():
    many, few = normal(3000, 10), normal(30, 10)
    d2, _ = search.nearest(many[:, :2], None, 3)
    assert np.array_equal(d2, search.nearest(many[:, :2], many[:, :2], 4)[0][:, 1:])
    for queries in (many + 0.5, few):
        found = search.nearest(many, queries, 3)[0]
        agree(found, KDTree(many).query(queries, k=3)[0], 10)
        radius = found[:, 1]
        lists = search.within(many, queries, radius)
        assert set(lists.counts) == {2}
    own, indices = search.nearest(many, None, 3)
    agree(own, KDTree(many).query(many, k=4)[0][:, 1:], 10)
    assert not np.any(indices == np.arange(3000)[:, None])


def test_an_interruption_leaves_nothing_to_do_for_other_threads():
    done = []

    def interrupted(item):
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt
        time.sleep(1e-3)
        done.append(item)

    with pytest.raises(KeyboardInterrupt):
        on_all_cores(interrupted, range(10_000), "tasks")
    assert len(done) < 5000


@pytest.fixture
def console():
    """Rich's console, on a terminal that keeps what is written."""
    before = rich.get_console().__dict__.copy()
    kept = Console(file=io.StringIO(), force_terminal=True, width=80)
    rich.get_console().__dict__.update(kept.__dict__)
    yield rich.get_console()
    rich.get_console().__dict__.clear()
    rich.get_console().__dict__.update(before)


def letters():
    return [letter for _, letter in progress.track(enumerate("abc"), 3, "letters")]


def test_a_bar_is_shown_on_a_terminal_after_a_while(console, monkeypatch):
    assert letters() == ["a", "b", "c"]
    assert console.file.getvalue() == ""
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    assert letters() == ["a", "b", "c"]
    assert "letters" in console.file.getvalue()
    assert "100%" in console.file.getvalue()


def test_a_bar_is_not_shown_elsewhere_nor_beside_others(console, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    with Progress(console=console, disable=False):
        assert letters() == ["a", "b", "c"]
    console.__dict__.update(Console(file=io.StringIO()).__dict__)
    assert letters() == ["a", "b", "c"]
    assert console.file.getvalue() == ""
