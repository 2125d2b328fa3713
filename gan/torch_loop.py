"""The same game as a loop in PyTorch, to compare with; PyTorch is not needed otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

Advance = Callable[[int], None]
"""Takes so many steps, and returns when they are done."""

EAGER = "PyTorch, eager"


@dataclass(frozen=True)
class Unavailable:
    """A contender that is not to be had, and why."""

    why: str


def torch_loops(
    batch: int, width: int, noise: int, compiled: bool = True
) -> dict[str, Advance | Unavailable]:
    """Return functions that take so many steps of a game on the ring of eight, by their names.

    On a GPU a step is also captured as a CUDA graph, PyTorch's fastest way. Players, optimisers
    and losses are those of the compiled scan: two hidden layers, GELU by its tanh formula, Adam in
    turn, the non-saturating loss.
    """
    names = (EAGER, "PyTorch, fused Adam", "PyTorch, compiled")
    if find_spec("torch") is None:
        return dict.fromkeys(names, Unavailable("PyTorch is not installed"))
    torch = import_module("torch")
    loops: dict[str, Advance | Unavailable] = {
        names[0]: _loop(torch, batch, width, noise, fused=False),
        names[1]: _loop(torch, batch, width, noise, fused=True),
    }
    if compiled:
        loops[names[2]] = _tried(
            "torch.compile",
            lambda: _loop(torch, batch, width, noise, fused=True, wrap=torch.compile),
        )
    if torch.cuda.is_available():
        loops["PyTorch, CUDA graph"] = _tried(
            "the CUDA graph", lambda: _loop(torch, batch, width, noise, fused=True, graph=True)
        )
    return loops


def _tried(what: str, make: Callable[[], Advance]) -> Advance | Unavailable:
    """Compile or capture, if PyTorch can here."""
    try:
        advance = make()
        advance(2)
    except Exception as error:  # whatever its compilers raise
        first = str(error).partition("\n")[0]
        return Unavailable(f"{what} failed: {first[:80]}")
    return advance


def _loop(
    torch: Any,
    batch: int,
    width: int,
    noise: int,
    fused: bool,
    wrap: Callable[[Any], Any] = lambda x: x,
    graph: bool = False,
) -> Advance:
    nn = torch.nn
    softplus = nn.functional.softplus
    device = "cuda" if torch.cuda.is_available() else "cpu"

    def mlp(inputs: int, outputs: int) -> Any:
        layers = [
            nn.Linear(inputs, width), nn.GELU(approximate="tanh"),
            nn.Linear(width, width), nn.GELU(approximate="tanh"), nn.Linear(width, outputs),
        ]  # fmt: skip
        return nn.Sequential(*layers).to(device)

    first, second = mlp(noise, 2), mlp(2, 1)
    generator, discriminator = wrap(first), wrap(second)
    adams = [
        torch.optim.Adam(
            player.parameters(), rate, betas=(0.5, 0.99), fused=fused, capturable=graph
        )
        for player, rate in ((first, 1e-3), (second, 2e-3))
    ]
    angles = torch.tensor(2 * np.pi * np.arange(8) / 8, device=device, dtype=torch.float32)
    centres = 2 * torch.stack([torch.cos(angles), torch.sin(angles)], dim=1)

    def real() -> Any:
        chosen = torch.randint(8, (batch,), device=device)
        return centres[chosen] + 0.2 * torch.randn(batch, 2, device=device)

    def normals() -> Any:
        return torch.randn(batch, noise, device=device)

    def step() -> None:
        with torch.no_grad():
            fake = generator(normals())
        loss = softplus(-discriminator(real())).mean() + softplus(discriminator(fake)).mean()
        adams[1].zero_grad()
        loss.backward()
        adams[1].step()
        second.requires_grad_(False)
        loss = softplus(-discriminator(generator(normals()))).mean()
        adams[0].zero_grad()
        loss.backward()
        adams[0].step()
        second.requires_grad_(True)

    take = _captured(torch, step) if graph else step

    def advance(steps: int) -> None:
        for _ in range(steps):
            take()
        if device == "cuda":
            torch.cuda.synchronize()

    return advance


def _captured(torch: Any, step: Callable[[], None]) -> Callable[[], None]:
    """Capture a step as a CUDA graph, after some on a stream of their own, as PyTorch asks."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay
