"""Hypothesis strategies for distributions, with the hard points drawn on purpose."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from divergences.testing.regions import JOINT_REGIONS, REGIONS

Array = np.ndarray

# Their sums, and products of two of them, are exact in double precision: what follows from exact
# masses (merged outcomes, marginals, mixtures, products) is then exact too, and so comparable.
LARGEST_INTEGER = 2**21
# Bits of masses, to which failing examples shrink: one in four is rounded.
_BITS = (3, 8, 24, *(None,) * 9)
_EDGES = (0, 1, 2, 3, LARGEST_INTEGER - 1, LARGEST_INTEGER)


def pairs(max_size: int = 9) -> st.SearchStrategy[tuple[Array, Array]]:
    """Return pairs of pmfs of one length, from every region of `divergences.testing.regions`.

    Masses of some are integers over a power of two: to these, failing examples shrink.
    """

    def drawn(bits: int | None, region: str, seed: int, n: int) -> tuple[Array, Array]:
        p, q = REGIONS[region](np.random.default_rng(seed), n)
        return _rounded(p, bits), _rounded(q, bits)

    return st.builds(
        drawn,
        st.sampled_from(_BITS),
        st.sampled_from(sorted(REGIONS)),
        st.integers(0, 2**32 - 1),
        st.integers(1, max_size),
    )


def pmfs(max_size: int = 9) -> st.SearchStrategy[Array]:
    """Return pmfs, from every region."""
    return pairs(max_size).map(lambda pair: pair[0])


def joint_pmfs(max_size: int = 4) -> st.SearchStrategy[Array]:
    """Return joint pmfs of two variables, from every region, some rounded as those of `pairs`."""
    side = st.integers(1, max_size)
    return st.builds(
        lambda bits, region, seed, shape: _rounded(
            JOINT_REGIONS[region](np.random.default_rng(seed), shape), bits
        ),
        st.sampled_from(_BITS),
        st.sampled_from(sorted(JOINT_REGIONS)),
        st.integers(0, 2**32 - 1),
        st.tuples(side, side),
    )


def _rounded(p: Array, bits: int | None) -> Array:
    """Return a pmf with masses of so many bits, if any; what is cut off goes to the largest."""
    if bits is None:
        return p
    units = np.floor(np.ldexp(p, bits))
    units.flat[np.argmax(p)] += 2.0**bits - np.sum(units)
    return np.ldexp(units, -bits)


def integer_weights(n: int) -> st.SearchStrategy[Array]:
    """Return `n` integers, not all of them zero, as floats."""
    entry = st.sampled_from(_EDGES) | st.integers(0, LARGEST_INTEGER)
    return st.lists(entry, min_size=n, max_size=n).filter(any).map(lambda x: np.array(x, float))


def several(count: int, max_size: int = 6) -> st.SearchStrategy[list[Array]]:
    """Return `count` arrays of integer weights of one length: any, close together, or disjoint."""
    return st.integers(1, max_size).flatmap(
        lambda n: (
            st.lists(integer_weights(n), min_size=count, max_size=count)
            | st.tuples(integer_weights(n), *[_small_changes(n)] * (count - 1)).map(_near_the_first)
            | st.tuples(*[integer_weights(n)] * count).map(_apart)
        )
    )


def _small_changes(n: int) -> st.SearchStrategy[Array]:
    return st.lists(st.integers(0, 2), min_size=n, max_size=n).map(lambda x: np.array(x, float))


def _near_the_first(arrays: tuple[Array, ...]) -> list[Array]:
    first, *changes = arrays
    return [first, *(np.where(first > 2, first - c, first) for c in changes)]


def _apart(arrays: tuple[Array, ...]) -> list[Array]:
    count = len(arrays)
    spread = [np.zeros(a.size * count) for a in arrays]
    for j, (whole, a) in enumerate(zip(spread, arrays, strict=True)):
        whole[j::count] = a
    return spread
