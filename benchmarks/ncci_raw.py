"""The publisher's NCCI files of 2024 Q3 read with nothing but zipfile and csv: what the oracle knows.

Imports nothing of the project, so that a mistake of the project's importers cannot be repeated here.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "ncci"
COVER = (date(2024, 7, 1), date(2024, 9, 30))
OPEN = 99991231


class PairRow(NamedTuple):
    """What one line of a pair edit file says of its pair: days are whole numbers, 20240701."""

    first: int
    last: int
    indicator: int


class Limit(NamedTuple):
    """One unit limit: the value and its adjudication indicator (1 line, 2 policy, 3 clinical)."""

    units: int
    indicator: int


class AddOnRow(NamedTuple):
    """One row of the add-on code file, in force from ``first`` to ``last``, both included."""

    add_on: str
    primary: str
    type: int
    first: date
    last: date
    note: str


def number(day: date) -> int:
    """A day as the files write it."""
    return day.year * 10_000 + day.month * 100 + day.day


def pair_rows(kind: str, folder: Path = FOLDER) -> Iterator[tuple[str, str, PairRow]]:
    """Every row of the practitioner (``pra``) or outpatient hospital (``oph``) pair edits, of any age."""
    seen: dict[PairRow, PairRow] = {}  # few rows differ, so millions of pairs share them
    for path in sorted((folder / "cms-layout").glob(f"cci{kind}-*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                for line in archive.read(name).decode("latin-1").splitlines():
                    cells = line.split("\t")
                    if len(cells) < 6 or cells[5] not in ("0", "1", "9") or not cells[3].isdigit():
                        continue  # the copyright line and the header wrapped over four lines
                    last = int(cells[4]) if cells[4].isdigit() else OPEN
                    row = PairRow(int(cells[3]), last, int(cells[5]))
                    # strip() also takes the no-break space that stands behind some codes
                    yield cells[0].strip(), cells[1].strip(), seen.setdefault(row, row)


def pairs_in_cover(kind: str, folder: Path = FOLDER) -> dict[tuple[str, str], tuple[PairRow, ...]]:
    """The rows that hold on some day of the cover, indicator 9 left out, by (column 1, column 2)."""
    found: dict[tuple[str, str], tuple[PairRow, ...]] = {}
    first_day, last_day = number(COVER[0]), number(COVER[1])
    for one, two, row in pair_rows(kind, folder):
        if row.indicator != 9 and row.last >= first_day and row.first <= last_day:
            found[one, two] = (*found.get((one, two), ()), row)
    return found


def limits(kind: str, folder: Path = FOLDER) -> dict[str, Limit]:
    """The unit limits of ``Practitioner``, ``OutpatientHospital`` or ``DMESupplier`` services, by code."""
    (path,) = (folder / "cms-layout").glob(f"MCR_MUE_{kind}Services_*.csv")
    found = {}
    for cells in csv.reader(io.StringIO(path.read_bytes().decode("latin-1"))):
        if len(cells) >= 3 and cells[1].strip().isdigit():
            found[cells[0].strip()] = Limit(int(cells[1]), int(cells[2].strip()[0]))
    return found


def _julian(text: str) -> date:
    """``2013`` is that year's first day, ``2016091`` the 91st day of 2016."""
    return date(int(text[:4]), 1, 1) + timedelta(days=int(text[4:] or 1) - 1)


def add_on_rows(folder: Path = FOLDER) -> list[AddOnRow]:
    """Every row of the add-on code file, tombstones (last day = first day) too."""
    with (folder / "aoc_2024Q2.csv").open(encoding="utf-8", newline="") as file:
        return [
            AddOnRow(
                row["add_on_code"].strip(), row["primary_code"].strip(), int(row["edit_type"]),
                _julian(row["edit_effective"]),
                _julian(row["edit_deletion"]) if row["edit_deletion"].strip() else date(9999, 12, 31),
                row["notes"].strip(),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


class Raw(NamedTuple):
    """All files, read."""

    pairs: dict[str, dict[tuple[str, str], tuple[PairRow, ...]]]
    limits: dict[str, dict[str, Limit]]
    add_ons: dict[str, list[AddOnRow]]


def read(folder: Path = FOLDER) -> Raw:
    """Read the pair edits, unit limits and add-on codes that hold on some day of the cover."""
    add_ons: dict[str, list[AddOnRow]] = {}
    for row in add_on_rows(folder):
        if row.last != row.first:
            add_ons.setdefault(row.add_on, []).append(row)
    return Raw(
        {"practitioner": pairs_in_cover("pra", folder), "outpatient": pairs_in_cover("oph", folder)},
        {
            "practitioner": limits("Practitioner", folder), "outpatient": limits("OutpatientHospital", folder),
            "dme": limits("DMESupplier", folder),
        },
        add_ons,
    )  # fmt: skip


def indicator_counts(kind: str, folder: Path = FOLDER) -> tuple[Counter[int], Counter[int]]:
    """How many rows have each indicator: of all, and of those in force at the end of the cover."""
    every: Counter[int] = Counter()
    active: Counter[int] = Counter()
    for _, _, row in pair_rows(kind, folder):
        every[row.indicator] += 1
        active[row.indicator] += row.last == OPEN and row.indicator != 9
    return every, active
