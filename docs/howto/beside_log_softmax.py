"""Formulas of log_softmax in single precision beside the library, in PyTorch."""

import torch

import divergences as dv


def formula(a, b):
    """Return KL as it is often written."""
    x, y = torch.log_softmax(a, -1), torch.log_softmax(b, -1)
    return (x.exp() * (x - y)).sum(-1)


def ours(a, b):
    """Return KL of logits."""
    return dv.kl_divergence(dv.Logits(a), dv.Logits(b))


def gradient(function, a, b):
    """Return the gradient by the student's logits a of KL(student, teacher)."""
    a = a.clone().requires_grad_()
    function(a, b).sum().backward()
    return a.grad.double()


torch.manual_seed(0)
teacher = 3 * torch.randn(50_000)
noise = torch.randn(50_000)
unit = torch.finfo(torch.float32).eps

print("apart exact KL  formula    ours       units off, both  gradient off, both")
for apart in (1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5):
    student = teacher + apart * noise
    exact = ours(student.double(), teacher.double()).item()
    slope = gradient(ours, student.double(), teacher.double())
    values = [function(student, teacher).item() for function in (formula, ours)]
    units = [abs(value - exact) / (exact * unit) for value in values]
    slopes = [gradient(function, student, teacher) for function in (formula, ours)]
    off = [((found - slope).norm() / slope.norm()).item() for found in slopes]
    print(
        f"{apart:.0e}",
        *(f"{x:9.3e}" for x in (exact, *values)),
        *(f"{x:8.1e}" for x in (*units, *off)),
    )

print("Logits of -inf on both sides")
masked = torch.tensor([1.0, 0.5, -torch.inf])
other = torch.tensor([0.0, 0.5, -torch.inf])
for function in (formula, ours):
    slopes = gradient(function, masked, other).tolist()
    print(
        f"{function.__name__:8} {function(masked, other).item():.6f}", *(f"{x:.6f}" for x in slopes)
    )
