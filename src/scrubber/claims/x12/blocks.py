"""Cuts an 837 into blocks: one level of the hierarchy, one claim, or one segment of an envelope.

A block starts where a segment that can end a claim starts, so it can be read by itself. What has no such segment for
:data:`LONGEST` bytes is cut there, and is not a whole anything.
"""

from __future__ import annotations

import re

from msgspec import Struct

from scrubber.claims.x12.segments import SPACE, SPACES, Buffer, Place, Segment, Separators, split

LONGEST = 1 << 20


class Block(Struct):
    """A stretch of a file: its bytes, where they start, and the number of the first segment in them."""

    raw: bytes
    offset: int
    index: int
    separators: Separators

    def segments(self) -> list[Segment]:
        """The segments of the block, placed as they are in the file."""
        held = list(split(self.raw, "", Place(0, self.index - 1, self.separators)))
        for segment in held:
            segment.offset += self.offset
        return held


class Cut(Struct, frozen=True, gc=False):
    """A block from ``start`` to ``end``, where the next one starts. ``kind`` is ``CLM``, ``HL`` or empty.

    ``closed``: what follows it ends a claim for certain. The last block of a file is not closed.
    """

    start: int
    end: int
    kind: str
    closed: bool


class Cutter:
    """Cuts a file into blocks."""

    __slots__ = ("_border", "_data", "_separators", "_size")

    def __init__(self, data: Buffer) -> None:
        self._data = data
        self._size = len(data)
        self._separators: Separators | None = None
        self._border: re.Pattern[bytes] | None = None

    def cut(self, place: Place) -> Cut:
        """The block at a place of the file."""
        data, start = self._data, place.at
        head = data[start : start + 4]
        if head[0] in SPACE:
            found = SPACES.match(data, start)
            start = found.end() if found is not None else start
            head = data[start : start + 4]
        if head[:3] == b"ISA":
            return Cut(start, start + 1, "", False)  # what follows may use other separators
        if place.separators is not self._separators:
            self._separators, self._border = place.separators, _border(place.separators)
        limit = min(start + LONGEST, self._size)
        next_ = self._border.search(data, start, limit) if self._border is not None else None
        if next_ is None:
            return Cut(start, limit, "", False)
        element = place.separators.element
        kind = "CLM" if head == b"CLM" + element else "HL" if head[:3] == b"HL" + element else ""
        return Cut(start, next_.start(next_.lastgroup or 0), kind, next_.lastgroup == "sure")


def _border(separators: Separators) -> re.Pattern[bytes] | None:
    """A terminator before a segment that starts a block; None where the separators are white space or not ASCII."""
    marks = separators.element + separators.component + separators.terminator
    if not marks.isascii() or separators.element in SPACE or separators.component in SPACE:
        return None
    element, end = re.escape(separators.element), re.escape(separators.terminator)
    other = rb"[^%b%b]*" % (element, end)
    follows = rb"(?=[%b%b]%b)" % (element, end, rb"|\r\n" if separators.terminator == b"\n" else b"")
    # Without the terminator itself: a long run of blank lines is then looked at once, not once from each of its lines.
    space = rb"[%b]*" % re.escape(SPACE.replace(separators.terminator, b""))
    level = rb"HL%b%b%b%b%b *2[023] *" % (element, other, element, other, element)
    return re.compile(
        rb"%b%b(?:(?P<sure>(?:CLM|ISA|GS|ST|SE|GE|IEA|%b)%b)|(?P<unsure>ISA|HL%b))"
        % (end, space, level, follows, follows)
    )
