"""PyTorch: gradients by the weights of mixtures, and where they are refused in words."""

import numpy as np
import pytest

import divergences as dv
from divergences.testing import torch_grad
from tests.pytorch import points, torch

# A warning of PyTorch's own, when it differentiates forward for the first time.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")


@pytest.mark.parametrize("wrap", [dv.Weights, dv.Logits])
def test_several_distributions_and_their_weights(wrap):
    rng = np.random.default_rng(10)
    xs = [torch.tensor(x) for x in np.exp(rng.normal(size=(3, 2, 4)))]
    shares = torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)
    moving = [x.requires_grad_() for x in (*xs, torch.log(shares))]

    def ours(x, y, z, logs):
        weights = torch.softmax(logs, -1)
        return dv.jensen_shannon_divergence(wrap(x), wrap(y), wrap(z), weights=weights)

    def plain(x, y, z, logs):
        weights = torch.softmax(logs, -1)
        ps = torch.stack([x.exp() if wrap is dv.Logits else x for x in (x, y, z)])
        ps = ps / ps.sum(-1, keepdim=True)
        mixture = (weights[:, None, None] * ps).sum(0)
        return (weights[:, None] * (ps * torch.log(ps / mixture)).sum(-1)).sum(0)

    assert torch.allclose(ours(*moving), plain(*moving), rtol=1e-13)
    assert torch.autograd.gradcheck(ours, moving, check_forward_ad=True, fast_mode=True)
    assert torch.autograd.gradgradcheck(ours, moving, fast_mode=True)
    still = [x.detach() for x in moving]
    mapped = torch.func.vmap(torch.func.grad(ours, (0, 3)), (0, 0, 0, None))(*still)
    expected = torch.autograd.grad(plain(*moving).sum(), (moving[0], moving[3]))
    assert torch.allclose(mapped[0], expected[0], rtol=1e-11, atol=1e-14)
    assert torch.allclose(mapped[1].sum(0), expected[1], rtol=1e-11, atol=1e-14)


def test_several_distributions_at_zeros_and_without_a_weight():
    p, q = torch.tensor([[0.5, 0.25, 0.25], [0.25, 0.0, 0.75]], dtype=torch.float64)
    slopes = torch_grad(lambda p: dv.jensen_shannon_divergence(p, p, q, weights=[0.5, 0.5, 0.0]))
    assert torch.equal(slopes(p), torch.zeros(3, dtype=torch.float64))
    # What neither has would be a quarter of the mixture, with a term of log 4 a unit.
    x, y = torch.tensor([[0.5, 0.5, 0.0], [0.25, 0.75, 0.0]], dtype=torch.float64)
    shares = torch.tensor([0.25, 0.75], dtype=torch.float64)
    slope = torch_grad(lambda x: dv.jensen_shannon_divergence(x, y, weights=shares))(x)[2]
    change = 0.25 * (np.log(4.0) - float(dv.kl_divergence(x, 0.25 * x + 0.75 * y)))
    assert float(slope) == pytest.approx(change, rel=1e-13)
    two = torch_grad(lambda p: dv.jensen_shannon_divergence(p, q, weights=[0.5, 0.5]))(p)
    expected = torch_grad(lambda p: dv.jensen_shannon_divergence(p, q))(p)
    assert torch.allclose(two, expected, rtol=1e-13)


@pytest.mark.parametrize("wrap", [dv.Weights, dv.Logits])
@pytest.mark.parametrize("normalized", [False, True])
def test_gradients_by_a_weight(wrap, normalized):
    xs = points("logits" if wrap is dv.Logits else "weights")
    weight = torch.tensor([0.125, 0.5, 0.75], dtype=torch.float64, requires_grad=True)

    def ours(p, q, b):
        return dv.generalized_jensen_shannon_divergence(wrap(p), wrap(q), b, normalized=normalized)

    assert torch.autograd.gradcheck(ours, (*xs, weight), check_forward_ad=True, fast_mode=True)
    assert torch.autograd.gradgradcheck(ours, (*xs, weight), fast_mode=True)
    still = [x.detach() for x in (*xs, weight)]
    whole = torch_grad(lambda *x: ours(*x).sum(), (0, 1, 2))(*still)
    for i, b in enumerate(weight.tolist()):
        slopes = torch_grad(lambda p, q, b=b: ours(p, q, b), (0, 1))(still[0][i], still[1][i])
        for got, expected in zip(whole, slopes, strict=False):
            assert torch.allclose(got[i], expected, rtol=1e-12, atol=1e-15)


def test_refusals_of_weights_whose_gradient_would_be_lost():
    b = torch.tensor(0.5, requires_grad=True)
    shares = torch.tensor([0.5, 0.5], requires_grad=True)
    p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    for call in (
        lambda: dv.generalized_jensen_shannon_divergence(p, q, b),
        lambda: dv.generalized_jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(1, 1), b),
        lambda: dv.generalized_jensen_shannon_divergence(dv.Counts([3, 4]), dv.Counts([5, 2]), b),
        lambda: dv.jensen_shannon_divergence(p, q, weights=shares),
        lambda: dv.jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(1, 1), weights=shares),
    ):
        with pytest.raises(TypeError, match=r"weights? records a gradient"):
            call()
