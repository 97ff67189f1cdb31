"""Medicare physician fee schedule: the payment policy indicators of each procedure.

Two layouts: the relative value file (``PPRRVU2025_Oct.csv``), whose header is wrapped over five lines under a preamble,
and a flat CSV of the indicators. Descriptions and amounts are not kept. Rows of one component (26, TC) or of a
procedure that was broken off (53) have the indicators of the whole procedure and are left out.
Source: CMS, PFS Relative Value Files; the meaning of the indicators: Medicare Claims Processing Manual, chapter 23,
addendum (MPFSDB record layouts).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from scrubber.core.types import NUMBER, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import (
    Built,
    CellError,
    CodeSet,
    code_cell,
    has_header,
    headings,
    outside,
    rows,
)  # fmt: skip
from scrubber.tables.importers.report import Tally, fewer
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema, canonical

TABLE = "pfs"
_PROCEDURE = code("procedure")
_FEWEST = 10_000
_FLAT = {
    "procedure": "hcpcs_code", "modifier": "mod", "status": "status", "pc_tc": "pctc", "global_days": "glob",
    "multiple_procedure": "mult_proc", "bilateral": "bilat_surg", "assistant": "asst_surg", "co_surgeon": "co_surg",
    "team": "team_surg",
}  # fmt: skip
_WRAPPED = {
    "procedure": "hcpcs", "modifier": "mod", "status": "status code", "pc_tc": "pctc ind", "global_days": "glob days",
    "multiple_procedure": "mult proc", "bilateral": "bilat surg", "assistant": "asst surg", "co_surgeon": "co- surg",
    "team": "team surg",
}  # fmt: skip
_VALUES = {
    "pc_tc": "0123456789", "multiple_procedure": "012345679", "bilateral": "01239", "assistant": "0129",
    "co_surgeon": "0129", "team": "01239",
}  # fmt: skip
_GLOBALS = frozenset({"000", "010", "090", "MMM", "XXX", "YYY", "ZZZ"})


def schema() -> TableSchema:
    """A procedure with its status and indicators. ``global_days``: 000, 010, 090, MMM, XXX, YYY or ZZZ."""
    columns = {"status": code(""), "global_days": code(""), **dict.fromkeys(_VALUES, NUMBER)}
    return TableSchema(TABLE, (("procedure", _PROCEDURE),), columns, dated=False)


def recognises(name: str, start: bytes) -> bool:
    """Whether a text begins like one of the two layouts."""
    return has_header(start, _FLAT) or any(_wrapped(headings(start)[:last]) for last in range(2, 20))


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``pfs``. Raises InputError."""
    builder, tally = TableBuilder(schema()), Tally()

    def add(cells: dict[str, str]) -> None:
        each = code_cell("HCPCS", _PROCEDURE, cells["procedure"])
        if cells["modifier"]:
            tally.dropped[f"row of modifier {cells['modifier']}"] += 1
            return
        values: dict[str, str | None] = {"status": cells["status"].upper(), "global_days": cells["global_days"].upper()}
        if not re.fullmatch(r"[A-Z]", cells["status"].upper()):
            raise CellError("status", "it is one letter")
        if values["global_days"] not in _GLOBALS:
            raise CellError("global days", f"it is one of {', '.join(sorted(_GLOBALS))}")
        for column, allowed in _VALUES.items():
            values[column] = _indicator(column, cells[column], allowed)
        builder.add([each], values)

    for source in sources:
        flat = has_header(source.start(), _FLAT)
        year = re.search(rb"(20\d\d) National Physician Fee Schedule Relative Value File", source.start())
        if year:
            first, last = date(int(year[1]), 1, 1), date(int(year[1]), 12, 31)
            outside(covers, first, last, f"The fee schedule {first.year}", tally)
        rows(source, _FLAT if flat else _WRAPPED, tally, add, progress, None if flat else _wrapped)
    fewer(len(builder.groups), _FEWEST, tally)
    return [(builder, tally)]


CODE_SET = CodeSet(TABLE, (TABLE,), recognises, build, "Medicare physician fee schedule (CSV)")


def _indicator(column: str, cell: str, allowed: str) -> str:
    try:
        found = canonical(NUMBER, cell)
    except ValueError as error:
        raise CellError(column, str(error)) from None
    if found is None or len(found) != 1 or found not in allowed:
        raise CellError(column, f"it is one of {', '.join(allowed)}")
    return found


def _wrapped(records: list[list[str]]) -> dict[str, int] | None:
    """The columns by the words above each other, where the last record ends the header."""
    if not records or records[-1][:2] != ["hcpcs", "mod"]:
        return None
    last = records[-1]
    above = [record for record in records[-5:-1] if len(record) == len(last)]
    words = [" ".join(part for record in (*above, last) if (part := record[at])) for at in range(len(last))]
    found = {}
    for name, heading in _WRAPPED.items():
        places = [at for at, word in enumerate(words) if word == heading or word.endswith(f" {heading}")]
        if len(places) != 1:
            return None
        found[name] = places[0]
    return found
