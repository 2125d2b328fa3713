"""Which array libraries are served: the others are refused at once, and so are their gradients.

Libraries are recognised by the modules of their classes, and never imported.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from divergences.numerics.runtime.namespace import records_gradient

# What to pass instead of arrays of libraries that lack what the sums need, or that would lose the
# gradient they record.
INSTEAD = {
    "autograd": "x._value, or differentiate with jax.grad",
    "ndonnx": "x.unwrap_numpy()",
    "sparse": "x.todense()",
    "tensorflow": "x.numpy()",
}


def served(name: str, x: Any, recorded: bool = False) -> None:
    """Refuse an array of a library that is not served, and one whose gradient is recorded.

    Those of PyTorch pass where what is `recorded` will have the right gradient.
    """
    library = _library(type(x))
    if library in INSTEAD:
        raise TypeError(
            f"{name} is an array of {library}, which is not served; pass {INSTEAD[library]}."
        )
    if library == "torch" and x.layout is not sys.modules["torch"].strided:
        raise TypeError(f"{name} is a sparse tensor; pass x.to_dense().")
    if library == "torch":
        if not recorded and records_gradient(x):
            raise TypeError(
                f"{name} records a gradient, which this quantity has under JAX only; pass "
                "x.detach() for the value, or differentiate with jax.grad."
            )
    elif getattr(x, "requires_grad", False) is True:
        raise TypeError(
            f"{name} records a gradient, which only arrays of JAX and PyTorch have here; pass "
            "x.detach() for the value, or differentiate with jax.grad."
        )


def is_lazy(x: Any) -> bool:
    """Whether `x` is an array of Dask, whose values are not known yet."""
    return _library(type(x)) == "dask" and hasattr(x, "chunks")


@cache
def _library(kind: type) -> str:
    """Return the package that a class comes from."""
    return kind.__module__.partition(".")[0]
