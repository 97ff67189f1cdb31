"""Medicare Code Editor lists: diagnoses for one age, for one sex, and those that cannot be the principal diagnosis.

Two layouts: the editor's simple edits as tab-delimited text (``MCE_Simple_Code_Edits_v37.txt``), with a version, and a
CSV of codes with a conflict rule in words (``icd_conflict_group``, ``icd_conflict_rule``), which has no list of
unacceptable principal diagnoses. The age bounds changed over time, so they are read or derived by version.
Source: CMS, Definitions of Medicare Code Edits, sections 4 (age), 5 (sex), 6 (manifestation) and 9 (unacceptable
principal diagnosis).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from scrubber.core.types import NUMBER, code
from scrubber.tables.builder import TableBuilder
from scrubber.tables.importers.code_list import (
    Built,
    CellError,
    CodeSet,
    code_cell,
    has_header,
    outside,
    plain,
    rows,
)  # fmt: skip
from scrubber.tables.importers.report import Tally, fewer, refused
from scrubber.tables.importers.source import Progress, TableInput
from scrubber.tables.schema import TableSchema, clean

AGE, SEX, MANIFESTATION, UNACCEPTABLE = (
    "icd10cm_age", "icd10cm_sex", "icd10cm_manifestation", "icd10cm_unacceptable_principal",
)  # fmt: skip
TABLES = (AGE, SEX, MANIFESTATION, UNACCEPTABLE)
_DIAGNOSIS = code("diagnosis")
_TEXT = ("mce_version", "icd_version", "mce_section", "mce_subsection", "mce_edit_type", "icd_code_type", "icd_code")
_CSV = {"code": "icd_code", "group": "icd_conflict_group", "rule": "icd_conflict_rule"}
_AGES = {"Newborn_Only": (0, 0), "Pediatric_Only": (0, 17), "Adult_Only": (15, 124)}
_FEWEST = {AGE: 2_500, SEX: 3_000, MANIFESTATION: 300, UNACCEPTABLE: 2_000}
"""Version 37 has 3,298, 3,664, 395 and 2,406."""
_SEXES = {"Female_Only": "F", "Male_Only": "M"}
OTHER = "edit that is not imported"


def schemas() -> dict[str, TableSchema]:
    """The four tables. Ages are completed years, both included; a code in no list has no row."""
    columns = {
        AGE: {"age_from": NUMBER, "age_to": NUMBER},
        SEX: {"sex": code("sex")},
        MANIFESTATION: {},
        UNACCEPTABLE: {},
    }
    return {name: TableSchema(name, (("code", _DIAGNOSIS),), columns[name], dated=False) for name in TABLES}


def recognises(name: str, start: bytes) -> bool:
    """Whether a text begins like one of the two layouts."""
    return _is_text(start) or has_header(start, _CSV)


def build(sources: Sequence[TableInput], covers: tuple[date, date], progress: Progress | None) -> Built:
    """A table for each list that the files hold. Raises InputError."""
    made = {name: (TableBuilder(shape), Tally()) for name, shape in schemas().items()}
    first = made[AGE][1]
    for source in sources:
        if _is_text(source.start()):
            _read_text(source, made, first, covers, progress)
        else:
            _read_csv(source, made, first, progress)
    found = [(name, *part) for name, part in made.items() if part[0].groups]
    for name, builder, tally in found:
        tally.left_out = first.left_out  # nobody can say of which list an unreadable row is
        fewer(len(builder.groups), _FEWEST[name], tally)
    return [(builder, tally) for _, builder, tally in found]


CODE_SET = CodeSet("mce", TABLES, recognises, build, "Medicare Code Editor lists (text of the simple edits, or CSV)")

Made = Mapping[str, tuple[TableBuilder, Tally]]


def _is_text(start: bytes) -> bool:
    cells = start.split(b"\n", 1)[0].decode("latin-1").split("\t")
    return tuple(plain(cell) for cell in cells[: len(_TEXT)]) == _TEXT


def maternity(version: int) -> tuple[int, int]:
    """The ages of maternity diagnoses: 12 to 55 up to version 37, 9 to 64 since version 38 (2020-10-01)."""
    return (12, 55) if version < 38 else (9, 64)


def _read_text(source: TableInput, made: Made, main: Tally, covers: tuple[date, date], progress: Progress | None
               ) -> None:  # fmt: skip
    versions: set[int] = set()
    bad = main.bad_rows(source.name)
    for number, line in enumerate(source.text(progress).splitlines()[1:], 2):
        if not line.strip():
            continue
        cells = [clean(cell) for cell in line.split("\t")]
        if len(cells) < len(_TEXT) or not cells[0].isdigit():
            main.read += 1
            bad.add(number, "row", f"it has {len(cells)} cells, and {len(_TEXT)} are needed, the first a number")
            continue
        versions.add(int(cells[0]))
        try:
            _add_text(cells, made, main)
        except CellError as error:
            main.read += 1
            bad.add(number, error.column, error.reason)
    if len(versions) != 1:
        raise refused(source.name, f"The file holds {len(versions)} versions of the editor; one is expected.")
    version = versions.pop()
    # Version 37 is that of fiscal year 2020; a version begins with its fiscal year.
    outside(covers, date(1982 + version, 10, 1), date(1983 + version, 9, 30), f"Version {version} of the editor", main)


def _add_text(cells: Sequence[str], made: Made, main: Tally) -> None:
    version, _, section, _, edit, kind, raw = cells[: len(_TEXT)]
    ages = {**_AGES, "Maternity_Only": maternity(int(version))}
    if kind != "D" or (section, edit) not in {
        *(("4", name) for name in ages), *(("5", name) for name in _SEXES),
        ("6", "Principal_Manifestation"), ("9", "Principal_Unacceptable"),
    }:  # fmt: skip
        main.read += 1
        main.dropped[f"{OTHER} ({edit.replace('_', ' ').lower()})"] += 1
        return
    each = code_cell("icd_code", _DIAGNOSIS, raw)
    table = {"4": AGE, "5": SEX, "6": MANIFESTATION, "9": UNACCEPTABLE}[section]
    if section == "4":
        _add(made, table, each, {"age_from": str(ages[edit][0]), "age_to": str(ages[edit][1])})
    else:
        _add(made, table, each, {"sex": _SEXES[edit]} if section == "5" else {})


def _read_csv(source: TableInput, made: Made, main: Tally, progress: Progress | None) -> None:
    counted = Tally()
    counted.warnings = main.warnings
    counted.dropped = main.dropped

    def add(cells: dict[str, str]) -> None:
        each = code_cell("icd_code", _DIAGNOSIS, cells["code"])
        group, rule = cells["group"], cells["rule"]
        ages = re.search(r"Ages? (\d+)(?:-(\d+))?", rule)
        sex = {"Female Only": "F", "Male Only": "M"}.get(rule)
        if group == "Age" and ages:
            _add(made, AGE, each, {"age_from": ages[1], "age_to": ages[2] or ages[1]})
        elif group == "Sex" and sex:
            _add(made, SEX, each, {"sex": sex})
        elif rule.startswith("Manifestation"):
            _add(made, MANIFESTATION, each, {})
        elif group in ("Age", "Sex"):
            raise CellError("icd_conflict_rule", "it names no ages and no sex")
        else:
            main.read += 1
            main.dropped[OTHER] += 1

    rows(source, _CSV, counted, add, progress)
    main.read += counted.left_out
    main.left_out += counted.left_out


def _add(made: Made, table: str, each: str, values: dict[str, str | None]) -> None:
    builder, tally = made[table]
    builder.add([each], values)
    tally.read += 1
