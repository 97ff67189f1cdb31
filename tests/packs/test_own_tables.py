"""The CSV of a table that a pack carries itself: every cell is checked before a claim meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.api import Scrubber
from scrubber.core.diagnostics import RuleFileError

PACK = """\
id: mine
version: 1.0.0
title: Mine
applies: {payer_class: {any_of: [COMMERCIAL]}}
tables:
  fee_cap:
    keys: {procedure: procedure}
    columns: {most: money, modifiers: list of modifier}
    absent: none
    effective: [effective, deletion]
    source: fee_cap.csv
"""
HEADER = "procedure,most,modifiers,effective,deletion\n"
GOOD = HEADER + "J3420,45.00,RT LT,2024-01-01,\n"


def problems(folder: Path, csv: bytes, pack: str = PACK) -> list[str]:
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    (folder / "fee_cap.csv").write_bytes(csv)
    try:
        Scrubber.load(folder, cache=False)
    except RuleFileError as error:
        return [f"{d.place.line}:{d.place.column} {d.code} {d.headline} {d.help}" for d in error.diagnostics]
    return []


def test_a_good_list_is_taken(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD.encode()) == []


@pytest.mark.parametrize(
    ("csv", "where", "said"),
    [
        (GOOD.replace("45.00", "much"), "2:7 SCR652", "not a number"),
        (GOOD.replace("J3420", "8.1003E4"), "2:1 SCR652", "a spreadsheet may have made a number of it"),
        (GOOD.replace("J3420", "102"), "2:1 SCR652", "is not 5 letters and digits"),
        (GOOD.replace("RT LT", "RT L"), "2:13 SCR652", "is not 2 letters or digits"),
        (GOOD.replace("2024-01-01", "2024-02-30"), "2:19 SCR652", "there is no such day"),
        (GOOD.replace(",\n", ",2023-01-01\n"), "2:30 SCR652", "the last day is before the first"),
        (GOOD + "J3421,1.00\n", "3:1 SCR654", "has 2 cells; the header has 5"),
        (HEADER.replace("modifiers", "most") + "J3420,1,2,,\n", "1:1 SCR715", "no column named modifiers"),
        (HEADER.strip() + ",most\nJ3420,1,RT,,,2\n", "1:45 SCR627", "column `most` is there twice"),
        (HEADER, "1:1 SCR715", "It has no rows"),
        ("", "1:1 SCR650", "this file is empty"),
        (GOOD + "\x00\n", "3:1 SCR504", "NUL"),
    ],
)
def test_each_fault_is_told_at_its_place(tmp_path: Path, csv: str, where: str, said: str) -> None:
    (problem,) = problems(tmp_path, csv.encode())
    assert problem.startswith(where), problem
    assert said in problem


def test_the_last_key_of_a_range_table_is_a_range(tmp_path: Path) -> None:
    pack = PACK.replace("absent: none", "absent: none\n    match: range")
    assert problems(tmp_path, GOOD.replace("J3420", "J3420-J3430").encode(), pack) == []
    (problem,) = problems(tmp_path, GOOD.replace("J3420", "J3420-1").encode(), pack)
    assert "a range has two codes of one shape" in problem


def test_the_list_of_a_value_set_has_one_column_of_codes_and_at_least_one_code(tmp_path: Path) -> None:
    pack = PACK.partition("tables:")[0] + "valuesets: {caps: {type: procedure, title: Caps, file: fee_cap.csv}}\n"
    assert problems(tmp_path, b"code\nJ3420\n", pack) == []
    assert "SCR627 column `code` is there twice" in problems(tmp_path, b"code,code\nJ3420,J3421\n", pack)[0]
    assert "SCR650 this file has a header and no rows" in problems(tmp_path, b"code\n", pack)[0]
    assert "SCR640 `8.1003E4` is not a procedure code" in problems(tmp_path, b"code\n8.1003E4\n", pack)[0]
