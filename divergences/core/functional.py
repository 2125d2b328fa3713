"""What every member of the library states about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from divergences.core.laws import Laws


class Ulps(NamedTuple):
    """How far values may be from exact ones, in units in the last place, of what they come from."""

    of_masses: float = 4.0
    of_logs: float = 4.0


class Functional(ABC):
    """A quantity of one or two distributions, with the name of its public function."""

    name: ClassVar[str]
    laws: ClassVar[Laws]
    ulps: ClassVar[Ulps] = Ulps()
    function: ClassVar[Callable[..., Any]]  # the public one, which has it as ``function.member``

    @abstractmethod
    def definition(self, mp: Any, *pmfs: list[Any]) -> Any:
        """Return the textbook value for normalised pmfs, in the arithmetic of ``mp`` (mpmath)."""
