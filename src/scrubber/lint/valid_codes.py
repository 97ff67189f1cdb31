"""Which codes are valid on a day, from reference tables that the machine has. Shared by two lints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from string import ascii_uppercase, digits

from scrubber.core.code_ranges import matches
from scrubber.lint.algebra_codes import BOTH, SHAPES, SMALL
from scrubber.tables.names import ABSENT
from scrubber.tables.store import TableStore
from scrubber.tables.table import OpenTable

TABLES = {
    "procedure": ("procedure_status", "hcpcs", "pfs"), "diagnosis": ("icd10cm",), "modifier": ("modifier",),
    "place_of_service": ("place_of_service",), "revenue_code": ("revenue_code",),
}  # fmt: skip
"""Code system to the imported tables, keyed by its code, that list what is valid."""
MOST_TRIED = 120_000


def lists(store: TableStore | None, system: str, day: date | None = None) -> list[OpenTable]:
    """The whole lists at hand for a system: those that answer on a day, or the newest of each. A slice is no list."""
    found = []
    for name in TABLES.get(system, ()) if store is not None else ():
        assert store is not None
        editions = store.editions(name)
        table = store.edition_for(name, day) if day is not None else store.open(editions[0]) if editions else None
        if table is not None and not table.edition.slice:
            found.append(table)
    return found


def needs(system: str) -> str:
    """What to say where no list is at hand."""
    names = " or ".join(TABLES.get(system, (system,)))
    return f"it needs table {names}; import one with: scrubber tables import"


def known(tables: list[OpenTable], code: str, day: date | None = None) -> bool:
    """Whether one of the lists has the code: on that day, or at all."""
    if day is None:
        return any(table.has_key((code,)) for table in tables)
    return any(table.find((code,), day.toordinal()) != ABSENT for table in tables)


def covering(tables: list[OpenTable], code: str) -> list[OpenTable]:
    """The lists that would have a code of its kind: HCPCS Level II, whose codes begin with a letter, has no CPT."""
    return [table for table in tables if table.edition.table != "hcpcs" or code[:1].isalpha()]


def matched(pattern: str, system: str, tables: list[OpenTable]) -> int | None:
    """How many listed codes a pattern matches; None where there are too many to try."""
    stem = pattern.split("*")[0].split("?")[0]
    if system in SMALL:
        spelled: Iterator[str] = map("".join, product(*SMALL[system]))
        return sum(1 for code in spelled if matches(code, pattern) and known(tables, code))
    count = 0
    for tried, code in enumerate(_codes(stem, system)):
        if tried == MOST_TRIED:
            return None
        count += matches(code, pattern) and known(tables, code)
    return count


def _codes(stem: str, system: str) -> Iterator[str]:
    """Every code of the shapes in use that begins with the stem."""
    if system == "diagnosis":
        for size in range(max(3 - len(stem), 0), 8 - len(stem)):
            for tail in product(BOTH, repeat=size):
                yield stem + "".join(tail)
        return
    for shape in SHAPES.get(system, ()):
        alphabets = [digits if kind == "9" else ascii_uppercase for kind in shape]
        if all(letter in alphabet for letter, alphabet in zip(stem, alphabets, strict=False)):
            for tail in product(*alphabets[len(stem) :]):
                yield stem + "".join(tail)
