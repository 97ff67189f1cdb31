"""A census of the real 2024 Q3 tables against counts taken by other means."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from tables_layouts import Q3

from scrubber.tables.importers.run import import_files
from scrubber.tables.store import TableStore
from scrubber.tables.table import ABSENT, OpenTable
from scrubber.tables.verify import verify

DAY = date(2024, 8, 1).toordinal()


def table(folder: Path, name: str) -> OpenTable:
    found = TableStore([folder]).edition_for(name, date(2024, 8, 1))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "kept", "active"),
    [("ptp/practitioner", 739_553 + 1_707_611, {0: 508_947, 1: 1_160_873}),
     ("ptp/outpatient-hospital", 60_675 + 1_685_259, {0: 46_741, 1: 1_289_116})],
)  # fmt: skip
def test_pair_edits(real_tables: Path, name: str, kept: int, active: dict[int, int]) -> None:
    """Every pair in force on a day of the cover is looked up one by one; indicator 9 never appears."""
    pairs = table(real_tables, name)
    assert pairs.edition.rows == kept
    assert len(pairs.edition.source_files) == 4
    heads = pairs._heads
    said: Counter[object] = Counter()
    last_day = Q3[1].toordinal() + 1
    for number in range(0, heads.count):
        first = heads[number]
        for second in pairs.partners(first):
            row = pairs.find((first, second), last_day)
            if row >= 0:
                said[pairs.value(row, "modifier_indicator")] += 1
    assert said == active


def test_pairs_that_changed_over_time(real_tables: Path) -> None:
    """97530 and 97116 have three rows, two of them with indicator 9; 0007U and 0328U changed their indicator."""
    pairs = table(real_tables, "ptp/practitioner")

    def indicator(first: str, second: str, *day: int) -> object:
        row = pairs.find((first, second), date(*day).toordinal())
        return row if row < 0 else pairs.value(row, "modifier_indicator")

    assert indicator("97530", "97116", 2019, 12, 31) == 1
    assert indicator("97530", "97116", 2020, 1, 1) == ABSENT
    assert indicator("97530", "97116", 2020, 10, 1) == ABSENT
    assert indicator("0007U", "0328U", 2023, 6, 30) == 0
    assert indicator("0007U", "0328U", 2023, 7, 1) == 1
    assert indicator("97150", "97530", 2024, 8, 1) == 1
    assert pairs.existing_pairs(["97530", "97116", "97150"]) == [
        ("97530", "97116"), ("97150", "97530"), ("97150", "97116"),
    ]  # fmt: skip


def test_unit_limits(real_tables: Path) -> None:
    for name, rows in (("mue/practitioner", 14_677), ("mue/outpatient-hospital", 14_628), ("mue/dme", 2_928)):
        assert table(real_tables, name).edition.rows == rows
    said = {
        (name, code): table(real_tables, f"mue/{name}").value(
            table(real_tables, f"mue/{name}").find((code,), DAY), "units"
        )
        for name, code in (("practitioner", "97110"), ("outpatient-hospital", "97110"), ("practitioner", "99215"),
                           ("outpatient-hospital", "99215"), ("practitioner", "A4253"), ("dme", "A4253"))
    }  # fmt: skip
    assert list(said.values()) == [6, 8, 1, 2, 0, 1]


def test_adjudication_indicators_and_add_on_types(shared_data: Path, tmp_path: Path) -> None:
    ncci = shared_data / "ncci"
    limits = ncci / "cms-layout" / "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"
    mue, aoc, types = import_files([limits, ncci / "aoc_2024Q2.csv"], tmp_path, covers=Q3)
    assert mue.indicators == {"1": 41, "2": 5_157, "3": 9_479}
    assert (aoc.rows_read, aoc.rows_kept + sum(aoc.dropped.values())) == (8_186, 8_186)
    assert aoc.indicators == {"1": 696, "2": 41, "3": 11}
    assert types.warnings == ()
    assert all(result.ok for result in verify(tmp_path))


def test_add_on_codes(real_tables: Path) -> None:
    pairs, types = table(real_tables, "aoc"), table(real_tables, "aoc_type")
    assert pairs.value(pairs.find(("96366", "96360"), DAY), "practitioner_only") is True
    assert types.value(types.find(("96376",), DAY), "facility_only") is True
    assert types.value(types.find(("96375",), DAY), "facility_only") is False
    assert pairs.find(("96131", "96130"), DAY) == ABSENT
    assert types.value(types.find(("20701",), date(2022, 12, 31).toordinal()), "type") == 1
    assert types.value(types.find(("20701",), date(2023, 1, 1).toordinal()), "type") == 3
    assert types.find(("99213",), DAY) == ABSENT


def test_size_and_integrity(real_tables: Path) -> None:
    results = verify(real_tables)
    assert [result.ok for result in results] == [True] * 7
    assert Path(table(real_tables, "ptp/practitioner").edition.path).stat().st_size <= 10_000_000
