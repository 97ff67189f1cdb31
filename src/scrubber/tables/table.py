"""Look-ups in one open edition of a table. Nothing is read ahead; everything is answered from the mapped file."""

from __future__ import annotations

import sys
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import date

import msgspec
from msgspec import Struct

from scrubber.tables.names import ABSENT, SEPARATOR, Names, as_name
from scrubber.tables.packed import OPEN_END, OPEN_START, Header, damaged
from scrubber.tables.schema import TableSchema, Value, value_of

AMBIGUOUS = -2
"""Rows of the key that are in force on the day say different things. (``ABSENT``, -1: there is no such row.)"""

ENTRY_BITS = 32
_FACT = (1 << ENTRY_BITS) - 1
_CACHED_TAILS = 1 << 17
_MET_KEPT = 1 << 16


class Edition(Struct, frozen=True):
    """One imported version of a table, valid for days ``first`` to ``last``, both included.

    ``id`` is ``first..last``; ``digest`` identifies the contents; ``slice`` says that rows are left out on purpose;
    ``source_files`` are the publisher's names; ``columns`` the value columns it has; ``path`` is empty in memory;
    ``left_out`` counts published rows that could not be read at the import.
    """

    table: str
    id: str
    first: date
    last: date
    rows: int
    digest: str
    slice: bool
    source_files: tuple[str, ...]
    columns: tuple[str, ...]
    path: str = ""
    left_out: int = 0

    @classmethod
    def of(cls, header: Header, digest: str, path: str = "") -> Edition:
        """What a header says of its edition."""
        sources = tuple(source.name for source in header.sources)
        return cls(
            header.table, header.edition, header.first, header.last, header.rows, digest, header.slice, sources,
            tuple(header.columns), path, header.left_out,
        )  # fmt: skip


class _Met(Struct, frozen=True):
    """A code of a table with two keys: its number among the second keys, its place among the first (ABSENT: neither),
    and the numbers it stands with, once it was asked for twice; none where it is no first key."""

    number: int
    head: int
    partners: frozenset[int] | None


class OpenTable:
    """One edition, ready for look-ups. Read-only; may be shared between threads.

    ``find`` gives a row number that is only good for this object. Keys are normalised codes, in the order of the
    table's keys; days are ordinals (``date.toordinal()``). Raises InputError where the file turns out to be damaged.
    """

    __slots__ = (
        "_arity", "_asked", "_deletion", "_effective", "_facts", "_first", "_group", "_heads", "_history", "_kept",
        "_met", "_single", "_tail", "_tails", "_values", "edition", "schema",
    )  # fmt: skip

    def __init__(self, header: Header, digest: str, body: memoryview, path: str = "") -> None:
        self.schema: TableSchema = header.schema
        self._arity = len(header.keys)
        self.edition = Edition.of(header, digest, path)
        try:
            self._heads = Names(header.sections["heads"].code, _bytes(header, body, "heads", path))
            self._tails = Names(header.sections["tails"].code, _bytes(header, body, "tails", path))
            self._first = _numbers(header, body, "first", path)
            self._tail = _numbers(header, body, "tail", path)
            self._group = _numbers(header, body, "group", path)
            self._history = _numbers(header, body, "history", path)
            self._facts = _numbers(header, body, "facts", path)
            self._effective = _numbers(header, body, "effective", path)
            self._deletion = _numbers(header, body, "deletion", path)
            self._values = {
                name: (
                    _numbers(header, body, f"value.{name}", path),
                    [value_of(type_, word) for word in _words(header, body, f"words.{name}", path)],
                )
                for name, type_ in header.columns.items()
            }
        except (KeyError, ValueError, msgspec.DecodeError):
            raise damaged(path, "lacks a part or has one that cannot be read") from None
        if len(self._first) != self._heads.count + 1 or not len(self._tail) == len(self._group) == self._first[-1]:
            raise damaged(path, "has parts that do not fit together")
        self._single = len(self._effective)
        self._met: dict[str, _Met] = {}
        self._asked: set[str] = set()
        self._kept = 0

    def find(self, keys: tuple[str, ...], day: int, column: str | None = None) -> int:
        """The row of ``keys`` in force on ``day``: a number from 0, :data:`ABSENT` or :data:`AMBIGUOUS`.

        Rows that agree are one. With ``column``, rows need to agree on that column only.
        """
        try:
            entry = self._entry(keys)
            return entry if entry < 0 else self._in_force(entry, day, column)
        except IndexError:
            raise damaged(self.edition.path, "has damaged rows") from None

    def turning_days(self) -> set[int]:
        """The days, as ordinals, on which some row begins or has just ended: between them no look-up changes."""
        return set(self._effective) | {day + 1 for day in self._deletion}

    @property
    def holds_cpt(self) -> bool:
        """Whether a first key begins with a digit, as CPT codes do and HCPCS Level II codes do not."""
        return self._heads.count > 0 and self._heads[0][:1].isdigit()

    def has_key(self, keys: tuple[str, ...]) -> bool:
        """Whether a row of ``keys`` exists for any day."""
        try:
            return self._entry(keys) >= 0
        except IndexError:
            raise damaged(self.edition.path, "has damaged rows") from None

    def knows(self, code: str) -> bool:
        """Whether a row could have this code among its keys: False where none has."""
        return self._arity > 2 or self._heads.get(code) >= 0 or (self._arity == 2 and self._tails.get(code) >= 0)

    def value(self, row: int, column: str) -> Value:
        """The value of a found row; None where its cell is empty. Raises KeyError for a column the edition lacks."""
        places, values = self._values[column]
        try:
            return values[places[row & _FACT]]
        except IndexError:
            raise damaged(self.edition.path, "has damaged rows") from None

    def row(self, row: int) -> dict[str, Value]:
        """The whole row as evidence: its keys (a range as ``A-B``), ``effective``, ``deletion`` (dates, None where
        open) and its columns."""
        try:
            entry, fact = row >> ENTRY_BITS, row & _FACT
            head = self._heads[bisect_right(self._first, entry) - 1]
            tail = self._tails[self._tail[entry]]
            found: dict[str, Value] = dict(zip(self.schema.key_names, self._key_cells(head, tail), strict=True))
            effective, deletion = self._effective[fact], self._deletion[fact]
        except (IndexError, ValueError):
            raise damaged(self.edition.path, "has damaged rows") from None
        found["effective"] = None if effective == OPEN_START else date.fromordinal(effective)
        found["deletion"] = None if deletion == OPEN_END else date.fromordinal(deletion)
        found.update({name: self.value(row, name) for name in self._values})
        return found

    def existing_pairs(self, codes: Sequence[str]) -> list[tuple[str, str]]:
        """Of a table with two keys: the ordered pairs of ``codes`` that have a row for any day, in the order given.

        A code is paired with itself only where the table says so. Repeated codes count once.
        """
        known = self._met
        try:
            met = {code: known[code] for code in codes}
        except KeyError:
            met = {code: self._met.get(code) or self._meet(code) for code in codes}
        numbers = [code.number for code in met.values()]
        pairs: list[tuple[str, str]] = []
        for first, seen in met.items():
            partners = seen.partners
            if partners is not None and partners.isdisjoint(numbers):
                continue
            hits = self._hits(first, seen.head, numbers) if partners is None else partners
            pairs += [(first, second) for second, code in met.items() if code.number in hits]
        return pairs

    def partners(self, first_key: str) -> tuple[str, ...]:
        """Of a table with two keys: every second key that ``first_key`` has a row with, on any day, in order."""
        head = self._heads.get(first_key)
        if head < 0:
            return ()
        try:
            return tuple(self._tails[number] for number in self._tail[self._first[head] : self._first[head + 1]])
        except IndexError:
            raise damaged(self.edition.path, "has damaged rows") from None

    def _meet(self, code: str) -> _Met:
        """What is known of a code that is asked for the first time."""
        if len(self._met) >= _MET_KEPT:
            self._met = {}
        head = self._heads.get(code)
        found = self._met[code] = _Met(self._tails.get(code), head, None if head >= 0 else frozenset())
        return found

    def _hits(self, code: str, head: int, wanted: Sequence[int]) -> Collection[int]:
        """Which of ``wanted`` stand in the row of ``head``. The second time a code is asked for, its row is kept as a
        set: claims of one practice meet the same few hundred codes."""
        low, high = self._first[head], self._first[head + 1]
        tail = self._tail
        if code in self._asked:
            if self._kept + high - low > _CACHED_TAILS:
                self._met, self._asked, self._kept = {}, set(), 0
            partners = frozenset(tail[low:high])
            self._kept += high - low
            self._met[code] = _Met(self._tails.get(code), head, partners)
            return partners
        self._asked.add(code)
        found = set()
        for number in wanted:
            at = bisect_left(tail, number, low, high)
            if at < high and tail[at] == number:
                found.add(number)
        return found

    def _entry(self, keys: tuple[str, ...]) -> int:
        if len(keys) != self._arity:
            raise ValueError(f"table {self.schema.name} has {self._arity} keys")
        head = self._heads.get(keys[0])
        if head < 0:
            return ABSENT
        low, high = self._first[head], self._first[head + 1]
        if self._arity == 1:
            return low
        number = self._tails.get(keys[1] if self._arity == 2 else SEPARATOR.join(map(as_name, keys[1:])))
        if number < 0:
            return ABSENT
        at = bisect_left(self._tail, number, low, high)
        return at if at < high and self._tail[at] == number else ABSENT

    def _in_force(self, entry: int, day: int, column: str | None) -> int:
        fact = self._group[entry]
        if fact < self._single:
            if self._effective[fact] <= day <= self._deletion[fact]:
                return entry << ENTRY_BITS | fact
            return ABSENT
        return self._settle([(entry, number) for number in self._members(entry, day)], column)

    def _members(self, entry: int, day: int) -> list[int]:
        """The facts of an entry in force on a day, in order of first day."""
        fact = self._group[entry]
        if fact < self._single:
            members: Sequence[int] = (fact,)
        else:
            at = fact - self._single
            members = self._facts[self._history[at] : self._history[at + 1]]
        return [number for number in members if self._effective[number] <= day <= self._deletion[number]]

    def _settle(self, found: list[tuple[int, int]], column: str | None) -> int:
        """One row of several in force: the first where they agree."""
        if not found:
            return ABSENT
        asked = self._values if column is None else (column,)
        for name in asked if len(found) > 1 else ():
            places, _ = self._values[name]
            said = places[found[0][1]]
            if any(places[fact] != said for _, fact in found[1:]):
                return AMBIGUOUS
        entry, fact = found[0]
        return entry << ENTRY_BITS | fact

    def _key_cells(self, head: str, tail: str) -> list[str]:
        return [head] if len(self.schema.keys) == 1 else [head, *tail.split(SEPARATOR)]


def _bytes(header: Header, body: memoryview, name: str, path: str) -> memoryview:
    section = header.sections[name]
    data = body[section.offset : section.offset + section.size]
    # All of it, in a few milliseconds for millions of rows: a row that is damaged could pass for one that is not there.
    if zlib.crc32(data) != section.crc:
        raise damaged(path, "has damaged rows")
    return data


def _numbers(header: Header, body: memoryview, name: str, path: str) -> memoryview[int]:
    code = header.sections[name].code
    data = _bytes(header, body, name, path)
    if code not in ("H", "I"):
        raise ValueError(code)
    if sys.byteorder == "big":
        from array import array  # here because few machines need it

        swapped = array(code, bytes(data))
        swapped.byteswap()
        return memoryview(swapped)
    return data.cast(code)  # type: ignore[call-overload, no-any-return]


def _words(header: Header, body: memoryview, name: str, path: str) -> list[str | None]:
    return msgspec.json.decode(_bytes(header, body, name, path), type=list[str | None])
