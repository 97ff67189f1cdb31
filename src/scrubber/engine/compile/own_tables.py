"""Tables a pack carries itself: a CSV beside its rules. Every cell is checked here, before a claim meets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place
from scrubber.core.types import Type
from scrubber.engine.compile.program import TableRow
from scrubber.packs.csv_lists import Cell, misfits, read_csv, repeated
from scrubber.packs.model import Pack, TableSpec, Window
from scrubber.tables.builder import TableBuilder
from scrubber.tables.memory import RowError, add_cells
from scrubber.tables.schema import TableSchema, parse_day

LIMIT = 50_000


def own_rows(spec: TableSpec, pack: Pack, problems: list[Diagnostic]) -> tuple[TableRow, ...]:
    """The rows of ``source:``; what is wrong with the file is added to ``problems``."""
    path = Path(pack.path) / spec.source
    if not path.exists():
        return ()  # said where the pack was read, at the name of the file
    found: list[Diagnostic] = []
    table = read_csv(path, path.as_posix(), spec.place, found, LIMIT)
    problems += found
    if table is None:
        return ()
    names = [cell.value for cell in table.header]
    lacking = [name for name in (*spec.keys, *spec.columns, *spec.effective) if name not in names]
    top = Place(path.as_posix(), 1, 1, 1, 1)
    if lacking:
        has = f"It has no column named {', '.join(lacking)}; its first line names {', '.join(names)}."
        problems.append(_unusable(spec, top, has))
        return ()
    if (twice := repeated(table.header)) is not None:
        problems.append(twice)
        return ()
    if not table.rows and not found:
        problems.append(_unusable(spec, top, "It has no rows: a rule that asks it would never fire."))
    builder = TableBuilder(TableSchema(spec.name, tuple(spec.keys.items()), spec.columns, True, spec.match))
    rows: list[TableRow] = []
    for cells in table.rows:
        row = dict(zip(names, cells, strict=True))
        wrong = list(_wrong(spec, row, builder))
        problems += wrong
        if not wrong:
            days = [parse_day(row[name].value) if row[name].value else None for name in spec.effective]
            rows.append(TableRow({name: row[name].value for name in (*spec.keys, *spec.columns)}, Window(*days)))
    return tuple(rows)


def _wrong(spec: TableSpec, row: Mapping[str, Cell], builder: TableBuilder) -> Iterator[Diagnostic]:
    """What is wrong with a row: a code of the wrong shape, or a cell that a table could not hold."""
    said = False
    for name, type_ in _whole_codes(spec):
        for diagnostic in misfits(name, row[name], type_):
            said = True
            yield diagnostic
    if said:
        return
    try:
        add_cells(builder, {name: cell.value for name, cell in row.items()}, spec.effective)
    except RowError as error:
        cell = row[error.column]
        yield Diagnostic("SCR652", f"the cell in column `{error.column}` cannot be read: {error.reason}", cell.place,
                         help="correct the cell, or the type under `columns:`")  # fmt: skip


def _whole_codes(spec: TableSpec) -> Iterator[tuple[str, Type]]:
    """The columns of codes; the last key of a range or descendant table may hold less or more than one."""
    keys = list(spec.keys.items())
    for name, type_ in (*(keys if spec.match == "exact" else keys[:-1]), *spec.columns.items()):
        if type_.one.kind == "code" and type_.of:
            yield name, type_


def _unusable(spec: TableSpec, place: Place, reason: str) -> Diagnostic:
    return Diagnostic("SCR715", f"The list of table {spec.name} cannot be used.", place, help=reason)
