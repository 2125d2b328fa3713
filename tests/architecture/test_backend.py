"""Which array library is in use is known in one place; elsewhere its properties are asked for."""

import ast

import jax.numpy as jnp
import numpy as np
import pytest

from divergences.numerics.runtime.backend import JAX, NUMPY, STANDARD, TORCH, Backend, backend

from .source import python_files, relative

SEAM = ("divergences/numerics/runtime/", "divergences/numerics/differentiable/")
IDENTITIES = {"is_jax", "is_torch", "JAX", "NUMPY", "STANDARD", "TORCH"}
LIBRARIES = {"np", "numpy", "jnp", "jax", "torch"}


def identified(text: str) -> list[str]:
    """Return the places of a source text that ask which array library is in use."""
    places = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = {alias.name.partition(".")[0] for alias in node.names}
            module = getattr(node, "module", None) or ""
            seam = module == "divergences.numerics.runtime" or module.startswith(
                "divergences.numerics.runtime."
            )
            if (seam and names & IDENTITIES) or "array_api_compat" in {module, *names}:
                places.append(ast.unparse(node))
        elif isinstance(node, ast.Compare):
            sides = {ast.unparse(side) for side in (node.left, *node.comparators)}
            if "xp.__name__" in sides or (sides & LIBRARIES and "None" not in sides):
                places.append(ast.unparse(node))
    return places


@pytest.mark.parametrize(
    "path",
    [p for p in python_files("divergences", "gan") if not relative(p).startswith(SEAM)],
    ids=relative,
)
def test_no_other_file_asks_for_the_library(path):
    assert identified(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "y = x if xp is np else 0.0",
        "if xp is not np: pass",
        "from divergences.numerics.runtime.namespace import is_jax",
        "from divergences.numerics.runtime.backend import TORCH, backend",
        "import array_api_compat as compat",
        "from array_api_compat import is_jax_namespace",
        "if xp.__name__ == 'jax.numpy': pass",
    ],
)
def test_a_question_is_found(text):
    assert len(identified(text)) == 1


def test_each_library_has_its_record():
    assert backend(np) is NUMPY
    assert backend(jnp) is JAX
    assert backend(pytest) is STANDARD  # a module of which nothing is known
    assert len({NUMPY, JAX, TORCH, STANDARD}) == 4


def test_each_property_tells_libraries_apart():
    for name in Backend._fields:
        assert len({getattr(b, name) for b in (NUMPY, JAX, TORCH, STANDARD)}) > 1, name
