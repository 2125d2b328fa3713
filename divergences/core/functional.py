"""What every member of the library states about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from divergences.core.laws import Laws


class Functional(ABC):
    """A quantity of one or two distributions, with the name of its public function."""

    name: ClassVar[str]
    laws: ClassVar[Laws]
    function: ClassVar[Callable[..., Any]]  # the public one, which has it as ``function.member``

    @abstractmethod
    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return the textbook value for normalised pmfs, in the arithmetic of ``mp`` (mpmath)."""
