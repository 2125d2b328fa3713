"""PyTorch: options, blocks, second derivatives and transformations; what is refused in words."""

import numpy as np
import pytest

import divergences as dv
from divergences.core.alpha_term import MultipleOfAlphaTerm
from divergences.testing import torch_grad
from tests.pytorch import MARGINAL, of, points, torch
from tests.together import takes_order

# A warning of PyTorch's own, when it differentiates forward for the first time.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")


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


def is_of_powers(member):
    return takes_order(member) or isinstance(member.functional, MultipleOfAlphaTerm)


@pytest.mark.parametrize("kind", ["weights", "logits"])
@MARGINAL
def test_first_and_second_derivatives_agree_with_differences(member, kind):
    xs = points(kind)[: member.arity]

    def value(*xs):
        return of(member, kind, *xs)

    assert torch.autograd.gradcheck(value, xs, check_forward_ad=True, fast_mode=True)
    if not is_of_powers(member):
        assert torch.autograd.gradgradcheck(value, xs, check_fwd_over_rev=True, fast_mode=True)
        return

    # Their graphs are large: one difference of gradients, whose error is about 1e-10.
    def slopes(*at, **how):
        return torch.autograd.grad(value(*at).sum(), at, **how)

    along = [torch.sin(torch.arange(x.numel())).reshape(x.shape).double() for x in xs]
    first = slopes(*xs, create_graph=True)
    found = torch.autograd.grad(sum((x * y).sum() for x, y in zip(first, along, strict=True)), xs)
    ends = (slopes(*(x + h * y for x, y in zip(xs, along, strict=True))) for h in (1e-5, -1e-5))
    for got, high, low in zip(found, *ends, strict=True):
        assert torch.allclose(got, (high - low) / 2e-5, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("kind", ["weights", "logits"])
@MARGINAL
def test_transformations(member, kind):
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


def test_gradients_by_an_order():
    a, b = (x.detach() for x in points("logits"))
    a, b = (torch.softmax(x, -1) for x in (a, b))
    orders = torch.tensor([0.5, 1.0, 2.5], dtype=torch.float64)

    def plain(p, q, t):
        power = (p ** t[:, None] * q ** (1 - t[:, None])).sum(-1)
        return torch.log(power) / (t - 1)

    for function, sides in ((dv.renyi_divergence, (a, b)), (dv.renyi_entropy, (a,))):
        (found,) = torch_grad(lambda t, f=function, x=sides: f(*x, t).sum(), (0,))(orders)
        q = b if len(sides) == 2 else torch.ones_like(a)
        sign = 1.0 if len(sides) == 2 else -1.0
        (expected,) = torch_grad(lambda t, q=q, s=sign: (s * plain(a, q, t))[[0, 2]].sum(), (0,))(
            orders
        )
        assert torch.allclose(found[[0, 2]], expected[[0, 2]], rtol=1e-11)
        below, above = (function(*sides, 1.0 + h)[1] for h in (-1e-4, 1e-4))
        assert torch.allclose(found[1], (above - below) / 2e-4, rtol=1e-6)


def test_refusals_of_values():
    p = torch.tensor([0.5, 0.6], requires_grad=True)
    with pytest.raises(ValueError, match=r"p sums to 1\.1"):
        dv.entropy(p)
    with pytest.raises(ValueError, match="p has a negative entry"):
        dv.entropy(dv.Weights(-p))
    with pytest.raises(ValueError, match=r"q contains \+inf"):
        dv.kl_divergence(dv.Logits(p), dv.Logits(p / 0.0))


@pytest.mark.filterwarnings("ignore:Dynamo detected a call to a .functools.lru_cache")
@pytest.mark.parametrize(
    ("function", "wrap", "dtype"),
    [
        (dv.kl_divergence, dv.Logits, torch.bfloat16),
        (dv.generalized_jensen_shannon_divergence, dv.Weights, torch.float64),
        (dv.cross_entropy, lambda x: x, torch.float32),
        (dv.entropy, dv.LogProbs, torch.float32),
    ],
    ids=lambda x: getattr(x, "__name__", str(x)),
)
def test_compiled_whole(function, wrap, dtype):
    rng = np.random.default_rng(14)
    a, b = (torch.tensor(x) for x in rng.normal(size=(2, 5, 12)))
    a[1, 3:7] = b[1:3, 3:7] = -torch.inf
    b[3] = a[3]
    a, b = torch.log_softmax(a, -1), torch.log_softmax(b, -1)
    if wrap not in (dv.Logits, dv.LogProbs):
        a, b = a.exp(), b.exp()
    xs = [x.to(dtype) for x in (a, b)][: 1 if function is dv.entropy else 2]
    keep = torch.tensor([True, True, True, True, False])  # infinite slopes meet cotangents of zero

    def loss(*xs):
        return torch.where(keep, function(*map(wrap, xs)), 0.0)

    torch.compiler.reset()
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    assert torch.equal(compiled(*xs), loss(*xs))
    sides = tuple(range(len(xs)))
    pairs = [torch_grad(lambda *x, f=f: f(*x).sum(), sides)(*xs) for f in (compiled, loss)]
    for got, expected in zip(*pairs, strict=True):
        assert torch.equal(got, expected)
        assert not torch.any(torch.isnan(got))
        assert torch.all(got[4] == 0.0)


def test_memory_of_value_and_gradient_is_that_of_blocks(monkeypatch):
    from divergences.numerics.differentiable import torch as backend

    monkeypatch.setattr(backend, "ON_CPU", 4 * 100)
    seen = []
    family = type(dv.kl_divergence.member)

    def watch(name):
        function = getattr(family, name)

        def watched(member, pair, xp):
            seen.append(pair.p.shape[0])
            return function(member, pair, xp)

        monkeypatch.setattr(family, name, watched)

    watch("term")  # of a value
    watch("gradient")  # of what the value is pulled back by
    a, b = (torch.randn(64, 100, dtype=torch.bfloat16, requires_grad=True) for _ in range(2))
    value = dv.kl_divergence(dv.Logits(a), dv.Logits(b))
    kept = list(value.grad_fn.saved_tensors)
    assert [x.data_ptr() for x in kept] == [a.data_ptr(), b.data_ptr()]  # no copy is kept
    value.sum().backward()
    assert len(seen) == 2 * 64 // 4
    assert max(seen) == 4
