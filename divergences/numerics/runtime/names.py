"""What somebody may have meant by a name that there is not."""

from __future__ import annotations

from collections.abc import Iterable


def closest(name: str, names: Iterable[str], n: int = 3) -> str:
    """Return the names that are closest to another, listed; initials are known, as ``js``."""
    from difflib import get_close_matches  # whose import is slow, and seldom needed

    names = list(names)
    wanted = name.lower().replace("_", "")
    meant = [one for one in names if any(s.startswith(wanted) for s in _short_forms(one))]
    alike = get_close_matches(name, names, n=n, cutoff=0.0)
    return ", ".join(list(dict.fromkeys([*meant, *alike]))[:n])


def _short_forms(name: str) -> tuple[str, ...]:
    """Return a name without its underscores, its initials, and initials with its last word."""
    *first, last = name.lower().split("_")
    initials = "".join(word[:1] for word in first)
    return "".join([*first, last]), initials + last[:1], initials + last
