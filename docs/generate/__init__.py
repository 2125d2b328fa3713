"""Pages that are read off the code when Sphinx starts: new members and methods need no edit."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from types import ModuleType

from generate import (
    closed_forms,
    conformance,
    continuous,
    evidence,
    loss,
    measures,
    methods,
    quantities,
    theory,
)

ROOT = Path(__file__).parents[2]


def version() -> str:
    """Return the version of the library that is documented."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["version"]


def digest() -> str:
    """Return a digest of the code that executed pages run."""
    found = hashlib.sha256()
    for package in ("divergences", "gan", "benchmarks"):
        for path in sorted((ROOT / package).rglob("*.[pch]*")):
            if path.suffix in (".py", ".c", ".h"):
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


def write(docs: Path, library: ModuleType) -> None:
    """Write every generated page and figure under `docs`."""
    quantities.write(docs / "reference" / "quantities", library)
    methods.write(docs / "_generated", library)
    measures.write(docs / "_generated", library)
    closed_forms.write(docs / "_generated", library)
    evidence.write(docs)
    conformance.write(docs / "_generated")
    continuous.write(docs / "_generated")
    loss.write(docs / "_generated")
    theory.write(docs / "_generated")
