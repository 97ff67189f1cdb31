"""Whose NCCI edits a file holds, Medicare's or Medicaid's, and of which setting: by its name, or as the caller says.

The layouts are the same, so a Medicaid file that were taken for Medicare's would not be noticed: nothing is guessed.
Source: CMS, "Medicaid NCCI Edit Files" (``medicaid-ncci-2026-q3-ptp-edits-practitioner-services.zip``) and Medicaid
NCCI Edit Design Manual, "File Names" (``MCD-MUE-PRA-v…``); six methodologies: CMS, "NCCI Methodologies in Medicaid".
"""

from __future__ import annotations

import re

from scrubber.tables.importers.report import refused
from scrubber.tables.importers.source import TableInput

SETTINGS = ("practitioner", "outpatient-hospital", "dme")
PAIRS = tuple(f"medicaid_ptp/{setting}" for setting in SETTINGS)
LIMITS = tuple(f"medicaid_mue/{setting}" for setting in SETTINGS)
_MARK = re.compile(r"(?<![a-z])(medicaid|mcd)(?![a-z])")
_WORDS = (
    ("practitioner", r"practitioner|(?<![a-z])pra(?![a-z])"),
    ("outpatient-hospital", r"outpatient|(?<![a-z])oph(?![a-z])"),
    ("dme", r"durable|(?<![a-z])dme"),
)


def is_medicaid(source: TableInput, table: str | None) -> bool:
    """Whether a file is of Medicaid: its name says Medicaid or MCD, or the caller names a table of Medicaid's.

    Raises InputError where the name says Medicaid and the caller names another table.
    """
    told = table is not None and table.startswith("medicaid_")
    if not told and _MARK.search(_names(source)):
        if table is not None:
            raise refused(source.name, f"The file is of Medicaid by its name, not of {table}.",
                          f"Give --table medicaid_{table}, or leave --table out.")  # fmt: skip
        return True
    return told


def table_of(source: TableInput, table: str | None, tables: tuple[str, ...], heading: str | None = None) -> str:
    """Which of Medicaid's ``tables`` a file belongs to: by its name, its heading (a setting) and what the caller says.

    Raises InputError where they differ, or none says.
    """
    named = {setting for setting, word in _WORDS if re.search(word, _names(source))}
    if heading is not None:
        named.add(heading)
    found = {f"{tables[0].partition('/')[0]}/{setting}" for setting in named} | ({table} if table else set())
    if len(found) == 1 and found <= set(tables):
        return found.pop()
    if len(found) > 1:
        raise refused(source.name, f"The file is of {' and of '.join(sorted(found))}: two settings must not be mixed.",
                      "Import each setting under its own name.")  # fmt: skip
    raise refused(source.name, "The file does not say of which setting Medicaid's edits are.",
                  f"Add --table {', --table '.join(tables[:-1])} or --table {tables[-1]}.")  # fmt: skip


def _names(source: TableInput) -> str:
    return f"{source.name} {source.inner}".lower()
