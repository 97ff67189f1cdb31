"""A table that lives in memory: a pack's own CSV, or a table made in a test, with the look-ups of a stored one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from scrubber.core.code_ranges import range_problem
from scrubber.core.types import Type
from scrubber.tables.builder import TableBuilder
from scrubber.tables.files import edition_id
from scrubber.tables.kinds import open_table
from scrubber.tables.names import SEPARATOR
from scrubber.tables.packed import Source, assemble, read_header
from scrubber.tables.schema import TableSchema, canonical, clean, key_text, parse_day
from scrubber.tables.table import OpenTable

ALWAYS = (date.min, date.max)
OPEN_WORDS = frozenset({"", "*", "9999-12-31", "99991231", "12/31/9999"})
"""What publishers write for a day that is open."""


class RowError(ValueError):
    """A cell that cannot be read. ``column`` names it; ``row`` counts the rows from 1."""

    def __init__(self, column: str, reason: str, row: int = 0) -> None:
        self.column, self.reason, self.row = column, reason, row
        super().__init__(f"row {row}, column {column}: {reason}" if row else f"column {column}: {reason}")


def add_cells(builder: TableBuilder, cells: Mapping[str, str | None], effective: tuple[str, ...]) -> None:
    """Add a row of text cells by column name. ``effective`` names the first-day and last-day columns, or is empty.

    The last key of a range table is written ``A-B``, or one code for itself. Raises RowError.
    """
    schema = builder.schema
    keys = []
    for at, (name, type_) in enumerate(schema.keys):
        cell = cells.get(name) or ""
        spread = schema.match == "range" and at == len(schema.keys) - 1
        try:
            keys.append(_range(type_, cell) if spread else key_text(type_, cell))
        except ValueError as error:
            raise RowError(name, str(error)) from None
    values = {}
    for name, type_ in schema.columns.items():
        try:
            values[name] = canonical(type_, cells.get(name) or "")
        except ValueError as error:
            raise RowError(name, str(error)) from None
    days = []
    for name in effective:
        text = clean(cells.get(name) or "")
        try:
            days.append(None if text in OPEN_WORDS else parse_day(text).toordinal())
        except ValueError as error:
            raise RowError(name, str(error)) from None
    first, last = days or (None, None)
    if first is not None and last is not None and last < first:
        raise RowError(effective[1], "the last day is before the first")
    builder.add(keys, values, first, last)


def memory_table(schema: TableSchema, rows: Iterable[Mapping[str, str | None]],
                 effective: tuple[str, ...] | None = None, covers: tuple[date, date] = ALWAYS,
                 source: str = "") -> OpenTable:  # fmt: skip
    """A table of text rows by column name, as ``csv.DictReader`` gives them.

    ``effective`` names the first-day and last-day columns (``effective`` and ``deletion`` unless told otherwise; only
    where the schema is dated). ``source`` is the file to name in evidence. Raises RowError with the row's number.
    """
    named = (effective or ("effective", "deletion")) if schema.dated else ()
    builder = TableBuilder(schema)
    for number, cells in enumerate(rows, 1):
        try:
            add_cells(builder, cells, named)
        except RowError as error:
            raise RowError(error.column, error.reason, number) from None
    data = pack(builder, covers, sources=(Source(source, ""),) if source else ())
    view = memoryview(data)
    header, begin, digest = read_header(view, len(view), source)
    return open_table(header, digest, view[begin:], source)


def pack(builder: TableBuilder, covers: tuple[date, date], sources: tuple[Source, ...] = (),
         slice: bool = False, left_out: int = 0) -> bytes:  # fmt: skip
    """The bytes of a table file; spends the builder. ``left_out``: rows of the source that could not be read."""
    builder.covers = (covers[0].toordinal(), covers[1].toordinal())
    sections = builder.sections()
    schema = builder.schema
    return assemble(
        {
            "table": schema.name, "edition": edition_id(*covers), "first": covers[0], "last": covers[1],
            "slice": slice, "rows": builder.rows, "sources": sources, "keys": schema.keys, "columns": schema.columns,
            "dated": schema.dated, "match": schema.match, "left_out": left_out,
        },
        sections,
    )  # fmt: skip


def _range(type_: Type, cell: str) -> str:
    low, dash, high = clean(cell).partition("-")
    first = key_text(type_, low)
    last = key_text(type_, high) if dash else first
    if range_problem(first, last):
        raise ValueError("a range has two codes of one shape, the lower first")
    return first + SEPARATOR + last
