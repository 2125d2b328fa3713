"""PyTorch's time and memory for divergences from logits, by ``log_softmax``, on a GPU.

It runs in a process of its own, which gives its memory back:
``python -m benchmarks.logits_torch kl,js 8192 151936 bfloat16`` prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from math import log
from typing import Any

ROUNDS = 10


def formulas(torch: Any) -> dict[str, Callable[..., Any]]:
    """Return the formulas, of a teacher and a student."""
    f = torch.nn.functional

    def logs(*logits: Any) -> list[Any]:
        return [f.log_softmax(x.float(), -1) for x in logits]

    def kl(a: Any, b: Any) -> Any:
        a, b = logs(a, b)
        return f.kl_div(b, a, reduction="none", log_target=True).sum(-1)

    def js(a: Any, b: Any) -> Any:
        a, b = logs(a, b)
        m = torch.logaddexp(a, b) - log(2.0)
        return 0.5 * (a.exp() * (a - m) + b.exp() * (b - m)).sum(-1)

    def entropy(_: Any, b: Any) -> Any:
        (b,) = logs(b)
        return -(b.exp() * b).sum(-1)

    def tv(a: Any, b: Any) -> Any:
        return 0.5 * (f.softmax(a.float(), -1) - f.softmax(b.float(), -1)).abs().sum(-1)

    return {"kl": kl, "js": js, "entropy": entropy, "tv": tv}


def measured(torch: Any, function: Callable[..., Any], a: Any, b: Any) -> dict[str, Any]:
    """Return the time and peak memory of value and gradient by b."""

    def call() -> None:
        b.grad = None
        function(a, b).sum().backward()
        torch.cuda.synchronize()

    start = time.perf_counter()
    call()
    first = time.perf_counter() - start
    call()
    held = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    peak = torch.cuda.max_memory_allocated() - held
    return {"seconds": best, "temporary_bytes": peak, "compile_seconds": first}


def main() -> None:
    """Measure what the command line asks for."""
    names, rows, outcomes, dtype = sys.argv[1:]
    torch = import_module("torch")
    if not torch.cuda.is_available():
        raise SystemExit("PyTorch has no GPU here.")
    torch.manual_seed(0)
    shape = (int(rows), int(outcomes))
    a, b = torch.empty(shape, device="cuda", dtype=getattr(torch, dtype)), None
    a.normal_(std=3.0)
    b = a + torch.randn_like(a)
    b.requires_grad_()
    found: dict[str, Any] = {"version": torch.__version__}
    for name in names.split(","):
        found[name] = {}
        function = formulas(torch)[name]
        moved = (3 if name == "entropy" else 5) * b.nbytes
        for way, call in (("torch", function), ("torch compiled", torch.compile(function))):
            try:
                result = measured(torch, call, a, b)
                found[name][way] = result | {"least_bytes_per_second": moved / result["seconds"]}
            except Exception as error:  # most often a lack of memory
                text = str(error).splitlines() or [""]
                found[name][way] = {"error": f"{type(error).__name__}: {text[0][:200]}"}
            b.grad = None
            torch.cuda.empty_cache()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
