"""Loops: which one a segment starts or belongs to, and the careful reading of a transaction set segment by segment."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from msgspec import Struct

from scrubber.claims.x12.blocks import Block
from scrubber.claims.x12.builder import ClaimBuilder
from scrubber.claims.x12.fields import FIELDS
from scrubber.claims.x12.found import Found
from scrubber.claims.x12.guides import AREAS, Guide
from scrubber.claims.x12.levels import Level, Levels
from scrubber.claims.x12.scope import Scope
from scrubber.claims.x12.segments import Buffer, Segment

_IGNORED: Final = "unknown"
QUALIFIED: Final = frozenset({"REF", "DTP", "AMT"})
"""Segments whose first element says which field they hold."""
WITHOUT_FIELDS: Final = frozenset({"N2", "N3", "PER", "BHT", "CAS", "OI", "MOA", "MIA", "K3"})
_OF_PROVIDER: Final = frozenset({"N2", "N3", "N4", "PER", "PRV", "REF", "DMG"})
_STARTS: Final = {
    "HL": "starts a hierarchical level that cannot stand after loop {area}.",
    "NM1": "names, in NM101, no party that can stand in loop {area}.",
    "LX": "starts a service line outside a claim, in loop {area}.",
}


class Step(Struct, frozen=True):
    """What a segment does where it stands: the area and loop after it, whether it starts that loop, what is wrong with
    its place, and whether its elements are read.
    """

    area: str
    loop: str
    enters: bool = False
    message: str = ""
    read: bool = True


@lru_cache(maxsize=4096)
def step(guide: Guide, area: str, loop: str, sid: str, qualifier: str) -> Step:
    """The step a segment makes from a loop. ``qualifier``, in upper case, is that of an NM1 or HL, else empty."""
    started = guide.starts.get((area, sid, qualifier)) if sid in guide.starters else None
    if started is not None:
        return Step(started if started in AREAS else area, started, enters=True)
    if sid == "CLM":
        message = f"stands in loop {area}, outside a subscriber or patient level."
        return Step("2300", "2300", enters=True, message=message)
    if sid in _STARTS:
        return Step(area, _IGNORED, message=_STARTS[sid].format(area=area), read=False)
    if loop == _IGNORED:
        return Step(area, loop, read=sid in guide.holds[area] and sid not in _OF_PROVIDER)
    if sid in guide.holds[loop]:
        return Step(area, loop)
    if sid in guide.holds[area]:
        return Step(area, area, message=f"belongs to loop {area} and stands after loop {loop}.")
    return Step(area, loop, message=f"is not a segment of loop {loop} in the {guide.name}.", read=False)


class Loops:
    """Reads one transaction set. What it gathers goes to ``found``; ``data`` is the file."""

    def __init__(self, data: Buffer, guide: Guide, transaction: Segment, found: Found) -> None:
        self.data = data
        self.guide = guide
        self.transaction = transaction
        self.found = found
        self.area = self.loop = "header"
        self.levels = Levels()
        self.builder: ClaimBuilder | None = None
        self._rows = FIELDS[guide.name]

    def feed(self, segment: Segment) -> None:
        """Take the next segment."""
        sid = segment.id
        qualifier = segment.element(1) if sid == "NM1" else segment.element(3) if sid == "HL" else ""
        made = step(self.guide, self.area, self.loop, sid, qualifier.strip().upper())
        if made.enters:
            self._enter(made.loop, segment)
        if made.message:
            self._misplaced(segment, made.message)
        self.area, self.loop = made.area, made.loop
        if made.read:
            if self.builder is not None:
                self.builder.last = segment
            self._read(segment, sid)

    def _read(self, segment: Segment, sid: str) -> None:
        if sid in WITHOUT_FIELDS:
            return
        qualifier = segment.element(1).strip() if sid in QUALIFIED else ""
        rows = self._rows.get((self.loop, sid, qualifier))
        if rows is None:
            return
        scope = self._scope()
        if scope is not None:
            for row in rows:
                scope.take(row, segment, self.loop)

    def _scope(self) -> Scope | None:
        """The record that the current loop belongs to."""
        loop, builder = self.loop, self.builder
        if loop < "2300":
            level = self.levels.of(loop[4:5])
            return level.scope if level is not None else None
        if builder is None:
            return None
        if loop >= "2400":
            return builder.lines[-1]
        return builder.payers[-1] if "2320" <= loop < "2400" else builder.scope

    def _enter(self, loop: str, segment: Segment) -> None:
        if loop in ("2000A", "2000B", "2000C"):
            self.flush(segment.offset)
            above = self.levels.above(loop[4])
            if above is not None and segment.element(2).strip() != above.id:
                what = "billing provider" if loop == "2000B" else "subscriber"
                self.found.report(
                    segment, 2, f"does not name the {what} level that stands before it; that level was used."
                )
            block = Block(b"", segment.offset, segment.index, segment.separators)
            self.levels.enter(Level(self.found.file, loop, segment.element(1).strip(), block))
        elif loop == "2300":
            self.flush(segment.offset)
            self.builder = ClaimBuilder(self.found.file, self.guide, segment)
        elif loop == "2320" and self.builder is not None:
            self.builder.start_payer()
        elif loop == "2400" and self.builder is not None:
            self.builder.start_line(segment)

    def _misplaced(self, segment: Segment, message: str) -> None:
        if self.builder is not None:
            self.builder.misplaced(segment, message)
        else:
            self.found.report(segment, 0, message)

    def flush(self, end: int) -> None:
        """What is being gathered, a level or a claim, ends where the segment at ``end`` starts."""
        self.levels.close(self.data, end)
        if self.builder is not None:
            first = self.builder.first
            block = Block(bytes(self.data[first.offset : end]), first.offset, first.index, first.separators)
            self.found.claim(self.builder.build(self.found.claims, block, self.levels, self.transaction))
            self.builder = None
