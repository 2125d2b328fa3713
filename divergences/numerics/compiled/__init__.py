"""The compiled sums, where there are any: an optional extension, and what it was built from."""

from __future__ import annotations

import os
import warnings
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def source() -> str:
    """Return the digest of the C sources, which is compiled in."""
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix in (".c", ".h"))
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def load() -> tuple[Any, str]:
    """Return the extension, or None, and in words whether it is used and if not why."""
    if os.environ.get("DIVERGENCES_PURE", "0") not in ("", "0"):
        return None, "pure Python, as DIVERGENCES_PURE says"
    try:
        extension = import_module("divergences.numerics.compiled._sums")
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError)
        why = "no extension was built, for want of a C compiler" if missing else str(error)
        return None, f"pure Python ({why})"
    if source() != extension.SOURCE:
        warnings.warn(
            "The extension of divergences was built from other sources and is not used; install "
            "the package again.",
            RuntimeWarning,
            stacklevel=2,
        )
        return None, "pure Python (the extension was built from other sources)"
    levels = list(extension.LEVELS)
    wanted = os.environ.get("DIVERGENCES_LEVEL", "")
    if wanted and wanted not in levels:
        warnings.warn(
            f"DIVERGENCES_LEVEL is {wanted!r}, which this machine does not have: pass one of "
            f"{', '.join(levels)}. The best of them is used.",
            RuntimeWarning,
            stacklevel=2,
        )
    name = extension.use(levels.index(wanted) if wanted in levels else -1)
    return extension, f"compiled ({name})"


library, INFO = load()
# What there are loops for: a name, whether it is symmetric, and what its terms depend on.
MEMBERS: tuple[tuple[str, int, int], ...] = () if library is None else library.MEMBERS
NUMBERS = {name: number for number, (name, _, _) in enumerate(MEMBERS)}


@cache
def number_of(kind: type) -> int | None:
    """Return the number of the loop for members of exactly this class, or None."""
    return NUMBERS.get(f"{kind.__module__}.{kind.__qualname__}")


def build_info() -> str:
    """Say in one line whether the sums over finite distributions are compiled, and if not why.

    Returns
    -------
    str
        The line. What is computed does not depend on it, only how fast.

    Notes
    -----
    The extension is built by ``pip install`` where there is a C compiler. ``DIVERGENCES_PURE=1``
    in the environment leaves it out, at that time or at import; ``DIVERGENCES_LEVEL=baseline``
    (``avx2``, ``avx512``) says what instructions to use of those that the machine has.

    Examples
    --------
    >>> import divergences as dv
    >>> dv.build_info().startswith("sums: ")
    True
    """
    return f"sums: {INFO}"
