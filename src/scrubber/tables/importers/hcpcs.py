"""HCPCS Level II as CMS publishes it, flattened to CSV: codes and modifiers with the days they were added and ended.

Layouts: the main file (headings ``hcpcs``, ``type``, ``date_added``, ``date_ended``), the modifiers alone (``hcpcs``,
``date_added``, ``date_term``) and the codes for what has none of its own (``hcpcs``, ``add_date``, ``term_date``).
CPT and CDT codes are not in them. Source: CMS, HCPCS quarterly update.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scrubber.core.types import code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import (
    Built,
    CellError,
    CodeSet,
    Wanted,
    code_cell,
    days,
    has_header,
    rows,
)  # fmt: skip
from scrubber.tables.importers.report import Tally, fewer
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema

CODES, MODIFIERS, UNLISTED = "hcpcs", "hcpcs_modifier", "hcpcs_unlisted"
_MAIN: Wanted = {"code": "hcpcs", "type": "type", "first": "date_added", "last": "date_ended"}
_MODIFIER: Wanted = {"code": "hcpcs", "first": "date_added", "last": "date_term"}
_UNLISTED: Wanted = {"code": "hcpcs", "first": "add_date", "last": "term_date"}
_KEYS = {CODES: ("procedure", code("procedure")), MODIFIERS: ("modifier", code("modifier")),
         UNLISTED: ("procedure", code("procedure"))}  # fmt: skip
_FEWEST = {CODES: 5_000, MODIFIERS: 200}


def schema(table: str) -> TableSchema:
    """A code or modifier and the days it may be reported on; nothing else is kept."""
    return TableSchema(table, (_KEYS[table],), {}, dated=True)


def recognises(name: str, start: bytes) -> bool:
    """The main file, or the modifiers alone."""
    return has_header(start, _MAIN) or has_header(start, _MODIFIER)


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Tables ``hcpcs`` and ``hcpcs_modifier``, as far as the files hold them. Raises InputError."""
    made = {kind: (TableBuilder(schema(table)), Tally()) for kind, table in (("code", CODES), ("mod", MODIFIERS))}

    def add(cells: dict[str, str]) -> None:
        kind = cells.get("type", "mod")
        if kind not in made:
            raise CellError("type", "it is code or mod")
        builder, tally = made[kind]
        name, type_ = builder.schema.keys[0]
        builder.add([code_cell(name, type_, cells["code"])], {}, *days(cells))
        tally.read += 1

    whole = Tally()
    for source in sources:
        rows(source, _MAIN if has_header(source.start(), _MAIN) else _MODIFIER, whole, add, progress)
    built = [part for part in made.values() if part[0].groups] or [made["code"]]
    told = built[0][1]
    told.read += whole.left_out
    told.dropped, told.warnings = whole.dropped, whole.warnings
    for builder, tally in built:
        tally.left_out = whole.left_out  # nobody can say whether an unreadable row is a code or a modifier
        fewer(len(builder.groups), _FEWEST[builder.schema.name], tally)
    return built


def build_unlisted(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``hcpcs_unlisted``. Raises InputError."""
    builder, tally = TableBuilder(schema(UNLISTED)), Tally()
    name, type_ = builder.schema.keys[0]

    def add(cells: dict[str, str]) -> None:
        builder.add([code_cell(name, type_, cells["code"])], {}, *days(cells))

    for source in sources:
        rows(source, _UNLISTED, tally, add, progress)
    return [(builder, tally)]


CODE_SETS = (
    CodeSet(CODES, (CODES, MODIFIERS), recognises, build, "HCPCS Level II (CSV), or its modifiers alone"),
    CodeSet(UNLISTED, (UNLISTED,), lambda name, start: has_header(start, _UNLISTED), build_unlisted,
            "HCPCS Level II codes for what has none of its own (CSV)"),
)  # fmt: skip
