"""NCCI medically unlikely edits in the official CSV layout (``MCR_MUE_PractitionerServices_Eff_07-01-2024.csv``).

A quoted preamble with line breaks, a header whose first cell has one too, then code, units, adjudication indicator as
text (``3 Date of Service Edit: Clinical``), rationale. The heading of the units names the setting.
Source: CMS, "Medically Unlikely Edits" and Medicare NCCI Policy Manual, chapter I, section V (edition 1/1/2026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from scrubber.core.types import NUMBER, TEXT, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.report import Tally, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema, canonical, clean, key_text

TABLES = ("mue/practitioner", "mue/outpatient-hospital", "mue/dme")
_SETTING = {"practitioner": TABLES[0], "outpatient hospital": TABLES[1], "dme supplier": TABLES[2]}
_CODE = code("procedure")
_WORDS = (("procedure", "hcpcs"), ("units", "mue values"), ("adjudication_indicator", "adjudication indicator"),
          ("rationale", "rationale"))  # fmt: skip
_HEADER_WITHIN = 50
FindHeader = Callable[[list[str]], Mapping[str, int] | None]
"""Column name to position where a record is the header, else None."""


def schema(table: str) -> TableSchema:
    """The shape of a table of unit limits. Its rows have no days of their own: the edition's cover is their time."""
    columns = {"units": NUMBER, "adjudication_indicator": NUMBER, "rationale": TEXT}
    return TableSchema(table, (("procedure", _CODE),), columns, dated=False)


def recognises(start: bytes) -> bool:
    """Whether a text begins like this layout."""
    head = start.lower()
    return b"mue values" in head and b"mue adjudication indicator" in head


def table_of(source: TableInput, start: bytes, table: str | None) -> str:
    """Which table a file belongs to, by the heading of its units. Raises InputError where the caller said another."""
    found = re.search(r"([a-z ]+?) services mue values", start.decode("latin-1").lower())
    named = _SETTING.get(found[1].strip()) if found else None
    if named is None:
        raise refused(source.name, "The heading of the MUE values names no setting this version knows.",
                      f"The settings are {', '.join(_SETTING)}.")  # fmt: skip
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


def read(source: TableInput, builder: TableBuilder, tally: Tally, progress: Progress | None = None) -> None:
    """Add the rows of one file. Raises InputError where it is not this layout or more than a handful are unreadable."""
    add_rows(source, builder, tally, _find_header, progress)


def add_rows(source: TableInput, builder: TableBuilder, tally: Tally, find_header: FindHeader,
             progress: Progress | None) -> None:  # fmt: skip
    """Add the rows after the first record that ``find_header`` knows: column name to position."""
    header: Mapping[str, int] | None = None
    bad = tally.bad_rows(source.name)
    for count, (line, cells) in enumerate(source.records(progress)):
        if header is None:
            header = find_header(cells)
            if header is None and count > _HEADER_WITHIN:
                break
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
        raise refused(source.name, "The header line with code, MUE values and adjudication indicator was not found.",
                      "Give the official MUE CSV file or its zip.")  # fmt: skip


def _find_header(cells: list[str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for name, word in _WORDS:
        for at, cell in enumerate(cells):
            if word in cell.lower().replace("\n", " ") and len(cell) < 100:
                found.setdefault(name, at)
    return found if len(found) == len(_WORDS) else None


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
    indicator = cells["adjudication_indicator"][:2].strip()
    if indicator not in ("1", "2", "3"):
        return "adjudication_indicator", "it begins with 1, 2 or 3"
    tally.indicators[indicator] += 1
    tally.active[indicator] += 1
    values = {"units": units, "adjudication_indicator": indicator, "rationale": canonical(TEXT, cells["rationale"])}
    builder.add([procedure], values)
    return None
