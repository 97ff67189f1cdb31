"""What a reference table holds: its keys, its columns, and how a cell becomes a value.

A stored table keeps every value as one canonical text (or null); :func:`canonical` makes it from a publisher's cell and
:func:`value_of` turns it back into a Python value.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from scrubber.core.code_systems import normalise_code
from scrubber.core.types import Type

Value = str | int | bool | Decimal | date | tuple[str, ...] | None
"""A cell as a rule sees it: code, text ``str``; number ``int`` or ``Decimal``; money ``int`` cents; flag ``bool``."""

MATCHES = ("exact", "descendant", "range")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_IN_COLUMN = _LETTERS | frozenset("0123456789_")
_IN_NAME = _IN_COLUMN | {"-"}
_KINDS = frozenset({"code", "text", "number", "money", "date", "flag"})
_TRUE = frozenset({"1", "y", "yes", "true", "t", "*", "x"})
_FALSE = frozenset({"0", "n", "no", "false", "f"})


class TableSchema(Struct, frozen=True):
    """The shape of a table.

    ``name`` is what editions are stored under (``ptp/practitioner``); ``keys`` are one or more (name, type) in the
    order a rule gives them; ``dated`` rows carry a first and a last active day. ``match`` says how the last key meets
    the rows: ``exact``; ``descendant`` (the row's code or one that begins with it); ``range`` (rows name a first and a
    last code). Raises ValueError where the parts do not fit together.
    """

    name: str
    keys: tuple[tuple[str, Type], ...]
    columns: dict[str, Type]
    dated: bool
    match: str = "exact"

    def __post_init__(self) -> None:
        parts = self.name.split("/")
        if len(parts) > 3 or not all(part and part[0] not in "_-" and _IN_NAME.issuperset(part) for part in parts):
            raise ValueError("a table's name is lower-case words joined by - or _, with at most two /")
        if not self.keys or self.match not in MATCHES:
            raise ValueError(f"a table has at least one key, and its match is one of {', '.join(MATCHES)}")
        names = [name for name, _ in self.keys] + list(self.columns)
        if len(set(names)) != len(names) or {"effective", "deletion"} & set(names):
            raise ValueError("keys and columns have different names, none of them effective or deletion")
        for name in names:
            if name[:1] not in _LETTERS or not _IN_COLUMN.issuperset(name):
                raise ValueError(f"{name!r} is not a column name: lower-case letters, digits and _")
        for kind in (type_.kind for type_ in self.columns.values()):
            if kind not in _KINDS:
                raise ValueError(f"a table column cannot be a {kind}")

    @property
    def key_names(self) -> tuple[str, ...]:
        """The names of the keys, in order."""
        return tuple(name for name, _ in self.keys)


def clean(cell: str) -> str:
    """A cell without the white space, no-break spaces and byte order mark that publishers leave around it."""
    return cell.strip(" \t\r\n\u00a0\ufeff")


def key_text(type_: Type, cell: str) -> str:
    """A key cell as it is stored and looked up: codes as the claim readers normalise them, numbers without ``.0``.

    Raises ValueError where the cell is empty or is no such code.
    """
    text = clean(cell)
    if type_.kind == "code":
        text = normalise_code(text)
        if not text or not text.isascii() or not text.isalnum():
            raise ValueError("not a code")
        return text
    if not text:
        raise ValueError("empty")
    return canonical(type_, text) or ""


def canonical(type_: Type, cell: str) -> str | None:
    """The one text a value is stored as; None for an empty cell. Raises ValueError where the cell is no such value."""
    text = clean(cell)
    if not text:
        return None
    if type_.many:
        return " ".join(item for part in re.split(r"[\s,;|]+", text) if (item := canonical(type_.one, part))) or None
    kind = type_.kind
    if kind == "code":
        text = normalise_code(text)
        return text if type_.of == "diagnosis" or not text.endswith(".0") else text[:-2]
    if kind == "number":
        return _number(text)
    if kind == "money":
        return str(_cents(text))
    if kind == "date":
        return parse_day(text).isoformat()
    if kind == "flag":
        return _flag(text)
    return text


def value_of(type_: Type, text: str | None) -> Value:
    """The value of a canonical text."""
    if text is None:
        return None
    if type_.many:
        return tuple(text.split(" "))
    if type_.kind == "number":
        return Decimal(text) if "." in text else int(text)
    if type_.kind == "money":
        return int(text)
    if type_.kind == "date":
        return date.fromisoformat(text)
    if type_.kind == "flag":
        return text == "1"
    return text


def parse_day(text: str) -> date:
    """A day written YYYY-MM-DD, YYYYMMDD or M/D/YYYY. Raises ValueError."""
    parts = re.fullmatch(r"(\d{4})(\d{2})(\d{2})|(\d{4})-(\d{2})-(\d{2})", text, re.ASCII)
    if parts is not None:
        year, month, day = (part for part in parts.groups() if part is not None)
    else:
        parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text, re.ASCII)
        if parts is None:
            raise ValueError("not a date")
        month, day, year = parts.groups()
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("there is no such day") from None


def _number(text: str) -> str:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite() or abs(number.adjusted()) > 15:
        raise ValueError("not a number")
    if number == number.to_integral_value():
        return str(int(number))
    return format(number.normalize(), "f")


def _cents(text: str) -> int:
    cents = Decimal(_number(text.removeprefix("$"))) * 100
    if cents != cents.to_integral_value():
        raise ValueError("not an amount in dollars and cents")
    return int(cents)


def _flag(text: str) -> str:
    word = text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError("neither yes nor no")
    return "1" if word in _TRUE else "0"
