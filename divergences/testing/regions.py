"""Where divergences are hard to compute: regions of pairs of distributions, drawn on purpose.

Each region is a function of a random generator and the number of outcomes n >= 1, and gives masses
of P and Q whose totals are one up to rounding; regions of joint distributions have two of those.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray
Region = Callable[[np.random.Generator, int], tuple[Array, Array]]


def unit(masses: Array) -> Array:
    """Return masses over their total, or equal ones if there is none."""
    total = masses.sum()
    return masses / total if total > 0 else np.full(masses.shape, 1.0 / masses.size)


def generic(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Uniform on the simplex."""
    return unit(rng.exponential(size=n)), unit(rng.exponential(size=n))


def wide(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Masses of all sizes, down to 1e-300."""
    p, q = 10.0 ** rng.uniform(-300, 0, (2, n))
    p[rng.integers(n)] = q[rng.integers(n)] = 1.0
    return unit(p), unit(q)


def with_zeros(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Outcomes impossible under both, and under either."""
    p, q = generic(rng, n)
    kind = rng.integers(4, size=n)
    return unit(np.where(kind & 1, p, 0.0)), unit(np.where(kind & 2, q, 0.0))


def zeros_in_p(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Outcomes impossible under P only."""
    p, q = generic(rng, n)
    return unit(p * (rng.random(n) < 0.5)), q


def zeros_in_both(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Outcomes impossible under both."""
    p, q = generic(rng, n)
    possible = rng.random(n) < 0.5
    return unit(p * possible), unit(q * possible)


def close(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Relative differences from 1 to 1e-15, the same for all outcomes."""
    p, _ = generic(rng, n)
    delta = 10.0 ** rng.uniform(-15, 0)
    return p, unit(p * (1.0 + delta * rng.uniform(-1.0, 1.0, n)))


def close_of_all_sizes(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Relative differences from 1 to 1e-15, another for each outcome, of masses of all sizes."""
    p, _ = wide(rng, n)
    delta = 10.0 ** rng.uniform(-15, 0, n)
    return p, unit(p * (1.0 + delta * rng.uniform(-1.0, 1.0, n)))


def close_in_one(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """The same masses but for one outcome, so that the totals differ too."""
    p, _ = generic(rng, n)
    q = p.copy()
    q[rng.integers(n)] *= 1.0 + 10.0 ** rng.uniform(-15, -9)
    return p, q


def one_ulp_apart(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Neighbouring floats, in some outcomes."""
    p, _ = generic(rng, n)
    q = np.where(rng.random(n) < 0.5, np.nextafter(p, rng.integers(2)), p)
    return p, q


def near_uniform(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Both nearly uniform, to 1e-15."""
    d, e = 10.0 ** rng.uniform(-15, -1, 2)
    return unit(1.0 + d * rng.uniform(-1, 1, n)), unit(1.0 + e * rng.uniform(-1, 1, n))


def near_certain(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """One outcome nearly certain under both; the rest have shares down to 1e-300."""
    p, q = 10.0 ** rng.uniform(-300, -1, (2, n))
    p[0] = q[0] = 1.0
    return unit(p), unit(q)


def nearly_disjoint(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """What one has, the other nearly lacks, down to 1e-300."""
    scale = 10.0 ** rng.uniform(-300, -1)
    first = np.arange(n) < (n + 1) // 2
    p, q = generic(rng, n)
    return unit(np.where(first, p, p * scale)), unit(np.where(first, q * scale, q))


def disjoint(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """No outcome in common (but for n = 1)."""
    p, q = generic(rng, n)
    first = np.arange(n) < (n + 1) // 2
    return unit(np.where(first, p, 0.0)), unit(np.where(first, 0.0, q))


def subnormal(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Some masses among the smallest numbers there are, next to ordinary ones."""
    p, q = generic(rng, n)
    tiny = np.finfo(np.float64).smallest_subnormal * rng.integers(0, 9, (2, n))
    few = rng.random((2, n)) < 0.5
    few[:, 0] = False
    return unit(np.where(few[0], tiny[0], p)), unit(np.where(few[1], tiny[1], q))


def permuted(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """The same masses in another order."""
    p, _ = wide(rng, n) if rng.integers(2) else generic(rng, n)
    return p, rng.permutation(p)


def loose_totals(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Close distributions whose totals miss one by up to 1e-8, as a plain array's may."""
    p, q = close(rng, n)
    a, b = 1.0 + rng.uniform(-1e-8, 1e-8, 2)
    return p * a, q * b


def equal(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """The same floats twice."""
    p, _ = wide(rng, n) if rng.integers(2) else zeros_in_p(rng, n)
    return p, p.copy()


def dependent(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Any joint distribution."""
    return unit(rng.exponential(size=shape))


def nearly_independent(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """A product of marginals but for relative differences from 1 to 1e-15."""
    joint = np.multiply.outer(rng.exponential(size=shape[0]), rng.exponential(size=shape[1]))
    return unit(joint * (1.0 + 10.0 ** rng.uniform(-15, 0) * rng.uniform(-1, 1, shape)))


def independent(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """A product of marginals, rounded."""
    return unit(np.multiply.outer(rng.exponential(size=shape[0]), rng.exponential(size=shape[1])))


def nearly_determined(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """X leaves little doubt of Y, down to 1e-300."""
    column = rng.integers(shape[1], size=shape[0])
    likely = np.arange(shape[1]) == column[:, None]
    return unit(np.where(likely, 1.0, 10.0 ** rng.uniform(-300, -1)) * rng.exponential(size=shape))


def joint_with_zeros(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Impossible pairs, rows and columns."""
    return unit(rng.exponential(size=shape) * (rng.random(shape) < 0.5))


def wide_joint(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Masses of all sizes, down to 1e-300."""
    return unit(10.0 ** rng.uniform(-300, 0, shape))


JOINT_REGIONS: dict[str, Callable[[np.random.Generator, tuple[int, int]], Array]] = {
    region.__name__: region
    for region in (
        dependent,
        nearly_independent,
        independent,
        nearly_determined,
        joint_with_zeros,
        wide_joint,
    )
}

REGIONS: dict[str, Region] = {
    region.__name__: region
    for region in (
        generic,
        wide,
        with_zeros,
        zeros_in_p,
        zeros_in_both,
        close,
        close_of_all_sizes,
        close_in_one,
        one_ulp_apart,
        near_uniform,
        near_certain,
        nearly_disjoint,
        disjoint,
        subnormal,
        permuted,
        loose_totals,
        equal,
    )
}
