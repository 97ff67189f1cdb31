"""Provider taxonomy codes as NUCC publishes them in CSV. Only the code and whom it is for are kept.

Source: NUCC, Health Care Provider Taxonomy code set.
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

TABLE = "taxonomy"
_WANTED = {"code": "code", "section": "section", "grouping": "grouping", "classification": "classification"}
_INDIVIDUAL = {"Individual": "1", "Non-Individual": "0"}
_FEWEST = 700


def schema() -> TableSchema:
    """A taxonomy code. ``individual``: for a person, not for an organisation."""
    return TableSchema(TABLE, (("taxonomy", code("taxonomy")),), {"individual": FLAG}, dated=False)


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``taxonomy``. Raises InputError."""
    builder, tally = TableBuilder(schema()), Tally()

    def add(cells: dict[str, str]) -> None:
        if cells["section"] not in _INDIVIDUAL:
            raise CellError("Section", "it is Individual or Non-Individual")
        each = code_cell("Code", code("taxonomy"), cells["code"])
        builder.add([each], {"individual": _INDIVIDUAL[cells["section"]]})

    for source in sources:
        rows(source, _WANTED, tally, add, progress)
    fewer(len(builder.groups), _FEWEST, tally)
    return [(builder, tally)]


CODE_SET = CodeSet(TABLE, (TABLE,), lambda name, start: has_header(start, _WANTED), build, "NUCC taxonomy (CSV)")
