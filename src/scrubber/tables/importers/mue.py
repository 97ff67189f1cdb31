"""NCCI medically unlikely edits in the official CSV layout (``MCR_MUE_PractitionerServices_Eff_07-01-2024.csv``).

A quoted preamble with line breaks, a header whose first cell has one too, then code, units, adjudication indicator as
text (``3 Date of Service Edit: Clinical``), rationale. The heading of the units names the setting.
Medicaid's files have the same layout without adjudication indicators, as CSV or with tabs.
Source: CMS, "Medically Unlikely Edits" and Medicare NCCI Policy Manual, chapter I, section V (edition 1/1/2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from scrubber.core.types import NUMBER, TEXT, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers import medicaid
from scrubber.tables.importers.report import Tally, refuse_repeated, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema, canonical, clean, key_text

MEDICARE = ("mue/practitioner", "mue/outpatient-hospital", "mue/dme")
TABLES = (*MEDICARE, *medicaid.LIMITS)
_SETTING = {"practitioner": "practitioner", "outpatient hospital": "outpatient-hospital", "dme supplier": "dme",
            "dme": "dme", "durable medical equipment": "dme"}  # fmt: skip
_INDICATOR = "adjudication_indicator"
_CODE = code("procedure")
_WORDS = (("procedure", "hcpcs"), ("units", "mue values"), (_INDICATOR, "adjudication indicator"),
          ("rationale", "rationale"))  # fmt: skip
_HEADER_WITHIN = 50
FEWEST = {"mue/practitioner": 7_000, "mue/outpatient-hospital": 7_000, "mue/dme": 1_000}
"""Rows of a whole list: half or less of the lists of 2024-07-01. No list of Medicaid was at hand."""


def schema(table: str) -> TableSchema:
    """The shape of a table of unit limits. Its rows have no days of their own: the edition's cover is their time."""
    columns = {"units": NUMBER, "adjudication_indicator": NUMBER, "rationale": TEXT}
    if table in medicaid.LIMITS:
        del columns[_INDICATOR]
    return TableSchema(table, (("procedure", _CODE),), columns, dated=False)


def recognises(start: bytes) -> bool:
    """Whether a text begins like this layout."""
    head = start.lower()
    return b"mue values" in head and (b"mue adjudication indicator" in head or b"mue rationale" in head)


def table_of(source: TableInput, start: bytes, table: str | None) -> str:
    """Which table a file belongs to, by the heading of its units; Medicaid's by their name or as told.

    Raises InputError where the caller said another, or nothing says whose limits they are.
    """
    head = start.decode("latin-1").lower()
    found = re.search(r"([a-z ]+?) services mue values", head)
    setting = _SETTING.get(found[1].strip()) if found else None
    if medicaid.is_medicaid(source, table):
        return medicaid.table_of(source, table, medicaid.LIMITS, setting)
    if setting is None:
        raise refused(source.name, "The heading of the MUE values names no setting this version knows.",
                      f"The settings are {', '.join(_SETTING)}.")  # fmt: skip
    named = f"mue/{setting}"
    if "mue adjudication indicator" not in head:
        raise refused(source.name, "The file has no adjudication indicators, and Medicare's unit limits have them.",
                      f"If the limits are Medicaid's, add --table medicaid_{named}.")  # fmt: skip
    if table not in (None, named):
        raise refused(source.name, f"The file is of {named}, not of {table}.", "Leave --table out.")
    return named


def effective_in_name(name: str) -> date | None:
    """The day that ``…_Eff_07-01-2024.csv`` names."""
    found = re.search(r"eff[_-](\d{2})-(\d{2})-(\d{4})", name.lower())
    try:
        return date(int(found[3]), int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def check_set(sources: Sequence[TableInput]) -> None:
    """Raises InputError where files of two quarters are mixed: their limits would stand side by side."""
    days = sorted({day for source in sources if (day := effective_in_name(source.name)) is not None})
    if len(days) > 1:
        raise refused(sources[0].name, f"Files of two quarters are mixed: {', '.join(map(str, days))}.",
                      "Import one quarter at a time, each with its own cover.")  # fmt: skip


def read(source: TableInput, builder: TableBuilder, tally: Tally, progress: Progress | None = None) -> None:
    """Add the rows of one file. Raises InputError where it is not this layout or more than a handful are unreadable."""
    header: Mapping[str, int] | None = None
    bad = tally.bad_rows(source.name)
    wanted = [name for name, _ in _WORDS if name in (*builder.schema.key_names, *builder.schema.columns)]
    for count, (line, cells) in enumerate(source.records(progress, _delimiter(source))):
        if header is None:
            header = _find_header(cells, wanted)
            if header is not None:
                words = [word for name, word in _WORDS if name in header for cell in cells if _says(cell, word)]
                refuse_repeated(source.name, words, dict.fromkeys(words), line)
            if header is None and count > _HEADER_WITHIN:
                break
            if header is not None and _INDICATOR not in wanted and _find_header(cells, [_INDICATOR]):
                tally.warnings.append(f"{source.name} has adjudication indicators, which no published file of "
                                      "Medicaid has: they are left out. Is it Medicare's?")  # fmt: skip
            continue
        if not any(clean(cell) for cell in cells):
            continue
        tally.read += 1
        if len(cells) <= max(header.values()):
            bad.add(line, "row", f"it has {len(cells)} cells, the header has {max(header.values()) + 1}")
            continue
        named = {name: clean(cells[at]) for name, at in header.items()}
        problem = _add(named, builder, tally)
        if problem is not None:
            bad.add(line, *problem)
    if header is None:
        raise refused(source.name, f"The header line with {', '.join(name.replace('_', ' ') for name in wanted)} was "
                      "not found.", "Give the official MUE CSV file or its zip.")  # fmt: skip


def _delimiter(source: TableInput) -> str:
    """A tab where the line of the heading has one, as Medicaid's text files do."""
    line = re.search(rb"[^\n]*mue values[^\n]*", source.start().lower())
    return "\t" if line is not None and b"\t" in line[0] else ","


def _find_header(cells: list[str], wanted: Sequence[str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for name, word in _WORDS:
        for at, cell in enumerate(cells):
            if name in wanted and _says(cell, word):
                found.setdefault(name, at)
    return found if len(found) == len(wanted) else None


def _says(cell: str, word: str) -> bool:
    """Whether a cell of the header has the word; a long one is a sentence of the preamble."""
    return word in cell.lower().replace("\n", " ") and len(cell) < 100


def _add(cells: Mapping[str, str], builder: TableBuilder, tally: Tally) -> tuple[str, str] | None:
    """Add one row; (column, reason) where it cannot be read."""
    try:
        procedure = key_text(_CODE, cells["procedure"])
    except ValueError as error:
        return "procedure", str(error)
    if not re.fullmatch(r"[A-Z0-9]{5}", procedure):
        return "procedure", "not a procedure code of 5 letters and digits"
    try:
        units = canonical(NUMBER, cells["units"])
    except ValueError as error:
        return "units", str(error)
    if units is None or not units.isdigit():
        return "units", "not a whole number from 0"
    values = {"units": units, "rationale": canonical(TEXT, cells["rationale"])}
    if _INDICATOR in cells:
        indicator = cells[_INDICATOR][:2].strip()
        if indicator not in ("1", "2", "3"):
            return _INDICATOR, "it begins with 1, 2 or 3"
        tally.indicators[indicator] += 1
        tally.active[indicator] += 1
        values[_INDICATOR] = indicator
    builder.add([procedure], values)
    return None
