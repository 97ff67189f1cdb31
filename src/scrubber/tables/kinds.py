"""The ways a table's last key meets its rows, and the one place that picks among them."""

from __future__ import annotations

from bisect import bisect_left

from scrubber.core.code_ranges import in_range
from scrubber.tables.names import ABSENT, SEPARATOR, as_name
from scrubber.tables.packed import Header, damaged
from scrubber.tables.table import ENTRY_BITS, OpenTable


class PairTable(OpenTable):
    """Two keys, met exactly: the table that is asked most, so its look-up is one call."""

    __slots__ = ()

    def find(self, keys: tuple[str, ...], day: int, column: str | None = None) -> int:
        first, second = keys
        head, number = self._heads.get(first), self._tails.get(second)
        if head < 0 or number < 0:
            return ABSENT
        try:
            tail, high = self._tail, self._first[head + 1]
            entry = bisect_left(tail, number, self._first[head], high)
            if entry == high or tail[entry] != number:
                return ABSENT
            fact = self._group[entry]
            if fact >= self._single:
                return self._in_force(entry, day, column)
            return entry << ENTRY_BITS | fact if self._effective[fact] <= day <= self._deletion[fact] else ABSENT
        except IndexError:
            raise damaged(self.edition.path, "has damaged rows") from None


class DescendantTable(OpenTable):
    """The last key meets the row of the code itself, else of the nearest code it begins with that is in force."""

    __slots__ = ()

    def find(self, keys: tuple[str, ...], day: int, column: str | None = None) -> int:
        code = keys[-1]
        while code:
            row = super().find((*keys[:-1], code), day, column)
            if row != ABSENT:
                return row
            code = code[:-1]
        return ABSENT

    def has_key(self, keys: tuple[str, ...]) -> bool:
        code = keys[-1]
        return any(OpenTable.has_key(self, (*keys[:-1], code[:size])) for size in range(len(code), 0, -1))

    def knows(self, code: str) -> bool:
        return True


class RangeTable(OpenTable):
    """Rows name a first and a last code; a key between them, of their shape, meets the row. For small tables."""

    __slots__ = ()

    def find(self, keys: tuple[str, ...], day: int, column: str | None = None) -> int:
        try:
            found = [(entry, fact) for entry in self._spanning(keys) for fact in self._members(entry, day)]
        except IndexError:
            raise damaged(self.edition.path, "has damaged rows") from None
        return self._settle(found, column)

    def has_key(self, keys: tuple[str, ...]) -> bool:
        try:
            return bool(self._spanning(keys))
        except IndexError:
            raise damaged(self.edition.path, "has damaged rows") from None

    def knows(self, code: str) -> bool:
        return True

    def _spanning(self, keys: tuple[str, ...]) -> list[int]:
        head = self._heads.get("" if len(keys) == 1 else keys[0])
        if head < 0:
            return []
        between, code, system = list(map(as_name, keys[1:-1])), keys[-1], self.schema.keys[-1][1].of
        found = []
        for entry in range(self._first[head], self._first[head + 1]):
            *cells, low, high = self._tails[self._tail[entry]].split(SEPARATOR)
            if cells == between and in_range(code, low, high, system):
                found.append(entry)
        return found

    def _key_cells(self, head: str, tail: str) -> list[str]:
        *between, low, high = tail.split(SEPARATOR)
        return [*([head] if len(self.schema.keys) > 1 else []), *between, low if low == high else f"{low}-{high}"]


def open_table(header: Header, digest: str, body: memoryview, path: str = "") -> OpenTable:
    """The table of a header and its sections, by the way its last key is met. Raises InputError."""
    kinds = {"exact": OpenTable, "descendant": DescendantTable, "range": RangeTable}
    kind = PairTable if header.match == "exact" and len(header.keys) == 2 else kinds[header.match]
    return kind(header, digest, body, path)
