"""Claim adjustment reason codes and remittance advice remark codes, with their days (``code,start_date,end_date``).

The two lists have one layout; remark codes begin with M or N. Texts are X12's and are never kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from scrubber.core.types import code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import (
    Built,
    CellError,
    CodeSet,
    days,
    has_header,
    headings,
    plain,
    rows,
)
from scrubber.tables.importers.report import Tally, fewer
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema

REASON, REMARK = "carc", "rarc"
_WANTED = {"code": "code", "first": "start_date", "last": "end_date"}
_FEWEST = {REASON: 300, REMARK: 900}
_SHAPES = {REASON: r"\d{1,3}|[ABDPWY]\d{1,2}", REMARK: r"(M|MA|N)\d{1,3}"}


def schema(table: str) -> TableSchema:
    """A code and the days it may be used on."""
    return TableSchema(table, (("code", code("")),), {}, dated=True)


def _of(table: str) -> CodeSet:
    def recognises(name: str, start: bytes) -> bool:
        if not has_header(start, _WANTED):
            return False
        records = headings(start)
        codes = [record[0] for record in records[1:] if record and record[0] != plain(_WANTED["code"])]
        return bool(codes) and (re.fullmatch(_SHAPES[REMARK], codes[0].upper()) is not None) == (table == REMARK)

    def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
        builder, tally = TableBuilder(schema(table)), Tally()

        def add(cells: dict[str, str]) -> None:
            if not re.fullmatch(_SHAPES[table], cells["code"]):
                raise CellError("code", f"not a code of {table.upper()}")
            builder.add([cells["code"]], {}, *days(cells))

        for source in sources:
            rows(source, _WANTED, tally, add, progress)
        fewer(len(builder.groups), _FEWEST[table], tally)
        return [(builder, tally)]

    return CodeSet(table, (table,), recognises, build, f"CSV of {table.upper()} codes")


CODE_SETS = (_of(REASON), _of(REMARK))
