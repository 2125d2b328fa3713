"""PyTorch: logits in single and half precision, and rows that are not copied."""

import numpy as np
import pytest

import divergences as dv
from divergences.core import FDivergence
from divergences.methods.finite import logits
from divergences.methods.finite.logits import by_rule
from divergences.testing import oracle, torch_grad
from divergences.testing.tolerance import ulps
from tests.pytorch import SERVED, of, torch

namespace = pytest.importorskip("array_api_compat.torch", exc_type=ImportError)

# A warning of PyTorch's own, when it differentiates forward for the first time.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")

SINGLE = [m for m in SERVED if not m.joint]
SUMMED = [
    m
    for m in SINGLE
    if m.name == "entropy" or (m.arity == 2 and isinstance(m.functional, FDivergence))
]
OF_SUMS = pytest.mark.parametrize("member", SUMMED, ids=repr)


@pytest.fixture(params=["in double precision", "in their own"])
def way(request, monkeypatch):
    """How logits in single precision are summed: as on a CPU, or as on other devices."""
    if request.param == "in their own":
        monkeypatch.setattr(logits, "are_doubled", lambda *_: False)


def near_and_far(length):
    """Logits of pairs of distributions: equal, near and apart, one nearly certain, and masked."""
    rng = np.random.default_rng(17)
    a = np.tile(3.0 * rng.normal(size=length), (10, 1))
    b = a + np.array([0, 1e-7, 1e-5, 1e-3, 1, 30, 1, 1, 1e-3, 0])[:, None] * rng.normal(size=length)
    a[6:8, 0], b[6:8, 0] = 40.0, [40.5, 42.0]
    a[8, :50], b[8, :50] = -np.inf, -np.inf
    a[9, 1], b[9, 1] = -15.0, -18.0  # equal but for one outcome in the tail
    return np.concatenate([x.astype(np.float32) for x in (a, 1e-10 * a[:1])]), np.concatenate(
        [x.astype(np.float32) for x in (b, 1e-10 * b[4:5])]
    )


@pytest.mark.parametrize("member", SINGLE, ids=repr)
@pytest.mark.usefixtures("way")
def test_single_precision_is_as_accurate_as_double(member):
    xs = [torch.tensor(x) for x in near_and_far(2000)[: member.arity]]
    exact = of(member, "logits", *(x.double() for x in xs))
    value = of(member, "logits", *xs)
    assert value.dtype is torch.float32
    unit, least = torch.finfo(torch.float32).eps, torch.finfo(torch.float32).smallest_normal
    gap = (value.double() - exact).abs()
    assert torch.all(
        (gap <= 4.0 * unit * exact) | (exact > 3e38) & torch.isinf(value) | (gap < least)
    )
    assert torch.equal(value, torch.func.vmap(lambda *x: of(member, "logits", *x))(*xs))
    if member.arity == 2 and member.laws.symmetric:
        assert torch.equal(value, of(member, "logits", *xs[::-1]))


@pytest.mark.parametrize("member", SINGLE, ids=repr)
@pytest.mark.usefixtures("way")
def test_derivatives_in_single_precision_are_those_in_double(member):
    rng = np.random.default_rng(23)
    given = [rng.normal(size=(3, 40)).astype(np.float32) for _ in range(2 * member.arity)]
    given[0][1, 3:7] = given[member.arity - 1][1, 3:7] = -np.inf

    def derivatives(dtype):
        points, along = (
            [torch.tensor(x, dtype=dtype) for x in part]
            for part in (given[: member.arity], given[member.arity :])
        )
        points = [x.requires_grad_() for x in points]
        value = of(member, "logits", *points)
        first = torch.autograd.grad(value.sum(), points, create_graph=True)
        dot = sum((x * y).sum() for x, y in zip(first, along, strict=True))
        second = torch.autograd.grad(dot, points)
        still = [x.detach() for x in points]
        change = torch.func.jvp(lambda *x: of(member, "logits", *x), tuple(still), tuple(along))[1]
        return *(x.detach() for x in first), *second, change

    for got, true in zip(derivatives(torch.float32), derivatives(torch.float64), strict=True):
        assert got.dtype is torch.float32
        gap = (got.double() - true).abs()
        assert torch.all(gap <= 3e-6 * true.abs().amax(-1, keepdim=True))


@OF_SUMS
@pytest.mark.parametrize("apart", [0.0, 1e-5, 1e-3, 1.0, 30.0])
def test_double_precision_is_as_accurate(member, apart):
    rng = np.random.default_rng(41)
    a = 3.0 * rng.normal(size=500)
    xs = [a, a + apart * rng.normal(size=a.shape)][: member.arity]
    xs[-1][:40] = a[:40] = -np.inf
    if apart == 1.0:
        xs = [1000.0 * x for x in xs]
    value = of(member, "logits", *map(torch.tensor, xs))
    exact = oracle.value(member.functional, *map(dv.Logits, xs))
    assert ulps(float(value), exact) <= max(4.0, member.functional.ulps.of_logs)


@OF_SUMS
def test_no_device_is_waited_for(member):
    # A tensor of this device has no values: to ask for one is an error.
    rows = [torch.empty(3, 50, device="meta", requires_grad=True) for _ in range(member.arity)]
    if isinstance(member.functional, FDivergence):
        function = by_rule.f_divergence(member.functional, namespace)
    else:
        function = by_rule.entropy(namespace)
    function(*rows).sum().backward()
    assert all(x.grad.shape == x.shape for x in rows)


@pytest.mark.parametrize("temperature", [0.05, 3.0])
def test_a_temperature_divides_logits_in_single_precision(temperature):
    a, b = (torch.tensor(x[4:6, :60]) for x in near_and_far(2000))
    ours = dv.kl_divergence(*(dv.Logits(x, temperature=temperature) for x in (a, b)))
    assert torch.equal(ours, dv.kl_divergence(*(dv.Logits(x / temperature) for x in (a, b))))
    x, y = (torch.log_softmax(z.double() / temperature, -1) for z in (a, b))
    expected = (x.exp() * (x - y)).sum(-1)
    # The quotient of logits of some tens is rounded once, which moves the log ratio.
    assert torch.allclose(ours.double(), expected, rtol=1e-4 if temperature < 1 else 1e-6)


@pytest.mark.parametrize("shape", [(0, 5), (2, 0)])
def test_no_rows_and_no_outcomes(shape):
    found = []
    for dtype in (torch.float32, torch.float64):
        a, b = (torch.zeros(shape, dtype=dtype, requires_grad=True) for _ in range(2))
        try:
            value = dv.kl_divergence(dv.Logits(a), dv.Logits(b)) + dv.entropy(dv.Logits(a))
            value.sum().backward()
            found.append((value.shape, a.grad.shape, b.grad.shape))
        except ValueError as error:
            found.append(str(error))
    assert found[0] == found[1]


def test_rows_repeated_or_out_of_order_are_not_copied(monkeypatch):
    from torch.utils._python_dispatch import TorchDispatchMode

    from divergences.numerics.differentiable import torch as backend

    monkeypatch.setattr(backend, "ON_CPU", 2 * 50)
    rng = np.random.default_rng(29)
    teacher = torch.tensor(rng.normal(size=50), dtype=torch.float32)
    student = torch.tensor(rng.normal(size=(3, 5, 50)), dtype=torch.float32)
    turned = student.movedim(0, 1).contiguous().movedim(1, 0)  # the same entries, other strides
    assert not turned.is_contiguous()
    sizes = []

    class Copies(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            found = function(*args, **(kwargs or {}))
            if function in (torch.ops.aten.clone.default, torch.ops.aten.index.Tensor):
                sizes.append(found.numel())
            return found

    def loss(p, q):
        return dv.kl_divergence(dv.Logits(p), dv.Logits(q)).sum()

    expected = torch_grad(loss, (0, 1))(teacher.expand(3, 5, 50).contiguous(), student)
    sides = [x.requires_grad_() for x in (teacher, turned)]
    with Copies():
        by_p, by_q = torch.autograd.grad(loss(*sides), sides)
    assert max(sizes) == 2 * 50
    assert torch.equal(by_q, expected[1])
    assert torch.allclose(by_p, expected[0].sum((0, 1)), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize(
    "function",
    [
        dv.kl_divergence,
        lambda p, q: dv.kl_divergence(q, p),
        dv.jensen_shannon_divergence,
        dv.cross_entropy,
    ],
)
def test_gradients_of_some_outcomes_and_the_rest(function, dtype):
    rng = np.random.default_rng(31)
    teacher = torch.log_softmax(torch.tensor(3.0 * rng.normal(size=(5, 40))), -1)
    student = torch.tensor(3.0 * rng.normal(size=(5, 40))).to(dtype)
    values, indices = torch.topk(teacher, 7)
    others = torch.ones_like(teacher, dtype=torch.bool).scatter(-1, indices, False)
    student[1] = torch.where(others[1], -torch.inf, student[1])  # no rest at all
    known = dv.TopLogProbs(values.to(torch.promote_types(dtype, torch.float32)), indices)

    def coarse(z):
        """All outcomes, then K of them and the total of the rest, in double precision."""
        q = torch.softmax(z.double() / 2.0, -1)
        q = torch.cat([q.gather(-1, indices), (q * others).sum(-1, keepdim=True)], -1)
        p = known.values.double().exp()
        p = torch.cat([p, 1.0 - p.sum(-1, keepdim=True)], -1)
        return function(dv.Weights(p), dv.Weights(q))

    def ours(z):
        return function(known, dv.Logits(z, temperature=2.0))

    value, exact = ours(student), coarse(student)
    finite = torch.isfinite(exact)
    assert torch.equal(torch.isfinite(value), finite)
    unit = torch.finfo(value.dtype).eps
    assert torch.allclose(value.double(), exact, rtol=16 * unit)
    slopes = [
        torch_grad(lambda z, f=f: torch.where(finite, f(z), 0.0).sum())(x)
        for f, x in ((ours, student), (coarse, student.double()))
    ]
    assert slopes[0].dtype is dtype
    assert not torch.any(torch.isnan(slopes[0]))
    assert torch.all(slopes[0][1, others[1]] == 0.0)
    finite[1] = False  # by a mass of zero the slope may be infinite
    narrow = torch.finfo(dtype).eps
    got, expected = slopes[0].double()[finite], slopes[1][finite]
    assert torch.allclose(got, expected, rtol=narrow, atol=16 * unit)


def test_some_outcomes_are_transformed_as_all_are():
    rng = np.random.default_rng(37)
    teacher, student = (torch.tensor(x) for x in rng.normal(size=(2, 3, 20)))
    values, indices = torch.topk(torch.log_softmax(teacher, -1), 5)

    def value(z, values, indices):
        return dv.kl_divergence(dv.TopLogProbs(values, indices), dv.Logits(z))

    expected = torch_grad(lambda z: value(z, values, indices).sum())(student)
    mapped = torch.func.vmap(torch.func.grad(value))(student, values, indices)
    assert torch.allclose(mapped, expected, rtol=1e-12, atol=1e-15)
    point = student.requires_grad_()
    assert torch.autograd.gradgradcheck(
        lambda z: value(z, values, indices), (point,), fast_mode=True
    )
