"""The members that PyTorch differentiates, and their gradients as NumPy arrays."""

import numpy as np
import pytest

from divergences.testing import torch_grad
from divergences.testing.members import members
from tests.derivatives import BOTH
from tests.together import MEASURES

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

SERVED = members()
KINDS = ("probabilities", "weights", "logits")
EVERY = pytest.mark.parametrize("member", SERVED, ids=repr)
MARGINAL = pytest.mark.parametrize("member", [m for m in SERVED if not m.joint], ids=repr)
OF_KIND = pytest.mark.parametrize(
    ("member", "kind"),
    [(member, kind) for member in SERVED for kind in BOTH],
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


def points(kind):
    """Two batches of three rows inside the simplex, that record a gradient."""
    xs = np.random.default_rng(9).normal(size=(2, 3, 4))
    return [torch.tensor(x if kind == "logits" else np.exp(x), requires_grad=True) for x in xs]
