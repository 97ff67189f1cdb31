"""Reading a flat list: a CSV whose header is found by its words, one record a row, and only the columns asked for.

Every code set of this folder that is published as a CSV is read here. What is not asked for, above all descriptors, is
never kept.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from scrubber.core.code_systems import code_system
from scrubber.core.types import Type
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.report import Tally, refuse_repeated, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.memory import OPEN_WORDS
from scrubber.tables.schema import clean, key_text, parse_day

HEADER_WITHIN = 50
Wanted = Mapping[str, str]
"""The name a column has here to its heading."""
Built = list[tuple[TableBuilder, Tally]]
Build = Callable[[Sequence[TableInput], tuple[date, date], Progress | None], Built]


class CodeSet(Struct, frozen=True):
    """One kind of file this version can import.

    ``tables`` are the tables its files make; ``recognises`` decides by the name and the first 64 KB of the text;
    ``build`` reads all files of the kind that were given together; ``says`` names the files in error messages.
    """

    kind: str
    tables: tuple[str, ...]
    recognises: Callable[[str, bytes], bool]
    build: Build
    says: str


class CellError(ValueError):
    """A cell that cannot be read. ``column`` names it."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(f"{column}: {reason}")


def headings(start: bytes) -> list[list[str]]:
    """The first records of a text as lower-case headings, for recognising it; as far as they can be read."""
    lines = start.removeprefix(b"\xef\xbb\xbf").decode("latin-1").splitlines()[:HEADER_WITHIN]
    try:
        return [[plain(cell) for cell in cells] for cells in csv.reader(lines)]
    except csv.Error:
        return []


def has_header(start: bytes, wanted: Wanted) -> bool:
    """Whether one of the first records has all the headings."""
    return any(set(wanted.values()) <= set(record) for record in headings(start))


def plain(heading: str) -> str:
    """A heading in lower case, with single blanks."""
    return " ".join(clean(heading).lower().split())


def rows(
    source: TableInput, wanted: Wanted, tally: Tally, add: Callable[[dict[str, str]], None],
    progress: Progress | None = None, find: Callable[[list[list[str]]], dict[str, int] | None] | None = None,
) -> None:  # fmt: skip
    """Give each row after the header to ``add``, as clean cells by name. ``add`` raises CellError where it can not.

    ``find`` looks for a header that is wrapped over several records: from the records so far to name and position.
    Raises InputError where there is no such header or more than a handful of rows are unreadable.
    """
    places: dict[str, int] | None = None
    before: list[list[str]] = []
    bad = tally.bad_rows(source.name)
    for line, cells in source.records(progress):
        if places is None:
            before.append([plain(cell) for cell in cells])
            places = find(before) if find else _places(before[-1], wanted)
            if places is not None and not find:
                refuse_repeated(source.name, before[-1], wanted.values(), line)
            if places is None and len(before) > HEADER_WITHIN:
                break
            continue
        if not any(clean(cell) for cell in cells):
            continue
        tally.read += 1
        if len(cells) <= max(places.values()):
            bad.add(line, "row", f"it has {len(cells)} cells, and {max(places.values()) + 1} are needed")
            continue
        try:
            add({name: clean(cells[at]) for name, at in places.items()})
        except CellError as error:
            bad.add(line, error.column, error.reason)
    if places is None:
        raise refused(source.name, "The header of this list was not found.", f"It names {', '.join(wanted.values())}.")


def _places(cells: list[str], wanted: Wanted) -> dict[str, int] | None:
    try:
        return {name: cells.index(heading) for name, heading in wanted.items()}
    except ValueError:
        return None


def code_cell(column: str, type_: Type, cell: str) -> str:
    """A code of a known system, normalised. Raises CellError where it has not the shape of one."""
    try:
        code = key_text(type_, cell)
    except ValueError as error:
        raise CellError(column, str(error)) from None
    system = code_system(type_.of)
    if system.shape and not system.fits(code):
        raise CellError(column, f"a {type_} is {system.says}")
    return code


def day_cell(column: str, cell: str) -> int | None:
    """A day as an ordinal; None where it is open. Raises CellError."""
    text = clean(cell)
    if text in OPEN_WORDS:
        return None
    try:
        return parse_day(text).toordinal()
    except ValueError as error:
        raise CellError(column, str(error)) from None


def days(cells: Mapping[str, str]) -> tuple[int | None, int | None]:
    """The cells ``first`` and ``last`` as days. Raises CellError."""
    first, last = day_cell("first day", cells["first"]), day_cell("last day", cells["last"])
    if first is not None and last is not None and last < first:
        raise CellError("last day", "the last day is before the first")
    return first, last


def outside(covers: tuple[date, date], first: date, last: date, what: str, tally: Tally) -> None:
    """Warn where a cover goes beyond the days that a release is for."""
    if covers[0] < first or last < covers[1]:
        tally.warnings.append(f"{what} is for {first} to {last}; the cover goes beyond that.")
