"""Where the fields of a claim stand: its bytes, and those of the levels above it, read once more with care."""

from __future__ import annotations

from scrubber.claims.origin import Key, Mark, Places
from scrubber.claims.x12.blocks import Block
from scrubber.claims.x12.found import Found
from scrubber.claims.x12.guides import GUIDES
from scrubber.claims.x12.loops import Loops
from scrubber.claims.x12.scope import diagnoses_of
from scrubber.claims.x12.segments import Segment


def places_of(guide: str, levels: tuple[Block, ...], block: Block, transaction: Segment) -> Places:
    """The places of the claim in ``block``, below ``levels``; offsets and segment numbers are those of the file."""
    loops = Loops(b"", next(one for one in GUIDES if one.name == guide), transaction, Found(""))
    for level in levels:
        loops.area = loops.loop = "2000B"  # a loop in which every level can start, as it could where it stood
        for segment in level.segments():
            loops.feed(segment)
    for segment in block.segments():
        loops.feed(segment)
    builder, above = loops.builder, loops.levels
    assert builder is not None  # the block starts with CLM
    builder.end_line(block.offset + len(block.raw))
    institutional = loops.guide.form == "INSTITUTIONAL"
    diagnoses_of(builder.scope, institutional)
    marks: dict[Key, Mark] = {}
    for level in (above.billing, above.subscriber, above.patient):
        if level is not None:
            of_patient = level is above.subscriber and above.patient is not None
            marks.update(
                (key, mark)
                for key, mark in level.scope.marks.items()
                if not (of_patient and key[2].startswith("patient_"))
            )
    marks.update(builder.marks)
    values = builder.scope.values
    if institutional and "_discharge_hour" in builder.scope.extra and "discharge_date" not in values:
        until = ("claim", 0, "statement_from")
        if values.keys() & {"statement_from", "statement_to"}:
            marks["claim", 0, "discharge_date"] = marks[until]
    return Places(marks, builder.extents, builder.first, builder.last)
