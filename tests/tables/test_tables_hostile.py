"""Files that are wrong, cut short or made to do harm: told at once, by name and place, and nothing is changed."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tables_layouts import AOC_HEADER, PTP_HEADER, Q3, aoc_csv, mue_csv, ptp_row, ptp_zip

from scrubber.core.diagnostics import InputError
from scrubber.tables.files import table_files, write_together
from scrubber.tables.importers import source as sources
from scrubber.tables.importers.report import ImportReport
from scrubber.tables.importers.run import import_files
from scrubber.tables.store import TableStore
from scrubber.tables.verify import verify

ROOT = Path(__file__).resolve().parents[2]
LIMIT = "A0425,250,1 Line Edit,Nature of Service/Procedure"


def refusal(path: Path, folder: Path, **more: str) -> str:
    """What is said of a file that is refused, after an edition was imported: it must still be there, unchanged."""
    import_files([mue_csv(folder, [LIMIT], name="before.csv")], folder / "out", covers=Q3)
    before = {name: Path(name).read_bytes() for name in table_files(folder / "out")}
    with pytest.raises(InputError) as caught:
        import_files([path], folder / "out", covers=Q3, **more)  # type: ignore[arg-type]
    assert {name: Path(name).read_bytes() for name in table_files(folder / "out")} == before
    assert "Nothing was imported." in str(caught.value)
    return str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_may_have_no_end_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is a device or a pipe" in refusal(tmp_path / "pipe.csv", tmp_path)
    assert "is a folder" in refusal(tmp_path, tmp_path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_device_is_not_read(tmp_path: Path) -> None:
    assert "is a device or a pipe" in refusal(Path("/dev/zero"), tmp_path)


def test_a_file_beyond_measure_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = mue_csv(tmp_path, [LIMIT])
    size = path.stat().st_size
    monkeypatch.setattr(sources, "LARGEST", size)
    import_files([path], tmp_path / "whole", covers=Q3)
    monkeypatch.setattr(sources, "LARGEST", size - 1)
    with pytest.raises(InputError, match="file is larger than"):
        import_files([path], tmp_path / "none", covers=Q3)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda text: b"", "The file is empty."),
        (lambda text: b"\r\n \r\n", "The file is empty."),
        (lambda text: text.decode("latin-1").encode("utf-16"), "UTF-16"),
        (lambda text: text.replace(b"250", b"2\x0050"), "zero bytes"),
        (lambda text: text.replace(b",250", b',"250'), "A quotation mark in the record that begins at line 7"),
        (lambda text: text + b'A0426,"1', "A quotation mark in the record that begins at line 8"),
        (
            lambda text: text + b'A0426,"1\n' + b"A0427,1,1 Line Edit,x\n" * 60 + b'A0428",1,1 Line Edit,x\n',
            "A quotation mark in the record that begins at line 8",
        ),
        (
            lambda text: text.replace(b"MUE Rationale", b"MUE Rationale,Practitioner Services MUE Values"),
            "The header names the column mue values 2 times. Line 6.",
        ),
    ],
)
def test_texts_that_cannot_be_read(tmp_path: Path, make: Callable[[bytes], bytes], said: str) -> None:
    path = mue_csv(tmp_path, [LIMIT])
    path.write_bytes(make(path.read_bytes()))
    assert said in refusal(path, tmp_path)


def test_a_column_that_stands_twice_is_refused_in_every_layout(tmp_path: Path) -> None:
    """Nobody can tell which of the two is meant."""
    path = aoc_csv(tmp_path, [])
    path.write_text(AOC_HEADER.replace("notes", "notes,edit_type") + "G2212,99205,1,2021,,,,,2\n", encoding="utf-8")
    assert "column edit_type 2 times" in refusal(path, tmp_path)
    path.write_text("procedure,modifiers,effective,deletion,procedure\n81002,,,,81003\n", encoding="utf-8")
    assert "column procedure 2 times" in refusal(path, tmp_path, table="clia_waived")
    path.write_text("code,start_date,end_date,code\n1,1995-01-01,,2\n", encoding="utf-8")
    assert "column code 2 times" in refusal(path, tmp_path)


def test_a_workbook_is_named_as_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "This is a workbook (xlsx)" in refusal(tmp_path / "book.xlsx", tmp_path)


def test_an_empty_zip_is_named_as_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    assert "The zip holds 0 .txt or .csv files" in refusal(tmp_path / "empty.zip", tmp_path)


def slices(report: ImportReport, folder: Path) -> bool:
    (edition,) = TableStore([folder]).editions(report.table)
    return edition.slice


def test_a_list_that_was_cut_short_at_a_line_is_kept_as_a_slice(tmp_path: Path) -> None:
    """What a whole list of pairs lacks has no edit: of one that was cut short that would be a false clean."""
    files = [
        *(ptp_zip(tmp_path, [ptp_row("97530", f"9711{n}")], name=f"ccipra-v302r0-f{n}") for n in range(1, 5)),
        mue_csv(tmp_path, [LIMIT]),
        aoc_csv(tmp_path, ["G2212,99205,1,2021,,,,"]),
    ]
    reports = import_files(files, tmp_path / "out", covers=Q3)
    assert [report.table for report in reports] == ["ptp/practitioner", "mue/practitioner", "aoc", "aoc_type"]
    assert all(slices(report, tmp_path / "out") for report in reports)
    for report in reports[:3]:
        assert any("Is this the whole file? It is kept as a slice" in warning for warning in report.warnings), report


@pytest.mark.usefixtures("short_lists_are_whole")
def test_a_list_of_pairs_that_was_cut_inside_a_line_is_kept_as_a_slice(tmp_path: Path) -> None:
    path = tmp_path / "ccipra.txt"
    path.write_bytes(PTP_HEADER + ptp_row("97530", "97116"))
    (report,) = import_files([path], tmp_path / "whole", covers=Q3)
    assert not slices(report, tmp_path / "whole")
    path.write_bytes(PTP_HEADER + ptp_row("97530", "97116") + b"97530\t971")
    (report,) = import_files([path], tmp_path / "cut", covers=Q3)
    assert slices(report, tmp_path / "cut")
    assert any("cut short, so the table is kept as a slice" in warning for warning in report.warnings)


@pytest.mark.usefixtures("short_lists_are_whole")
def test_the_level_2_files_are_a_slice_whoever_imports_them(tmp_path: Path) -> None:
    """They hold no CPT code, so they must not say that a pair of CPT codes has no edit."""
    folder = ROOT / "rules" / "ncci" / "tables" / "source"
    files = [path for path in folder.glob("*.csv") if path.name.startswith(("ptp", "mue"))]
    reports = import_files(files, tmp_path, covers=Q3)
    assert len(reports) == 5
    assert all(slices(report, tmp_path) for report in reports)


@pytest.mark.usefixtures("short_lists_are_whole")
def test_an_edition_that_cannot_be_written_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    """All files of a call are imported, or none."""
    files = [mue_csv(tmp_path, [LIMIT]), ptp_zip(tmp_path, [ptp_row("97530", "97116")])]
    blocked = tmp_path / "out" / "ptp" / "practitioner" / "2024-07-01..2024-09-30.table"
    blocked.mkdir(parents=True)
    with pytest.raises(InputError, match=r"could not be written .* Nothing was imported"):
        import_files(files, tmp_path / "out", covers=Q3)
    assert table_files(tmp_path / "out") == []
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_a_full_disk_in_the_middle_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "a" / "x.table", tmp_path / "b" / "y.table"
    write_together([(first, b"old"), (second, b"old")])
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_together([(first, b"new"), (second, b"new")])
    assert (first.read_bytes(), second.read_bytes()) == (b"old", b"old")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["x.table", "y.table"]


def test_verify_tells_a_file_under_another_name_as_a_check_does(tmp_path: Path) -> None:
    (report,) = import_files([mue_csv(tmp_path, [LIMIT])], tmp_path / "out", covers=Q3)
    path = Path(report.path)
    path.rename(path.with_name("2024-10-01..2024-12-31.table"))
    (result,) = verify(tmp_path / "out")
    (problem,) = TableStore([tmp_path / "out"]).problems
    assert not result.ok
    assert result.message == str(problem)
    assert "which is not its name" in result.message
    assert TableStore([tmp_path / "out"]).editions("mue/practitioner") == ()


def test_two_quarters_of_unit_limits_are_not_mixed(tmp_path: Path) -> None:
    files = [
        mue_csv(tmp_path, [LIMIT.replace("250", units)], name=f"MCR_MUE_PractitionerServices_Eff_{day}-01-2024.csv")
        for day, units in (("07", "250"), ("10", "300"))
    ]
    with pytest.raises(InputError, match="Files of two quarters are mixed: 2024-07-01, 2024-10-01"):
        import_files(files, tmp_path / "out", covers=Q3)
    assert table_files(tmp_path / "out") == []
