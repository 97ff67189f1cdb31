"""Where each field of a claim stands in the file it was read from."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

from scrubber.claims.x12.segments import Segment

Record = Literal["claim", "line", "diagnosis", "icd_procedure"]

Key = tuple[str, int, str]
"""Record, number of the line or position of the diagnosis or ICD procedure (0 for the claim), field name."""

Mark = tuple[Segment, int, int, str]
"""Segment, element, component (0: the whole element), loop."""


class Spot(Struct, frozen=True):
    """A place in an 837. ``offset`` and ``length`` are bytes of the element or component; ``segment_index`` counts
    from 1 over the file; ``component`` is 0 where the whole element is meant. ``absent``: the segment ends before it.
    """

    offset: int
    length: int
    segment_index: int
    segment_id: str
    element: int
    component: int
    loop: str
    absent: bool = False

    @property
    def element_name(self) -> str:
        """The element as guides name it: ``SV101-3``, ``CLM02``."""
        name = f"{self.segment_id}{self.element:02d}" if self.element else self.segment_id
        return f"{name}-{self.component}" if self.component else name

    def __str__(self) -> str:
        return f"{self.loop} {self.element_name}"


class Origin:
    """The segments a claim was read from, and the element each of its fields stands in."""

    __slots__ = ("_marks", "first", "last", "lines", "transaction")

    def __init__(
        self,
        marks: dict[Key, Mark],
        lines: dict[int, tuple[int, int]],
        first: Segment,
        last: Segment,
        transaction: Segment,
    ) -> None:
        self._marks = marks
        self.lines = lines
        """Line number to the byte offsets of its LX loop: first byte, and the first byte after it."""
        self.first = first
        self.last = last
        self.transaction = transaction

    def mark(self, record: str, number: int, field: str) -> Mark | None:
        """Segment, element and component of a field; None where the claim has no segment that could hold it."""
        return self._marks.get((record, number, field))

    def spot(self, record: str, number: int, field: str) -> Spot | None:
        """Where a field stands: ``("claim", 0, "total_charge")``, ``("line", 2, "procedure")``; None if nowhere.

        ``modifiers`` is the first modifier; ``modifier_1`` to ``modifier_4`` are the single ones.
        """
        mark = self._marks.get((record, number, field))
        if mark is None:
            return None
        segment, element, component, loop = mark
        span = segment.span(element, component)
        offset, length = (segment.offset + len(segment.raw), 0) if span is None else span
        return Spot(offset, length, segment.index, segment.id, element, component, loop, span is None)

    def fields(self) -> tuple[Key, ...]:
        """Every field that has a place, in the order read."""
        return tuple(self._marks)


_LISTS: Final = MappingProxyType({"line": "lines", "diagnosis": "diagnoses", "icd_procedure": "icd_procedures"})


def json_pointer(index: int | None, record: str, position: int, field: str) -> str:
    """The place of a field in the JSON form: ``$.lines[2].units``. ``index`` is the claim's in an array, None for one
    claim alone; ``position`` counts the records of a list from 0 and is not used for the claim.
    """
    root = "$" if index is None else f"$[{index}]"
    if record == "claim":
        return f"{root}.{field}"
    return f"{root}.{_LISTS[record]}[{position}].{field}"
