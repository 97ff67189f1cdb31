"""Any CSV whose columns were declared: a payer's own list, or the publisher's layout of a later year."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from scrubber.core.code_systems import CODE_SYSTEMS
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.report import Tally, refuse_repeated, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.memory import OPEN_WORDS, RowError, add_cells
from scrubber.tables.schema import TableSchema, canonical, clean

_HEADER_WITHIN = 50
Reject = Callable[[int, str, str], None]


class CsvLayout(Struct, frozen=True):
    """How the columns of a CSV make a table.

    ``headings`` maps a key or column of the schema to its heading where that is another word. ``effective`` are the
    headings of the first and the last day, or empty; an empty one of the two is open. ``drop`` leaves out rows: column
    to the value that marks one, told in the report. ``partial`` files leave out rows of the published list.
    """

    schema: TableSchema
    headings: dict[str, str] = {}
    effective: tuple[str, ...] = ()
    drop: dict[str, str] = {}
    indicator: str = ""
    partial: bool = False

    def heading(self, name: str) -> str:
        """The heading of a key or column."""
        return self.headings.get(name, name)


def recognises(layout: CsvLayout, cells: list[str]) -> bool:
    """Whether a record is the header of this layout."""
    return set(_wanted(layout)) <= {_plain(cell) for cell in cells}


def read(source: TableInput, layout: CsvLayout, builder: TableBuilder, tally: Tally,
         progress: Progress | None = None) -> None:  # fmt: skip
    """Add the rows of one file. Raises InputError where it is not this layout or more than a handful are unreadable."""
    header: dict[str, int] | None = None
    bad = tally.bad_rows(source.name)
    for count, (line, cells) in enumerate(source.records(progress)):
        if header is None:
            if recognises(layout, cells):
                refuse_repeated(source.name, [_plain(cell) for cell in cells], _wanted(layout), line)
                header = {_plain(cell): at for at, cell in enumerate(cells)}
            elif count > _HEADER_WITHIN:
                break
            continue
        if not any(clean(cell) for cell in cells):
            continue
        tally.read += 1
        if len(cells) != len(header) and any(clean(cell) for cell in cells[len(header) :] or ["short"]):
            bad.add(line, "row", f"it has {len(cells)} cells, the header has {len(header)}")
            continue
        named: dict[str, str | None] = {heading: cells[at] for heading, at in header.items()}
        _row(layout, named, builder, tally, line, bad.add)
    if header is None:
        raise refused(source.name, f"The header of table {layout.schema.name} was not found.",
                      f"It names {', '.join(_wanted(layout))}.")  # fmt: skip


def _row(layout: CsvLayout, named: Mapping[str, str | None], builder: TableBuilder, tally: Tally, line: int,
         reject: Reject) -> None:  # fmt: skip
    schema = layout.schema
    cells = {name: named[_plain(layout.heading(name))] for name in (*schema.key_names, *schema.columns)}
    days = tuple(f"{end} day" for end in ("first", "last")) if layout.effective else ()
    for name, heading in zip(days, layout.effective, strict=False):
        cells[name] = named[_plain(heading)] if heading else None
    for name, mark in layout.drop.items():
        if clean(cells[name] or "") == mark:
            tally.dropped[f"{name.replace('_', ' ')} {mark}"] += 1
            tally.indicators[mark] += name == layout.indicator
            return
    try:
        _check_shapes(schema, cells)
        add_cells(builder, cells, days)
    except RowError as error:
        reject(line, error.column, error.reason)
        return
    if layout.indicator:
        indicator = clean(cells[layout.indicator] or "")
        tally.indicators[indicator] += 1
        last = clean(cells["last day"] or "") if days else ""
        tally.active[indicator] += last in OPEN_WORDS


def _check_shapes(schema: TableSchema, cells: Mapping[str, str | None]) -> None:
    """Raises RowError where a code has not the shape of its system: a spreadsheet may have made a number of it."""
    keys = schema.keys if schema.match == "exact" else schema.keys[:-1]
    for name, type_ in (*keys, *schema.columns.items()):
        system = CODE_SYSTEMS.get(type_.of) if type_.one.kind == "code" else None
        text = canonical(type_, cells[name] or "") if system else None
        if system is None or not text:
            continue
        if type_.of != "diagnosis" and "." in (cells[name] or ""):
            raise RowError(name, f"a {type_.one} has no dot; a spreadsheet may have made a number of it")
        if not all(system.fits(code) for code in text.split()):
            raise RowError(name, f"a {type_.one} is {system.says}")


def _wanted(layout: CsvLayout) -> list[str]:
    names = (*layout.schema.key_names, *layout.schema.columns)
    return [_plain(word) for word in (*map(layout.heading, names), *layout.effective) if word]


def _plain(heading: str) -> str:
    return " ".join(clean(heading).lower().split())
