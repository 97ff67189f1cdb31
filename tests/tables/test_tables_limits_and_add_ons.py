"""The official MUE and add-on code layouts, and CSVs whose columns were declared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tables_layouts import Q3, aoc_csv, mue_csv

from scrubber.core.diagnostics import InputError
from scrubber.core.types import DATE, FLAG, MONEY, NUMBER, TEXT, code, codes
from scrubber.tables.files import table_files
from scrubber.tables.importers.add_on import day_of
from scrubber.tables.importers.declared import CsvLayout
from scrubber.tables.importers.run import import_files
from scrubber.tables.schema import TableSchema
from scrubber.tables.store import TableStore
from scrubber.tables.table import ABSENT, OpenTable

pytestmark = pytest.mark.usefixtures("short_lists_are_whole")

DAY = date(2024, 8, 1)


def opened(folder: Path, table: str, day: date = DAY) -> OpenTable:
    found = TableStore([folder]).edition_for(table, day)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("setting", "table"),
    [("Practitioner Services", "mue/practitioner"), ("Outpatient Hospital Services", "mue/outpatient-hospital"),
     ("DME Supplier Services", "mue/dme")],
)  # fmt: skip
def test_mue_setting_comes_from_the_heading(tmp_path: Path, setting: str, table: str) -> None:
    """Medicare NCCI Policy Manual, chapter I, section V: values differ by setting; 0 is a limit, not its absence."""
    rows = ["97110,6,3 Date of Service Edit: Clinical,CMS Policy", "A4253,0,2 Date of Service Edit: Policy,CMS Policy",
            "A0425,250,1 Line Edit,CMS Policy"]  # fmt: skip
    (report,) = import_files([mue_csv(tmp_path, rows, setting)], tmp_path / "out", covers=Q3)
    assert report.table == table
    assert report.indicators == {"1": 1, "2": 1, "3": 1}
    found = opened(tmp_path / "out", table)
    row = found.find(("97110",), DAY.toordinal())
    assert found.row(row) == {
        "procedure": "97110", "effective": None, "deletion": None, "units": 6, "adjudication_indicator": 3,
        "rationale": "CMS Policy",
    }  # fmt: skip
    assert found.value(found.find(("A4253",), DAY.toordinal()), "units") == 0
    assert found.find(("99999",), DAY.toordinal()) == ABSENT


def test_mue_setting_must_not_be_another_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    path = mue_csv(tmp_path, ["97110,6,3 Clinical,CMS Policy"])
    with pytest.raises(InputError, match=r"of mue/practitioner, not of mue/dme"):
        import_files([path], tmp_path / "out", covers=Q3, table="mue/dme")
    with pytest.raises(InputError, match="names no setting"):
        import_files([mue_csv(tmp_path, ["97110,6,3 Clinical,x"], "Ambulance Services")], tmp_path / "out", covers=Q3)


def test_mue_that_takes_effect_after_the_cover_begins_is_told(tmp_path: Path) -> None:
    path = mue_csv(tmp_path, ["97110,6,3 Clinical,x"], name="MCR_MUE_PractitionerServices_Eff_07-01-2024.csv")
    (right,) = import_files([path], tmp_path / "out", covers=Q3)
    assert right.warnings == ()
    (early,) = import_files([path], tmp_path / "out", covers=(date(2024, 4, 1), Q3[1]))
    assert any("takes effect on 2024-07-01" in warning for warning in early.warnings)
    assert any(
        "overlaps that of edition 2024-07-01..2024-09-30; on shared days 2024-07-01" in w for w in early.warnings
    )


@pytest.mark.parametrize(
    ("row", "column"),
    [("97110,six,3 Clinical,x", "units"), ("97110,-1,3 Clinical,x", "units"), ("97110,1.5,3 Clinical,x", "units"),
     ("97110,,3 Clinical,x", "units"), ("97110,6,Clinical,x", "adjudication_indicator"), ("9711,6,3 x,x", "procedure"),
     ("97110,6", "row")],
)  # fmt: skip
def test_bad_mue_rows_are_located(tmp_path: Path, row: str, column: str) -> None:
    (report,) = import_files([mue_csv(tmp_path, ["97112,4,3 Clinical,x", row])], tmp_path / "out", covers=Q3)
    assert report.dropped == {"unreadable": 1}
    assert f"MCR_MUE.csv, line 8, {column}:" in report.warnings[0]
    with pytest.raises(InputError, match="More than 5 rows"):
        import_files([mue_csv(tmp_path, [row] * 6)], tmp_path / "out", covers=Q3)


def test_a_quotation_mark_left_open_is_an_input_error(tmp_path: Path) -> None:
    path = mue_csv(tmp_path, ["97112,4,3 Clinical,x", '97110,"6' + "x" * 200_000])
    with pytest.raises(InputError, match="quotation mark"):
        import_files([path], tmp_path / "out", covers=Q3)
    assert table_files(tmp_path / "out") == []


def test_days_of_the_add_on_file() -> None:
    """CMS add-on code edits: YYYY, or YYYYDDD as the last active day (2016091 is 31 March 2016)."""
    assert day_of("2013", last=False) == date(2013, 1, 1)
    assert day_of("2013", last=True) == date(2013, 12, 31)
    assert day_of("2016091", last=True) == date(2016, 3, 31)
    assert day_of("2020366", last=True) == date(2020, 12, 31)
    assert day_of("2022.0", last=True) == date(2022, 12, 31)
    for text in ("2022366", "2022000", "22", "0000001", "2016-03-31", ""):
        with pytest.raises(ValueError, match="not a day"):
            day_of(text, last=True)


def test_add_on_pairs_and_types_by_day(tmp_path: Path) -> None:
    """Medicare NCCI Policy Manual, chapter I, section R: types of add-on codes; a type can change by date."""
    path = aoc_csv(
        tmp_path,
        ["20701,11010,3,2023,,,,", "20701,11010,1,2020,2022365,,,",
         "20701,CCCCC,3,2023,,,,Contractor Defined Primary Codes", "96366,96360,1,2014,,,,96360 Practitioner Only",
         "96376,96365,1,2013,,,,96376 may be reported by facilities only",
         "96376,96360,1,2013,2016091,,,96376 may be reported by facilities only",
         "96131,96130,1,2019,2019001,,,Temporarily suspended retroactive to 1/1/2019",
         "0054T,CCCCC,2,2013,,,,Contractor Defined Primary Codes",
         '69990,61304,1,2013,,,,"Based on Internet-Only Manual\nsection 20.4.5"'],
    )  # fmt: skip
    covers = (date(2013, 1, 1), date(2024, 9, 30))
    pairs, types = import_files([path], tmp_path / "out", covers=covers)
    assert (pairs.table, types.table) == ("aoc", "aoc_type")
    assert (pairs.rows_read, pairs.rows_kept, pairs.dropped) == (9, 8, {"last day is first day": 1})
    assert pairs.indicators == {"1": 5, "2": 1, "3": 1}
    assert types.warnings == ()
    aoc, kinds = opened(tmp_path / "out", "aoc"), opened(tmp_path / "out", "aoc_type")
    before, after = date(2022, 12, 31).toordinal(), date(2023, 1, 1).toordinal()
    assert aoc.value(aoc.find(("20701", "11010"), before), "type") == 1
    assert aoc.value(aoc.find(("20701", "11010"), after), "type") == 3
    assert kinds.row(kinds.find(("20701",), before)) == {
        "add_on": "20701", "effective": date(2020, 1, 1), "deletion": date(2022, 12, 31), "type": 1,
        "contractor_primaries": False, "facility_only": False,
    }  # fmt: skip
    assert kinds.value(kinds.find(("20701",), after), "contractor_primaries") is True
    assert kinds.find(("96131",), date(2019, 1, 1).toordinal()) == ABSENT
    assert aoc.value(aoc.find(("96366", "96360"), after), "practitioner_only") is True
    assert aoc.value(aoc.find(("96376", "96365"), after), "facility_only") is False, "the note is about 96376 itself"
    assert kinds.value(kinds.find(("96376",), after), "facility_only") is True
    assert kinds.value(kinds.find(("96366",), after), "facility_only") is False
    assert aoc.find(("96376", "96360"), date(2016, 3, 31).toordinal()) >= 0
    assert aoc.find(("96376", "96360"), date(2016, 4, 1).toordinal()) == ABSENT
    assert aoc.partners("20701") == ("11010", "CCCCC")


@pytest.mark.parametrize(
    "row",
    ["96366,96360,1,2014,,,,96361 Practitioner Only",  # a code that is not of the row
     "96366,96360,1,2014,,,,96366 Practitioner Only",  # no published note keeps an add-on code to practitioners
     "96366,96360,1,2014,,,,Only in the home", "96366,96360,1,2014,,,,Contractor Defined Primary Codes",
     "96366,96360,1,2014,,,,Temporarily suspended retroactive to 1/1/2019"],
)  # fmt: skip
def test_a_note_that_is_not_known_is_told(tmp_path: Path, row: str) -> None:
    """CMS NCCI add-on code file: its notes limit codes to a setting, so one that nobody understands must be seen."""
    pairs, _ = import_files([aoc_csv(tmp_path, [row, row.replace("96360", "96365")])], tmp_path / "out", covers=Q3)
    (warning,) = pairs.warnings
    assert "a note is not known to this version" in warning
    assert "rows with it: 2 (96366)" in warning
    assert warning.endswith(row.rpartition(",")[2])
    aoc = opened(tmp_path / "out", "aoc")
    found = aoc.find(("96366", "96360"), DAY.toordinal())
    assert (aoc.value(found, "practitioner_only"), aoc.value(found, "facility_only")) == (False, False)


def test_a_note_that_keeps_a_primary_to_facilities_is_of_the_primary(tmp_path: Path) -> None:
    row = "96366,96360,1,2014,,,,96360 may be reported by facilities only"
    pairs, _ = import_files([aoc_csv(tmp_path, [row])], tmp_path / "out", covers=Q3)
    assert pairs.warnings == ()
    aoc, kinds = opened(tmp_path / "out", "aoc"), opened(tmp_path / "out", "aoc_type")
    assert aoc.value(aoc.find(("96366", "96360"), DAY.toordinal()), "facility_only") is True
    assert kinds.value(kinds.find(("96366",), DAY.toordinal()), "facility_only") is False


def test_an_add_on_code_of_two_types_on_one_day_is_told(tmp_path: Path) -> None:
    path = aoc_csv(tmp_path, ["20701,11010,3,2023,,,,", "20701,11011,1,2023,,,,"])
    _, types = import_files([path], tmp_path / "out", covers=Q3)
    assert any("1 keys have rows that disagree" in warning for warning in types.warnings)


@pytest.mark.parametrize(
    ("row", "column"),
    [("2070,11010,3,2023,,,,", "add_on"), ("20701,1101,3,2023,,,,", "primary"), ("20701,11010,4,2023,,,,", "type"),
     ("20701,11010,3,23,,,,", "effective"), ("20701,11010,3,2023,2023400,,,", "deletion"),
     ("20701,11010,3,2023,2022001,,,", "deletion"), ("20701,11010,3", "row")],
)  # fmt: skip
def test_bad_add_on_rows_are_located(tmp_path: Path, row: str, column: str) -> None:
    pairs, _ = import_files([aoc_csv(tmp_path, ["20702,11010,3,2023,,,,", row])], tmp_path / "out", covers=Q3)
    assert pairs.dropped == {"unreadable": 1}
    assert f"aoc.csv, line 3, {column}:" in pairs.warnings[0]
    with pytest.raises(InputError, match="More than 5 rows"):
        import_files([aoc_csv(tmp_path, [row] * 6)], tmp_path / "out", covers=Q3)


LAYOUT = CsvLayout(
    TableSchema(
        "payers/example/drugs",
        (("procedure", code("procedure")), ("ndc", code("ndc"))),
        {"limit": NUMBER, "price": MONEY, "modifiers": codes("modifier"), "since": DATE, "covered": FLAG, "note": TEXT},
        dated=True,
    ),
    {"procedure": "HCPCS Code", "limit": "Max Units"},
    ("Start", "End"),
)
HEADING = "HCPCS Code,ndc,Max Units,price,modifiers,since,covered,note,Start,End\n"


def test_a_declared_csv_with_every_type_of_column(tmp_path: Path) -> None:
    path = tmp_path / "drugs.csv"
    path.write_bytes(
        b"\xef\xbb\xbfA payer's list\n" + HEADING.encode()
        + b'j1100 ,00000000001,2022.0,"$1,150.50","JZ, JW",7/1/2024,Y,"a ""note""",2024-01-01,2024-12-31\n'
        + b"J1101,00000000002,0.5,,,,n,caf\xe9,,\n"
    )  # fmt: skip
    (report,) = import_files([path], tmp_path / "out", covers=Q3, layouts=[LAYOUT])
    assert report.warnings == ()
    found = opened(tmp_path / "out", LAYOUT.schema.name)
    row = found.row(found.find(("J1100", "00000000001"), DAY.toordinal()))
    assert row == {
        "procedure": "J1100", "ndc": "00000000001", "effective": date(2024, 1, 1), "deletion": date(2024, 12, 31),
        "limit": 2022, "price": 115050, "modifiers": ("JZ", "JW"), "since": date(2024, 7, 1), "covered": True,
        "note": 'a "note"',
    }  # fmt: skip
    second = found.row(found.find(("J1101", "00000000002"), 1))
    assert (second["limit"], second["price"], second["modifiers"]) == (Decimal("0.5"), None, None)
    assert (second["covered"], second["note"]) == (False, "café")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("J1100,00000000001,x,,,,,,,", "limit"), ("J1100,00000000001,1,$1.005,,,,,,", "price"),
        ("J1100,00000000001,1,,,yesterday,,,,", "since"), ("J1100,00000000001,1,,,,maybe,,,", "covered"),
        (",00000000001,1,,,,,,,", "procedure"), ("J1100,00000000001,1,,,,,,2024-02-30,", "first day"),
        ("J1100,00000000001,1,,,,,,2024-02-02,2024-02-01", "last day"), ("J1100,00000000001,1", "row"),
        ("J1100,00000000001,NaN,,,,,,,", "limit"),
        # What a spreadsheet makes of a code: 81003 as a number, 81E03 in its short form, zeros that are lost.
        ("81003.0,00000000001,1,,,,,,,", "procedure"), ("8.1E+04,00000000001,1,,,,,,,", "procedure"),
        ("8.1003E4,00000000001,1,,,,,,,", "procedure"), ("J1100,1,1,,,,,,,", "ndc"),
        ("J1100,00000000001,1,,J,,,,,", "modifiers"),
    ],
)  # fmt: skip
def test_bad_cells_of_a_declared_csv_are_located(tmp_path: Path, row: str, column: str) -> None:
    path = tmp_path / "drugs.csv"
    path.write_text(HEADING + "J1101,00000000001,1,,,,,,,\n" + row + "\n", encoding="utf-8")
    (report,) = import_files([path], tmp_path / "out", covers=Q3, layouts=[LAYOUT])
    assert report.dropped == {"unreadable": 1}
    assert f"drugs.csv, line 3, {column}:" in report.warnings[0]


def test_files_of_every_kind_in_one_call_and_one_bad_file_writes_none(tmp_path: Path) -> None:
    mue, aoc = mue_csv(tmp_path, ["97110,6,3 Clinical,x"]), aoc_csv(tmp_path, ["20701,11010,3,2023,,,,"])
    broken = tmp_path / "other.csv"
    broken.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="no table file that is known"):
        import_files([mue, aoc, broken], tmp_path / "out", covers=Q3)
    assert table_files(tmp_path / "out") == []
    seen: list[tuple[str, int, int]] = []
    reports = import_files([mue, aoc], tmp_path / "out", covers=Q3, progress=lambda *at: seen.append(at))
    assert [report.table for report in reports] == ["mue/practitioner", "aoc", "aoc_type"]
    assert {name: (done, size) for name, done, size in seen} == {
        path.name: (path.stat().st_size,) * 2 for path in (mue, aoc)
    }
