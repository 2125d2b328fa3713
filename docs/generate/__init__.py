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
SOURCES = (".py", ".c", ".h", ".json", ".md")


def version() -> str:
    """Return the version of the library that is documented."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["version"]


def digest() -> str:
    """Return a digest of the code that pages run or are read off, and of committed results."""
    found = hashlib.sha256()
    for folder in ("divergences", "gan", "benchmarks", "docs/generate"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in SOURCES:
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


def write(docs: Path, library: ModuleType) -> None:
    """Write every generated page and figure under `docs`, unless they are there already."""
    stamp, current = docs / "_generated" / "digest", digest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == current:
        return
    quantities.write(docs / "reference" / "quantities", library)
    methods.write(docs / "_generated", library)
    measures.write(docs / "_generated", library)
    closed_forms.write(docs / "_generated", library)
    evidence.write(docs)
    conformance.write(docs / "_generated")
    continuous.write(docs / "_generated")
    loss.write(docs / "_generated")
    theory.write(docs / "_generated")
    stamp.write_text(current, encoding="utf-8")
