"""Change single elements of an 837 and nothing else: every byte outside the edits and the counts they force stays.

An element past the end of its segment is reached by adding separators; an emptied last element takes its separator with
it. Adding a segment or removing a line changes SE01 by as many segments. Line numbers (LX01) are not moved up when a
line is removed: payers refer to lines by the numbers that were sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from scrubber.claims.origin import Origin
from scrubber.claims.values import digits, x12_dollars
from scrubber.claims.x12.additions import Addition, addition_for
from scrubber.claims.x12.composites import compose
from scrubber.claims.x12.scope import MORE_NOTES
from scrubber.claims.x12.segments import Segment, Separators, following
from scrubber.core.catalogue import RECORDS
from scrubber.core.diagnostics import UsageError
from scrubber.core.types import Type

LISTS: Final = MappingProxyType({"modifiers": (3, 6), "diagnosis_pointers": (1, 4), "related_causes": (1, 3)})
"""List fields that are components of one element: the first and the last component."""

PERIODS: Final = MappingProxyType({"date": 0, "date_to": 1, "statement_from": 0, "statement_to": 1})
"""Fields that are one end of a DTP: 0 its first day, 1 its last."""

NOT_SETTABLE = frozenset(
    {
        "type",
        "patient_is_subscriber",
        "attachment",
        "patient_key",
        "other_payers",
        "diagnoses",
        "icd_procedures",
        "lines",
    }
)


class FieldEdit(Struct, frozen=True):
    """Give a field another value, as the model holds it (cents, dates, tuples); None empties it.

    ``record`` is ``claim``, ``line``, ``diagnosis`` or ``icd_procedure``; ``number`` the line's number or the position
    of the diagnosis or ICD procedure.
    """

    record: str
    number: int
    field: str
    value: Any


class RemoveLine(Struct, frozen=True):
    """Remove a service line: its LX segment and all that belongs to it."""

    number: int


Edit = FieldEdit | RemoveLine


def set_fields(data: bytes, edits: Iterable[tuple[Origin, Edit]]) -> bytes:
    """The file with the edits made; each comes with the origin of the claim it is for.

    :raises UsageError: an edit names a field that the file has no place for, a value that cannot be written, or the
        bytes are not those the claim was read from.
    """
    patch = _Patch(data)
    for origin, edit in edits:
        if isinstance(edit, RemoveLine):
            patch.remove_line(origin, edit.number)
        else:
            patch.set_field(origin, edit)
    return patch.apply()


class _Patch:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.changed: dict[int, tuple[Segment, list[bytes]]] = {}
        self.removed: dict[int, int] = {}
        self.added: list[tuple[Addition, bytes, Origin]] = []
        self.counts: dict[int, tuple[Origin, int]] = {}

    def elements(self, segment: Segment) -> list[bytes]:
        """The elements of a segment, to be changed in place."""
        if segment.offset not in self.changed:
            if bytes(self.data[segment.offset : segment.offset + len(segment.raw)]) != segment.raw:
                raise UsageError("The file is not the one this claim was read from: its bytes differ.")
            self.changed[segment.offset] = (segment, segment.raw.split(segment.separators.element))
        return self.changed[segment.offset][1]

    def set_field(self, origin: Origin, edit: FieldEdit) -> None:
        known = RECORDS.get(edit.record, {}).get(edit.field)
        if known is None or known.derived or edit.field in NOT_SETTABLE:
            raise UsageError(f"{edit.record}.{edit.field} cannot be set in an 837.")
        _check(edit, known.type)
        mark = origin.mark(edit.record, edit.number, edit.field)
        if mark is None:
            self._add(origin, edit)
            return
        segment, element, component, _ = mark
        elements, separators = self.elements(segment), segment.separators
        if edit.field == "note" and origin.mark(edit.record, edit.number, MORE_NOTES) is not None:
            raise UsageError("The note stands in more than one NTE segment; it cannot be set as one.")
        if edit.record == "icd_procedure" and edit.field == "date":
            text = text_of(edit.value, "date", separators)
            compose(elements, element, 3, "D8" if text else "", separators)
            compose(elements, element, component, text, separators)
        elif edit.field in PERIODS:
            _set_period(elements, PERIODS[edit.field], edit.value)
        elif edit.field == "discharge_date" and segment.element(1).strip() == "434":
            _set_period(elements, 1, edit.value)  # 837I: the last day of the statement period
        elif edit.field in LISTS:
            first, last = LISTS[edit.field]
            values = [text_of(item, "code", separators) for item in edit.value or ()]
            if len(values) > last - first + 1:
                raise UsageError(f"{edit.record}.{edit.field} has room for {last - first + 1} values.")
            _set_list(elements, element, first, last, values, separators)
        elif edit.field == "bill_type":
            text = text_of(edit.value, "code", separators)
            compose(elements, element, 1, text[:2], separators)
            compose(elements, element, 3, text[2:3], separators)
        elif known.type.kind == "date":
            _set_date(elements, element, text_of(edit.value, "date", separators))
        else:
            now = segment.component(element, component) if component else segment.element(element)
            text = text_of(edit.value, known.type.kind, separators)
            if not _same(now, text, edit.value, known.type.kind):
                compose(elements, element, component, text, separators)

    def _add(self, origin: Origin, edit: FieldEdit) -> None:
        """A field whose segment the claim does not have: a new segment, where the guide would have it."""
        if edit.value in (None, (), ""):
            return
        addition: Addition | None = addition_for(self.data, origin, edit.record, edit.number, edit.field)
        if addition is None:
            raise UsageError(f"The claim has no segment that could hold {edit.record}.{edit.field}.")
        separators = origin.first.separators
        kind = RECORDS[edit.record][edit.field].type.kind
        parts = [*addition.start, text_of(edit.value, kind, separators)]
        text = separators.element.join(part.encode() if isinstance(part, str) else part for part in parts)
        self.added.append((addition, text + addition.ending, origin))

    def remove_line(self, origin: Origin, number: int) -> None:
        extent = origin.lines.get(number)
        if extent is None:
            raise UsageError(f"The claim has no line {number}.")
        if len([at for at, _ in origin.lines.values() if at not in self.removed]) < 2:
            raise UsageError("The only line of a claim cannot be removed.")
        start, end = extent
        if start in self.removed:
            return
        self.removed[start] = end
        separators = origin.first.separators
        self._counts(origin, -sum(1 for at, _, _ in following(self.data, start, separators, end) if at < end))

    def _counts(self, origin: Origin, delta: int) -> None:
        at = origin.transaction.offset
        self.counts[at] = (origin, self.counts.get(at, (origin, 0))[1] + delta)

    def _count_segments(self) -> None:
        """SE01 of each transaction set grows or shrinks with its segments."""
        for origin, delta in self.counts.values():
            separators = origin.first.separators
            for at, raw, end in following(self.data, origin.last.offset, separators, len(self.data)):
                if raw[:3] == b"SE" + separators.element:
                    segment = Segment(0, at, b"", raw, end, separators)
                    elements = self.elements(segment)
                    now = elements[1].strip()
                    if now.isdigit():
                        elements[1] = str(int(now) + delta).encode().zfill(len(now) if now[:1] == b"0" else 0)
                    break
                if raw[:3] == b"ISA":
                    break

    def apply(self) -> bytes:
        added = [item for item in self.added if item[0].owner not in self.removed]
        for _, _, origin in added:
            self._counts(origin, 1)
        self._count_segments()
        spans: list[tuple[int, int, bytes]] = [(start, end, b"") for start, end in self.removed.items()]
        for offset, (segment, elements) in self.changed.items():
            if any(start <= offset < end for start, end in self.removed.items()):
                continue
            raw = segment.separators.element.join(elements)
            if raw != segment.raw:
                spans.append((offset, offset + len(segment.raw), raw))
        for addition, raw, _ in sorted(added, key=lambda item: item[0].rank):
            spans.append((addition.offset, addition.offset, raw))
        out: list[bytes] = []
        at = 0
        for start, end, raw in sorted(spans, key=lambda span: span[:2]):
            out += (self.data[at:start], raw)
            at = end
        return b"".join((*out, self.data[at:]))


_HELD: Final = MappingProxyType({
    "money": (int,), "number": (int, Decimal), "date": (date,), "flag": (bool,), "code": (str,), "text": (str,),
})  # fmt: skip


def _check(edit: FieldEdit, type_: Type) -> None:
    """The value must be what the model holds in this field."""
    if edit.value is None:
        return
    listed = isinstance(edit.value, tuple | list)
    values, held = edit.value if listed else (edit.value,), _HELD[type_.kind]
    if listed != type_.many or not all(
        isinstance(value, held) and (bool in held or not isinstance(value, bool)) for value in values
    ):
        raise UsageError(f"{edit.record}.{edit.field} cannot be set to a value of that type: it is a {type_}.")


def text_of(value: object, kind: str, separators: Separators) -> str:
    """A value of the model as an 837 writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else ""
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    if isinstance(value, int) and kind == "money":
        return x12_dollars(value)
    text = digits(value) if isinstance(value, int | Decimal) else str(value)
    marks = (separators.element, separators.component, separators.terminator, separators.repetition)
    raw = text.encode()
    if any(mark and mark in raw for mark in marks) or not text.isprintable():
        raise UsageError("A value holds a separator of this file or a control character; it cannot be written.")
    return text


def _same(now: str, text: str, value: object, kind: str) -> bool:
    """Whether the element already says this: a number perhaps written otherwise (``1.00`` for 1), a padded text."""
    if kind == "text":
        return now.strip() == text
    if kind not in ("money", "number") or not isinstance(value, int | Decimal):
        return False
    held = now.strip()
    if not held or held.strip("-.0123456789"):
        return False
    try:
        return Decimal(held) == (Decimal(value) / 100 if kind == "money" else value)
    except ArithmeticError:
        return False


def _set_list(
    elements: list[bytes], element: int, first: int, last: int, values: list[str], separators: Separators
) -> None:
    parts = elements[element].split(separators.component) if element < len(elements) else []
    if [part for part in parts[first - 1 : last] if part] == [value.encode() for value in values]:
        return
    for at in range(last, first - 1, -1):
        compose(elements, element, at, values[at - first] if at - first < len(values) else "", separators)


def _set_date(elements: list[bytes], element: int, text: str) -> None:
    """One date; a time of day (DT) or the end of a range that stands beside it is kept."""
    now = elements[element] if element < len(elements) else b""
    if elements[0] == b"DTP" and text and len(now) > 8 and now[:8].isdigit():
        elements[element] = text.encode() + now[8:]
    else:
        compose(elements, element, 0, text, None)


def _set_period(elements: list[bytes], which: int, value: object) -> None:
    """One end of a DTP: D8 holds one day, RD8 a range; the form changes only where it has to."""
    while len(elements) < 4:
        elements.append(b"")
    first, _, last = elements[3].partition(b"-")
    text = value.strftime("%Y%m%d").encode() if isinstance(value, date) else b""
    if which == 0:
        first = text + first[8:] if elements[2].strip() == b"DT" else text
    else:
        last = b"" if text == first and not last else text
    if last:
        elements[2], elements[3] = b"RD8", first + b"-" + last
    else:
        elements[2], elements[3] = (b"D8" if elements[2].strip() == b"RD8" else elements[2]), first
