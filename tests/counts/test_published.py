"""Values that others have printed: of the authors' own programs where there are such."""

import numpy as np
import pytest

import divergences as dv
from divergences import methods

# Spiders of two sites of Harvard Forest (Sackett et al., Can. J. For. Res. 41 (2011)), as in the R
# package iNEXT (Hsieh, Ma & Chao, Methods Ecol. Evol. 7 (2016)), whose `AsyEst` prints the
# diversities exp(H), observed and by the estimator of Chao, Wang & Jost (2013).
GIRDLED = [46, 22, 17, 15, 15, 9, 8, 6, 6, 4, *[2] * 4, *[1] * 12]
LOGGED = [88, 22, 16, 15, 13, 10, 8, 8, *[7] * 3, 5, *[4] * 3, *[3] * 4, *[2] * 4, *[1] * 14]


@pytest.mark.parametrize(
    ("counts", "observed", "estimated"),
    [(GIRDLED, 12.059650, 13.826253), (LOGGED, 14.421002, 16.337069)],
)
def test_diversities_of_spiders_are_those_of_the_authors_of_chao_wang_jost(
    counts, observed, estimated
):
    for method, printed in ((methods.PlugIn(), observed), (methods.ChaoWangJost(), estimated)):
        found = dv.entropy(dv.Counts(counts), method=method)
        assert np.exp(found.value) == pytest.approx(printed, abs=5e-7)


@pytest.mark.parametrize(
    ("method", "counts", "printed"),
    [
        (methods.ChaoShen(), [1, 1, 1, 1, 1, 1], 3.840549310406),
        (methods.ChaoShen(), [4, 2, 3, 2, 4, 2, 1, 1], 2.201137101279),
        (methods.PlugIn(), [4, 2, 3, 2, 4, 2, 1, 1], 1.968382408728),
        (methods.Shrinkage(), [4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1], 2.379602895309),
    ],
)
def test_entropies_are_those_of_the_package_of_hausser_and_strimmer(method, counts, printed):
    # Counts of the examples of R's `entropy`, and what it prints, from the tests of Discreet.jl.
    value = dv.entropy(dv.Counts(counts), method=method).value
    assert value == pytest.approx(printed, abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "size", "printed"),
    [
        # From the descriptions on PyPI of ndd 1.4.1 and 1.6.1.
        ([7, 3, 5, 8, 9, 1, 3, 3, 1, 0, 2, 5, 2, 11, 4, 23, 5, 0, 8, 0], 20, 2.623634344888532),
        ([12, 4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2], 100, 2.840012048914),
    ],
)
def test_nsb_is_that_of_ndd(counts, size, printed):
    value = dv.entropy(dv.Counts(counts), method=methods.NSB(size)).value
    assert value == pytest.approx(printed, abs=1e-9)


def test_nsb_and_its_deviation_are_those_of_ndd_to_the_accuracy_of_its_last_version():
    counts = [4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2]
    found = dv.entropy(dv.Counts(counts), method=methods.NSB(100))
    # From 1.7 on integrals are good to some 1e-6: of the vector above that prints 2.8400091.
    assert found.value == pytest.approx(2.8060922529931225, abs=1e-5)
    assert found.standard_error == pytest.approx(0.11945501149743358, abs=5e-5)
