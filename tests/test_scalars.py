"""Of single distributions as NumPy arrays results are scalars, not arrays without axes."""

import numpy as np
import pytest

import divergences as dv
from divergences.testing.members import ORDERS, members
from tests.together import MEASURES


@pytest.mark.parametrize("kind", MEASURES)
@pytest.mark.parametrize("member", members(orders=ORDERS[:1]), ids=repr)
def test_a_single_distribution_gives_a_scalar(member, kind):
    shape = (2, 2) if member.joint else (4,)
    for p in ([0.125, 0.25, 0.5, 0.125], [0.0, 0.0, 1.0, 0.0]):
        x = np.reshape(p, shape)
        with np.errstate(divide="ignore"):
            x = np.log(x) if kind == "logits" else x
        assert type(member.function(*[MEASURES[kind](x)] * member.arity)) is np.float64


@pytest.mark.parametrize(
    "distance", [dv.wasserstein_distance, dv.energy_distance, dv.maximum_mean_discrepancy]
)
def test_a_distance_of_two_arrays_is_a_scalar(distance):
    for x, y in (([0.0, 1.0], [0.5, 2.0, 3.0]), ([0.0, 0.0], [0.0, 0.0, 0.0])):
        assert type(distance(x, y)) is np.float64
