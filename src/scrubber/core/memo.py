"""What was found out, kept up to a bound.

A memo that is full is replaced, not emptied: another thread may still read the old one.
"""

from __future__ import annotations

from typing import Any

KEPT = 65_536
"""Of what is remembered by code, unless it says another bound."""


def with_room(memo: dict[Any, Any], most: int | None = None) -> dict[Any, Any]:
    """The memo, or an empty one where it holds ``most`` entries, or :data:`KEPT`."""
    return memo if len(memo) < (KEPT if most is None else most) else {}


def kept(memo: dict[Any, Any], key: Any, value: Any, most: int | None = None) -> dict[Any, Any]:
    """The memo with one more entry."""
    memo = with_room(memo, most)
    memo[key] = value
    return memo
