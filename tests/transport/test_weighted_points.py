"""Weighted points on the line: by the area between F and G, or by the coupling in double words."""

import numpy as np
import pytest

import divergences as dv
from divergences.functionals.wasserstein import Wasserstein

from .oracle import value


def test_weighted_rows_near_and_far_are_right_to_roundings():
    rng = np.random.default_rng(7)
    x, a = rng.normal(size=(9, 30)), rng.random((9, 30))
    shift = np.array([0.0, 1e-300, 1e-12, 1e-6, 1e-3, 0.1, 1.0, 1e3, 1e12])[:, None]
    y, b = x[:, ::-1] + shift, a[:, ::-1] * (1.0 + 1e-3 * shift / (1.0 + shift))
    got = dv.wasserstein_distance(dv.Weights(a), dv.Weights(b), positions=(x, y))
    expected = [value(Wasserstein(1), *row) for row in zip(x, y, a, b, strict=True)]
    assert got == pytest.approx(expected, rel=64 * 2.0**-53, abs=0.0)
    assert got[0] == got[1] == 0.0  # a shift that floats do not see


def test_weights_of_any_size_and_points_of_any_kind():
    rng = np.random.default_rng(8)
    x, y, a, b = rng.normal(size=(4, 5, 40)) + np.array([0.0, 3.0, 9.0, 9.0])[:, None, None]
    plain = dv.wasserstein_distance(dv.Weights(a), dv.Weights(b), positions=(x, y))
    for scale in (2.0**-1060, 2.0**1000):
        scaled = dv.Weights(scale * np.rint(1e3 * a))
        whole = dv.Weights(np.rint(1e3 * a))
        got, same = (
            dv.wasserstein_distance(w, dv.Weights(b), positions=(x, y)) for w in (scaled, whole)
        )
        assert np.array_equal(got, same)
    a[1, 3], x[2, 4], y[3, 0], x[4, 1], y[4, 7] = np.nan, np.nan, np.inf, np.inf, np.inf
    got = dv.wasserstein_distance(dv.Weights(a), dv.Weights(b), positions=(x, y))
    assert got[0] == plain[0]
    assert np.isnan(got[1:3]).all()
    assert got[3] == got[4] == np.inf
