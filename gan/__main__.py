"""Start of the command line: Ctrl-C ends it without a traceback, while modules load too."""

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    from gan.cli import main

    return main(argv)


def _leave() -> NoReturn:
    """Exit without waiting for threads, which may compile for minutes."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


def _leave_at_once(*_: object) -> NoReturn:
    os.write(2, b"Interrupted.\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _leave_at_once)
    status = main()
    _leave() if status == INTERRUPTED else sys.exit(status)
