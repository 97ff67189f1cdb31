"""OPPS Addendum B as a CSV of codes (headings ``hcpcs``, ``status_indicator``).

It lists every HCPCS and CPT code that Medicare knows in its quarter, whatever the code is paid under.
Source: CMS, Hospital Outpatient PPS Addendum B; the status indicators: Addendum D1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from scrubber.core.types import code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import Built, CellError, CodeSet, code_cell, has_header, rows
from scrubber.tables.importers.report import Tally, fewer
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema

TABLE = "procedure_status"
_WANTED = {"code": "hcpcs", "status": "status_indicator"}
_FEWEST = 15_000


def schema() -> TableSchema:
    """A procedure known in the quarter, with its OPPS status indicator."""
    return TableSchema(TABLE, (("procedure", code("procedure")),), {"status": code("")}, dated=False)


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``procedure_status``. Raises InputError."""
    builder, tally = TableBuilder(schema()), Tally()

    def add(cells: dict[str, str]) -> None:
        if not re.fullmatch(r"[A-Z][0-9]?", cells["status"]):
            raise CellError("status_indicator", "it is a letter, with a digit in some cases")
        builder.add([code_cell("hcpcs", code("procedure"), cells["code"])], {"status": cells["status"]})

    for source in sources:
        rows(source, _WANTED, tally, add, progress)
    fewer(len(builder.groups), _FEWEST, tally)
    return [(builder, tally)]


CODE_SET = CodeSet(TABLE, (TABLE,), lambda name, start: has_header(start, _WANTED), build, "OPPS Addendum B (CSV)")
