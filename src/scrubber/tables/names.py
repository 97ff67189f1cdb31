"""The distinct keys of a table, in order, as a section of its file: from name to number and back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

ABSENT = -1
SEPARATOR = "\x1f"
"""Stands between the further keys of a table with three or more, and between the ends of a range."""
_FIXED_UP_TO = 15
_REMEMBERED = 1 << 16


def pack_names(names: Sequence[str]) -> tuple[str, bytes]:
    """(kind, bytes) of a section: ``f7`` for names padded to 7 bytes, where all are short; ``j`` for a JSON list."""
    raw = [name.encode() for name in names]
    width = max(map(len, raw), default=0)
    if 0 < width <= _FIXED_UP_TO and not any(b"\0" in name for name in raw):
        return f"f{width}", b"".join(name.ljust(width, b"\0") for name in raw)
    return "j", msgspec.json.encode(list(names))


def as_name(key: object) -> str:
    """A key of any type as the text it is stored under: numbers without ``.0``, days as YYYY-MM-DD, flags as 1 or 0."""
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return str(int(key))
    if isinstance(key, Decimal):
        return str(int(key)) if key == key.to_integral_value() else format(key.normalize(), "f")
    return str(key)


class Names:
    """Distinct names in ascending order. Numbers are remembered, up to a bound: the second time is a dict look-up."""

    __slots__ = ("_data", "_known", "_list", "_width", "count")

    def __init__(self, kind: str, data: memoryview) -> None:
        """Raises ValueError (or msgspec.DecodeError) where the section is not of its kind."""
        self._known: dict[str, int] = {}
        self._list: list[str] = []
        self._data, self._width = data, 0
        if kind == "j":
            self._list = msgspec.json.decode(data, type=list[str])
            self._known = {name: number for number, name in enumerate(self._list)}
            self.count = len(self._list)
            return
        self._width = int(kind.removeprefix("f"))
        self.count, left = divmod(len(data), self._width) if self._width > 0 else (0, 1)
        if left:
            raise ValueError("the section is no whole number of names")

    def get(self, name: str) -> int:
        """The number of a name; :data:`ABSENT` where it is none of them."""
        number = self._known.get(name)
        return self._search(name) if number is None else number

    def _search(self, name: str) -> int:
        width = self._width
        text = as_name(name)
        wanted = text.encode("utf-8", "replace").ljust(width, b"\0")
        number = ABSENT
        if not width and text is not name:
            return self._known.get(text, ABSENT)
        if width and len(wanted) == width and "\0" not in text:
            data, low, high = self._data, 0, self.count
            while low < high:
                middle = (low + high) // 2
                if data[middle * width : (middle + 1) * width].tobytes() < wanted:
                    low = middle + 1
                else:
                    high = middle
            if low < self.count and data[low * width : (low + 1) * width] == wanted:
                number = low
        if width and len(self._known) < _REMEMBERED:
            self._known[name] = number
        return number

    def __getitem__(self, number: int) -> str:
        """The name of a number. Raises IndexError."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        if not self._width:
            return self._list[number]
        return bytes(self._data[number * self._width : (number + 1) * self._width]).rstrip(b"\0").decode()
