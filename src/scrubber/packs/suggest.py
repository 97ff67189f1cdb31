"""Did you mean: the known word nearest to one that is not known, and lists of words as messages show them."""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.core.suggest import listed as listed_all
from scrubber.core.suggest import suggestions

_MOST = 2_000
"""Among more names than these nothing is suggested: the search would take longer than reading the pack."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word``; None where none is near."""
    names = list(known)
    near = suggestions(word, names, most=1) if len(word) > 1 and len(names) <= _MOST else []
    return near[0] if near else None


def listed(words: Iterable[str], limit: int = 12) -> str:
    """``a``, ``b`` or ``c``, each in back-quotes; cut, with the count of the rest, where there are many."""
    names = list(words)
    if len(names) <= limit:
        return listed_all(names)
    return ", ".join(f"`{name}`" for name in names[:limit]) + f" and {len(names) - limit} more"
