"""PyTorch: values and gradients by the terms and slopes that JAX has, and what is refused in words.

The truth of gradients is a difference quotient of the member's own definition in many digits.
"""

import numpy as np
import pytest

import divergences as dv
from divergences.interface.gap import MultipleOfGap
from divergences.testing import oracle, torch_grad
from divergences.testing.members import members
from divergences.testing.regions import JOINT_REGIONS, REGIONS
from divergences.testing.tolerance import ulps
from tests.derivatives import BOTH, ULPS, draws, limit, not_smooth, units
from tests.together import MEASURES, takes_order

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

# A warning of PyTorch's own, when it differentiates forward for the first time.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")

SERVED = [m for m in members() if not takes_order(m) and m.name != "mutual_information"]
KINDS = ("probabilities", "weights", "logits")


def has_gradient(member, kind):
    return kind != "logits" or not isinstance(member.functional, MultipleOfGap)


EVERY = pytest.mark.parametrize("member", SERVED, ids=repr)
MARGINAL = pytest.mark.parametrize("member", [m for m in SERVED if not m.joint], ids=repr)
OF_KIND = pytest.mark.parametrize(
    ("member", "kind"),
    [(member, kind) for member in SERVED for kind in BOTH if has_gradient(member, kind)],
    ids=str,
)


def tensors(xs):
    return [torch.tensor(np.asarray(x)) for x in xs]


def of(member, kind, *xs, **options):
    return member.function(*map(MEASURES[kind], xs), **options)


def gradient(member, kind, xs, **options):
    """The gradient of the sum over a batch by every argument, as NumPy arrays."""
    slopes = torch_grad(
        lambda *x: torch.sum(of(member, kind, *x, **options)), tuple(range(member.arity))
    )
    return [x.numpy() for x in slopes(*tensors(xs))]


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
    if not has_gradient(member, kind) or member.laws.at_equal != 0.0:
        pytest.skip("not zero there, or refused from logits")
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
        if not has_gradient(member, kind):
            continue
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
                assert torch.all(gap <= 0.5 * unit * torch.abs(true) + 1e-5 * scale + least)


@MARGINAL
@pytest.mark.parametrize("mask", [-np.inf, float(np.finfo(np.float32).min), -1e4, -1e9])
def test_masked_logits(member, mask):
    if not has_gradient(member, "logits"):
        pytest.skip("refused from logits")
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
    kind = "logits" if has_gradient(member, "logits") else "probabilities"
    a, b = np.random.default_rng(4).normal(size=(2, 3, 6))
    if kind == "logits":
        a[1] = -np.inf
        xs = tensors((a, b)[: member.arity])
        keep = torch.tensor([True, False, True])
        assert torch.isnan(of(member, kind, *xs)[1])
        slopes = torch_grad(lambda *x: torch.where(keep, of(member, kind, *x), 0.0).sum())(*xs)
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


def test_options_and_broadcasting():
    rng = np.random.default_rng(5)
    p, q = torch.tensor(rng.dirichlet(np.ones(4), (2, 3))), torch.tensor(rng.dirichlet(np.ones(4)))

    def ours(p, q):
        value = dv.kl_divergence(p.movedim(-1, 0), q[:, None, None], axis=0, keepdims=True, base=2)
        assert value.shape == (1, 2, 3)
        return value.sum()

    def plain(p, q):
        p, q = p / p.sum(-1, keepdim=True), q / q.sum()
        return (p * torch.log2(p / q)).sum()

    for got, expected in zip(
        torch_grad(ours, (0, 1))(p, q), torch_grad(plain, (0, 1))(p, q), strict=True
    ):
        assert torch.allclose(got, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("rows", [1, 7, 12])
def test_blocks_of_rows_are_the_rows(rows, monkeypatch):
    from divergences.numerics.differentiable import torch as backend

    monkeypatch.setattr(backend, "ON_CPU", 3 * 50 + 1)
    a, b = torch.tensor(np.random.default_rng(rows).normal(size=(2, rows, 50)))

    def both(a, b):
        slopes = torch_grad(lambda *x: dv.kl_divergence(*map(dv.Logits, x)).sum(), (0, 1))
        return [dv.kl_divergence(dv.Logits(a), dv.Logits(b)), *slopes(a, b)]

    found = both(a, b)
    for i in range(rows):
        for part, alone in zip(found, both(a[i : i + 1], b[i : i + 1]), strict=True):
            assert torch.equal(part[i : i + 1], alone)


def test_functions_of_users():
    p, q = torch.tensor([0.5, 0.3, 0.2]).double(), torch.tensor([0.25, 0.25, 0.5]).double()

    def own(p, q, **options):
        return dv.f_divergence(p, q, lambda u: u * torch.log(u), **options)

    for options in ({}, {"derivative": lambda u: torch.log(u) + 1.0}):
        slopes = torch_grad(lambda p, q, o=options: own(p, q, at_zero=0.0, **o), (0, 1))
        expected = torch_grad(dv.kl_divergence, (0, 1))(p, q)
        for got, wanted in zip(slopes(p, q), expected, strict=True):
            assert torch.allclose(got, wanted, rtol=1e-12, atol=1e-14)


def points(kind):
    """Two batches of three rows inside the simplex, that record a gradient."""
    xs = np.random.default_rng(9).normal(size=(2, 3, 4))
    return [torch.tensor(x if kind == "logits" else np.exp(x), requires_grad=True) for x in xs]


@pytest.mark.parametrize("kind", ["weights", "logits"])
@MARGINAL
def test_first_and_second_derivatives_agree_with_differences(member, kind):
    if not has_gradient(member, kind):
        pytest.skip("refused from logits")
    xs = points(kind)[: member.arity]

    def value(*xs):
        return of(member, kind, *xs)

    assert torch.autograd.gradcheck(value, xs, check_forward_ad=True, fast_mode=True)
    assert torch.autograd.gradgradcheck(value, xs, check_fwd_over_rev=True, fast_mode=True)


@pytest.mark.parametrize("kind", ["weights", "logits"])
@MARGINAL
def test_transformations(member, kind):
    if not has_gradient(member, kind):
        pytest.skip("refused from logits")
    xs = [x.detach() for x in points(kind)[: member.arity]]
    sides = tuple(range(member.arity))

    def value(*xs):
        return of(member, kind, *xs)

    expected = torch_grad(lambda *x: value(*x).sum(), sides)(*xs)
    mapped = torch.func.vmap(torch.func.grad(value, sides))(*xs)
    whole = torch.func.grad(lambda *x: value(*x).sum(), sides)(*xs)
    for slopes in (mapped, whole):
        for got, wanted in zip(slopes, expected, strict=True):
            assert torch.allclose(got, wanted, rtol=1e-12, atol=1e-15)
    primal, change = torch.func.jvp(value, tuple(xs), tuple(xs))
    assert torch.equal(primal, value(*xs))
    assert torch.equal(torch.func.vmap(value)(*xs), primal)
    along = sum((x * slope).sum(-1) for x, slope in zip(xs, expected, strict=True))
    assert torch.allclose(change, along, rtol=1e-12, atol=1e-14)
    if member.arity == 2:  # one row of P beside each of Q, mapped over the latter
        one = torch.func.vmap(value, in_dims=(None, 0))(xs[0][0], xs[1])
        assert torch.equal(one, value(xs[0][0], xs[1]))


def test_only_what_moves_is_differentiated():
    a, b = points("logits")
    for x, y in ((a, b.detach()), (a.detach(), b)):
        dv.kl_divergence(dv.Logits(x), dv.Logits(y)).sum().backward()
    both = torch.autograd.grad(dv.kl_divergence(dv.Logits(a), dv.Logits(b)).sum(), (a, b))
    assert torch.equal(a.grad, both[0])
    assert torch.equal(b.grad, both[1])


def test_gradients_by_a_temperature():
    a, b = (x.detach() for x in points("logits"))
    t = torch.tensor(2.0, dtype=torch.float64)

    def ours(a, b, t):
        return dv.kl_divergence(dv.Logits(a, temperature=t), dv.Logits(b, temperature=t)).sum()

    def plain(a, b, t):
        x, y = torch.log_softmax(a / t, -1), torch.log_softmax(b / t, -1)
        return (x.exp() * (x - y)).sum()

    pairs = [torch_grad(f, (0, 1, 2))(a, b, t) for f in (ours, plain)]
    for got, expected in zip(*pairs, strict=True):
        assert torch.allclose(got, expected, rtol=1e-12, atol=1e-14)
    t.requires_grad_()
    with pytest.raises(TypeError, match="the temperature of p records a gradient"):
        dv.renyi_entropy(dv.Logits(a, temperature=t), 2.0)


def test_refusals_of_values():
    p = torch.tensor([0.5, 0.6], requires_grad=True)
    with pytest.raises(ValueError, match=r"p sums to 1\.1"):
        dv.entropy(p)
    with pytest.raises(ValueError, match="p has a negative entry"):
        dv.entropy(dv.Weights(-p))
    with pytest.raises(ValueError, match=r"q contains \+inf"):
        dv.kl_divergence(dv.Logits(p), dv.Logits(p / 0.0))
