"""Array namespaces, arrays and dtypes, whatever the library."""

from __future__ import annotations

import sys
from functools import cache, reduce
from typing import Any

import array_api_compat as compat
import numpy as np

from divergences.numerics.runtime.backend import JAX, TORCH, backend
from divergences.numerics.typing import Array

FEW = 64  # elements: what Python does with fewer, in a list, is faster than a NumPy loop


def namespace(*arrays: Array) -> Any:
    """Return the array namespace shared by `arrays`; lists and Python scalars are NumPy's."""
    own = (np.ndarray, np.generic)
    foreign = [a for a in arrays if not isinstance(a, own) and compat.is_array_api_obj(a)]
    # NumPy arrays mix freely with JAX's, as everywhere in JAX; compat would refuse the mixture.
    return compat.array_namespace(*foreign) if foreign else np


def is_array(x: Any) -> bool:
    """Whether `x` is an array, and not a number or None."""
    return x is not None and (isinstance(x, np.ndarray) or compat.is_array_api_obj(x))


def is_compiling() -> bool:
    """Whether PyTorch is compiling, and reads the lines of the library."""
    torch = sys.modules.get("torch")
    return torch is not None and torch.compiler.is_compiling()


def is_traced(array: Array) -> bool:
    """Whether the values of `array` are unknown because JAX or PyTorch is tracing."""
    if is_compiling():
        return True
    if isinstance(array, np.ndarray | np.generic):
        return False
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(array, torch.Tensor):
        # Of transformations by `torch.func` PyTorch says nothing in public.
        transformed = torch._C._functorch.is_functorch_wrapped_tensor  # noqa: SLF001
        return transformed(array) or type(array) not in (torch.Tensor, torch.nn.Parameter)
    jax = sys.modules.get("jax")
    return jax is not None and isinstance(array, jax.core.Tracer)


def is_staged(array: Array) -> bool:
    """Whether what is computed from `array` is unknown: it is traced, or JAX compiles around it."""
    jax = sys.modules.get("jax")
    if jax is None or not isinstance(array, jax.Array):
        return is_traced(array)
    return is_traced(array) or is_traced(jax.numpy.zeros(()))


def records_gradient(array: Array) -> bool:
    """Whether PyTorch records what is computed from `array`, or moves a tangent along."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(array, torch.Tensor):
        return False
    return array.requires_grad or torch.autograd.forward_ad.unpack_dual(array).tangent is not None


def detached(x: Array, xp: Any) -> Array:
    """Return `x`; PyTorch does not record what is computed from it."""
    return x.detach() if backend(xp) is TORCH else x


def entry(x: Array, index: Array, xp: Any) -> Array:
    """Return the entry of the last axis at `index`, of which there is one for each row."""
    if hasattr(xp, "take_along_axis"):
        return xp.take_along_axis(x, index, axis=-1)
    return xp.sum(xp.where(xp.arange(x.shape[-1]) == index, x, 0.0), axis=-1, keepdims=True)


def result_dtype(xp: Any, *arrays: Array) -> Any:
    """Return the floating dtype of a result computed from `arrays`: at least single precision.

    Two or three digits are too few for a loss.
    """
    dtypes = [a.dtype for a in arrays if is_floating(xp, a.dtype)]
    if not dtypes:
        return xp.asarray(0.0).dtype
    # What the standard says is not known of bfloat16.
    dtype = reduce(xp.promote_types, dtypes) if backend(xp) is TORCH else xp.result_type(*dtypes)
    return dtype if xp.finfo(dtype).bits >= 32 else xp.asarray(0.0, dtype=xp.float32).dtype


def is_small_float(x: Any) -> bool:
    """Whether `x` is a NumPy array of bfloat16 or another narrow dtype of the package ml_dtypes."""
    return isinstance(x, np.ndarray) and x.dtype.type.__module__ == "ml_dtypes"


def is_floating(xp: Any, dtype: Any) -> bool:
    """Whether `dtype` is a real floating dtype, bfloat16 included."""
    if backend(xp) is JAX:
        return bool(xp.issubdtype(dtype, xp.floating))
    return bool(xp.isdtype(dtype, "real floating"))


def is_real(x: Array, xp: Any) -> bool:
    """Whether the elements of `x` are real numbers: booleans, integers or floats."""
    if xp is np:
        return x.dtype.kind in "biuf"
    if backend(xp) is JAX:
        return not xp.issubdtype(x.dtype, xp.complexfloating)
    return not xp.isdtype(x.dtype, "complex floating")


def as_array(x: Any, xp: Any) -> Array:
    """Return an array as it is, and of anything else an array of `xp`."""
    return x if is_array(x) else xp.asarray(x)


def as_scalar(x: Array, xp: Any) -> Array:
    """Return an array of NumPy without axes as a scalar, and another as it is."""
    return x[()] if xp is np else x


def cast(x: Array, dtype: Any, xp: Any) -> Array:
    """Return an array in a dtype, itself if it is its own; NumPy's scalars count as arrays."""
    if x.dtype == dtype:
        return x
    return x.astype(dtype) if xp is np else xp.astype(x, dtype)


def working_dtype(xp: Any, dtype: Any) -> Any:
    """Return the dtype to compute in: float64 on NumPy; elsewhere at least float32.

    On NumPy every narrower dtype is widened to float64, so its results are correctly rounded but
    for rare double rounding. Accelerators keep float32, which they are built for.
    """
    if xp is np:
        return np.float64
    return dtype if xp.finfo(dtype).bits >= 32 else xp.float32


@cache
def roundoff(xp: Any, dtype: Any) -> float:
    """Return the unit roundoff u of `dtype`: half the distance from 1 to the next float."""
    return float(xp.finfo(dtype).eps) / 2


def roundoff_of(x: Array, xp: Any) -> float:
    """Return the unit roundoff of the dtype of `x`."""
    return roundoff(xp, x.dtype)


@cache
def smallest(xp: Any, dtype: Any) -> float:
    """Return the smallest positive number that arithmetic on `dtype` keeps.

    Where subnormal numbers are flushed to zero it is the smallest normal one.
    """
    info = xp.finfo(dtype)
    normal = float(info.smallest_normal)
    return normal if backend(xp).flushes_subnormals else normal * float(info.eps)


def smallest_of(x: Array, xp: Any) -> float:
    """Return the smallest positive number that arithmetic on the dtype of `x` keeps."""
    return smallest(xp, x.dtype)


# Weights are scaled to a largest entry of about 2^SCALE: high, so that no small one becomes
# subnormal.
SCALE = 900


def rescale_weights(x: Array, xp: Any) -> Array:
    """Multiply by a power of two so that the largest entry of the last axis has a fixed exponent.

    The exponent leaves room for sums, and for small entries not to become subnormal. It is 0 where
    that is not worth a gradient scaled with them: under PyTorch, and XLA has no subnormals to save.
    """
    top = xp.max(detached(x, xp), axis=-1, keepdims=True)
    top = xp.where((top > 0) & xp.isfinite(top), top, 0.5)
    if backend(xp) is JAX:
        return xp.ldexp(x, -xp.frexp(top)[1])
    if xp is np:
        exponent = SCALE - np.frexp(top)[1]
        if np.all(exponent < np.finfo(float).maxexp):  # a product takes a fraction of the time
            return x * np.ldexp(1.0, exponent)
        return np.ldexp(x, exponent)
    # Powers of two are exact; the exponent is split in two to stay in range.
    room = SCALE if xp.finfo(x.dtype).bits == 64 and backend(xp) is not TORCH else 0
    exponent = room - 1.0 - xp.floor(xp.log2(top))
    half = xp.floor(0.5 * exponent)
    return (x * 2.0**half) * 2.0 ** (exponent - half)


def are_wide(x: Array, scaled: Array, xp: Any) -> bool:
    """Whether valid weights `x` have lost digits by being `scaled`, their range being that wide."""
    if is_staged(x) or records_gradient(x):
        return False
    down = xp.max(scaled, axis=-1, keepdims=True) < xp.max(x, axis=-1, keepdims=True)
    if not bool(xp.any(down)):
        return False
    lost = down & (x > 0) & (scaled < float(xp.finfo(x.dtype).smallest_normal))
    return bool(xp.any(lost) & xp.all(x >= 0) & xp.all(xp.max(x, axis=-1) > 0))
