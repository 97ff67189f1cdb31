"""How far a fix may go without a person. The ceilings are the engine's: no rule can raise them.

SAFE repairs the form of a value and nothing else. CONFIRM needs a person's yes, one by one. MANUAL asserts something
about the record, raises payment or changes what was said to be done: only a person who read the record can decide it.
A scrubber that adds 59 by itself makes false claims.
"""

from __future__ import annotations

SAFE, CONFIRM, MANUAL = "SAFE", "CONFIRM", "MANUAL"

_CEILING = {
    "normalise": SAFE,
    "move_modifier": CONFIRM,
    "remove_line": MANUAL,
    "set_field": MANUAL,
}
PADDED_FIELDS = frozenset({"ndc"})


def ceiling(kind: str, field: str = "", *, exact_duplicate: bool = False) -> str:
    """The most a fix of this kind may be. ``exact_duplicate``: the line to remove repeats another in every field."""
    if kind == "remove_line" and exact_duplicate:
        return CONFIRM
    if kind == "set_field" and field in PADDED_FIELDS:
        return CONFIRM
    return _CEILING.get(kind, MANUAL)
