"""PyTorch's time and memory for divergences from logits: ours, and formulas by ``log_softmax``.

On a GPU if there is one. Formulas are compiled too where PyTorch has a compiler. It runs in a
process of its own, which gives its memory back:
``python -m benchmarks.logits_torch kl,js 8192 151936 bfloat16`` prints one line of JSON.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from importlib import import_module
from math import log
from typing import Any

from benchmarks.logits_formulas import OURS, QUANTITIES
from benchmarks.timing import best_times

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


def ours(quantity: str) -> Callable[..., Any]:
    """Return our own function, of a teacher and a student."""
    function, arity = OURS[quantity], QUANTITIES[quantity]
    return lambda a, b: function(*(a, b)[-arity:])


def measured(torch: Any, function: Callable[..., Any], a: Any, b: Any) -> dict[str, Any]:
    """Return the time and peak memory of value and gradient by b."""
    on_gpu = b.device.type == "cuda"

    def call() -> None:
        b.grad = None
        function(a, b).sum().backward()
        if on_gpu:
            torch.cuda.synchronize()

    start = time.perf_counter()
    call()
    found = {"compile_seconds": time.perf_counter() - start}
    call()
    held = torch.cuda.memory_allocated() if on_gpu else 0
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    took = best_times({"": call}, ROUNDS)[""]
    if on_gpu:
        found["temporary_bytes"] = torch.cuda.max_memory_allocated() - held
    return found | {"seconds": took.clock, "processor_seconds": took.processor}


def main() -> None:
    """Measure what the command line asks for."""
    names, rows, outcomes, dtype = sys.argv[1:]
    torch = import_module("torch")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    shape = (int(rows), int(outcomes))
    a, b = torch.empty(shape, device=device, dtype=getattr(torch, dtype)), None
    a.normal_(std=3.0)
    b = a + torch.randn_like(a)
    b.requires_grad_()
    found: dict[str, Any] = {"version": torch.__version__}
    for name in names.split(","):
        found[name] = {}
        function = formulas(torch)[name]
        moved = (3 if name == "entropy" else 5) * b.nbytes
        ways = {"torch": function, "torch, ours": ours(name)}
        if device == "cuda" or shutil.which("c++"):
            ways["torch compiled"] = torch.compile(function)
        for way, call in ways.items():
            try:
                result = measured(torch, call, a, b)
                found[name][way] = result | {"least_bytes_per_second": moved / result["seconds"]}
            except Exception as error:  # most often a lack of memory
                text = str(error).splitlines() or [""]
                found[name][way] = {"error": f"{type(error).__name__}: {text[0][:200]}"}
            b.grad = None
            if device == "cuda":
                torch.cuda.empty_cache()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
