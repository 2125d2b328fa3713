"""Any array library: results of its own kind, the same numbers, inputs left as they are."""

from math import inf

import array_api_strict as strict
import numpy as np
import pytest

import divergences as dv

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(7, 3)), RNG.normal(size=(5, 3))
A, B = RNG.random((3, 7)), RNG.random((3, 7))
CALLS = {
    "observations": lambda f: dv.wasserstein_distance(f(X), f(Y), axis=0),
    "order 2": lambda f: dv.wasserstein_distance(f(X), f(X + 1.0), 2, axis=0),
    "order inf": lambda f: dv.wasserstein_distance(f(X), f(Y), inf, axis=0),
    "masses": lambda f: dv.wasserstein_distance(
        dv.Weights(f(A)), dv.Weights(f(B)), 2, positions=f(X.T)
    ),
    "masses on a grid": lambda f: dv.wasserstein_distance(
        dv.Weights(f(A)), dv.Weights(f(B)), positions=f(X[:, 0])
    ),
    "sliced": lambda f: dv.sliced_wasserstein_distance(f(X), f(Y), rng=0),
    "energy on the line": lambda f: dv.energy_distance(f(X[:, 0]), f(Y[:, 0])),
    "energy": lambda f: dv.energy_distance(f(X), f(Y)),
    "MMD": lambda f: dv.maximum_mean_discrepancy(f(X), f(Y)),
}


@pytest.mark.parametrize("name", CALLS)
def test_strict_arrays_in_strict_arrays_out(name):
    got, expected = CALLS[name](strict.asarray), CALLS[name](np.asarray)
    assert type(got) is type(strict.asarray(0.0))
    assert np.asarray(got) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("name", CALLS)
def test_float32_is_computed_in_double_precision_and_returned_as_it_came(name):
    def single(x):
        x = np.asarray(x, np.float32)
        x.flags.writeable = False
        return x

    got = CALLS[name](single)
    assert got.dtype == np.float32
    assert got == pytest.approx(CALLS[name](lambda x: single(x).astype(float)), rel=6e-8)


@pytest.mark.parametrize("name", CALLS)
def test_lists_are_arrays(name):
    assert np.array_equal(CALLS[name](lambda x: np.asarray(x).tolist()), CALLS[name](np.asarray))
