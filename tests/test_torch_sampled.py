"""PyTorch: sampled tokens, whose gradients are those of JAX, token by token."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import divergences as dv
from divergences.testing import torch_grad
from tests.pytorch import torch
from tests.test_sampled_log_probs import EVERY, SIDES, WIDTH, logits, softmax, values_and_slopes


@SIDES
@EVERY
def test_values_and_slopes_are_those_of_jax(member, side):
    p, q = map(softmax, logits())
    method = dv.methods.SampledLogRatio(side)

    def value(a, b):
        return member.function(dv.SampledLogProbs(a), dv.SampledLogProbs(b), method=method)

    logs = [torch.tensor(np.log(x)) for x in (p, q)]
    values, slopes = values_and_slopes(member, side, p, q)
    assert value(*logs).numpy() == pytest.approx(values, rel=1e-13)
    found = torch_grad(lambda *x: value(*x).sum(), (0, 1))(*logs)
    for got, expected in zip(found, slopes, strict=True):
        assert got.numpy() == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_second_derivatives_are_those_of_jax():
    z = logits()
    masses = softmax(z[0])

    def mean(xp, log_softmax, x, y):
        sides = (dv.SampledLogProbs(log_softmax(s)) for s in (x, y))
        return xp.sum(xp.asarray(masses) * dv.kl_divergence(*sides))

    with jax.enable_x64(True):
        expected = jax.hessian(lambda x: mean(jnp, jax.nn.log_softmax, x, z[1]))(jnp.asarray(z[0]))
    x = torch.tensor(z[0], requires_grad=True)
    value = mean(torch, lambda s: torch.log_softmax(s, -1), x, torch.tensor(z[1]))
    (slope,) = torch.autograd.grad(value, x, create_graph=True)
    rows = [torch.autograd.grad(slope[k], x, retain_graph=True)[0].numpy() for k in range(WIDTH)]
    assert np.stack(rows) == pytest.approx(np.asarray(expected), rel=1e-11, abs=1e-13)


def test_near_models_far_models_and_padding():
    a = torch.tensor([-2.0, -2.0, -2.0, -0.5, -torch.inf, -2.0])
    b = torch.tensor([-2.0, -2.0 - 2**-22, -90.0, -100.0, -1.0, -torch.inf])
    keep = torch.arange(6) < 4

    def loss(a, b):
        values = dv.kl_divergence(dv.SampledLogProbs(a), dv.SampledLogProbs(b))
        return torch.where(keep, values, 0.0).sum()

    for slope in torch_grad(loss, (0, 1))(a, b):
        assert torch.all(torch.isfinite(slope))
        assert torch.equal(slope[4:], torch.zeros(2))
    narrow = torch.tensor(-1.5, dtype=torch.bfloat16), torch.tensor(-2.0, dtype=torch.bfloat16)
    (slope,) = torch_grad(
        lambda x, y: dv.kl_divergence(dv.SampledLogProbs(x), dv.SampledLogProbs(y)), (0,)
    )(*narrow)
    assert slope.dtype is torch.bfloat16
    assert float(slope) == 0.5  # log p - log q
