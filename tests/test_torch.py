"""PyTorch: values and gradients by the terms and slopes that JAX has.

The truth of gradients is a difference quotient of the member's own definition in many digits.
"""

import numpy as np
import pytest

from divergences.testing import oracle, torch_grad
from divergences.testing.regions import JOINT_REGIONS, REGIONS
from divergences.testing.tolerance import ulps
from tests.derivatives import ULPS, draws, limit, not_smooth, units
from tests.pytorch import (
    EVERY,
    KINDS,
    MARGINAL,
    OF_KIND,
    SERVED,
    gradient,
    of,
    tensors,
    torch,
)


@EVERY
def test_values_are_accurate(member):
    rng = np.random.default_rng(3)
    for name, region in (JOINT_REGIONS if member.joint else REGIONS).items():
        drawn = [region(rng, (3, 4)) if member.joint else region(rng, 7) for _ in range(2)]
        for ps in ([d] if member.joint else d[: member.arity] for d in drawn):
            value = float(member.function(*tensors(ps)))
            # NumPy's values are held to the exact ones, everywhere: these are held to NumPy's.
            expected = float(member.function(*ps))
            assert ulps(value, expected) <= 8.0 or abs(value - expected) <= 1e-307, (name, ps)


@OF_KIND
def test_gradient_inside(member, kind):
    xs = draws(member, kind, count=1)
    together = gradient(member, kind, xs)
    for i in range(len(xs[0])):
        row = [x[i] for x in xs]
        if not not_smooth(member, row):
            error = units(member, kind, [x[i] for x in together], row)
            assert error <= ULPS, [x.tolist() for x in row]


@MARGINAL
def test_gradient_where_one_mass_is_zero(member):
    p = np.array([0.0, 0.25, 0.5, 0.125, 0.125])
    q = np.array([0.25, 0.125, 0.25, 0.3125, 0.0625])
    for ps in ((p, q), (q, p))[: member.arity]:
        ps = ps[: member.arity]
        if not np.isfinite(member.function(*ps)):
            continue
        tiny = [np.where(x == 0.0, 1e-200, x) for x in ps]
        for side, got in enumerate(gradient(member, "probabilities", ps)):
            for i in range(5):
                direction = [np.zeros(5) for _ in ps]
                direction[side][i] = 1.0
                if ps[side][i] == 0.0:
                    expected = limit(member, ps, side, i)
                else:
                    expected = float(
                        oracle.derivative(member.functional, tuple(tiny), tuple(direction))
                    )
                assert float(got[i]) == pytest.approx(expected, rel=1e-12, abs=1e-13), (side, i)


@EVERY
def test_no_gradient_is_nan(member):
    rng = np.random.default_rng(6)
    for name, region in (JOINT_REGIONS if member.joint else REGIONS).items():
        for _ in range(3):
            ps = [region(rng, (2, 3))] if member.joint else region(rng, 5)[: member.arity]
            for entries in gradient(member, "probabilities", ps):
                assert not np.any(np.isnan(entries)), (name, ps, entries)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("member", [m for m in SERVED if m.arity == 2], ids=repr)
def test_equal_distributions(member, kind):
    if member.laws.at_equal != 0.0:
        pytest.skip("not zero there")
    p = np.array([[0.25, 0.5, 0.125, 0.125], [0.25, 0.25, 0.5, 0.0]])
    with np.errstate(divide="ignore"):
        x = np.log(p) if kind == "logits" else p
    assert torch.equal(of(member, kind, *tensors([x, x])), torch.zeros(2, dtype=torch.float64))
    for entries in gradient(member, kind, [x, x]):
        assert np.array_equal(entries[0], np.zeros(4))
        assert not np.any(np.isnan(entries))


@MARGINAL
def test_narrow_dtypes_have_wide_values_and_gradients_of_their_own(member):
    rng = np.random.default_rng(11)
    logits = 2.0 * rng.normal(size=(2, 3, 33))
    for kind in ("logits", "weights"):
        given = logits if kind == "logits" else np.exp(logits)
        for dtype in (torch.float32, torch.float16, torch.bfloat16):
            narrow = [torch.tensor(x, dtype=dtype) for x in given[: member.arity]]
            exact = [x.to(torch.float64) for x in narrow]
            value, expected = of(member, kind, *narrow), of(member, kind, *exact)
            assert value.dtype is torch.float32
            assert value.numpy() == pytest.approx(expected.numpy(), rel=8 * 2.0**-23)
            sides = tuple(range(member.arity))
            slopes = torch_grad(lambda *x, kind=kind: torch.sum(of(member, kind, *x)), sides)
            for got, true in zip(slopes(*narrow), slopes(*exact), strict=True):
                assert got.dtype is dtype
                gap = torch.abs(got.to(torch.float64) - true)
                unit = torch.finfo(dtype).eps
                scale = torch.amax(torch.abs(true), dim=-1, keepdim=True)
                least = torch.finfo(dtype).smallest_normal * unit
                beyond = torch.abs(true) > torch.finfo(dtype).max
                assert torch.all(torch.isinf(got[beyond]))
                bound = 0.5 * unit * torch.abs(true) + 1e-5 * scale + least
                assert torch.all(beyond | (gap <= bound))


@MARGINAL
@pytest.mark.parametrize("mask", [-np.inf, float(np.finfo(np.float32).min), -1e4, -1e9])
def test_masked_logits(member, mask):
    a, b = np.random.default_rng(2).normal(size=(2, 5, 12)).astype(np.float32)
    a[1:4, 3:7] = mask
    b[1:3, 3:7] = mask
    b[4, 8:] = mask
    xs = (a, b)[: member.arity]
    value = of(member, "logits", *tensors(xs)).numpy()
    expected = of(member, "logits", *(x.astype(np.float64) for x in xs))
    beyond = expected > 1e37  # a sum of terms may overflow where their mean does not
    assert value[~beyond] == pytest.approx(expected[~beyond], rel=1e-5)
    assert np.all(value[beyond] > 1e37)
    for entries in gradient(member, "logits", xs):
        assert not np.any(np.isnan(entries))
        assert np.array_equal(entries[1:3, 3:7], np.zeros((2, 4)))


@MARGINAL
def test_padded_rows_and_outcomes_left_out(member):
    a, b = np.random.default_rng(4).normal(size=(2, 3, 6))
    a[1] = -np.inf
    xs = tensors((a, b)[: member.arity])
    keep = torch.tensor([True, False, True])
    assert torch.isnan(of(member, "logits", *xs)[1])
    slopes = torch_grad(lambda *x: torch.where(keep, of(member, "logits", *x), 0.0).sum())(*xs)
    assert torch.all(torch.isfinite(slopes))
    assert torch.all(slopes[1] == 0.0)
    assert torch.any(slopes[0] != 0.0)
    where = np.array([True, True, False, True, False, True])
    few = [np.exp(x)[0] / np.exp(x)[0, where].sum() for x in (np.abs(b), b)][: member.arity]
    got = gradient(member, "probabilities", few, where=where)
    expected = gradient(member, "probabilities", [x[where] for x in few])
    for entries, wanted in zip(got, expected, strict=True):
        assert np.all(entries[~where] == 0.0)
        assert entries[where] == pytest.approx(wanted, rel=1e-13, abs=1e-15)
