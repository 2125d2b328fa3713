"""Rows without mass, and what JAX cannot refuse while it traces: NaN, never a plausible number."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing.members import ORDERS, members

EVERY = pytest.mark.parametrize("member", members(orders=ORDERS[:1]), ids=repr)
# One member for each rule of derivatives: the rows of all pass through the same checks.
RULES = (
    "conditional_entropy",
    "cross_entropy",
    "jensen_shannon_distance",
    "mutual_information",
    "perplexity",
    "renyi_divergence",
    "tsallis_entropy",
)
RULE = pytest.mark.parametrize(
    "member", [m for m in members(orders=ORDERS[:1]) if m.name in RULES], ids=repr
)
ROWS = np.array([[1.0, 2.0, 0.0], [0.5, 0.25, 1.0]])
MASSES = np.array([[0.25, 0.25, 0.5], [0.5, 0.125, 0.375]])
PADDING = np.full(3, -np.inf)
# Masses that eager functions refuse, of a total of one where that is possible.
REFUSED = ([-0.5, 0.5, 1.0], [np.inf, 0.5, 0.5], [0.0, 0.0, 0.0])


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def shaped(member, x):
    """Rows of distributions, or of joint distributions of two independent variables."""
    return np.stack([x, x], axis=-2) / (1.0 if np.any(x < 0) else 2.0) if member.joint else x


@EVERY
def test_logits_without_any_mass_are_padding(member):
    padded, whole = np.stack([ROWS[0], PADDING]), ROWS
    for sides in ((padded, whole), (whole, padded), (padded, padded)):
        logits = [dv.Logits(shaped(member, x)) for x in sides[: member.arity]]
        if not any(np.isneginf(x.values[1]).all() for x in logits):
            continue
        value = member.function(*logits)
        assert np.isfinite(value[0])
        assert np.isnan(value[1])


def test_padding_beside_probabilities_and_in_mixtures():
    padded = dv.Logits(np.stack([ROWS[0], PADDING]))
    assert np.isnan(dv.kl_divergence(MASSES, padded)[1])
    assert np.isnan(dv.renyi_divergence(padded, MASSES, 0.5)[1])
    value = dv.jensen_shannon_divergence(padded, padded, dv.Logits(ROWS))
    assert np.isfinite(value[0])
    assert np.isnan(value[1])
    with pytest.raises(ValueError, match="sums to 0"):
        dv.entropy(dv.LogProbs(PADDING))
    with pytest.raises(ValueError, match="total mass zero"):
        dv.entropy(dv.Weights(np.zeros(3)))


@RULE
def test_what_tracing_hides_is_nan(member):
    def value(*x):
        return member.function(*map(dv.Weights, x))

    # The arguments one by one, and both.
    rows = [[shaped(member, np.array(x)) for x in (*REFUSED, *MASSES)] for _ in range(member.arity)]
    good = shaped(member, MASSES[0])
    cases = [[bad, good][: member.arity] for bad in rows[0][:3]]
    cases += [[good, bad] for bad in rows[0][:3] if member.arity == 2]
    cases += [[bad] * member.arity for bad in rows[0][:3]]
    batch = [
        jnp.asarray(np.stack(side)) for side in zip(*cases, [good] * member.arity, strict=True)
    ]
    found = jax.jit(value)(*batch)
    assert np.all(np.isnan(found[:-1]))
    assert np.isfinite(found[-1])


def test_infinite_logits_are_nan_where_they_cannot_be_refused():
    logits = jnp.asarray([[jnp.inf, 0.0, 1.0], [0.5, 0.0, 1.0]])
    for function in (dv.entropy, lambda x: dv.kl_divergence(x, dv.Logits(jnp.zeros(3)))):
        value = jax.jit(lambda x, f=function: f(dv.Logits(x)))(logits)
        assert np.isnan(value[0])
        assert np.isfinite(value[1])


@RULE
def test_padding_that_a_loss_drops_has_no_gradient(member):
    keep = jnp.array([True, False])

    def loss(*x):
        return jnp.sum(jnp.where(keep, member.function(*map(dv.Logits, x)), 0.0))

    padded = jnp.asarray(shaped(member, np.stack([ROWS[0], PADDING])))
    other = jnp.asarray(shaped(member, ROWS[::-1]))
    arguments = tuple(range(member.arity))
    gradients = jax.jit(jax.grad(loss, arguments))(*(padded, other)[: member.arity])
    for entries in gradients:
        assert np.all(np.isfinite(entries[0]))
        assert np.any(entries[0] != 0.0) or member.name == "mutual_information"
        assert np.all(entries[1] == 0.0)


@pytest.mark.parametrize("function", [dv.entropy, dv.perplexity])
def test_gradient_without_any_mass_is_nan_where_it_counts(function):
    gradient = jax.grad(lambda x: function(dv.Weights(x)))(jnp.zeros(3))
    assert np.all(np.isnan(gradient))


def test_gradient_of_conditional_entropy_at_an_empty_row():
    # With p(1, 1) = e alone in its row H(Y|X) = h(1/4) / (1 + e).
    joint = jnp.array([[0.25, 0.75], [0.0, 0.0]])
    h = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    expected = np.array([[-np.log(0.25) - h, -np.log(0.75) - h], [-h, -h]])
    assert np.asarray(jax.grad(dv.conditional_entropy)(joint)) == pytest.approx(expected, rel=1e-14)
    by_logits = jax.grad(lambda x: dv.conditional_entropy(dv.Logits(x)))(jnp.log(joint))
    assert np.asarray(by_logits) == pytest.approx(np.asarray(joint) * expected, rel=1e-14)
