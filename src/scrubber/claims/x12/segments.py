"""A lossless tokenizer: bytes to segments and back, every byte accounted for.

The separators are read from each ISA segment (element: byte 3; component and terminator: the two bytes after ISA15's
separator; repetition: ISA11), so one file may hold interchanges that use different ones.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from scrubber.core.diagnostics import InputError, InputProblem

Buffer = bytes | mmap.mmap

MARK = b"\xef\xbb\xbf"
SPACE = b" \t\r\n\x00\x1a"
SPACES = re.compile(rb"[ \t\r\n\x00\x1a]*")
LONGEST_ISA = 400
LONGEST_SEGMENT = 65_536


class Separators(Struct, frozen=True):
    """The four separators of an interchange, one byte each. ``repetition`` is empty before version 00402."""

    element: bytes
    component: bytes
    terminator: bytes
    repetition: bytes = b""
    element_text: str = ""
    component_text: str = ""


class Segment:
    """One segment as it stands in the file.

    ``lead`` is the white space before it, ``raw`` its bytes without the terminator, ``end`` the terminator (empty where
    the file stops before one). ``offset`` is that of ``raw``; ``index`` counts segments of the file from 1.
    """

    __slots__ = ("elements", "end", "id", "index", "lead", "offset", "raw", "separators")

    def __init__(self, index: int, offset: int, lead: bytes, raw: bytes, end: bytes, separators: Separators) -> None:
        self.index = index
        self.offset = offset
        self.lead = lead
        self.raw = raw
        self.end = end
        self.separators = separators
        text = raw.decode("ascii") if raw.isascii() else _text(raw, separators.element)
        self.elements: list[str] = text.split(separators.element_text)
        self.id: str = self.elements[0]

    def element(self, at: int) -> str:
        """Element ``at`` (1 is the first after the id) as sent; empty where the segment ends before it."""
        elements = self.elements
        return elements[at] if at < len(elements) else ""

    def components(self, at: int) -> list[str]:
        """The components of element ``at``."""
        return self.element(at).split(self.separators.component_text)

    def component(self, at: int, number: int) -> str:
        """Component ``number`` (from 1) of element ``at``; empty where it is not there."""
        parts = self.components(at)
        return parts[number - 1] if number <= len(parts) else ""

    def span(self, element: int, component: int = 0) -> tuple[int, int] | None:
        """Byte offset in the file and length of an element or component; None where the segment ends before it."""
        parts = self.raw.split(self.separators.element)
        if element >= len(parts):
            return None
        at = self.offset + sum(len(part) + 1 for part in parts[:element])
        if not component:
            return at, len(parts[element])
        pieces = parts[element].split(self.separators.component)
        if component > len(pieces):
            return None
        return at + sum(len(piece) + 1 for piece in pieces[: component - 1]), len(pieces[component - 1])


def _text(raw: bytes, separator: bytes) -> str:
    """Text of a segment. Files are ASCII; what is not is UTF-8 or, failing that, Latin-1."""
    if separator[0] > 127:
        return raw.decode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def separators_at(data: Buffer, at: int) -> Separators | None:
    """The separators of the ISA segment at ``at``; None where none can be read there."""
    head = bytes(data[at : at + LONGEST_ISA])
    if len(head) < 20 or head[:3] != b"ISA":
        return None
    element = head[3:4]
    parts = head.split(element, 16)
    if len(parts) < 17 or len(parts[16]) < 2 or element.isalnum():
        return None
    component, terminator = parts[16][:1], parts[16][1:2]
    repetition = b"" if parts[11].isalnum() or len(parts[11]) != 1 else parts[11]
    if terminator.isalnum() or len({element, component, terminator}) != 3 or element in b"\r\n":
        return None
    return Separators(
        element, component, terminator, repetition, element.decode("latin-1"), component.decode("latin-1")
    )


def start_of(data: Buffer) -> int:
    """The offset of the first byte that is neither a byte order mark nor white space."""
    at = len(MARK) if data[:3] == MARK else 0
    return _skip(data, at, len(data))


def _skip(data: Buffer, at: int, end: int) -> int:
    found = SPACES.match(data, at, end)
    return found.end() if found is not None else at


class Place(Struct):
    """How far a file has been read: the next byte, the segments before it, and the separators in force there."""

    at: int
    index: int
    separators: Separators


def start(data: Buffer, file: str = "") -> Place:
    """The place of the first segment of a file.

    :raises InputError: the file does not start with an ISA segment whose separators can be read.
    """
    at = start_of(data)
    separators = separators_at(data, at)
    if separators is None:
        raise InputError(_no_isa(file, data, at))
    return Place(at, 0, separators)


def split(data: Buffer, file: str = "", place: Place | None = None, until: int | None = None) -> Iterator[Segment]:
    """The segments of a file. The last one has empty ``raw`` where white space ends the file.

    Given a ``place``, those from there on that start before ``until``; the place moves along.

    :raises InputError: the file does not start with an ISA segment whose separators can be read, or a stretch of
        64 KiB holds no segment terminator.
    """
    end, begin = len(data), 0 if place is None else place.at
    place = start(data, file) if place is None else place
    at, until = _skip(data, place.at, end), end if until is None else until
    separators, index = place.separators, place.index
    terminator = separators.terminator
    while at < until:
        if data[at] == 0x49 and data[at : at + 3] == b"ISA":
            fresh = separators_at(data, at)
            if fresh is not None and fresh != separators:
                separators, terminator = fresh, fresh.terminator
        stop = data.find(terminator, at, at + LONGEST_SEGMENT)
        if stop < 0 and end - at > LONGEST_SEGMENT:
            raise InputError(
                InputProblem(
                    file,
                    "no segment terminator was found in 64 KiB; the rest of the file was not read.",
                    offset=at,
                    segment=index + 1,
                    help="Check that every segment ends with the terminator that the ISA segment declares.",
                )
            )
        closing = terminator if stop >= 0 else b""
        stop = stop if stop >= 0 else end
        raw = bytes(data[at:stop])
        if not closing:
            stripped = raw.rstrip(SPACE)
            closing, raw = raw[len(stripped) :], stripped
        elif terminator == b"\n" and raw.endswith(b"\r"):
            raw, closing = raw[:-1], b"\r\n"
        index += 1
        lead, begin = bytes(data[begin:at]), at + len(raw) + len(closing)
        place.at, place.index, place.separators = begin, index, separators
        yield Segment(index, at, lead, raw, closing, separators)
        at = begin if begin < end and data[begin] not in SPACE else _skip(data, begin, end)
    if begin < end <= at:
        place.at = end
        yield Segment(index + 1, end, bytes(data[begin:end]), b"", b"", separators)


def following(data: Buffer, at: int, separators: Separators, end: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Offset, bytes and terminator of the segment at ``at`` and of those after it that start before ``end``."""
    size = len(data)
    while at < end:
        stop = data.find(separators.terminator, at)
        closing = separators.terminator if stop >= 0 else b""
        stop = stop if stop >= 0 else size
        raw = bytes(data[at:stop])
        if separators.terminator == b"\n" and raw.endswith(b"\r"):
            raw, closing = raw[:-1], b"\r\n"
        yield at, raw, closing
        at = _skip(data, at + len(raw) + len(closing), size)


def join(segments: Iterable[Segment]) -> bytes:
    """The bytes the segments were split from."""
    return b"".join(part for s in segments for part in (s.lead, s.raw, s.end))


def _no_isa(file: str, data: Buffer, at: int) -> InputProblem:
    head = bytes(data[at : at + 2])
    if head in (b"GS", b"ST"):
        message = f"the file starts with {head.decode()}: its envelope, with the ISA segment, is missing."
    elif head == b"IS":
        message = "the ISA segment at the start of the file is damaged: its separators cannot be read."
    else:
        message = "an X12 file starts with an ISA segment, and this one does not."
    return InputProblem(file, message, offset=at, segment=1, help="Send the whole interchange, from ISA to IEA.")
