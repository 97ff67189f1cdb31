"""All code sets this version can import, and which of them a file is. One concept a file; this one only lists them."""

from __future__ import annotations

from scrubber.tables.importers import (
    addendum_b,
    data_dictionary,
    denial_codes,
    fee_schedule,
    hcpcs,
    icd10cm,
    icd10pcs,
    mce,
    modifiers,
    place_of_service,
    taxonomy,
)
from scrubber.tables.importers.code_list import CodeSet

CODE_SETS: tuple[CodeSet, ...] = (
    icd10cm.CODE_SET,
    mce.CODE_SET,
    icd10pcs.CODE_SET,
    *hcpcs.CODE_SETS,
    modifiers.CODE_SET,
    place_of_service.CODE_SET,
    *data_dictionary.CODE_SETS,
    taxonomy.CODE_SET,
    fee_schedule.CODE_SET,
    addendum_b.CODE_SET,
    *denial_codes.CODE_SETS,
)
"""In the order in which they are asked; no file is of two."""

TABLES: tuple[str, ...] = tuple(dict.fromkeys(table for each in CODE_SETS for table in each.tables))


def code_set_of(name: str, start: bytes, table: str | None) -> CodeSet | None:
    """The code set that a file is of, by its name and its first 64 KB; None where it is of none (of ``table``)."""
    for each in CODE_SETS:
        if table in (None, *each.tables) and each.recognises(name, start):
            return each
    return None
