"""Pages that are read off the code when Sphinx starts: new members and methods need no edit."""

from __future__ import annotations

from importlib.metadata import version as installed_version
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
)


def version() -> str:
    """Return the version of the library that is documented."""
    return installed_version("divergences")


def write(docs: Path, library: ModuleType) -> None:
    """Write every generated page and figure under `docs`."""
    quantities.write(docs / "quantities", library)
    methods.write(docs / "_generated", library)
    measures.write(docs / "_generated", library)
    closed_forms.write(docs / "_generated", library)
    evidence.write(docs)
    conformance.write(docs / "_generated")
    continuous.write(docs / "_generated")
    loss.write(docs / "_generated")
