"""The type of arrays."""

from typing import Any, TypeAlias

Array: TypeAlias = Any  # of any namespace: NumPy, JAX, PyTorch, array-api-strict
