"""The quick reading of levels and claims in which nothing is unusual.

What a segment says depends on its text and on the loop it stands in, so it is worked out once, by the careful reading
in :mod:`scrubber.claims.x12.scope`, and remembered under its text. Whatever is not plain (a value that cannot be read
or was normalised, a segment in the wrong place, a field that is given twice) is left to the careful reading of the
whole block. What is remembered is bounded and goes when the file was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from scrubber.claims.model import Diagnosis
from scrubber.claims.values import BadValueError, count
from scrubber.claims.x12.fields import FIELDS, FieldAt
from scrubber.claims.x12.guides import Guide
from scrubber.claims.x12.loops import QUALIFIED, WITHOUT_FIELDS, step
from scrubber.claims.x12.scope import SIMPLE, Scope, diagnoses_of
from scrubber.claims.x12.segments import LONGEST_SEGMENT, SPACE, Segment, Separators
from scrubber.core.code_systems import normalise_code

REMEMBERED: Final = 20_000
"""So many texts are remembered; then all are forgotten."""

_TEXT_SPACE: Final = SPACE.decode()
_VALUES, _LINE, _PAYER, _DIAGNOSES, _ADJUDICATOR, _DECIDED = range(6)

Entry = tuple["_State", int, Any]
"""The state after a segment, what kind of news it brings, and the news: None or a dict of values, but for diagnoses."""


class NotPlainError(Exception):
    """The block holds something that only the careful reading understands."""


class Gathered:
    """What one claim says: values by field name for the claim, each line and each other payer."""

    __slots__ = ("decided", "diagnoses", "lines", "payers", "segments", "state", "values")

    def __init__(
        self, values: dict[str, Any], diagnoses: list[Diagnosis], lines: list[dict[str, Any]],
        payers: list[dict[str, Any]], decided: list[tuple[str, date]], segments: int, state: _State,
    ) -> None:  # fmt: skip
        self.values = values
        self.diagnoses = diagnoses
        self.lines = lines
        self.payers = payers
        self.decided = decided
        self.segments = segments
        self.state = state


class PlainReader:
    """Reads the blocks of one guide, written with one set of separators."""

    def __init__(self, guide: Guide, separators: Separators) -> None:
        self.guide = guide
        self.separators = separators
        self.rows = FIELDS[guide.name]
        self.terminator = separators.terminator.decode()
        self.remembered = 0
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
        said: list[dict[str, Any]] = []
        for piece in pieces:
            state, kind, news = state[piece]
            if kind:
                raise NotPlainError
            if news is not None:
                said.append(news)
        return _merged(said), state

    def claim(self, raw: bytes) -> Gathered:
        """The values of a claim, from CLM to the last segment before what ends it.

        :raises NotPlainError: something in it is not plain.
        """
        pieces = self.pieces(raw)
        state, payer = self.state("2000B", "2000B"), ""
        own: list[dict[str, Any]] = []
        lines: list[list[dict[str, Any]]] = []
        payers: list[list[dict[str, Any]]] = []
        diagnoses: list[Diagnosis] = []
        decided: list[tuple[str, date]] = []
        say = own.append
        for piece in pieces:
            state, kind, news = state[piece]
            if not kind:
                if news is not None:
                    say(news)
            elif kind == _LINE:
                said, payer = [news], ""
                lines.append(said)
                say = said.append
            elif kind == _DIAGNOSES:
                diagnoses += news
            elif kind == _PAYER:
                said = [news]
                payers.append(said)
                say = said.append
            elif kind == _ADJUDICATOR:
                payer = news
            elif payer and news is not None:
                decided.append((payer, news))
        merged = [_merged(said) for said in lines]
        if not merged or len({line["number"] for line in merged}) != len(merged):
            raise NotPlainError
        return Gathered(
            _merged(own), diagnoses, merged, [_merged(said) for said in payers], decided, len(pieces), state
        )

    def remember(self) -> None:
        """Count one more text, and forget all when there are too many."""
        self.remembered += 1
        if self.remembered > REMEMBERED:
            self.remembered = 0
            for state in self._states.values():
                state.clear()
                state.plans.clear()


class _State(dict[str, Entry]):
    """A place in the loops: gives what a segment brings there, by the text of the segment."""

    __slots__ = ("area", "loop", "plans", "reader")

    def __init__(self, reader: PlainReader, area: str, loop: str) -> None:
        self.reader = reader
        self.area = area
        self.loop = loop
        self.plans: dict[tuple[str, str], _Plan] = {}

    def __missing__(self, piece: str) -> Entry:
        raw, reader = piece.lstrip(_TEXT_SPACE), self.reader
        if reader.terminator == "\n" and raw.endswith("\r"):
            raw = raw[:-1]
        elements = raw.split(reader.separators.element_text)
        sid = elements[0]
        first = elements[1].strip() if len(elements) > 1 and sid in _TOLD_APART else ""
        plan = self.plans.get((sid, first))
        if plan is None:
            plan = self.plans[sid, first] = _Plan(self, sid, first)
            reader.remember()
        entry = plan.entry
        if entry is None:
            entry = (plan.state, plan.kind, plan.news(elements, raw))
        if plan.repeats:
            reader.remember()
            self[piece] = entry
        return entry


_TOLD_APART: Final = QUALIFIED | {"NM1"}


class _Plan:
    """How segments of one id (and qualifier) are read in one loop."""

    __slots__ = ("entry", "items", "kind", "loop", "reader", "repeats", "rows", "state")

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
        self.repeats = sid != "CLM" and "key" not in kinds
        self.items: list[tuple[int, str, bool, Any]] | None = None
        if all(row.component or row.kind in _OF_ELEMENT or row.kind in _PLAIN for row in self.rows):
            self.items = [self._item(at) for at in sorted({row.element for row in self.rows})]

    def _item(self, element: int) -> tuple[int, str, bool, Any]:
        """How an element is read: the field it gives and its reading, or no name and a memory of what it gives."""
        rows = [row for row in self.rows if row.element == element]
        required = any(row.required for row in rows)
        if len(rows) == 1 and not rows[0].component and rows[0].kind in _PLAIN:
            return element, rows[0].name, required, _PLAIN[rows[0].kind]
        return element, "", required, _Texts(self, element, rows)

    def news(self, elements: list[str], raw: str) -> Any:
        """What a segment says."""
        if self.kind == _DIAGNOSES:
            texts = self.items[0][3] if self.items else {}
            return [one for text in elements[1:] for one in texts[text]]
        if self.items is None:
            scope = self.careful(raw.encode(), self.rows)
            if self.kind == _ADJUDICATOR:
                return scope.payer_of_line
            if self.kind == _DECIDED:
                return scope.decided[0][1] if scope.decided else None
            return {**scope.values, **scope.extra} or None
        found, size = {}, len(elements)
        for at, name, required, read in self.items:
            text = elements[at] if at < size else ""
            if not text:
                if required:
                    raise NotPlainError
            elif name:
                value = read(text)
                if value is not None:
                    found[name] = value
                elif required:
                    raise NotPlainError
            else:
                found.update(read[text])
        return found

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


class _Texts(dict[str, Any]):
    """What an element says, by its text."""

    __slots__ = ("element", "plan", "rows")

    def __init__(self, plan: _Plan, element: int, rows: list[FieldAt]) -> None:
        self.plan = plan
        self.element = element
        self.rows = rows

    def __missing__(self, text: str) -> Any:
        plan = self.plan
        scope = plan.careful(plan.reader.separators.element * self.element + text.encode(), self.rows)
        said: Any = {**scope.values, **scope.extra}
        if plan.kind == _DIAGNOSES:
            said = diagnoses_of(scope, False)
            if scope.deviations:
                raise NotPlainError
        plan.reader.remember()
        self[text] = said
        return said


def _merged(said: list[dict[str, Any]]) -> dict[str, Any]:
    """The values of one record. Which of two values of a field counts is for the careful reading to say."""
    values: dict[str, Any] = {}
    size = 0
    for news in said:
        values.update(news)
        size += len(news)
    if len(values) != size:
        raise NotPlainError
    return values


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
    "code": _code, "text": _text, "note": _text, "key": _key, "money": _money, "line_number": _number,
    "quantity": _simple("quantity"), "day": _simple("day"), "flag": _simple("flag"), "relation": _simple("relation"),
}  # fmt: skip
"""Readings of one element whose text is ASCII: each gives what the careful reading gives, or is not plain."""
_OF_ELEMENT: Final = frozenset({"modifiers", "causes", "pointers", "bill_type", "diagnoses"})
"""Further readings that look at one element only."""
_KINDS: Final = {
    "line_number": _LINE, "diagnoses": _DIAGNOSES, "adjudicator": _ADJUDICATOR, "adjudicated": _DECIDED,
}  # fmt: skip
