"""PyTorch: logits known by their factors, whose blocks are formed again for the gradient."""

import numpy as np
import pytest

import divergences as dv
from divergences.methods.finite.logits import linear
from divergences.testing import torch_grad
from tests.pytorch import torch

ROWS, WIDTH = 7, 23


@pytest.fixture
def blocks(monkeypatch):
    """The rows of each block that is formed, of three at most."""
    monkeypatch.setattr(linear, "TOKENS", 3)
    seen, formed = [], linear.formed

    def watched(measure, product, xp):
        seen.append(product.shape[0])
        return formed(measure, product, xp)

    monkeypatch.setattr(linear, "formed", watched)
    return seen


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize(
    "function",
    [dv.kl_divergence, lambda p, q: dv.entropy(q), lambda p, q: dv.renyi_divergence(p, q, 2.0)],
)
def test_values_and_gradients_are_those_of_the_product(function, dtype, blocks):
    rng = np.random.default_rng(1)
    shapes = (ROWS, WIDTH), (ROWS, 4), (4, WIDTH), (WIDTH,)
    # Products of these are exact, also of 16 bits that are widened.
    z, h, w, b = (torch.tensor(np.round(4.0 * rng.normal(size=s)) / 8.0).to(dtype) for s in shapes)

    def ours(z, h, w, b):
        side = dv.LinearLogits(h, w, b, temperature=2.0, scale=0.5, softcap=8.0)
        return function(dv.Logits(z), side)

    def plainly(z, h, w, b):
        z, h, w, b = (x.double() for x in (z, h, w, b))
        return function(dv.Logits(z), dv.Logits(8.0 * torch.tanh((0.5 * (h @ w) + b) / 8.0) / 2.0))

    xs = (z, h, w, b)
    unit = 2.0**-52 if dtype is torch.float64 else 2.0**-23
    # The logits, of size one, are rounded before their divergence is taken.
    assert torch.allclose(ours(*xs).double(), plainly(*xs), rtol=64 * unit, atol=64 * unit)
    blocks.clear()
    found = torch_grad(lambda *x: ours(*x).sum(), (1, 2, 3))(*xs)
    assert sorted(blocks) == [1, 1, 3, 3, 3, 3]  # for the value, and again for the gradient
    expected = torch_grad(lambda *x: plainly(*x).sum(), (1, 2, 3))(*xs)
    for got, wanted in zip(found, expected, strict=True):
        assert got.dtype is dtype
        gap = (got.double() - wanted.double()).abs()
        bound = torch.finfo(dtype).eps * wanted.double().abs()
        assert torch.all(gap <= bound + 64 * unit * wanted.double().abs().max())
