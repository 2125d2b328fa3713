"""Settings shared by every test.

Runs are reproducible: Hypothesis draws the same examples every time, and JAX computes on the CPU
unless `JAX_PLATFORMS` says otherwise. Set `HYPOTHESIS_PROFILE=deep` to search new ground.

No flag of JAX is flipped here. A test in double precision says so itself, by
``with jax.enable_x64(True)``, because users of both settings exist.

Most of the time of the tests would be that of XLA's compiler. It is asked not to optimise, which
takes a third of the time: what is tested is the same, but for roundings, which the compiler changes
by the order of sums and by fused multiplications and additions. Set `XLA_FLAGS` to choose
otherwise; with `XLA_FLAGS=` it optimises, as it does for users, and `.ci/run` tests accuracy,
gradients and the identity so. What it has compiled is kept in `.pytest_cache`, for the other
workers and for the next run: also what compiles fast, since to read it takes a fifth of the time.
"""

import gc
import os
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]


def processor():
    """What compiled code depends on: a name for the instructions of this machine."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    flags = {line for line in lines if line.startswith(("flags", "Features", "model name"))}
    return sha256("".join(sorted(flags)).encode()).hexdigest()[:12]


# The two flags are known to jaxlib 0.10 to 0.12; one that it does not know would end the process.
QUICK = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"

if os.environ.setdefault("JAX_PLATFORMS", "cpu") == "cpu":
    os.environ.setdefault("XLA_FLAGS", QUICK)
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(ROOT / ".pytest_cache/jax" / processor()))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")

settings.register_profile("dev", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("ci", settings.get_profile("dev"), max_examples=100, print_blob=True)
settings.register_profile("deep", max_examples=5000, deadline=None, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))


# Mapped areas of memory: compiled code takes several, and Linux gives a process 65,530.
MANY = 20_000


@pytest.fixture(autouse=True, scope="module")
def _drop_compiled_code():
    """Drop what JAX has compiled once there is much of it: one process may run all tests."""
    yield
    areas = Path("/proc/self/maps")
    if "jax" in sys.modules and areas.exists() and areas.read_bytes().count(b"\n") > MANY:
        sys.modules["jax"].clear_caches()


def pytest_collection_finish():
    """Spare Python the search for garbage among what stays: a tenth of the time under JAX."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_report_header():
    """Say whether sums are compiled."""
    from divergences import build_info

    return build_info()
