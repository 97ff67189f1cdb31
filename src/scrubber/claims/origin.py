"""Where each field of a claim stands in the file it was read from."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from scrubber.claims.x12.blocks import Block
from scrubber.claims.x12.segments import Segment

if TYPE_CHECKING:
    from scrubber.claims.x12.places import Places

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
    """The stretches of the file a claim was read from, and the element each of its fields stands in.

    Only the bytes are kept: where the fields stand in them is worked out when it is asked.
    """

    __slots__ = ("_places", "block", "guide", "levels", "transaction")

    def __init__(self, guide: str, levels: tuple[Block, ...], block: Block, transaction: Segment) -> None:
        self.guide = guide
        self.levels = levels
        self.block = block
        self.transaction = transaction
        self._places: Places | None = None

    def __reduce__(self) -> tuple[type[Origin], tuple[object, ...]]:
        """To another process go the bytes, not what was worked out from them."""
        return Origin, (self.guide, self.levels, self.block, self.transaction)

    @property
    def places(self) -> Places:
        """Where everything stands."""
        if self._places is None:
            # Imported here: most claims are never asked, and the readers import this module.
            from scrubber.claims.x12.places import Places

            self._places = Places(self.guide, self.levels, self.block, self.transaction)
        return self._places

    @property
    def lines(self) -> dict[int, tuple[int, int]]:
        """Line number to the byte offsets of its LX loop: first byte, and the first byte after it."""
        return self.places.whole().lines

    @property
    def first(self) -> Segment:
        """The CLM segment."""
        return self.places.whole().first

    @property
    def last(self) -> Segment:
        """The last segment of the claim."""
        return self.places.whole().last

    def mark(self, record: str, number: int, field: str) -> Mark | None:
        """Segment, element and component of a field; None where the claim has no segment that could hold it."""
        return self.places.mark(record, number, field)

    def spot(self, record: str, number: int, field: str) -> Spot | None:
        """Where a field stands: ``("claim", 0, "total_charge")``, ``("line", 2, "procedure")``; None if nowhere.

        ``modifiers`` is the first modifier; ``modifier_1`` to ``modifier_4`` are the single ones.
        """
        mark = self.mark(record, number, field)
        if mark is None:
            return None
        segment, element, component, loop = mark
        span = segment.span(element, component)
        offset, length = (segment.offset + len(segment.raw), 0) if span is None else span
        return Spot(offset, length, segment.index, segment.id, element, component, loop, span is None)

    def fields(self) -> tuple[Key, ...]:
        """Every field that has a place, in the order read."""
        return tuple(self.places.whole().marks)


_LISTS: Final = MappingProxyType({"line": "lines", "diagnosis": "diagnoses", "icd_procedure": "icd_procedures"})


def json_pointer(root: str, record: str, position: int, field: str) -> str:
    """The place of a field in the JSON form: ``$.lines[2].units``. ``root`` is the claim's place in the document;
    ``position`` counts the records of a list from 0 and is not used for the claim.
    """
    if record == "claim":
        return f"{root}.{field}"
    return f"{root}.{_LISTS[record]}[{position}].{field}"
