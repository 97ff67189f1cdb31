"""Did you mean: the known word nearest to one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word`` without regard to case and to - or _; None where none is near."""
    plain = {name.lower().replace("-", "_"): name for name in known}
    found = difflib.get_close_matches(word[:80].lower().replace("-", "_"), list(plain), n=1, cutoff=0.7)
    return plain[found[0]] if found else None


def listed(words: Iterable[str], limit: int = 12) -> str:
    """Words as a sentence lists them: ``a``, ``b`` or ``c``; cut with the count of the rest where there are many."""
    names = [f"`{word}`" for word in words]
    if len(names) > limit:
        return ", ".join(names[:limit]) + f" and {len(names) - limit} more"
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
