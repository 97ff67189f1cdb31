"""Segments that can be added to a claim or line that lacks them, and where the guides put them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from msgspec import Struct

from scrubber.claims.origin import Origin
from scrubber.claims.x12.segments import following

_CLAIM_ORDER: Final = "CLM DTP CL1 DN1 DN2 PWK CN1 AMT REF K3 NTE CR1 CR2 CR3 CRC HI QTY HCP".split()  # noqa: SIM905
_LINE_ORDER: Final = (
    "LX SV1 SV2 SV3 SV5 TOO PWK CR1 CR3 CRC DTP QTY MEA CN1 REF AMT K3 NTE PS1 HCP".split()  # noqa: SIM905
)

_START: Final = MappingProxyType({
    ("claim", "prior_auth"): ("REF", "G1"), ("claim", "referral"): ("REF", "9F"),
    ("claim", "original_reference"): ("REF", "F8"), ("claim", "clia"): ("REF", "X4"), ("claim", "note"): ("NTE", "ADD"),
    ("claim", "accident_date"): ("DTP", "439", "D8"), ("claim", "onset_date"): ("DTP", "431", "D8"),
    ("claim", "lmp_date"): ("DTP", "484", "D8"), ("claim", "initial_treatment_date"): ("DTP", "454", "D8"),
    ("claim", "admit_date"): ("DTP", "435", "D8"),
    ("line", "prior_auth"): ("REF", "G1"), ("line", "clia"): ("REF", "X4"), ("line", "note"): ("NTE", "ADD"),
    ("line", "date"): ("DTP", "472", "D8"), ("line", "initial_treatment_date"): ("DTP", "454", "D8"),
})  # fmt: skip


class Addition(Struct, frozen=True):
    """A segment to be: its first elements, the offset it goes to, and the bytes that end it there."""

    start: tuple[str, ...]
    offset: int
    ending: bytes
    rank: int
    owner: int
    """The offset of the loop it belongs to: CLM or LX."""


def addition_for(data: bytes, origin: Origin, record: str, number: int, field: str) -> Addition | None:
    """Where a new segment for this field goes; None where none can be added."""
    start = _START.get((record, field))
    extent = origin.lines.get(number) if record == "line" else (origin.first.offset, len(data))
    if start is None or extent is None:
        return None
    order = _LINE_ORDER if record == "line" else _CLAIM_ORDER
    separators, rank = origin.first.separators, order.index(start[0])
    previous = separators.terminator
    for at, raw, ending in following(data, extent[0], separators, len(data)):
        sid = raw.split(separators.element, 1)[0].decode("latin-1")
        if at > extent[0] and (sid not in order[1:] or order.index(sid) > rank):
            return Addition(start, at, previous, rank, extent[0])
        previous = ending + bytes(data[at + len(raw) + len(ending) : _next(data, at + len(raw) + len(ending))])
    return None


def _next(data: bytes, at: int) -> int:
    while at < len(data) and data[at] in b" \t\r\n":
        at += 1
    return at
