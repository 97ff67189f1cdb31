"""All modifiers, CPT and HCPCS Level II, as a CSV of codes (headings ``modifier``, ``type``). No texts, no days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scrubber.core.types import FLAG, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import Built, CellError, CodeSet, code_cell, has_header, rows
from scrubber.tables.importers.report import Tally, fewer
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema

TABLE = "modifier"
_WANTED = {"code": "modifier", "kind": "type"}
_FEWEST = 300


def schema() -> TableSchema:
    """A modifier. ``cpt``, ``hcpcs``: which of the two has it (P1 to P6: both). The days of a HCPCS modifier stand in
    ``hcpcs_modifier``."""
    return TableSchema(TABLE, (("modifier", code("modifier")),), {"cpt": FLAG, "hcpcs": FLAG}, dated=False)


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``modifier``. Raises InputError."""
    builder, tally = TableBuilder(schema()), Tally()
    kinds: dict[str, set[str]] = {}

    def add(cells: dict[str, str]) -> None:
        if cells["kind"] not in ("CPT", "HCPCS"):
            raise CellError("type", "it is CPT or HCPCS")
        known = kinds.setdefault(code_cell("modifier", code("modifier"), cells["code"]), set())
        if known:
            tally.dropped["repeated row"] += 1
        known.add(cells["kind"])

    for source in sources:
        rows(source, _WANTED, tally, add, progress)
    for each, named in kinds.items():
        builder.add([each], {"cpt": str(int("CPT" in named)), "hcpcs": str(int("HCPCS" in named))})
    fewer(len(builder.groups), _FEWEST, tally)
    return [(builder, tally)]


CODE_SET = CodeSet(TABLE, (TABLE,), lambda name, start: has_header(start, _WANTED), build, "CSV of modifiers")
