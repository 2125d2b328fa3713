"""Progress bar for long loops on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 3.0  # seconds until the bar appears


def track(parts: Iterable[tuple[int, T]], total: int, what: str) -> Iterator[tuple[int, T]]:
    """Yield the numbered parts of some work, and show a bar of `total` parts if it takes long.

    Several threads may share the iterator `parts`. The bar needs Rich and a terminal, and
    disappears at the end.
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
    """Return a function that takes the number of parts done and moves the bar."""
    try:
        import rich
        from rich.errors import LiveError
        from rich.progress import Progress
    except ImportError:
        return lambda done: None
    bar = Progress(transient=True, disable=not rich.get_console().is_terminal)
    try:
        stack.enter_context(bar)
    except LiveError:  # Rich shows another bar already
        return lambda done: None
    task = bar.add_task(what, total=total)
    return lambda done: bar.update(task, completed=done)
