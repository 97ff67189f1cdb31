"""ICD-10-PCS as a CSV (headings ``code``, ``valid``): codes of seven characters, and the beginnings that are none.

Source: CMS, ICD-10-PCS code set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from scrubber.core.types import FLAG, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import Built, CellError, CodeSet, has_header, rows
from scrubber.tables.importers.report import Tally, fewer
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema

TABLE = "icd10pcs"
_WANTED = {"code": "code", "valid": "valid"}
_FEWEST = 70_000


def schema() -> TableSchema:
    """A code, or a table of the code set. ``valid``: whether it may be reported."""
    return TableSchema(TABLE, (("code", code("procedure")),), {"valid": FLAG}, dated=False)


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``icd10pcs``. Raises InputError."""
    builder, tally = TableBuilder(schema()), Tally()

    def add(cells: dict[str, str]) -> None:
        each = cells["code"].upper()
        if cells["valid"] not in ("0", "1"):
            raise CellError("valid", "it is 0 or 1")
        if not re.fullmatch(r"[0-9A-HJ-NP-Z]{7}" if cells["valid"] == "1" else r"[0-9A-HJ-NP-Z]{3,6}", each):
            raise CellError("code", "a code has seven letters and digits, without I and O, and a beginning fewer")
        builder.add([each], {"valid": cells["valid"]})

    for source in sources:
        rows(source, _WANTED, tally, add, progress)
    fewer(len(builder.groups), _FEWEST, tally)
    return [(builder, tally)]


CODE_SET = CodeSet(TABLE, (TABLE,), lambda name, start: has_header(start, _WANTED), build, "CSV of ICD-10-PCS")
