"""Put a text into an element or a component, adding or dropping trailing separators as needed."""

from __future__ import annotations

from scrubber.claims.x12.segments import Separators


def compose(elements: list[bytes], element: int, component: int, text: str, separators: Separators | None) -> None:
    """Set element ``element`` (or its component, from 1) of a segment's elements, in place.

    What is past the end is reached by empty elements; emptying the last one drops it and the empty ones before it.
    """
    raw = text.encode()
    if component and separators is not None:
        parts = elements[element].split(separators.component) if element < len(elements) else []
        _put(parts, component - 1, raw)
        raw = separators.component.join(parts)
    _put(elements, element, raw)


def _put(parts: list[bytes], at: int, raw: bytes) -> None:
    if at >= len(parts):
        if not raw:
            return
        parts.extend([b""] * (at + 1 - len(parts)))
    was_last = at == len(parts) - 1
    if parts[at] == raw:
        return
    parts[at] = raw
    if not raw and was_last:
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
