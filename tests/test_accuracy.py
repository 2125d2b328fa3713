"""Values are right to four units in the last place, the floats given being exact.

The truth is the member's own definition in high precision. What cannot be computed so well from the
floats has a bound of its own where it is checked, with the reason.
"""

from functools import lru_cache

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import divergences as dv
from divergences.testing import oracle
from divergences.testing.members import Member, members
from divergences.testing.regions import JOINT_REGIONS, REGIONS
from divergences.testing.tolerance import ulps
from tests.together import MEASURES, value_under_jax

SIZES = (1, 2, 3, 9)
DRAWS = 6
MARGINAL, JOINT = members(joint=False), members(joint=True)


def scaled(rng, p):
    """Masses of another total, by a factor that rounds each of them or one that does not."""
    return np.ldexp(p, rng.integers(-60, 60)) if rng.integers(2) else p * rng.uniform(0.1, 10.0)


def logs(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


KINDS = {
    "probabilities": lambda rng, p: p,
    "weights": lambda rng, p: dv.Weights(scaled(rng, p)),
    "log_probabilities": lambda rng, p: dv.LogProbs(logs(p)),
    "logits": lambda rng, p: dv.Logits(logs(p) + p.dtype.type(10.0 ** rng.uniform(-3, 3))),
}


def draw(name, kind, rng, n, dtype):
    """A pair of measures from the region `name`, of floats that `dtype` can hold."""
    region = REGIONS[name]
    while True:
        with np.errstate(under="ignore"):
            pair = [x.astype(dtype) for x in region(rng, n)]
        if all(abs(x.sum(dtype=np.float64) - 1.0) < 1e-4 for x in pair):
            return [KINDS[kind](rng, x) for x in pair]


def beneath(member: Member, exact, least) -> bool:
    """Whether `exact` is too near the end of the exponents to be computed with full precision.

    A root is that of a sum, which is near the end much earlier.
    """
    power = {"hellinger_distance": 2, "jensen_shannon_distance": 2}.get(member.name, 1)
    with mpmath.workdps(30):
        return 0 < abs(exact) ** power < least


def bound(member: Member, from_logs: bool) -> float:
    """How many units in the last place a value may be off."""
    ulps = member.functional.ulps
    return ulps.of_logs if from_logs else ulps.of_masses


def check(member: Member, results, cases, least) -> None:
    """Assert that every result is right, and show the worst if not."""
    worst = (0.0, None, None, None)
    for result, measures in zip(results, cases, strict=True):
        exact = oracle.value(member.functional, *measures)
        if beneath(member, exact, least):
            assert 0 <= result <= least**0.5
            continue
        if member.name == "mutual_information" and 0 < exact < 1e-32:
            # Independent but for the rounding of each mass: differences beneath 1e-16, of which the
            # product of the marginals, itself known to 1e-32, leaves fewer digits.
            assert 0.99 * exact <= result <= 1.01 * exact
            continue
        worst = max(worst, (ulps(result, exact), result, exact, measures), key=lambda w: w[0])
    error, result, exact, measures = worst
    arrays = [oracle.array(m).tolist() for m in measures or ()]
    from_logs = isinstance((measures or [None])[0], dv.LogProbs | dv.Logits)
    assert error <= bound(member, from_logs), (
        f"{error:.3g} ulp: {result!r}, not {mpmath.nstr(exact, 20)}, for {arrays}"
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", REGIONS)
@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_numpy(member, name, kind):
    rng = np.random.default_rng(1)
    for dtype in (np.float64, np.float32):
        cases = [
            draw(name, kind, rng, n, dtype)[: member.arity] for n in SIZES for _ in range(DRAWS)
        ]
        results = [member.function(*measures) for measures in cases]
        assert all(result.dtype == dtype for result in results)
        check(member, results, cases, least=1e-300)


@pytest.mark.parametrize("x64", [True, False], ids=["float64", "float32"])
@pytest.mark.parametrize("kind", ["probabilities", "weights", "logits"])
@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_jax(member, kind, x64):
    rng = np.random.default_rng(2)
    dtype = np.float64 if x64 else np.float32
    tiny = np.finfo(dtype).tiny
    width = max(SIZES)
    rows = []  # of one width, so that all are one call of one compiled function
    while len(rows) < len(REGIONS) * len(SIZES) * DRAWS // 2:
        name, n = list(REGIONS)[len(rows) % len(REGIONS)], int(rng.choice(SIZES))
        absent = -np.inf if kind == "logits" else 0.0
        pair = [oracle.array(m) for m in draw(name, kind, rng, n, dtype)]
        pair = [np.pad(x, (0, width - n), constant_values=absent) for x in pair]
        if kind != "logits":  # XLA flushes subnormal shares to zero: docs/background/accuracy.md
            pair = [np.where(x < 16 * tiny * max(1, x.sum()), dtype(0), x) for x in pair]
        rows.append(pair)
    with jax.enable_x64(x64):
        batch = [jnp.asarray(np.stack(side)) for side in zip(*rows, strict=True)]
        results = value_under_jax(member, kind, batch[: member.arity])
    assert results.dtype == dtype
    cases = [[MEASURES[kind](x) for x in pair[: member.arity]] for pair in rows]
    check(member, np.asarray(results), cases, least=tiny / np.finfo(dtype).eps ** 2)


def joint_cases(name, kind):
    rng = np.random.default_rng(3)
    return [
        [KINDS[kind](rng, JOINT_REGIONS[name](rng, shape))]
        for shape in ((1, 1), (1, 3), (2, 2), (4, 3))
        for _ in range(DRAWS)
    ]


@pytest.mark.parametrize("kind", ["probabilities", "weights", "logits"])
@pytest.mark.parametrize("name", JOINT_REGIONS)
@pytest.mark.parametrize("member", JOINT, ids=repr)
def test_joint(member, name, kind):
    cases = joint_cases(name, kind)
    results = [member.function(*measures) for measures in cases]
    if (member.name, kind) != ("mutual_information", "logits"):
        check(member, results, cases, least=1e-300)
        return
    # The logits are exponentiated first. Rounded masses are as if not quite independent, which the
    # information feels in proportion to its root.
    u = 2.0**-53
    for result, measures in zip(results, cases, strict=True):
        exact = oracle.value(member.functional, *measures)
        assert abs(float(result - exact)) <= 8 * u * (8 * u + float(exact) ** 0.5)


@lru_cache(maxsize=1)  # for all members in turn
def grouped(n):
    """Few distinct pairs of masses, how often each occurs among n outcomes, and all of the masses.

    A list of all that, one from each of several regions.
    """
    rng = np.random.default_rng(n)
    drawn = []
    for name in ("generic", "close", "close_of_all_sizes", "near_uniform", "nearly_disjoint"):
        p, q = REGIONS[name](rng, 7)
        counts = rng.multinomial(n - 7, rng.dirichlet(np.ones(7))) + 1
        p, q = p / (p @ counts), q / (q @ counts)
        order = rng.permutation(n)
        drawn.append((name, p, q, counts, [np.repeat(x, counts)[order] for x in (p, q)]))
    return drawn


@pytest.mark.parametrize("member", members(joint=False, orders=(0.375,)), ids=repr)
@pytest.mark.parametrize(
    ("n", "kind"), [(20_000, dv.Weights), (300_000, np.asarray), (1_000_000, dv.Weights)]
)
def test_many_outcomes(member, n, kind):
    # Too many for mpmath, but outcomes of equal masses can be merged: an f-divergence is unchanged,
    # an entropy loses the mean of log(count), and the uniform distribution is merged likewise.
    for name, p, q, counts, arrays in grouped(n):
        result = member.function(*map(kind, arrays[: member.arity]))
        with mpmath.workdps(oracle.precision(p, q) + 20):
            merged = [
                [mpmath.mpf(float(m)) * int(c) for m, c in zip(x, counts, strict=True)]
                for x in (p, q)
            ]
            exact = defined_on_groups(member, merged, counts)
        if member.name == "total_variation_distance" and exact < 1e-30:
            # Nearly all of the mass is spread over many outcomes, which differ by less, relatively,
            # than twice the precision can tell. Half of the distance lies there.
            assert 0.49 * exact <= result <= 1.01 * exact
        elif not beneath(member, exact, 1e-300):
            assert ulps(result, exact) <= bound(member, False), (name, result, exact)


def defined_on_groups(member, merged, counts):
    """The quantity of distributions of which outcome i stands for counts[i] equal ones."""
    p, q = (oracle.normalised(x) for x in merged)
    mean_log = mpmath.fsum(x * mpmath.log(int(c)) for x, c in zip(p, counts, strict=True))
    plain = member.functional.definition(mpmath.mp, *(p, q)[: member.arity])
    match member.name:
        case "renyi_entropy" | "tsallis_entropy":
            a = mpmath.mpf(member.functional.order)
            total = mpmath.fsum(
                c * (x / int(c)) ** a for x, c in zip(p, map(int, counts), strict=True)
            )
            renyi = mpmath.log(total) / (1 - a)
            return renyi if member.name == "renyi_entropy" else (total - 1) / (1 - a)
        case "entropy" | "cross_entropy":
            return plain + mean_log
        case "perplexity":
            return plain * mpmath.exp(mean_log)
        case "entropy_deficit":
            return plain - mpmath.log(len(counts)) + mpmath.log(int(sum(counts))) - mean_log
    return plain
