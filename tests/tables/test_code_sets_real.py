"""The real code set files, counted row by row; skipped where they are not on this machine."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from scrubber.tables.importers.report import ImportReport
from scrubber.tables.importers.run import import_files
from scrubber.tables.store import TableStore
from scrubber.tables.table import OpenTable
from scrubber.tables.verify import verify

CALENDAR_2024 = (date(2024, 1, 1), date(2024, 12, 31))
FY2020, FY2024 = (date(2019, 10, 1), date(2020, 9, 30)), (date(2023, 10, 1), date(2024, 9, 30))
APRIL_2026 = (date(2026, 4, 1), date(2026, 9, 30))


@pytest.fixture(scope="module")
def loaded(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, ImportReport]]:
    """All real code sets in one folder, each by one plain import of its files."""
    folder = tmp_path_factory.mktemp("code-sets")
    sets, mce, icd = shared_data / "codesets", shared_data / "mce", shared_data / "icd10cm"
    flat = [*sorted(sets.glob("*.csv")), *sorted(sets.glob("*.gz")), *sorted((shared_data / "denials").glob("*.csv"))]
    runs = [
        (flat, CALENDAR_2024),
        ([shared_data / "pfs" / "pfs_indicators_2024.csv"], CALENDAR_2024),
        ([shared_data / "pfs" / "PPRRVU2025_Oct.csv"], (date(2025, 10, 1), date(2025, 12, 31))),
        ([shared_data / "opps" / "addendum_b_2026-04_codes.csv"], (date(2026, 4, 1), date(2026, 6, 30))),
        ([mce / "MCE_Simple_Code_Edits_v37.txt"], FY2020),
        ([mce / "icd10cm_code_edits_pathologie_2024.csv"], FY2024),
        ([*icd.glob("*.xml.gz"), icd / "icd10cm_2026apr_leaf.csv"], APRIL_2026),
    ]
    reports = [report for files, covers in runs for report in import_files(files, folder, covers=covers)]
    return folder, {f"{report.table} {report.first.year}": report for report in reports}


def table(loaded: tuple[Path, dict[str, ImportReport]], name: str, day: date) -> OpenTable:
    found = TableStore([loaded[0]]).edition_for(name, day)
    assert found is not None
    return found


def test_census(loaded: tuple[Path, dict[str, ImportReport]]) -> None:
    """Rows kept and left out, and no warning but those that are meant."""
    _, reports = loaded
    assert {name: (report.rows_kept, sum(report.dropped.values())) for name, report in reports.items()} == {
        "bill_type 2024": (780, 0), "discharge_status 2024": (43, 1), "revenue_code 2024": (554, 26),
        "hcpcs 2024": (7_902, 0), "hcpcs_modifier 2024": (383, 383), "hcpcs_unlisted 2024": (161, 0),
        "icd10pcs 2024": (79_508, 0), "modifier 2024": (426, 7), "taxonomy 2024": (874, 0),
        "place_of_service 2024": (52, 47), "carc 2024": (405, 0), "rarc 2024": (1_171, 0), "pfs 2024": (16_470, 2_194),
        "pfs 2025": (16_851, 2_239), "procedure_status 2026": (19_059, 0), "icd10cm_age 2019": (3_298, 4_390),
        "icd10cm_sex 2019": (3_664, 0), "icd10cm_manifestation 2019": (395, 0),
        "icd10cm_unacceptable_principal 2019": (2_406, 0), "icd10cm_age 2023": (3_564, 0),
        "icd10cm_sex 2023": (3_960, 0), "icd10cm_manifestation 2023": (422, 0), "icd10cm 2026": (102_739, 0),
        "icd10cm_excludes1 2026": (240_375, 24_345),
    }  # fmt: skip
    assert not [warning for report in reports.values() for warning in report.warnings]
    assert all(result.ok for result in verify(loaded[0]))


def test_the_tabular_list_makes_exactly_the_published_codes(
    loaded: tuple[Path, dict[str, ImportReport]], shared_data: Path
) -> None:
    """7th characters, placeholders and the exception at S06 give the 74,719 codes of the flat list, one by one."""
    codes = table(loaded, "icd10cm", APRIL_2026[0])
    day = APRIL_2026[0].toordinal()
    with (shared_data / "icd10cm" / "icd10cm_2026apr_leaf.csv").open(newline="") as file:
        listed = {row["code"].replace(".", "") for row in csv.DictReader(file) if "-" not in row["code"]}
    heads = [codes._heads[number] for number in range(codes._heads.count)]
    billable = {code for code in heads if codes.value(codes.find((code,), day), "billable")}
    assert billable == listed
    assert len(listed) == 74_719
    assert {"QA00101", "S061X7A"} <= billable
    assert "S061X7D" not in billable


def test_sides(loaded: tuple[Path, dict[str, ImportReport]]) -> None:
    """E08.3211: the side stands in the 7th character. I50.1 is of the left ventricle, which is no side of a patient."""
    codes = table(loaded, "icd10cm", APRIL_2026[0])
    day = APRIL_2026[0].toordinal()
    said = {code: codes.value(codes.find((code,), day), "laterality") for code in
            ("M1711", "M1712", "M170", "E083211", "I501", "S72001A", "C50911", "R1031", "I10")}  # fmt: skip
    assert said == {
        "M1711": "RIGHT", "M1712": "LEFT", "M170": "BILATERAL", "E083211": "RIGHT", "I501": "NONE", "S72001A": "RIGHT",
        "C50911": "RIGHT", "R1031": "RIGHT", "I10": "NONE",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [("R55", "I951", True), ("I951", "R55", False), ("E119", "O24419", True), ("E119", "E1010", True),
     ("J069", "E119", False), ("V0001XA", "X820XXA", True), ("E000", "P700", True), ("D3A00", "D49", False),
     ("T07XXXA", "T2500XA", True), ("M1711", "M4500", False)],
)  # fmt: skip
def test_excludes1(loaded: tuple[Path, dict[str, ImportReport]], one: str, other: str, excluded: bool) -> None:
    """Notes at a code, a block (V00-V99) and a chapter; D3A stands before D37, so a note at D37-D48 is not its own."""
    pairs = table(loaded, "icd10cm_excludes1", APRIL_2026[0])
    assert (pairs.find((one, other), APRIL_2026[0].toordinal()) >= 0) is excluded


def test_lists_by_date(loaded: tuple[Path, dict[str, ImportReport]]) -> None:
    """Maternity is 12 to 55 in fiscal year 2020 and 9 to 64 in 2024: the edition of the day answers."""
    said = []
    for covers in (FY2020, FY2024):
        ages = table(loaded, "icd10cm_age", covers[0])
        row = ages.find(("O80",), covers[0].toordinal())
        said.append((ages.value(row, "age_from"), ages.value(row, "age_to")))
    assert said == [(12, 55), (9, 64)]
    assert TableStore([loaded[0]]).edition_for("icd10cm_unacceptable_principal", FY2024[0]) is None


def test_fee_schedule_indicators(loaded: tuple[Path, dict[str, ImportReport]]) -> None:
    """Facts of the files that scenarios rely on: a code with a 90-day global, and the two layouts agree on it."""
    for day in (CALENDAR_2024[0], date(2025, 10, 1)):
        rows = table(loaded, "pfs", day)
        row = rows.find(("27447",), day.toordinal())
        assert (rows.value(row, "global_days"), rows.value(row, "pc_tc"), rows.value(row, "bilateral")) == ("090", 0, 1)
        picture = rows.find(("71046",), day.toordinal())
        assert rows.value(picture, "pc_tc") == 1
