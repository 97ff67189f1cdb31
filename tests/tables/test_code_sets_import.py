"""Code sets: each layout is known by its words, read into its tables, and refused with a place where it is damaged."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest
from code_set_layouts import CODES, MCE, PFS_WRAPPED, SMALL, TABULAR, write

from scrubber.core.diagnostics import InputError, UsageError
from scrubber.tables.importers.excludes1 import Codes, named
from scrubber.tables.importers.report import ImportReport
from scrubber.tables.importers.run import import_files
from scrubber.tables.store import TableStore
from scrubber.tables.table import ABSENT, OpenTable

YEAR = (date(2025, 10, 1), date(2026, 9, 30))
DAY = date(2026, 1, 5)
BILL = ("CLM_FAC_TYPE_CD.csv", "CLM_SRVC_CLSFCTN_TYPE_CD.csv", "CLM_FREQ_CD.csv")


def imported(
    folder: Path, *paths: Path, covers: tuple[date, date] = YEAR, table: str | None = None
) -> list[ImportReport]:
    reports = import_files(list(paths), folder / "tables", covers=covers, table=table)
    assert all(report.rows_read == report.rows_kept + sum(report.dropped.values()) for report in reports)
    return reports


def opened(folder: Path, name: str, day: date = DAY) -> OpenTable:
    found = TableStore([folder / "tables"]).edition_for(name, day)
    assert found is not None
    return found


def cells(table: OpenTable, *keys: str, day: date = DAY) -> dict[str, object] | None:
    row = table.find(keys, day.toordinal())
    return None if row == ABSENT else {name: table.value(row, name) for name in table.schema.columns}


def small(folder: Path, *names: str) -> list[Path]:
    return [write(folder, name, SMALL[name]) for name in names]


def test_icd10cm_tabular_list(tmp_path: Path) -> None:
    """Guidelines I.B.2 and I.A.4: codes with codes below them, and without their 7th character, are not reported."""
    reports = imported(tmp_path, write(tmp_path, "tabular.xml", TABULAR))
    assert [report.table for report in reports] == ["icd10cm", "icd10cm_excludes1"]
    table = opened(tmp_path, "icd10cm")
    said = {code: cells(table, code) for code in ("M1711", "M171", "M17", "S000", "S000XXA", "S00")}
    assert said["M1711"] == {"billable": True, "needs_seventh": False, "laterality": "RIGHT"}
    assert said["M171"] == said["M17"] == {"billable": False, "needs_seventh": False, "laterality": "NONE"}
    assert said["S000"] == {"billable": False, "needs_seventh": True, "laterality": "NONE"}
    assert said["S000XXA"] == {"billable": True, "needs_seventh": False, "laterality": "NONE"}
    assert cells(table, "M1713") is None
    assert said["S00"] is not None
    assert said["S00"]["needs_seventh"] is False


@pytest.mark.parametrize(
    ("code", "side"),
    [("M1712", "LEFT"), ("M170", "BILATERAL"), ("M1710", "NONE"), ("M19041", "RIGHT"), ("R57", "NONE")],
)
def test_a_side_needs_its_counterpart(tmp_path: Path, code: str, side: str) -> None:
    """R57 is described as left and nothing as right: it names a part, not a side of the patient."""
    imported(tmp_path, write(tmp_path, "tabular.xml", TABULAR))
    row = cells(opened(tmp_path, "icd10cm"), code)
    assert row is not None
    assert row["laterality"] == side


def test_excludes1_pairs(tmp_path: Path) -> None:
    """Guidelines I.A.12.a. A note holds for the codes below it; a block's, for the categories that its name spans."""
    _, report = imported(tmp_path, write(tmp_path, "tabular.xml", TABULAR))
    table = opened(tmp_path, "icd10cm_excludes1")
    assert cells(table, "M1711", "M19042") == {}
    assert cells(table, "M1711", "M1712") is None
    assert cells(table, "R55", "I951") == {}
    assert cells(table, "I951", "R55") is None
    assert cells(table, "M19041", "R57") == {}
    assert report.dropped["note that names no codes, or names them with a further condition"] == 2


@pytest.mark.parametrize(
    ("note", "codes"),
    [("listeriosis (A32.-)", [("A32", "A32")]), ("infection (A04.0-A04.4)", [("A040", "A044")]),
     ("influenza (J09.X3, J10.2, J11.2)", [("J09X3", "J09X3"), ("J102", "J102"), ("J112", "J112")]),
     ("limbs (Q65-Q66, Q68-Q74)", [("Q65", "Q66"), ("Q68", "Q74")]), ("toes (Q70.0- -Q70.3-)", [("Q700", "Q703")]),
     ("agent (T50.8X5-)", [("T508X5", "T508X5")]), ("burns (T80-T88.6, T88.8)", [("T80", "T886"), ("T888", "T888")]),
     ("with a condition (E08-E13 with .44)", []), ("lack (of) G6PD (G6PD)", []), ("in words only", [])],
)  # fmt: skip
def test_codes_that_a_note_names(note: str, codes: list[tuple[str, str]]) -> None:
    assert named(note) == codes


def test_what_a_span_holds() -> None:
    """The highest codes that lie in it whole; D3A stands where the list has it, between D36 and D37."""
    codes = Codes(
        ["T80", "T800", "T88", "T885", "T886", "T8861", "T887", "D36", "D3A", "D37"],
        ["D36", "D3A", "D37", "T80", "T88"],
    )
    assert codes.spanned("T80", "T886") == ["T80", "T885", "T886"]
    assert codes.spanned("D37", "D48") == ["D37"]
    assert codes.spanned("D36", "D37") == ["D36", "D3A", "D37"]
    assert codes.spanned("T87", "T87") == []


def test_list_of_codes_and_tabular_list_agree(tmp_path: Path) -> None:
    codes = write(tmp_path, "leaf.csv", CODES)
    (alone,) = imported(tmp_path, codes)
    assert alone.dropped == {"block of categories, not a code": 1}
    assert any("says nothing of sides" in warning for warning in alone.warnings)
    of_list = opened(tmp_path, "icd10cm")
    together, _ = imported(tmp_path, codes, write(tmp_path, "tabular.xml", TABULAR))
    assert not any("differ" in warning for warning in together.warnings)
    of_tree = opened(tmp_path, "icd10cm")
    for code in ("M1711", "M171", "S000", "S000XXA", "R55"):
        one, other = cells(of_list, code), cells(of_tree, code)
        assert one is not None
        assert other is not None
        assert (one["billable"], one["needs_seventh"]) == (other["billable"], other["needs_seventh"])
        assert one["laterality"] is None


def test_a_release_outside_its_year_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "tabular.xml", TABULAR)
    inside, _ = imported(tmp_path, path)
    assert not any("beyond" in warning for warning in inside.warnings)
    outside, _ = imported(tmp_path, path, covers=(date(2025, 9, 30), date(2026, 9, 30)))
    assert any("2025-10-01 to 2026-09-30; the cover goes beyond" in warning for warning in outside.warnings)


@pytest.mark.parametrize(
    "declaration",
    ['<!DOCTYPE x [<!ENTITY a "aaaa">]>', '<!DOCTYPE ICD10CM.tabular SYSTEM "file:///etc/hostname">',
     '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://localhost/"> %p;]>'],
)  # fmt: skip
def test_xml_that_declares_anything_is_refused(tmp_path: Path, declaration: str) -> None:
    head, body = TABULAR.split("\n", 1)
    path = write(tmp_path, "tabular.xml", f"{head}\n{declaration}\n{body}")
    with pytest.raises(InputError, match="declares a document type or an entity") as caught:
        imported(tmp_path, path)
    assert caught.value.problem.line == 2
    assert not (tmp_path / "tables").exists()


def test_xml_that_is_cut_short_or_too_deep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="damaged or was cut short") as caught:
        imported(tmp_path, write(tmp_path, "cut.xml", TABULAR[:1500]))
    assert caught.value.problem.line is not None
    deep = TABULAR.replace("<desc>Knee</desc>", "<x>" * 60 + "</x>" * 60)
    with pytest.raises(InputError, match="nested more than 40 deep"):
        imported(tmp_path, write(tmp_path, "deep.xml", deep))


def test_gzip_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(TABULAR.encode(), mtime=0)
    first, _ = imported(tmp_path, write(tmp_path, "tabular.xml.gz", packed))
    assert first.table == "icd10cm"
    with pytest.raises(InputError, match="gzip file is damaged or was cut short"):
        imported(tmp_path, write(tmp_path, "broken.xml.gz", packed[: len(packed) // 2]))


@pytest.mark.parametrize(("version", "ages"), [(37, (12, 55)), (38, (9, 64))])
def test_ages_of_maternity_by_version(tmp_path: Path, version: int, ages: tuple[int, int]) -> None:
    """Medicare Code Editor: 12 to 55 in version 37 (fiscal year 2020), 9 to 64 since."""
    covers = (date(1982 + version, 10, 1), date(1983 + version, 9, 30))
    reports = imported(tmp_path, write(tmp_path, "mce.txt", MCE.format(version)), covers=covers)
    assert [report.table for report in reports] == [
        "icd10cm_age", "icd10cm_sex", "icd10cm_manifestation", "icd10cm_unacceptable_principal",
    ]  # fmt: skip
    assert not any("cover" in warning for report in reports for warning in report.warnings)
    day = covers[1]
    assert cells(opened(tmp_path, "icd10cm_age", day), "O80", day=day) == {"age_from": ages[0], "age_to": ages[1]}
    assert cells(opened(tmp_path, "icd10cm_sex", day), "N400", day=day) == {"sex": "M"}
    assert cells(opened(tmp_path, "icd10cm_unacceptable_principal", day), "Z853", day=day) == {}
    assert reports[0].dropped == {"edit that is not imported (male only)": 1}


def test_a_list_without_unacceptable_principal_makes_no_such_table(tmp_path: Path) -> None:
    text = (
        "icd_code,icd_description,icd_conflict_group,icd_conflict_rule\nO80,-,Age,Maternity (Ages 9-64)\n"
        "P22.0,-,Age,Perinatal/Newborn (Age 0 Only)\nN40.0,-,Sex,Male Only\n"
        "G63,-,Other,Manifestation (Not Allowed as Principal Diagnosis)\n"
    )
    reports = imported(tmp_path, write(tmp_path, "edits.csv", text))
    assert [report.table for report in reports] == ["icd10cm_age", "icd10cm_sex", "icd10cm_manifestation"]
    assert cells(opened(tmp_path, "icd10cm_age"), "P220") == {"age_from": 0, "age_to": 0}
    with pytest.raises(InputError, match="names no ages"):
        imported(
            tmp_path,
            write(tmp_path, "odd.csv", text.replace("Maternity (Ages 9-64)", "Elders") + "O81,-,Age,Elders\n" * 9),
        )


def test_days_of_level_2_codes_and_modifiers(tmp_path: Path) -> None:
    reports = imported(tmp_path, *small(tmp_path, "hcpcs_level2.csv"), covers=(date(2024, 1, 1), date(2024, 12, 31)))
    assert [report.table for report in reports] == ["hcpcs", "hcpcs_modifier"]
    day = date(2024, 6, 30)
    codes = opened(tmp_path, "hcpcs", day)
    assert cells(codes, "C9257", day=day) == {}
    assert cells(codes, "C9257", day=date(2024, 7, 1)) is None
    assert cells(codes, "A0425", day=date(2000, 12, 31)) is None
    assert cells(opened(tmp_path, "hcpcs_modifier", day), "RT", day=day) == {}


def test_a_short_list_is_told(tmp_path: Path) -> None:
    """What a complete list does not have is invalid: half a list would reject good claims."""
    (report,) = imported(tmp_path, *small(tmp_path, "modifiers.csv"))
    assert any("at least 300" in warning for warning in report.warnings)
    assert cells(opened(tmp_path, "modifier"), "P1") == {"cpt": True, "hcpcs": True}
    assert cells(opened(tmp_path, "modifier"), "RT") == {"cpt": False, "hcpcs": True}


def test_institutional_lists(tmp_path: Path) -> None:
    imported(tmp_path, *small(tmp_path, "REV_CNTR.csv", "PTNT_DSCHRG_STUS_CD.csv", *BILL))
    assert cells(opened(tmp_path, "revenue_code"), "0450") == {}
    assert cells(opened(tmp_path, "discharge_status"), "0") is None
    assert cells(opened(tmp_path, "discharge_status"), "20") == {}
    bills = opened(tmp_path, "bill_type")
    known = {bill for bill in ("131", "13G", "721", "731", "821", "121", "931") if cells(bills, bill) is not None}
    assert known == {"131", "13G", "721", "821"}


def test_the_type_of_bill_needs_its_three_parts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lacks its frequency part"):
        imported(tmp_path, *small(tmp_path, *BILL[:2]))


def test_places_taxonomies_procedures_and_denial_codes(tmp_path: Path) -> None:
    names = ("pos.csv", "nucc.csv", "pcs.csv", "addendum_b.csv", "carc.csv", "rarc.csv", "noc.csv")
    reports = imported(tmp_path, *small(tmp_path, *names))
    assert [report.table for report in reports] == [
        "place_of_service", "taxonomy", "icd10pcs", "procedure_status", "carc", "rarc", "hcpcs_unlisted",
    ]  # fmt: skip
    assert cells(opened(tmp_path, "place_of_service"), "22") == {"facility": True}
    assert cells(opened(tmp_path, "place_of_service"), "28") is None
    assert cells(opened(tmp_path, "taxonomy"), "193400000X") == {"individual": False}
    assert cells(opened(tmp_path, "icd10pcs"), "0016070") == {"valid": True}
    assert cells(opened(tmp_path, "procedure_status"), "0001U") == {"status": "Q4"}
    assert cells(opened(tmp_path, "carc"), "15") is None
    assert cells(opened(tmp_path, "rarc"), "MA30") == {}


def test_a_list_that_was_cut_short_is_kept_as_a_slice(tmp_path: Path) -> None:
    """Of a code that a whole list lacks one can say that it is none; of one that a part lacks nobody can."""
    part = "pos_code,pos_type\n" + "".join(f"{place:02d},Facility\n" for place in range(21, 40))
    (report,) = imported(tmp_path, write(tmp_path, "pos.csv", part))
    assert any("Only 19 codes" in warning and "kept as a slice" in warning for warning in report.warnings)
    assert [each.slice for each in TableStore([tmp_path / "tables"]).editions("place_of_service")] == [True]
    whole = "pos_code,pos_type\n" + "".join(f"{place:02d},Facility\n" for place in range(1, 60))
    (again,) = imported(tmp_path, write(tmp_path, "all.csv", whole))
    assert again.warnings == ("It takes the place of an edition of the same days, of 19 rows from pos.csv.",)
    assert [each.slice for each in TableStore([tmp_path / "tables"]).editions("place_of_service")] == [False]


def test_an_edition_takes_the_place_of_a_damaged_one_and_says_so(tmp_path: Path) -> None:
    (first,) = imported(tmp_path, *small(tmp_path, "carc.csv"))
    Path(first.path).write_bytes(b"not a table")
    (second,) = imported(tmp_path, *small(tmp_path, "carc.csv"))
    assert "It takes the place of a damaged edition of the same days." in second.warnings
    assert second.written


def test_fee_schedule_in_both_layouts(tmp_path: Path) -> None:
    """The header of the official file is wrapped over several lines under a preamble."""
    (flat,) = imported(tmp_path, *small(tmp_path, "pfs_flat.csv"))
    of_flat = cells(opened(tmp_path, "pfs"), "11042")
    (wrapped,) = imported(tmp_path, write(tmp_path, "PPRRVU.csv", PFS_WRAPPED))
    assert cells(opened(tmp_path, "pfs"), "11042") == of_flat == {
        "status": "A", "global_days": "000", "pc_tc": 0, "multiple_procedure": 2, "bilateral": 0, "assistant": 1,
        "co_surgeon": 0, "team": 0,
    }  # fmt: skip
    assert (flat.dropped, wrapped.dropped) == ({}, {"row of modifier 26": 1})
    assert any("The fee schedule 2025 is for 2025-01-01 to 2025-12-31" in warning for warning in wrapped.warnings)


@pytest.mark.parametrize("name", [*SMALL, "PPRRVU.csv", "mce.txt"])
def test_damaged_rows_are_refused_with_their_line_and_change_nothing(tmp_path: Path, name: str) -> None:
    text = {**SMALL, "PPRRVU.csv": PFS_WRAPPED, "mce.txt": MCE.format(43)}[name]
    parts = [other for other in BILL if other != name] if name in BILL else []
    imported(tmp_path, write(tmp_path, name, text), *small(tmp_path, *parts))
    before = {path: path.read_bytes() for path in (tmp_path / "tables").rglob("*.table")}
    assert before
    damaged = write(tmp_path, name, text + "##" * 8 + "\n" + ("?!,##\n" * 9))
    with pytest.raises(InputError) as caught:
        imported(tmp_path, damaged, *small(tmp_path, *parts))
    problem = str(caught.value.problem)
    assert name in problem or parts
    assert "Nothing was imported" in problem
    assert {path: path.read_bytes() for path in (tmp_path / "tables").rglob("*.table")} == before


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n", "code\n", "<html></html>", '"code'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="no table file that is known here"):
        imported(tmp_path, write(tmp_path, "other.csv", text))


def test_lists_that_nobody_could_obtain_are_imported_by_name(tmp_path: Path) -> None:
    path = write(
        tmp_path, "waived.csv", "procedure,modifiers,effective,deletion\n81002,,2000-01-01,\n80061,QW,2000-01-01,\n"
    )
    (report,) = imported(tmp_path, path, table="clia_waived")
    assert (report.table, report.rows_kept) == ("clia_waived", 2)
    assert cells(opened(tmp_path, "clia_waived"), "80061") == {"modifiers": ("QW",)}
    with pytest.raises(InputError, match="no table file that is known here"):
        imported(tmp_path, path)
    with pytest.raises(UsageError, match="There is no table 'waived'"):
        imported(tmp_path, path, table="waived")
