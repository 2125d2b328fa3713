"""What standard errors add for what may not have been seen, by formulas worked out here."""

import numpy as np

from divergences import methods
from divergences.functionals.total_variation import TOTAL_VARIATION
from divergences.measures.counts import CountTable
from divergences.methods.counts.information import _floor, information_parts
from divergences.methods.counts.second_order import unmatched
from divergences.methods.counts.table import table


def information(counts):
    share = counts / counts.sum()
    product = share.sum(1, keepdims=True) * share.sum(0)
    some = share > 0
    return np.sum(share[some] * np.log(share[some] / product[some]))


def test_information_would_move_by_an_observation_in_the_likeliest_empty_cell():
    counts = np.array([[12.0, 8.0, 0.0], [0.0, 8.0, 2.0]])
    joint = CountTable(counts.ravel(), None, None)
    more = counts + np.array([[0, 0, 0], [1, 0, 0]])  # 10 of row 1, 12 of column 0
    found = _floor(joint, counts.shape, information_parts(joint, counts.shape), [np.zeros(())] * 3)
    np.testing.assert_allclose(found, abs(information(more) - information(counts)), rtol=1e-12)


def test_an_outcome_that_one_sample_lacks_may_be_chance():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.5, 0.5, 0.0])
    n, m = np.array(10.0), np.array(20.0)
    # Of the term 0.2: of two observations the second was in this sample too by the chance 10/30.
    found = unmatched(TOTAL_VARIATION, p, q, n, m, (False, False))
    np.testing.assert_allclose(found, 0.2 / 3.0, rtol=1e-12)
    assert unmatched(TOTAL_VARIATION, p, q, n, m, (False, True)) == 0.0


def test_an_error_is_that_of_influence_of_second_order_and_the_rest():
    counts = np.array([5.0, 3.0, 2.0])
    rows = table(CountTable(counts, None, None))
    surprise = -np.log(counts / 10.0)
    first = np.sum(counts / 10.0 * surprise**2) - np.sum(counts / 10.0 * surprise) ** 2
    second = (3 - 1) / (2 * 10.0**2)
    found = methods.NSB().unseen_error(rows, np.sqrt(first / 10.0 + second + 0.04))
    np.testing.assert_allclose(found, 0.2, rtol=1e-12)
