"""Institutional codes from the data dictionary of Medicare claims: revenue codes, discharge status, type of bill.

Each is a CSV with the headings ``code`` and ``label``; which one it is shows in its codes. The type of bill comes in
three parts (facility, classification, frequency), which make one table and must be imported together. The dictionary
lists what occurs in Medicare claims; the full lists are NUBC's.
Source: CMS/ResDAC data dictionary, variables REV_CNTR, PTNT_DSCHRG_STUS_CD, CLM_FAC_TYPE_CD,
CLM_SRVC_CLSFCTN_TYPE_CD and CLM_FREQ_CD.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scrubber.core.types import Type, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import Built, CellError, CodeSet, code_cell, headings, rows
from scrubber.tables.importers.report import Tally, fewer, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema

REVENUE, DISCHARGE, BILL = "revenue_code", "discharge_status", "bill_type"
_WANTED = {"code": "code", "label": "label"}
_FEWEST = {REVENUE: 400, DISCHARGE: 35, BILL: 600}
_PARTS = ("facility", "classification", "frequency")
_CLASSES = (("1", "2", "3", "4", "6"), ("7",), ("8",))
"""The classification file lists its digits three times over: for these facility types, in this order."""


def kind_of(start: bytes) -> str:
    """Which list a text begins: a table, or a part of the type of bill; empty where it is none of them."""
    records = headings(start)
    if not records or records[0][:2] != ["code", "label"]:
        return ""
    codes = [record[0] for record in records[1:] if record]
    lengths = {len(each) for each in codes}
    if lengths == {4} and all(each.isdigit() for each in codes):
        return REVENUE
    if lengths <= {1, 2} and 2 in lengths:
        return DISCHARGE
    if lengths != {1}:
        return ""
    if any(each.isalpha() for each in codes):
        return "frequency"
    return "classification" if len(set(codes)) < len(codes) else "facility"


def _single(table: str, key: str, type_: Type, says: str) -> CodeSet:
    def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
        builder, tally = TableBuilder(TableSchema(table, ((key, type_),), {}, dated=False)), Tally()

        def add(cells: dict[str, str]) -> None:
            if len(cells["code"]) == 1:
                tally.dropped["value of the data, not a code"] += 1
                return
            builder.add([code_cell("code", type_, cells["code"])], {})

        for source in sources:
            rows(source, _WANTED, tally, add, progress)
        fewer(len(builder.groups), _FEWEST[table], tally)
        return [(builder, tally)]

    return CodeSet(table, (table,), lambda name, start: kind_of(start) == table, build, says)


def build_bill_types(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """Table ``bill_type``: every facility type with its classifications and every frequency. Raises InputError."""
    parts: dict[str, list[str]] = {}
    tally = Tally()
    for source in sources:
        part = kind_of(source.start())
        if part in parts:
            raise refused(source.name, f"The {part} part of the type of bill was given twice.")
        found = parts[part] = []

        def add(cells: dict[str, str], found: list[str] = found) -> None:
            if len(cells["code"]) != 1:
                raise CellError("code", "a part of the type of bill is one character")
            found.append(cells["code"].upper())

        rows(source, _WANTED, tally, add, progress)
    lacking = [part for part in _PARTS if part not in parts]
    if lacking:
        raise refused(sources[0].name, f"The type of bill lacks its {' and '.join(lacking)} part.",
                      "Import CLM_FAC_TYPE_CD, CLM_SRVC_CLSFCTN_TYPE_CD and CLM_FREQ_CD together.")  # fmt: skip
    groups = _runs(parts["classification"])
    if len(groups) != len(_CLASSES):
        raise refused(sources[0].name, f"The classification part has {len(groups)} lists of digits, not three.")
    builder = TableBuilder(TableSchema(BILL, (("bill_type", code("bill_type")),), {}, dated=False))
    for facilities, classes in zip(_CLASSES, groups, strict=True):
        for facility in facilities:
            for digits in classes if facility in parts["facility"] else ():
                for frequency in parts["frequency"]:
                    builder.add([f"{facility}{digits}{frequency}"], {})
    tally.read = sum(len(group) for group in builder.groups.values())
    fewer(len(builder.groups), _FEWEST[BILL], tally)
    return [(builder, tally)]


def _runs(digits: Sequence[str]) -> list[list[str]]:
    """The lists of rising digits that follow one another."""
    runs: list[list[str]] = []
    for digit in digits:
        if not runs or digit <= runs[-1][-1]:
            runs.append([])
        runs[-1].append(digit)
    return runs


CODE_SETS = (
    _single(REVENUE, "revenue_code", code("revenue_code"), "CSV of revenue codes (REV_CNTR)"),
    _single(DISCHARGE, "status", code(""), "CSV of discharge status (PTNT_DSCHRG_STUS_CD)"),
    CodeSet(BILL, (BILL,), lambda name, start: kind_of(start) in _PARTS, build_bill_types,
            "CSVs of the three parts of the type of bill"),
)  # fmt: skip
