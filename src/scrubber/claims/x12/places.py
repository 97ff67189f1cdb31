"""Where the fields of a claim stand: its bytes, and those of the levels above it, read once more with care.

Mostly one field is asked for, so only the part that holds it is read: one line, the claim before its lines, or a level.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from msgspec import Struct

from scrubber.claims.origin import Key, Mark
from scrubber.claims.values import BadValueError, count
from scrubber.claims.x12.blocks import Block
from scrubber.claims.x12.builder import ClaimBuilder
from scrubber.claims.x12.found import Found
from scrubber.claims.x12.guides import GUIDES
from scrubber.claims.x12.loops import Loops
from scrubber.claims.x12.scope import diagnoses_of, icd_procedures_of
from scrubber.claims.x12.segments import SPACE, Segment

_AREA = "2000B"
"""An area in which every level, and a claim, can start, as each could where it stood."""


class Whole(Struct):
    """A claim as read with care. ``lines`` gives, for each line number, the byte offsets of its LX loop: its first
    byte, and the first byte after it.
    """

    marks: dict[Key, Mark]
    lines: dict[int, tuple[int, int]]
    first: Segment
    last: Segment


class Places:
    """The places of one claim. What was read of it is kept."""

    def __init__(self, guide: str, levels: tuple[Block, ...], block: Block, transaction: Segment) -> None:
        self._guide = next(one for one in GUIDES if one.name == guide)
        self._levels = levels
        self._block = block
        self._transaction = transaction
        self._whole: Whole | None = None
        self._parts: dict[int, tuple[int, int]] | None = None
        self._read: dict[object, dict[Key, Mark]] = {}

    def mark(self, record: str, number: int, field: str) -> Mark | None:
        """Segment, element and component of a field; None where there is no segment that could hold it."""
        key = (record, number, field)
        if self._whole is not None or not self._numbered():
            return self.whole().marks.get(key)
        if record == "line":
            return self._once(number, partial(self._line, number)).get(key)
        found = self._once("claim", self._head).get(key)
        if found is None and record == "claim":
            for at in reversed(range(len(self._levels))):
                found = self._once(("level", at), partial(self._level, at)).get(key)
                if found is not None:
                    break
        return found

    def _once(self, part: object, read: Callable[[], dict[Key, Mark]]) -> dict[Key, Mark]:
        known = self._read.get(part)
        if known is None:
            known = self._read[part] = read()
        return known

    def whole(self) -> Whole:
        """Everything that can be asked."""
        if self._whole is None:
            builder = self._claim(self._block)
            builder.end_line(self._block.offset + len(self._block.raw))
            marks: dict[Key, Mark] = {}
            for at in range(len(self._levels)):
                marks.update(self._level(at))
            marks.update(self._marks(builder))
            self._whole = Whole(marks, builder.extents, builder.first, builder.last)
        return self._whole

    def _loops(self) -> Loops:
        loops = Loops(b"", self._guide, self._transaction, Found(""))
        loops.area = loops.loop = _AREA
        return loops

    def _level(self, at: int) -> dict[Key, Mark]:
        """The marks of one level. What a subscriber's says of the patient is not meant where there is a patient's."""
        loops = self._loops()
        for segment in self._levels[at].segments():
            loops.feed(segment)
        levels = loops.levels
        level = levels.patient or levels.subscriber or levels.billing
        assert level is not None  # the block starts with HL
        marks = level.scope.marks
        if level.loop == "2000B" and at < len(self._levels) - 1:
            marks = {key: mark for key, mark in marks.items() if not key[2].startswith("patient_")}
        return marks

    def _claim(self, block: Block) -> ClaimBuilder:
        loops = self._loops()
        for segment in block.segments():
            loops.feed(segment)
        assert loops.builder is not None  # the block starts with CLM
        return loops.builder

    def _head(self) -> dict[Key, Mark]:
        """The marks of the claim, without its lines, and of its diagnoses."""
        starts = [start for start, _ in (self._parts or {}).values()]
        return self._marks(self._claim(self._part(0, min(starts))))

    def _marks(self, builder: ClaimBuilder) -> dict[Key, Mark]:
        institutional, scope = self._guide.form == "INSTITUTIONAL", builder.scope
        diagnoses_of(scope, institutional)
        icd_procedures_of(scope)
        period = scope.values.keys() & {"statement_from", "statement_to"}
        if institutional and period and "_discharge_hour" in scope.extra and "discharge_date" not in scope.values:
            # The day of discharge is the last of the statement period.
            builder.marks["claim", 0, "discharge_date"] = builder.marks["claim", 0, "statement_from"]
        return builder.marks

    def _line(self, number: int) -> dict[Key, Mark]:
        extent = (self._parts or {}).get(number)
        if extent is None:
            return {}
        loops = self._loops()
        loops.area = loops.loop = "2300"
        segments = self._part(*extent).segments()
        builder = loops.builder = ClaimBuilder("", self._guide, segments[0])
        for segment in segments:
            loops.feed(segment)
        return builder.marks

    def _part(self, start: int, end: int) -> Block:
        block = self._block
        before = block.raw.count(block.separators.terminator, 0, start)
        return Block(block.raw[start:end], block.offset + start, block.index + before, block.separators)

    def _numbered(self) -> bool:
        """Whether the parts are known: each line has its own number, and segments can be counted by terminators."""
        if self._parts is None:
            self._parts = self._find_lines()
        return bool(self._parts)

    def _find_lines(self) -> dict[int, tuple[int, int]]:
        raw, separators = self._block.raw, self._block.separators
        element, end = re.escape(separators.element), re.escape(separators.terminator)
        if separators.terminator in SPACE:
            return {}
        lx = re.compile(
            rb"%b[ \t\r\n\x00\x1a]*(LX(?:%b([^%b%b]*))?)(?=[%b%b])" % (end, element, element, end, element, end)
        )
        parts: dict[int, tuple[int, int]] = {}
        found = list(lx.finditer(raw))
        ends = [*(match.start(1) for match in found[1:]), len(raw)]
        for match, end_of_line in zip(found, ends, strict=False):
            try:
                number = count((match[2] or b"").decode().strip())
            except (BadValueError, UnicodeDecodeError):
                return {}
            if not number or number in parts:
                return {}
            parts[number] = (match.start(1), end_of_line)
        return parts
