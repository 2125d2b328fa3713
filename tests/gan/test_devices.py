"""Ensembles give the same numbers on one, two and four simulated devices."""

import numpy as np

from tests.devices import on_four_devices


def test_numbers_do_not_depend_on_the_number_of_devices():
    runs = on_four_devices("-m", "tests.gan.on_devices")
    assert runs["most"] == [1, 2, 3, 4, 1, 3, 4]
    alone = runs["1"]
    for count in (2, 4):
        several = runs[str(count)]
        assert several["devices"] == [count, count]
        assert several["largest share"] == [4 // count, 4 // count]
        for name in ("games", "pairs"):
            assert len(alone[name]) == len(several[name]) > 1
            for first, second in zip(alone[name], several[name], strict=True):
                np.testing.assert_allclose(second, first, rtol=1e-6, atol=1e-6)
