"""The code before and the code after: 99201 and 99203 of 99202, LS and LU of LT."""

from __future__ import annotations

from typing import Final

_RINGS: Final = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def after(code: str) -> str:
    """The next code of the same shape: the last place counts up, and carries while digits run over."""
    return _moved(code, 1)


def before(code: str) -> str:
    """The code before, of the same shape."""
    return _moved(code, -1)


def _moved(code: str, step: int) -> str:
    places = list(code)
    for at in reversed(range(len(places))):
        ring = next((ring for ring in _RINGS if places[at] in ring), None)
        if ring is None:
            continue
        next_ = ring.index(places[at]) + step
        places[at] = ring[next_ % len(ring)]
        if 0 <= next_ < len(ring):
            break
    return "".join(places)
