"""Medicaid's NCCI files: the layouts are Medicare's, so whose they are is told by name or by the caller."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from tables_layouts import MUE_PREAMBLE, PTP_HEADER, Q3, mue_csv, ptp_row

from scrubber.core.diagnostics import InputError
from scrubber.tables.importers.run import import_files
from scrubber.tables.store import TableStore
from scrubber.tables.table import ABSENT, OpenTable

DAY = date(2024, 8, 1).toordinal()
SOURCE = "CMS, Medicaid NCCI Edit Files; Medicaid NCCI Edit Design Manual, File Names"


def opened(folder: Path, table: str) -> OpenTable:
    found = TableStore([folder]).edition_for(table, date(2024, 8, 1))
    assert found is not None
    return found


def zipped(folder: Path, name: str, data: bytes) -> Path:
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.txt", data)
    return path


def limits(folder: Path, name: str, setting: str = "Practitioner Services", sep: str = ",", mai: bool = False) -> Path:
    """A file of unit limits in Medicaid's layout: Medicare's without the adjudication indicator."""
    heading = [
        "HCPCS/CPT Code",
        f"{setting} MUE Values",
        *(["MUE Adjudication Indicator"] if mai else []),
        "MUE Rationale",
    ]
    rows = [heading, ["97110", "8", *(["3 Date of Service Edit: Clinical"] if mai else []), "CMS Policy"],
            ["A4253", "0", *(["2 Date of Service Edit: Policy"] if mai else []), "CMS Policy"]]  # fmt: skip
    path = folder / name
    path.write_bytes(MUE_PREAMBLE + "".join(f"{sep.join(row)}\n" for row in rows).encode("latin-1"))
    return path


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("medicaid-ncci-2026-q3-ptp-edits-practitioner-services", "medicaid_ptp/practitioner"),
        ("medicaid-ncci-q2-2026-ptp-edits-practitioner-services", "medicaid_ptp/practitioner"),
        ("medicaid-ncci-q2-2026-ptp-edits-outpatient-hospital-services", "medicaid_ptp/outpatient-hospital"),
        ("medicaid-ncci-2026-q3-ptp-edits-durable-medical-equipment", "medicaid_ptp/dme"),
        ("MCD-PTP-PRA-v2024q3-F1", "medicaid_ptp/practitioner"),
        ("MCD-PTP-OPH-v2024q3-F1", "medicaid_ptp/outpatient-hospital"),
        ("MCD-PTP-DME-v2024q3-F1", "medicaid_ptp/dme"),
    ],
)
def test_pairs_go_by_the_published_names(tmp_path: Path, name: str, table: str) -> None:
    """An edit that is still active has no last day there; the rest is Medicare's layout."""
    rows = [ptp_row("11055", "11720", deletion=""), ptp_row("45385", "45378", deletion="20240731", indicator="0"),
            ptp_row("29881", "29877", effective="20200101", deletion="20200101", indicator="9")]  # fmt: skip
    (report,) = import_files([zipped(tmp_path, name, PTP_HEADER + b"".join(rows))], tmp_path / "out", covers=Q3)
    assert (report.table, report.rows_read, report.rows_kept, report.warnings) == (table, 3, 2, ())
    assert report.dropped == {"modifier indicator 9": 1}
    pairs = opened(tmp_path / "out", table)
    assert not pairs.edition.slice, "Medicaid's edits are one file a setting, not four parts"
    assert pairs.value(pairs.find(("11055", "11720"), DAY), "modifier_indicator") == 1
    assert pairs.value(pairs.find(("45385", "45378"), date(2024, 7, 31).toordinal()), "modifier_indicator") == 0
    assert pairs.find(("45385", "45378"), DAY) == ABSENT


@pytest.mark.parametrize("sep", [",", "\t"])
@pytest.mark.parametrize(
    ("name", "setting", "table"),
    [
        (
            "medicaid-ncci-2026-q3-mue-edits-practitioner-services.csv",
            "Practitioner Services",
            "medicaid_mue/practitioner",
        ),
        ("MCD-MUE-PRA-v2024q3-F1.txt", "Practitioner Services", "medicaid_mue/practitioner"),
        ("MCD-MUE-OPH-v2024q3-F1.txt", "Outpatient Hospital Services", "medicaid_mue/outpatient-hospital"),
        ("medicaid.csv", "DME Supplier Services", "medicaid_mue/dme"),
        ("MCD-MUE-DME-v2024q3-F1.txt", "Durable Medical Equipment Services", "medicaid_mue/dme"),
    ],
)
def test_limits_have_no_adjudication_indicator(tmp_path: Path, name: str, setting: str, table: str, sep: str) -> None:
    (report,) = import_files([limits(tmp_path, name, setting, sep)], tmp_path / "out", covers=Q3)
    assert (report.table, report.rows_kept, report.indicators, report.warnings) == (table, 2, {}, ())
    found = opened(tmp_path / "out", table)
    assert found.row(found.find(("97110",), DAY)) == {
        "procedure": "97110", "effective": None, "deletion": None, "units": 8, "rationale": "CMS Policy",
    }  # fmt: skip
    assert found.value(found.find(("A4253",), DAY), "units") == 0


def test_the_caller_may_say_it_where_the_name_does_not(tmp_path: Path) -> None:
    pairs = zipped(tmp_path, "edits", PTP_HEADER + ptp_row("11055", "11720"))
    (report,) = import_files([pairs], tmp_path / "out", covers=Q3, table="medicaid_ptp/dme")
    assert report.table == "medicaid_ptp/dme"
    (report,) = import_files([limits(tmp_path, "limits.csv")], tmp_path / "out", covers=Q3,
                             table="medicaid_mue/practitioner")  # fmt: skip
    assert report.table == "medicaid_mue/practitioner"


def test_nothing_is_guessed(tmp_path: Path) -> None:
    """A file of Medicaid that were taken for Medicare's would give wrong answers, and nobody would notice."""
    unnamed = zipped(tmp_path, "edits", PTP_HEADER + ptp_row("11055", "11720"))
    with pytest.raises(InputError, match=r"does not say whose edits they are.*\n?.*") as told:
        import_files([unnamed], tmp_path / "out", covers=Q3)
    assert "--table medicaid_ptp/dme" in str(told.value)
    no_setting = zipped(tmp_path, "medicaid-edits", PTP_HEADER + ptp_row("11055", "11720"))
    with pytest.raises(InputError, match="of which setting"):
        import_files([no_setting], tmp_path / "out", covers=Q3)
    with pytest.raises(InputError, match="no adjudication indicators, and Medicare's unit limits have them") as told:
        import_files([limits(tmp_path, "limits.csv")], tmp_path / "out", covers=Q3)
    assert "--table medicaid_mue/practitioner" in str(told.value)
    assert not list((tmp_path / "out").rglob("*.table"))


def test_name_heading_and_caller_must_agree(tmp_path: Path) -> None:
    pairs = zipped(tmp_path, "MCD-PTP-PRA-v2024q3", PTP_HEADER + ptp_row("11055", "11720"))
    with pytest.raises(InputError, match="two settings must not be mixed"):
        import_files([pairs], tmp_path / "out", covers=Q3, table="medicaid_ptp/dme")
    with pytest.raises(InputError, match="is of Medicaid by its name, not of ptp/practitioner"):
        import_files([pairs], tmp_path / "out", covers=Q3, table="ptp/practitioner")
    with pytest.raises(InputError, match="two settings must not be mixed"):
        import_files([limits(tmp_path, "MCD-MUE-PRA.csv", "DME Supplier Services")], tmp_path / "out", covers=Q3)
    with pytest.raises(InputError, match="is of Medicaid by its name, not of mue/practitioner"):
        import_files([limits(tmp_path, "MCD-MUE-PRA.csv")], tmp_path / "out", covers=Q3, table="mue/practitioner")


def test_indicators_in_a_file_of_medicaid_are_told(tmp_path: Path) -> None:
    """No published file of Medicaid has them, so the file may be Medicare's under a wrong name."""
    path = limits(tmp_path, "MCD-MUE-PRA.csv", mai=True)
    (report,) = import_files([path], tmp_path / "out", covers=Q3)
    assert report.table == "medicaid_mue/practitioner"
    assert any("Is it Medicare's?" in warning for warning in report.warnings)


def test_medicare_and_medicaid_in_one_call(tmp_path: Path) -> None:
    medicare = mue_csv(
        tmp_path, ["97110,6,3 Date of Service Edit: Clinical,CMS Policy"], name="MCR_MUE_Practitioner.csv"
    )
    reports = import_files([medicare, limits(tmp_path, "MCD-MUE-PRA.csv")], tmp_path / "out", covers=Q3)
    assert sorted(report.table for report in reports) == ["medicaid_mue/practitioner", "mue/practitioner"]


def test_edits_that_a_state_deactivated(tmp_path: Path) -> None:
    """States publish them in no common layout: a plain CSV with the headings of the table."""
    path = tmp_path / "texas.csv"
    path.write_text("state,column_1,column_2,effective,deletion\nTX,11055,11720,2020-01-01,\n", encoding="utf-8")
    (report,) = import_files([path], tmp_path / "out", covers=Q3, table="medicaid_ptp_deactivated/practitioner")
    assert (report.table, report.rows_kept) == ("medicaid_ptp_deactivated/practitioner", 1)
