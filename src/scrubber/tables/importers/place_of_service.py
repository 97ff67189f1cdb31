"""Place of service codes as a CSV (headings ``pos_code``, ``pos_type``). Unassigned codes are left out.

Source: CMS, Place of Service Code Set; whether a place is paid as a facility: Medicare Claims Processing Manual,
chapter 26, section 10.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scrubber.core.types import FLAG, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import Built, CellError, CodeSet, code_cell, has_header, rows
from scrubber.tables.importers.report import Tally, fewer
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema

TABLE = "place_of_service"
_WANTED = {"code": "pos_code", "kind": "pos_type"}
_FEWEST = 45
"""Places in use; 52 in 2024."""
_FACILITY = {"Facility": "1", "Non-Facility": "0"}


def schema() -> TableSchema:
    """A place of service in use. ``facility``: whether Medicare pays it at the facility rate."""
    return TableSchema(TABLE, (("place", code("place_of_service")),), {"facility": FLAG}, dated=False)


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``place_of_service``. Raises InputError."""
    builder, tally = TableBuilder(schema()), Tally()

    def add(cells: dict[str, str]) -> None:
        place = code_cell("pos_code", code("place_of_service"), cells["code"])
        if cells["kind"] == "Unassigned":
            tally.dropped["unassigned"] += 1
            return
        if cells["kind"] not in _FACILITY:
            raise CellError("pos_type", "it is Facility, Non-Facility or Unassigned")
        builder.add([place], {"facility": _FACILITY[cells["kind"]]})

    for source in sources:
        rows(source, _WANTED, tally, add, progress)
    fewer(len(builder.groups), _FEWEST, tally)
    return [(builder, tally)]


CODE_SET = CodeSet(TABLE, (TABLE,), lambda name, start: has_header(start, _WANTED), build, "CSV of places of service")
