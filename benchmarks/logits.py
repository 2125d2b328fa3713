"""Divergences from logits at the size of a vocabulary: time, memory and accuracy beside formulas.

    python -m benchmarks.logits --rows 64 --outcomes 32768
    python -m benchmarks.logits --rows 8192 --outcomes 151936 --dtype bfloat16

Value and gradient by the student, the second argument, as training takes them, on the device that
JAX has. The formulas are those of tutorials, by ``log_softmax`` in single precision.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # PyTorch runs beside it

import jax
import jax.numpy as jnp

from benchmarks.logits_formulas import QUANTITIES, contenders
from benchmarks.timing import best_times, machine

RESULTS = Path(__file__).parent / "results"
MOVED = {1: 3, 2: 5}  # arrays that must move at least: two reads of each side, one write
BARS = {"kl": 3.5, "js": 1.5, "entropy": 2.0, "tv": 4.0}  # times the formula's time, on a CPU
COLUMNS = (
    "| quantity | | time, ms | processor, ms | of the formula's | bar | memory, MB "
    "| compilation, s | GB/s of what must move | share of a copy |"
)
ERRORS = (
    "Errors of values in units in the last place of single precision, and of gradients as a "
    "share of the largest entry (where the truth is zero, the largest value and entry):"
)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--outcomes", type=int, default=32768)
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16", "float16"])
    parser.add_argument("--repeats", type=int, default=10, help="rounds, of which the best counts")
    parser.add_argument("--quantities", default=",".join(QUANTITIES))
    parser.add_argument("--peers", default="naive,optax,torch", help="those to measure beside ours")
    parser.add_argument("--json", type=Path, help="where to write; a table goes beside it")
    options = parser.parse_args()
    jax.config.update("jax_enable_compilation_cache", False)
    device = jax.devices()[0].platform
    name = f"logits_{device}_{options.rows}x{options.outcomes}_{options.dtype}.json"
    path = options.json or RESULTS / name
    peers, quantities = options.peers.split(","), options.quantities.split(",")
    record: dict[str, Any] = {
        "device": jax.devices()[0].device_kind,
        "platform": device,
        "machine": machine() | {"jaxlib": installed("jaxlib")},
        "rows": options.rows,
        "outcomes": options.outcomes,
        "dtype": options.dtype,
    }
    if "torch" in peers:
        record["torch"] = torch_in_a_process(options)  # first: it gives its memory back
    record["copy_bytes_per_second"] = attempt(lambda: copy_bandwidth(options))
    record["speed"] = {
        q: attempt(lambda q=q: speed(q, options, [p for p in peers if p != "torch"]))
        for q in quantities
    }
    record["accuracy"] = attempt(lambda: accuracy(quantities, peers))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    text = table(record)
    path.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


def installed(package: str) -> str | None:
    """Return the version of a package, or None."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def attempt(measure: Callable[[], Any]) -> Any:
    """Return what is measured, or the error: most often a lack of memory."""
    try:
        return measure()
    except Exception as error:  # of any library
        return {"error": f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"}


def accuracy(quantities: list[str], peers: list[str]) -> list[dict[str, Any]]:
    """Return errors beside exact values; for these mpmath is needed, for times it is not."""
    from benchmarks import logits_accuracy

    return logits_accuracy.accuracy(quantities, peers)


def drawn(options: Any) -> tuple[Any, Any]:
    """Return logits of a teacher, and of a student about one apart."""
    keys = jax.random.split(jax.random.key(0), 2)
    shape, dtype = (options.rows, options.outcomes), jnp.dtype(options.dtype)

    @jax.jit
    def both(first: Any, second: Any) -> tuple[Any, Any]:
        a = (3.0 * jax.random.normal(first, shape, dtype)).astype(dtype)
        return a, (a + jax.random.normal(second, shape, dtype)).astype(dtype)

    return jax.block_until_ready(both(*keys))


def copy_bandwidth(options: Any) -> float:
    """Return the bytes a second that are read and written when one array is copied, changed."""
    x = drawn(options)[0]
    copy = jax.jit(jnp.negative)
    seconds = best_times({"copy": lambda: jax.block_until_ready(copy(x))}, options.repeats)
    return 2 * x.nbytes / seconds["copy"].clock


def speed(quantity: str, options: Any, peers: list[str]) -> dict[str, Any]:
    """Return time, memory and compile time of each contender."""
    teacher, student = drawn(options)
    xs = (student,) if QUANTITIES[quantity] == 1 else (teacher, student)
    found: dict[str, Any] = {}
    calls = {}
    for name, function in contenders(quantity, ["ours", *peers]).items():
        result = attempt(lambda f=function: prepared(f, xs))
        if isinstance(result, dict):
            found[name] = result
            continue
        calls[name], found[name] = result
    for name, took in best_times(calls, options.repeats).items():
        moved = MOVED[len(xs)] * student.nbytes
        found[name] |= {
            "seconds": took.clock,
            "processor_seconds": took.processor,
            "least_bytes_per_second": moved / took.clock,
        }
    return found


def prepared(function: Callable[..., Any], xs: tuple[Any, ...]) -> tuple[Any, dict[str, Any]]:
    """Return the compiled call for value and gradient, which has run once, and what it takes."""
    last = len(xs) - 1
    slopes = jax.value_and_grad(lambda *x: jnp.sum(function(*x)), last)
    start = time.perf_counter()
    compiled = jax.jit(slopes).lower(*xs).compile()
    seconds = time.perf_counter() - start
    jax.block_until_ready(compiled(*xs))
    memory = compiled.memory_analysis()
    return (
        lambda: jax.block_until_ready(compiled(*xs)),
        {
            "compile_seconds": seconds,
            "temporary_bytes": getattr(memory, "temp_size_in_bytes", None),
        },
    )


def torch_in_a_process(options: Any) -> Any:
    """Return PyTorch's times, of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.logits_torch"]
    command += [options.quantities, str(options.rows), str(options.outcomes), options.dtype]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        return {"error": (run.stderr.strip().splitlines() or ["no reason"])[-1][:200]}
    return json.loads(run.stdout.splitlines()[-1])


def table(record: dict[str, Any]) -> str:
    """Return a record as tables of Markdown."""
    versions = record["machine"]["versions"]
    lines = [
        f"# Logits: {record['rows']} x {record['outcomes']}, {record['dtype']}",
        "",
        f"{record['device']} ({record['platform']}), Python {record['machine']['python']}, "
        + ", ".join(f"{k} {v}" for k, v in versions.items() if v)
        + ". Value and gradient by the student. *Processor* is the time of all cores.",
        "",
        COLUMNS,
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    torch = record.get("torch", {})
    for quantity, found in record["speed"].items():
        rows = found if "error" not in found else {"ours": found}
        beside = torch.get(quantity, {}) if "error" not in torch else {}
        lines += [row(record, quantity, rows.get("naive", {}), *item) for item in rows.items()]
        lines += [row(record, quantity, beside.get("torch", {}), *item) for item in beside.items()]
    if "error" in torch:
        lines += ["", f"PyTorch: {torch['error']}"]
    lines += ["", *accuracy_table(record["accuracy"]), ""]
    return "\n".join(lines)


def row(record: Any, quantity: str, formula: Any, name: str, found: Any) -> str:
    """Return the line of one contender, beside the formula of its library."""
    if "seconds" not in found:
        return f"| {quantity} | {name} | {found.get('error', '-')} |" + " |" * 7
    clock = "processor_seconds" if record["platform"] == "cpu" else "seconds"
    naive, ours = formula.get(clock), found.get(clock)
    ratio = f"{ours / naive:.2f}" if naive and ours else ""
    processor = found.get("processor_seconds")
    bar = f"{BARS[quantity]}" if name == "ours" and record["platform"] == "cpu" else ""
    memory = found.get("temporary_bytes")
    copy = record["copy_bytes_per_second"]
    share = found["least_bytes_per_second"] / copy if isinstance(copy, float) else None
    cells = [
        quantity,
        name,
        f"{1e3 * found['seconds']:.2f}",
        f"{1e3 * processor:.1f}" if processor else "",
        ratio,
        bar,
        "" if memory is None else f"{memory / 1e6:.1f}",
        f"{found['compile_seconds']:.2f}" if "compile_seconds" in found else "",
        f"{found['least_bytes_per_second'] / 1e9:.1f}",
        "" if share is None else f"{share:.0%}",
    ]
    return "| " + " | ".join(cells) + " |"


def accuracy_table(found: Any) -> list[str]:
    """Return the lines of errors."""
    if "error" in found:
        return [f"Accuracy: {found['error']}"]
    lines = [
        ERRORS,
        "",
        "| quantity | logits | apart by | | value | gradient |",
        "|---|---|---|---|---|---|",
    ]
    return lines + [
        f"| {x['quantity']} | {x['dtype']} | {x['apart']:g} | {x['contender']} | "
        f"{x['value']:.3g} | {x['gradient']:.2g} |"
        for x in found
    ]


if __name__ == "__main__":
    main()
