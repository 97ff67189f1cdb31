"""CSV files of a pack: the rows of ``for_each_row`` and the codes of a value set, with a place for each cell."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from scrubber.core.diagnostics import Diagnostic, RuleFileError
from scrubber.core.files import read_ordinary
from scrubber.core.places import Place, Text
from scrubber.core.types import Type
from scrubber.packs.model import Row
from scrubber.packs.suggest import listed, nearest
from scrubber.packs.type_names import problem_with
from scrubber.packs.yaml_nodes import MAX_RULE_FILE_BYTES, Source, shown, text_of

MAX_ROWS = 5_000
MAX_CODES = 100_000


class Cell(Struct, frozen=True):
    """A value of a row and where it stands."""

    value: str
    place: Place


class Table(Struct, frozen=True):
    """A CSV as text: its header and its rows."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    path: str


def read_csv(path: Path, shown_path: str, used_at: Place, problems: list[Diagnostic], limit: int) -> Table | None:
    """The cells of a CSV; None, and diagnostics, where it cannot be used at all."""
    try:
        data = read_ordinary(path, MAX_RULE_FILE_BYTES + 1)
    except OSError:
        problems.append(
            Diagnostic(
                "SCR650",
                f"the file {shown_path} cannot be read",
                used_at,
                help="check its name; it is looked for beside this file",
            )
        )
        return None
    try:
        # Spreadsheets put a byte order mark before the CSV that they call UTF-8.
        source = Source(shown_path, text_of(data.removeprefix(BOM_UTF8), shown_path))
    except RuleFileError as error:
        problems.extend(error.diagnostics)
        return None
    rows = [row for row in _cells(source) if any(cell.value for cell in row)]
    if not rows:
        problems.append(
            Diagnostic(
                "SCR650", "this file is empty", Place(shown_path, 1, 1, 1, 1), help="the first line names the columns"
            )
        )
        return None
    if len(rows) - 1 > limit:
        problems.append(
            Diagnostic(
                "SCR653",
                f"this file has {len(rows) - 1:,} rows; it may have {limit:,}",
                rows[limit + 1][0].place,
                help="declare it as a table instead",
            )
        )
        return None
    good = []
    for row in rows[1:]:
        if len(row) != len(rows[0]):
            problems.append(
                Diagnostic(
                    "SCR654",
                    f"this row has {len(row)} cells; the header has {len(rows[0])}",
                    row[0].place,
                    help="put a value that holds a comma in double quotes"
                    if len(row) > len(rows[0])
                    else "add what is missing, also a comma for a cell that is empty",
                )
            )
        else:
            good.append(row)
    return Table(rows[0], tuple(good), shown_path)


def _cells(source: Source) -> Iterator[tuple[Cell, ...]]:
    """Rows of cells. Lines are read one at a time, so a quoted value cannot span lines."""
    for number in range(1, len(source.starts) + 1):
        line = source.line_text(number)
        if not line.strip():
            continue
        values = next(csv.reader(io.StringIO(line)), [])
        column = 1
        row = []
        for value in values:
            raw = re.compile(r'[ \t]*(?:"(?:[^"]|"")*"[^,]*|[^,]*)').match(line, column - 1)
            width = raw.end() - column + 1 if raw else 0
            row.append(Cell(value.strip(), Place(source.path, number, column, number, column + max(width, 1))))
            column += width + 1
        yield tuple(row)


def rows_of(
    path: Path, shown_path: str, used_at: Place, columns: Mapping[str, Type], problems: list[Diagnostic]
) -> tuple[Row, ...]:
    """The rows of a ``for_each_row`` file, each cell checked against the type of its column.

    Lists stand in one cell, separated by blanks or semicolons. An empty cell is left out of the row: missing.
    """
    table = read_csv(path, shown_path, used_at, problems, MAX_ROWS)
    if table is None:
        return ()
    names = [cell.value for cell in table.header]
    for name in columns:
        if name not in names:
            near = nearest(name, names)
            problems.append(
                Diagnostic(
                    "SCR651",
                    f"{shown_path} has no column `{name}`",
                    table.header[0].place,
                    label="the columns",
                    help=f"did you mean `{near}`?" if near else f"it has {listed(names)}",
                )
            )
    if (twice := repeated(table.header)) is not None:
        problems.append(twice)
    if not table.rows and not problems:
        problems.append(_no_rows(shown_path))
    found = []
    for cells in table.rows:
        values = {}
        for name, cell in zip(names, cells, strict=True):
            type_ = columns.get(name)
            if type_ is None or not cell.value:
                continue
            wrong = list(misfits(name, cell, type_))
            problems.extend(wrong)
            if not wrong:  # a cell that is told to be wrong is not compiled as well
                values[name] = cell.value
        found.append(
            Row(Place(shown_path, cells[0].place.line, 1, cells[-1].place.line, cells[-1].place.end_column), values)
        )
    return tuple(found)


def repeated(header: tuple[Cell, ...]) -> Diagnostic | None:
    """What is wrong with a header that names a column twice: nobody can tell which of them is meant."""
    seen: set[str] = set()
    for cell in header:
        if cell.value in seen:
            return Diagnostic(
                "SCR627", f"column `{shown(cell.value)}` is there twice", cell.place, help="rename one of them"
            )
        seen.add(cell.value)
    return None


def _no_rows(path: str) -> Diagnostic:
    return Diagnostic("SCR650", "this file has a header and no rows", Place(path, 1, 1, 1, 1),
                      help="add the rows: over an empty list no rule ever fires")  # fmt: skip


def misfits(name: str, cell: Cell, type_: Type) -> Iterator[Diagnostic]:
    """What is wrong with a cell, for its type."""
    items = re.split(r"[;\s]+", cell.value) if type_.many else [cell.value]
    for item in items:
        problem = problem_with(item, type_.one) if item else None
        if problem is not None:
            yield Diagnostic(
                "SCR652",
                f"`{shown(item)}` in column `{name}` {problem}",
                cell.place,
                label=f"{type_} expected",
                help="correct the cell, or the type under `columns:`",
            )


def codes_of(path: Path, shown_path: str, used_at: Place, problems: list[Diagnostic]) -> tuple[Text, ...]:
    """The column ``code`` of a CSV."""
    table = read_csv(path, shown_path, used_at, problems, MAX_CODES)
    if table is None:
        return ()
    names = [cell.value.lower() for cell in table.header]
    if "code" not in names:
        near = nearest("code", names)
        problems.append(
            Diagnostic(
                "SCR651",
                f"{shown_path} has no column `code`",
                table.header[0].place,
                label="the columns",
                help=f"rename `{near}` to `code`" if near else "the first line must name a column `code`",
            )
        )
        return ()
    if (twice := repeated(table.header)) is not None:
        problems.append(twice)
    if not table.rows and not problems:
        problems.append(_no_rows(shown_path))
    at = names.index("code")
    return tuple(Text(row[at].value, row[at].place) for row in table.rows if row[at].value)
