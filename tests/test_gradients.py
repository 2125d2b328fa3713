"""Derivatives under JAX are those of the function: to the last digits inside, limits on the edge.

The truth is a difference quotient of the member's own definition in hundreds of digits.
"""

from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing import oracle
from divergences.testing.members import ORDERS, members
from divergences.testing.regions import REGIONS
from tests.derivatives import BOTH, ULPS, draws, limit, not_smooth, units
from tests.together import MEASURES, called, companions, public, takes_order

KINDS = pytest.mark.parametrize("kind", BOTH)
EVERY = pytest.mark.parametrize("member", members(), ids=repr)
MARGINAL = pytest.mark.parametrize("member", members(joint=False), ids=repr)
# Of a quantity of any order one is enough where all have the same rule.
ONE_ORDER = members(orders=ORDERS[:1])
RULE = pytest.mark.parametrize("member", [m for m in ONE_ORDER if not m.joint], ids=repr)
# Those whose second derivative by logits is checked too; the others share their rule.
BY_LOGITS = ("entropy", "jensen_shannon_divergence", "kl_divergence")
# Of any order, Renyi's is a logarithm of the sum that the others are multiples of: its second
# derivative needs all that theirs need. To compile all takes four times as long.
OF_ORDER = ("renyi_divergence", "renyi_entropy")
ROOTS = ("hellinger_distance", "jensen_shannon_distance")


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


@cache
def compiled(functions, kind, arity):
    """The compiled values and gradients of functions of an order, if they have one.

    All tests of five outcomes share it, and all orders.
    """

    def both(order, *xs):
        def value(function, *xs):
            return called(function, order, *map(MEASURES[kind], xs))

        sides = tuple(range(1, 1 + arity))
        return [jax.value_and_grad(value, sides)(f, *xs) for f in functions]

    return jax.jit(both)


@cache
def compiled_masked(functions, arity):
    """The compiled gradients of functions of an order, if they have one, where a mask is true."""

    def gradients(order, where, *xs):
        def value(function, *xs):
            return called(function, order, *xs, where=where)

        return [jax.grad(value, tuple(range(1, 1 + arity)))(f, *xs) for f in functions]

    return jax.jit(gradients)


@cache
def compiled_changes(function, kind, arity):
    """What is `compiled` of one function, and its changes when the distributions move."""
    both = compiled((function,), kind, arity)
    return jax.jit(lambda order, xs, vs: jax.jvp(partial(both, order), xs, vs))


def twice_differentiated(member, kind):
    if kind == "logits":
        return member.name in BY_LOGITS
    return member.name in OF_ORDER or not takes_order(member)


def changes(member, kind, xs, vs):
    """The value and the gradient by every argument, and their changes along `vs`."""
    function, order = public(member)
    found = compiled_changes(function, kind, member.arity)(order, tuple(xs), tuple(vs))
    return [part[0] for part in found]


def gradient(member, kind, xs):
    """The gradient by every argument."""
    if twice_differentiated(member, kind):  # then that is compiled anyway
        return changes(member, kind, xs, map(np.zeros_like, xs))[0][1]
    function, order = public(member)
    functions = companions(member)
    found = compiled(functions, kind, member.arity)(order, *xs)
    return found[functions.index(function)][1]


@KINDS
@EVERY
def test_gradient_inside(member, kind):
    xs = draws(member, kind)
    worst = (0.0, None)
    for i in range(len(xs[0])):
        if not_smooth(member, [x[i] for x in xs]):
            continue
        if (member.name, kind) == ("mutual_information", "logits"):
            continue  # it exponentiates the logits first: see the accuracy of its values
        found = gradient(member, kind, [x[i] for x in xs])
        error = units(member, kind, found, [x[i] for x in xs])
        worst = max(worst, (error, [a[i].tolist() for a in xs]), key=lambda w: w[0])
    assert worst[0] <= ULPS, f"{worst[0]:.3g} ulp of the largest entry for {worst[1]}"


@MARGINAL
def test_gradient_where_one_mass_is_zero(member):
    p = np.array([0.0, 0.25, 0.5, 0.125, 0.125])
    q = np.array([0.25, 0.125, 0.25, 0.3125, 0.0625])
    for ps in ((p, q), (q, p))[: member.arity]:
        if not np.isfinite(member.function(*ps[: member.arity])):
            continue
        ps = ps[: member.arity]
        for side, got in enumerate(gradient(member, "probabilities", ps)):
            for i in range(5):
                if ps[side][i] == 0.0:
                    expected = limit(member, ps, side, i)
                else:
                    direction = [np.zeros(5) for _ in ps]
                    direction[side][i] = 1.0
                    tiny = [np.where(x == 0.0, 1e-200, x) for x in ps]
                    expected = float(
                        oracle.derivative(member.functional, tuple(tiny), tuple(direction))
                    )
                assert float(got[i]) == pytest.approx(expected, rel=1e-12, abs=1e-13), (side, i)


@MARGINAL
def test_no_derivative_is_nan(member):
    rng = np.random.default_rng(6)
    for name in REGIONS:
        for _ in range(3):
            ps = [jnp.asarray(p) for p in REGIONS[name](rng, 5)][: member.arity]
            for entries in gradient(member, "probabilities", ps):
                assert not jnp.any(jnp.isnan(entries)), (name, ps, entries)


@pytest.mark.parametrize(
    "member",
    [m for m in ONE_ORDER if not m.joint and twice_differentiated(m, "probabilities")],
    ids=repr,
)
def test_tangents_that_are_zero_stay_zero(member):
    p, q = np.array([0.0, 0.5, 0.5, 0.0, 0.0]), np.array([0.5, 0.0, 0.25, 0.0, 0.25])
    for ps in ((p, q), (p, p), (q, p)):
        ps = ps[: member.arity]
        _, (change, _) = changes(member, "probabilities", ps, map(np.zeros_like, ps))
        assert change == 0.0
        # Along directions that do not touch the edge, no infinite slope there is felt.
        along = np.where((p > 0) & (q > 0), 1.0, 0.0)
        for side in range(member.arity):  # of an infinite value the two may be inf and -inf
            vs = [np.zeros_like(p), np.zeros_like(p)]
            vs[side] = along
            _, (change, _) = changes(member, "probabilities", ps, vs[: member.arity])
            assert not jnp.isnan(change)


@RULE
def test_masked_logits_have_gradient_zero(member):
    a = jnp.array([0.1, -jnp.inf, 0.7, -0.3, -jnp.inf])
    b = jnp.array([-0.2, -jnp.inf, 0.1, 1.0, -jnp.inf])
    logits = (a, b)[: member.arity]
    exact = oracle.gradient(member.functional, *map(dv.Logits, logits))
    for entries, true in zip(gradient(member, "logits", logits), exact, strict=True):
        assert entries[1] == entries[4] == 0.0
        assert np.asarray(entries) == pytest.approx([float(t) for t in true], rel=1e-13, abs=1e-15)


@RULE
def test_padding_that_is_masked_has_no_gradient(member):
    where = jnp.array([True, True, False, True, True])
    function, order = public(member)
    functions = companions(member)
    for padding in (0.0, jnp.nan):
        p = jnp.array([0.25, 0.5, padding, 0.125, 0.125])
        q = jnp.array([0.5, 0.25, padding, 0.0625, 0.1875])
        found = compiled_masked(functions, member.arity)(order, where, *(p, q)[: member.arity])
        for entries in found[functions.index(function)]:
            assert entries[2] == 0.0
            assert jnp.all(jnp.isfinite(entries))


@pytest.mark.parametrize("member", [m for m in members() if m.name in BY_LOGITS], ids=repr)
def test_gradients_of_a_batch(member):
    xs = draws(member, "probabilities", count=1)
    rows = [gradient(member, "probabilities", [x[i] for x in xs]) for i in range(len(xs[0]))]
    arguments = tuple(range(member.arity))
    together = jax.jit(jax.vmap(jax.grad(member.function, arguments)))(*xs)
    for side, entries in enumerate(together):
        expected = np.stack([row[side] for row in rows])
        assert np.asarray(entries) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("name", ROOTS)
def test_distances_have_a_kink_where_distributions_are_equal(name):
    (member,) = (m for m in members() if m.name == name)
    p = jnp.array([0.25, 0.5, 0.125, 0.125, 0.0])
    for entries in gradient(member, "probabilities", [p, p]):
        assert jnp.all(entries == 0.0)


def test_hessians_at_equality():
    # JS of p + v and p is sum (v_i - p_i sum v)^2 / 8 p_i to second order, KL four times as much.
    # Forward twice; the second derivatives below are those of a gradient, which goes backward.
    p = jnp.array([0.1, 0.2, 0.3, 0.4])
    for function, factor in ((dv.jensen_shannon_divergence, 0.25), (dv.kl_divergence, 1.0)):
        hessian = jax.jit(jax.jacfwd(jax.jacfwd(function)))(p, p)
        expected = factor * (np.diag(1.0 / np.asarray(p)) - 1.0)
        assert np.asarray(hessian) == pytest.approx(expected, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(
    ("member", "kind"),
    [(member, kind) for member in members() for kind in BOTH if twice_differentiated(member, kind)],
)
def test_second_derivatives_inside(member, kind):
    xs = draws(member, kind, count=2)
    rng = np.random.default_rng(7)
    relative = [rng.uniform(-1.0, 1.0, x.shape) for x in xs]
    vs = relative if kind == "logits" else [v * x for v, x in zip(relative, xs, strict=True)]
    for i in range(len(xs[0])):
        x, v = tuple(x[i] for x in xs), tuple(v[i] for v in vs)
        if not_smooth(member, x):
            continue
        _, (_, of_gradient) = changes(member, kind, x, v)
        result = sum(float(np.vdot(a, b)) for a, b in zip(v, of_gradient, strict=True))
        measures = tuple(map(MEASURES[kind], x))
        exact = float(oracle.derivative(member.functional, measures, v, order=2))
        assert result == pytest.approx(exact, rel=1e-9), [a.tolist() for a in x]


def test_gradient_of_several_distributions_and_their_weights():
    rng = np.random.default_rng(8)
    p, q, r = (jnp.asarray(rng.dirichlet(np.ones(4))) for _ in range(3))
    w = jnp.array([0.5, 0.3, 0.2])

    def plain(p, q, r, w):
        ps, w = jnp.stack([p / p.sum(), q / q.sum(), r / r.sum()]), w / w.sum()
        return jnp.sum(w[:, None] * ps * jnp.log(ps / (w @ ps)))

    def ours(p, q, r, w):
        return dv.jensen_shannon_divergence(p, q, r, weights=w)

    pairs = (jax.jit(jax.grad(f, (0, 1, 2, 3)))(p, q, r, w) for f in (ours, plain))
    for got, expected in zip(*pairs, strict=True):
        assert np.asarray(got) == pytest.approx(np.asarray(expected), rel=1e-12, abs=1e-14)


def test_gradient_of_information_by_logits_is_that_through_the_shares():
    z = np.random.default_rng(0).normal(size=(3, 4))
    p = np.exp(z) / np.exp(z).sum()
    slope = np.log(p / (p.sum(axis=0) * p.sum(axis=1, keepdims=True)))
    with jax.enable_x64(True):
        found = jax.grad(lambda z: dv.mutual_information(dv.Logits(z)))(jnp.asarray(z))
    # Each entry is a difference of terms of order 1/10, of a dozen roundings each.
    np.testing.assert_allclose(found, p * (slope - (p * slope).sum()), atol=2e-15)
