"""NCCI add-on code edits as CSV (``aoc_2024Q2.csv``): which primaries an add-on code needs.

Days are ``YYYY`` (the first day of the year as a first day, the last as a last) or ``YYYYDDD`` (day of the year; the
last active day). Primary ``CCCCC`` stands for those the contractor defines. A note may limit the code that it names to
practitioners or to facilities; the other notes of the published file say nothing that the columns do not.
Source: CMS, "Medicare NCCI Add-on Code Edits" and Medicare NCCI Policy Manual, chapter I, section R (edition 1/1/2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from scrubber.core.types import FLAG, NUMBER, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.report import Tally, refuse_repeated, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.packed import OPEN_END
from scrubber.tables.schema import TableSchema, clean, key_text

PAIRS, TYPES = "aoc", "aoc_type"
TABLES = (PAIRS, TYPES)
CONTRACTOR = "CCCCC"
FEWEST = 350
"""Add-on codes of a whole list: half of that of 2024 Q2."""
TOMBSTONE = "last day is first day"
_CODE = code("procedure")
_SETTING_NOTES = {
    "practitioner": re.compile(r"([a-z0-9]{5}) (?:may be reported by )?practitioners? only", re.IGNORECASE),
    "facility": re.compile(r"([a-z0-9]{5}) (?:may be reported by )?facilit(?:y|ies) only", re.IGNORECASE),
}
"""The notes that say who may report a code: "96360 Practitioner Only", "96376 may be reported by facilities only"."""
_SAYS_NOTHING_ELSE = re.compile(r"Based on Internet-Only Manual", re.IGNORECASE)
_CONTRACTOR_NOTE = re.compile(r"Contractor Defined Primary Codes?$", re.IGNORECASE)
_SUSPENDED_NOTE = re.compile(r"Temporarily suspended retroactive to", re.IGNORECASE)
_HEADINGS = {
    "add_on": ("add_on_code", "addon"), "primary": ("primary_code", "primary"), "type": ("edit_type", "edit"),
    "effective": ("edit_effective", "edit_eff"), "deletion": ("edit_deletion", "edit_del"), "notes": ("notes",),
}  # fmt: skip


Stretch = tuple[int, int, tuple[str, ...], bool, bool]
"""First and last day, types, whether the contractor adds primaries, and whether the add-on is for facilities only."""


class AddOnRow(Struct, frozen=True):
    """One readable row; days are ordinals, both included. A setting is ``practitioner``, ``facility`` or nothing."""

    add_on: str
    primary: str
    type: str
    effective: int
    deletion: int
    primary_setting: str = ""
    add_on_facility_only: bool = False


def pairs_schema() -> TableSchema:
    """Add-on code and primary code; ``practitioner_only`` and ``facility_only``: who may report this primary of it.

    ``contractor`` marks the row that says the contractor may accept others.
    """
    columns = {"type": NUMBER, "practitioner_only": FLAG, "facility_only": FLAG, "contractor": FLAG}
    return TableSchema(PAIRS, (("add_on", _CODE), ("primary", _CODE)), columns, dated=True)


def types_schema() -> TableSchema:
    """What kind of add-on code a code is, by day. ``contractor_primaries``: the contractor may accept others;
    ``facility_only``: only facilities may report the add-on code itself."""
    columns = {"type": NUMBER, "contractor_primaries": FLAG, "facility_only": FLAG}
    return TableSchema(TYPES, (("add_on", _CODE),), columns, dated=True)


def recognises(start: bytes) -> bool:
    """Whether a text begins like this layout."""
    first = start.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("latin-1").lower()
    return _header([clean(cell).strip('"') for cell in first.split(",")]) is not None


def read(source: TableInput, tally: Tally, progress: Progress | None = None) -> list[AddOnRow]:
    """The rows of one file that were ever in force; the tally counts distinct add-on codes by type.

    Raises InputError where it is not this layout or more than a handful are unreadable.
    """
    rows: list[AddOnRow] = []
    kinds: set[tuple[str, str]] = set()
    header: dict[str, int] | None = None
    bad = tally.bad_rows(source.name)
    unread: dict[str, list[str]] = {}
    for line, cells in source.records(progress):
        if header is None:
            named = [clean(cell).lower() for cell in cells]
            header = _header(named)
            if header is None:
                break
            refuse_repeated(source.name, named, [named[at] for at in header.values()], line)
            continue
        if not any(clean(cell) for cell in cells):
            continue
        tally.read += 1
        if len(cells) <= max(header.values()):
            bad.add(line, "row", f"it has {len(cells)} cells, the header has {max(header.values()) + 1}")
            continue
        row = _row({name: clean(cells[at]) for name, at in header.items()})
        if not isinstance(row, AddOnRow):
            bad.add(line, *row)
            continue
        kinds.add((row.add_on, row.type))
        note = clean(cells[header["notes"]])
        if not _is_read(note, row):
            unread.setdefault(note, []).append(row.add_on)
        if row.deletion == row.effective:
            tally.dropped[TOMBSTONE] += 1
        else:
            rows.append(row)
    if header is None:
        raise refused(source.name, "The header line of the add-on code edits was not found.",
                      f"The first line names {', '.join(names[0] for names in _HEADINGS.values())}.")  # fmt: skip
    tally.indicators.update(type_ for _, type_ in kinds)
    for note, codes in unread.items():
        which = ", ".join(dict.fromkeys(codes[:3])) + (" and more" if len(codes) > 3 else "")
        tally.warnings.append(
            f"{source.name}: a note is not known to this version, and what it says is not applied; rows with it: "
            f"{len(codes)} ({which}); it reads: {note[:200]}"
        )
    return rows


def build_pairs(rows: Sequence[AddOnRow], builder: TableBuilder) -> None:
    """Fill :func:`pairs_schema`."""
    for row in rows:
        values: dict[str, str | None] = {
            "type": row.type, "practitioner_only": str(int(row.primary_setting == "practitioner")),
            "facility_only": str(int(row.primary_setting == "facility")),
            "contractor": str(int(row.primary == CONTRACTOR)),
        }  # fmt: skip
        builder.add([row.add_on, row.primary], values, row.effective, row.deletion)


def build_types(rows: Sequence[AddOnRow], builder: TableBuilder, tally: Tally) -> None:
    """Fill :func:`types_schema`: for each add-on code, the stretches of days over which its rows say the same."""
    by_code: dict[str, list[AddOnRow]] = {}
    for row in rows:
        by_code.setdefault(row.add_on, []).append(row)
    for add_on in sorted(by_code):
        for first, last, types, contractor, facility_only in _stretches(by_code[add_on]):
            tally.read += len(types)
            for type_ in types:
                tally.indicators[type_] += 1
                tally.active[type_] += last == OPEN_END
                values: dict[str, str | None] = {
                    "type": type_, "contractor_primaries": str(int(contractor)),
                    "facility_only": str(int(facility_only)),
                }  # fmt: skip
                builder.add([add_on], values, first, last)


def _stretches(rows: Sequence[AddOnRow]) -> list[Stretch]:
    edges = sorted({row.effective for row in rows} | {row.deletion + 1 for row in rows})
    found: list[Stretch] = []
    for first, after in pairwise(edges):
        live = [row for row in rows if row.effective <= first <= row.deletion]
        if not live:
            continue
        said = (
            tuple(sorted({row.type for row in live})), any(row.primary == CONTRACTOR for row in live),
            any(row.add_on_facility_only for row in live),
        )  # fmt: skip
        if found and found[-1][1] == first - 1 and found[-1][2:] == said:
            found[-1] = (found[-1][0], after - 1, *said)
        else:
            found.append((first, after - 1, *said))
    return found


def _header(cells: Sequence[str]) -> dict[str, int] | None:
    found = {
        name: cells.index(heading)
        for name, headings in _HEADINGS.items()
        for heading in headings
        if heading in cells
    }  # fmt: skip
    return found if len(found) == len(_HEADINGS) else None


def _row(cells: Mapping[str, str]) -> AddOnRow | tuple[str, str]:
    """A row, or (column, reason) where it cannot be read."""
    codes = []
    for name in ("add_on", "primary"):
        try:
            codes.append(key_text(_CODE, cells[name]))
        except ValueError as error:
            return name, str(error)
        if not re.fullmatch(r"[A-Z0-9]{5}", codes[-1]):
            return name, "not a procedure code of 5 letters and digits"
    type_ = cells["type"].removesuffix(".0")
    if type_ not in ("1", "2", "3"):
        return "type", "it is 1, 2 or 3"
    try:
        effective = day_of(cells["effective"], last=False)
    except ValueError as error:
        return "effective", str(error)
    try:
        deletion = day_of(cells["deletion"], last=True) if cells["deletion"] not in ("", "*") else None
    except ValueError as error:
        return "deletion", str(error)
    if deletion is not None and deletion < effective:
        return "deletion", "the last day is before the first"
    about, setting = _setting_of(cells["notes"])
    return AddOnRow(
        codes[0], codes[1], type_, effective.toordinal(), OPEN_END if deletion is None else deletion.toordinal(),
        setting if about == codes[1] else "", (about, setting) == (codes[0], "facility"),
    )  # fmt: skip


def _setting_of(note: str) -> tuple[str, str]:
    """The code that a note is about, and the only setting that may report it; nothing where it says no such thing."""
    for setting, words in _SETTING_NOTES.items():
        if found := words.fullmatch(note.strip(" .")):
            return found[1].upper(), setting
    return "", ""


def _is_read(note: str, row: AddOnRow) -> bool:
    """Whether a note says nothing, or no more than what is read of its row."""
    if not note or row.primary_setting or row.add_on_facility_only or _SAYS_NOTHING_ELSE.match(note):
        return True
    if _CONTRACTOR_NOTE.match(note):
        return row.primary == CONTRACTOR
    return bool(_SUSPENDED_NOTE.match(note)) and row.deletion == row.effective


def day_of(text: str, last: bool) -> date:
    """The day of ``YYYY`` or ``YYYYDDD``. Raises ValueError."""
    digits = text.removesuffix(".0")
    if re.fullmatch(r"\d{4}", digits, re.ASCII):
        return date(int(digits), 12, 31) if last else date(int(digits), 1, 1)
    if not re.fullmatch(r"\d{7}", digits, re.ASCII) or digits.startswith("0000"):
        raise ValueError("not a day written YYYY or YYYYDDD")
    start, number = date(int(digits[:4]), 1, 1), int(digits[4:])
    day = start + timedelta(days=number - 1)
    if number == 0 or day.year != start.year:
        raise ValueError("not a day written YYYY or YYYYDDD")
    return day
