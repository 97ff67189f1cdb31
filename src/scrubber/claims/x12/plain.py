"""The quick reading of levels and claims in which nothing is unusual.

What a segment says depends on its text and on the loop it stands in, so it is worked out once, by the careful reading
in :mod:`scrubber.claims.x12.scope`, and remembered under its text. Whatever is not plain (a value that cannot be read
or was normalised, a segment in the wrong place, a field that is given twice) is left to the careful reading of the
whole block. What is remembered is bounded and goes when the file was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any, Final

from msgspec import Struct

from scrubber.claims.model import Diagnosis, IcdProcedure
from scrubber.claims.values import MOST_CODED, BadValueError, count
from scrubber.claims.x12.fields import FIELDS, SILENCE_IS_NO, FieldAt
from scrubber.claims.x12.guides import Guide
from scrubber.claims.x12.loops import QUALIFIED, WITHOUT_FIELDS, step
from scrubber.claims.x12.scope import NPI_QUALIFIERS, SIMPLE, Scope, diagnoses_of, icd_procedures_of
from scrubber.claims.x12.segments import LONGEST_SEGMENT, SPACE, Segment, Separators
from scrubber.core.code_systems import normalise_code

REMEMBERED: Final = 4_096
"""So many texts are remembered of one kind of segment in one loop, and of one element; later ones are read anew."""
REMEMBERED_IN_ALL: Final = 50_000
LONGEST_REMEMBERED: Final = 200
KINDS: Final = 1_000
"""So many kinds of segment are remembered in one loop. A proper file has far fewer."""

_TEXT_SPACE: Final = SPACE.decode()
_VALUES, _LINE, _PAYER, _DIAGNOSES, _ADJUDICATOR, _DECIDED = range(6)

Entry = tuple["_State", int, Any]
"""The state after a segment, what kind of news it brings, and the news: None or a dict of values, but for diagnoses."""


class NotPlainError(Exception):
    """The block holds something that only the careful reading understands."""


class Gathered(Struct):
    """What one claim says: values by field name for the claim, each line and each other payer."""

    values: dict[str, Any]
    diagnoses: list[Diagnosis]
    icd_procedures: list[IcdProcedure]
    lines: list[dict[str, Any]]
    payers: list[dict[str, Any]]
    decided: list[tuple[str, date]]
    segments: int
    state: _State


class PlainReader:
    """Reads the blocks of one guide, written with one set of separators."""

    def __init__(self, guide: Guide, separators: Separators) -> None:
        self.guide = guide
        self.separators = separators
        self.rows = FIELDS[guide.name]
        self.silent = SILENCE_IS_NO.get(guide.form, {})
        self.room = REMEMBERED_IN_ALL
        self.element = separators.element_text
        self.terminator = separators.terminator.decode()
        self._states: dict[tuple[str, str], _State] = {}

    def state(self, area: str, loop: str) -> _State:
        """The state of standing in a loop."""
        known = self._states.get((area, loop))
        if known is None:
            known = self._states[area, loop] = _State(self, area, loop)
        return known

    def pieces(self, raw: bytes) -> list[str]:
        """The segments of a block that ends with a terminator, each with the white space before it.

        :raises NotPlainError: it holds other characters than ASCII, or a segment that is too long to be one.
        """
        if not raw.isascii():
            raise NotPlainError
        pieces = raw.decode("ascii").split(self.terminator)
        pieces.pop()
        if len(raw) > LONGEST_SEGMENT and max(map(len, pieces)) >= LONGEST_SEGMENT:
            raise NotPlainError
        return pieces

    def level(self, area: str, pieces: list[str]) -> tuple[dict[str, Any], _State]:
        """The values of a level, from the segments after its HL, and where it ends.

        :raises NotPlainError: something in it is not plain.
        """
        state = self.state(area, area)
        values: dict[str, Any] = {}
        size = 0
        for piece in pieces:
            state, kind, news = state[piece]
            if kind:
                raise NotPlainError
            if news:
                values.update(news)
                size += len(news)
        if size != len(values):
            raise NotPlainError
        return values, state

    def claim(self, raw: bytes) -> Gathered:
        """The values of a claim, from CLM to the last segment before what ends it.

        :raises NotPlainError: something in it is not plain.
        """
        pieces = self.pieces(raw)
        state, payer, size = self.state("2000B", "2000B"), "", 0
        own: dict[str, Any] = {}
        lines: list[dict[str, Any]] = []
        payers: list[dict[str, Any]] = []
        coded: list[Diagnosis | IcdProcedure] = []
        decided: list[tuple[str, date]] = []
        take = own.update
        for piece in pieces:
            state, kind, news = state[piece]
            if not kind:
                if news:
                    take(news)
                    size += len(news)
            elif kind in (_LINE, _PAYER):
                record = news.copy()
                size += len(news)
                take = record.update
                payer = ""
                (lines if kind == _LINE else payers).append(record)
            elif kind == _DIAGNOSES:
                coded += news
            elif kind == _ADJUDICATOR:
                payer = news
            elif payer and news is not None:
                decided.append((payer, news))
        # A field that two segments give: which counts is for the careful reading to say.
        if size != len(own) + sum(map(len, lines)) + sum(map(len, payers)):
            raise NotPlainError
        if not lines or len({line["number"] for line in lines}) != len(lines):
            raise NotPlainError
        for line in lines:
            for flag in self.silent:
                if flag in line:
                    break  # the line has an SV1, and that gave them all
                line[flag] = self.silent[flag]
        if len(coded) > MOST_CODED:
            raise NotPlainError
        diagnoses = [one for one in coded if isinstance(one, Diagnosis)]
        procedures = [one for one in coded if isinstance(one, IcdProcedure)] if len(diagnoses) < len(coded) else []
        return Gathered(own, diagnoses, procedures, lines, payers, decided, len(pieces), state)


class _State(dict[str, Entry]):
    """A place in the loops: gives what a segment brings there, by the text of the segment."""

    __slots__ = ("area", "loop", "plans", "reader")

    def __init__(self, reader: PlainReader, area: str, loop: str) -> None:
        self.reader = reader
        self.area = area
        self.loop = loop
        self.plans: dict[str | tuple[str, str], _Plan] = {}

    def __missing__(self, piece: str) -> Entry:
        raw, reader = piece.lstrip(_TEXT_SPACE), self.reader
        if reader.terminator == "\n" and raw.endswith("\r"):
            raw = raw[:-1]
        element = reader.element
        sid, _, rest = raw.partition(element)
        first = rest.partition(element)[0].strip() if sid in _TOLD_APART else ""
        kind = (sid, first) if first else sid
        plan = self.plans.get(kind)
        if plan is None:
            plan = _Plan(self, sid, first)
            if len(self.plans) < KINDS:
                self.plans[kind] = plan
            else:
                plan.room = 0
        entry = plan.entry
        if entry is None:
            entry = (plan.state, plan.kind, plan.news(raw))
        if plan.room and reader.room and len(piece) <= LONGEST_REMEMBERED:
            plan.room -= 1
            reader.room -= 1
            self[piece] = entry
        return entry


_TOLD_APART: Final = QUALIFIED | {"NM1"}


class _Plan:
    """How segments of one id (and qualifier) are read in one loop."""

    __slots__ = (
        "diagnoses", "entry", "items", "kind", "loop", "npi", "reader", "required", "room", "rows", "silent", "state",
    )  # fmt: skip

    def __init__(self, state: _State, sid: str, first: str) -> None:
        reader = self.reader = state.reader
        found = step(reader.guide, state.area, state.loop, sid, first.upper() if sid == "NM1" else "")
        if found.message:
            raise NotPlainError
        self.loop = found.loop
        self.state = reader.state(found.area, found.loop)
        rows = None
        if found.read and sid not in WITHOUT_FIELDS:
            rows = reader.rows.get((found.loop, sid, first if sid in QUALIFIED else ""))
        self.rows = rows or ()
        kinds = {row.kind for row in self.rows}
        self.kind = next((_KINDS[kind] for kind in kinds if kind in _KINDS), _VALUES)
        if found.enters and found.loop == "2320":
            self.kind = _PAYER
        self.entry: Entry | None = (self.state, _VALUES, None) if not self.rows and not found.enters else None
        # Texts that stand once in a file, as a rule, are not worth remembering.
        self.room = 0 if sid == "CLM" or "key" in kinds else REMEMBERED
        names = {row.name for row in self.rows}
        self.silent = {name: no for name, no in reader.silent.items() if name in names}
        self.npi = next((row.name for row in self.rows if row.kind == "npi"), "")
        self.required = tuple([row.name for row in self.rows if row.required])
        self.items: list[tuple[str, Callable[[str], Any]] | None] | None = None
        if all(row.component or row.kind in _OF_ELEMENT or row.kind in _PLAIN for row in self.rows):
            last = max((row.element for row in self.rows), default=0)
            self.items = [self._item(at) for at in range(last + 1)]
        self.diagnoses: Callable[[str], Any] | None = None
        if self.kind == _DIAGNOSES:
            self.diagnoses = _Memory(partial(self.texts, 1, list(self.rows))).__getitem__

    def _item(self, element: int) -> tuple[str, Callable[[str], Any]] | None:
        """How an element is read: the field it gives and its reading, or no name and a reading that gives several."""
        rows = [row for row in self.rows if row.element == element]
        if not rows:
            return None
        if len(rows) > 1 or rows[0].component or rows[0].kind in _OF_ELEMENT:
            return "", _Memory(partial(self.texts, element, rows)).__getitem__
        read = _PLAIN[rows[0].kind]
        return rows[0].name, read if rows[0].kind in _SELDOM_REPEATED else _Memory(read).__getitem__

    def news(self, raw: str) -> Any:
        """What a segment says."""
        elements = raw.split(self.reader.element)
        if self.diagnoses is not None:
            return [one for text in elements[1:] for one in self.diagnoses(text)]
        if self.items is None:
            scope = self.careful(raw.encode(), self.rows)
            if self.kind == _ADJUDICATOR:
                return scope.payer_of_line
            if self.kind == _DECIDED:
                return scope.decided[0][1] if scope.decided else None
            return {**self.silent, **scope.values, **scope.extra}
        found: dict[str, Any] = self.silent.copy()
        for item, text in zip(self.items, elements):  # noqa: B905 - saying it takes longer than the shortest segment
            if text and item is not None:
                name, read = item
                value = read(text)
                if not name:
                    found.update(value)
                elif value is not None:
                    found[name] = value
        for name in self.required:
            if name not in found:
                raise NotPlainError
        if self.npi and len(elements) > 8 and elements[8].strip() not in NPI_QUALIFIERS:
            found.pop(self.npi, None)
        return found

    def texts(self, element: int, rows: list[FieldAt], text: str) -> Any:
        """What the careful reading finds in one element."""
        scope = self.careful(self.reader.separators.element * element + text.encode(), rows)
        if self.kind != _DIAGNOSES:
            return {**scope.values, **scope.extra}
        coded = (*diagnoses_of(scope, False), *icd_procedures_of(scope))
        if scope.deviations or scope.problems:
            raise NotPlainError
        return coded

    def careful(self, raw: bytes, rows: Iterable[FieldAt]) -> Scope:
        """What the careful reading finds in a segment.

        :raises NotPlainError: it has something to say about it.
        """
        scope = Scope("", "claim", 0, {})
        scope.payer_of_line = "any"
        segment = Segment(0, 0, b"", raw, b"", self.reader.separators)
        for row in rows:
            scope.take(row, segment, self.loop)
        if scope.problems or scope.deviations:
            raise NotPlainError
        return scope


class _Memory(dict[str, Any]):
    """What was read from a text before."""

    __slots__ = ("read",)

    def __init__(self, read: Callable[[str], Any]) -> None:
        self.read = read

    def __missing__(self, text: str) -> Any:
        said = self.read(text)
        if len(self) < REMEMBERED and len(text) <= LONGEST_REMEMBERED:
            self[text] = said
        return said


def _code(raw: str) -> str | None:
    if raw.isalnum() and raw.upper() == raw:
        return raw
    value = normalise_code(raw)
    if value and value != raw:
        raise NotPlainError
    return value or None


def _text(raw: str) -> str | None:
    return raw.strip() or None


def _key(raw: str) -> str:
    return raw.strip().upper()


def _money(raw: str) -> int | None:
    return int(raw) * 100 if raw.isdigit() and len(raw) < 16 else _cents(raw)


def _number(raw: str) -> int:
    try:
        number = count(raw.strip())
    except BadValueError:
        raise NotPlainError from None
    if not number:
        raise NotPlainError
    return number


def _simple(kind: str) -> Callable[[str], Any]:
    read = SIMPLE[kind]

    def simple(raw: str) -> Any:
        text = raw.strip()
        try:
            return read(text) if text else None
        except BadValueError:
            raise NotPlainError from None

    return simple


_cents: Final = _simple("money")
_PLAIN: Final[dict[str, Callable[[str], Any]]] = {
    "code": _code, "npi": _code, "text": _text, "note": _text, "key": _key, "money": _money, "line_number": _number,
    "quantity": _simple("quantity"), "day": _simple("day"), "flag": _simple("flag"), "relation": _simple("relation"),
}  # fmt: skip
"""Readings of one element whose text is ASCII: each gives what the careful reading gives, or is not plain."""
_SELDOM_REPEATED: Final = frozenset({"text", "note", "key"})
_OF_ELEMENT: Final = frozenset({"modifiers", "causes", "pointers", "bill_type", "diagnoses"})
"""Further readings that look at one element only."""
_KINDS: Final = {
    "line_number": _LINE, "diagnoses": _DIAGNOSES, "adjudicator": _ADJUDICATOR, "adjudicated": _DECIDED,
}  # fmt: skip
