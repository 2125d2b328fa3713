"""A bar for what takes longer than a few seconds, where somebody looks on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 3.0  # seconds without a bar


def shown(parts: Iterable[tuple[int, T]], total: int, what: str) -> Iterator[tuple[int, T]]:
    """Pass on numbered parts of some work; after a few seconds show how far it is of `total`.

    Others may take from the same parts. The bar is that of Rich, if it is installed and its console
    is a terminal, and is removed at the end. Else there is none.
    """
    start = time.monotonic()
    with ExitStack() as stack:
        advance = None
        for k, part in parts:
            yield k, part
            if advance is None and time.monotonic() - start > PATIENCE:
                advance = _bar(stack, total, what)
            if advance is not None:
                advance(k + 1)


def _bar(stack: ExitStack, total: int, what: str) -> Any:
    """Return a function that shows how many are done."""
    try:
        import rich
        from rich.errors import LiveError
        from rich.progress import Progress
    except ImportError:
        return lambda done: None
    bar = Progress(transient=True, disable=not rich.get_console().is_terminal)
    try:
        stack.enter_context(bar)
    except LiveError:  # another display is on
        return lambda done: None
    task = bar.add_task(what, total=total)
    return lambda done: bar.update(task, completed=done)
