"""Did you mean: the known names nearest to what was typed."""

from __future__ import annotations

from collections.abc import Iterable


def distance(a: str, b: str, limit: int = 3) -> int:
    """Edits (insert, delete, replace, swap of neighbours) that turn ``a`` into ``b``; ``limit + 1`` where more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before = before, row
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def suggestions(word: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names nearest to ``word``, best first; empty where none is near.

    A name is near where few edits turn one into the other, or where it has the word as one of its parts
    (``npi`` and ``billing_npi``).
    """
    from difflib import SequenceMatcher  # here because most runs have nothing to suggest

    word = word[:80]
    lowered = word.lower()
    allowed = 1 if len(word) <= 3 else 2 if len(word) <= 7 else 3
    scored: list[tuple[float, str]] = []
    for name in dict.fromkeys(names):
        near = name.lower()
        edits = distance(lowered, near, allowed)
        ratio = SequenceMatcher(None, lowered, near).ratio()
        if edits <= allowed and (edits <= 1 or ratio >= 0.5):
            scored.append((edits - ratio, name))
        elif len(word) >= 3 and (lowered in near.replace("-", "_").split("_") or near.startswith(lowered)):
            scored.append((4 - ratio, name))
        elif len(word) >= 5 and ratio >= 0.8:
            scored.append((5 - ratio, name))
    return [name for _, name in sorted(scored)[:most]]


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A sentence with the nearest names, or an empty string."""
    near = suggestions(word, names)
    return f"Did you mean {listed(near)}?" if near else ""


def listed(names: Iterable[str], last: str = "or") -> str:
    """``a``, ``b`` or ``c``, each in back-quotes."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
