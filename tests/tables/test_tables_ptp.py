"""The official PTP layout, byte for byte, and what an import makes of it."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from tables_layouts import PTP_HEADER, Q3, ptp_row, ptp_zip

from scrubber.core.diagnostics import InputError, UsageError
from scrubber.tables.files import table_files
from scrubber.tables.importers.report import ImportReport
from scrubber.tables.importers.run import import_files, parse_covers
from scrubber.tables.store import TableStore
from scrubber.tables.table import ABSENT, AMBIGUOUS, OpenTable

pytestmark = pytest.mark.usefixtures("short_lists_are_whole")

ALL = (date(1996, 1, 1), date(2026, 12, 31))


def imported(tmp_path: Path, rows: list[bytes], header: bytes = PTP_HEADER) -> tuple[ImportReport, OpenTable]:
    (report,) = import_files([ptp_zip(tmp_path, rows, header=header)], tmp_path / "out", covers=ALL)
    table = TableStore([tmp_path / "out"]).edition_for("ptp/practitioner", date(2024, 8, 1))
    assert table is not None
    return report, table


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_deletion_date_is_the_last_active_day(tmp_path: Path) -> None:
    """Medicare NCCI Policy Manual, Introduction (edits apply by date of service); last active day as published."""
    _, table = imported(tmp_path, [ptp_row("97530", "97116", "20200101", "20200331")])
    pair = ("97530", "97116")
    assert table.find(pair, day("2019-12-31")) == ABSENT
    assert table.find(pair, day("2020-01-01")) >= 0
    assert table.find(pair, day("2020-03-31")) >= 0
    assert table.find(pair, day("2020-04-01")) == ABSENT
    assert table.has_key(pair)
    assert not table.has_key(("97116", "97530"))


def test_indicator_9_is_never_in_force(tmp_path: Path) -> None:
    """Medicare NCCI Policy Manual, chapter I, section I-14: 9 marks pairs deleted on the day they took effect."""
    report, table = imported(
        tmp_path,
        [ptp_row("13121", "13120", "19960101", "19960101", "9"),
         ptp_row("13121", "13120", "19960101", "*", "0", star="*"),
         ptp_row("0001A", "90473", "20220101", "20220101", "9")],
    )  # fmt: skip
    assert report.rows_read == 3
    assert report.rows_kept == 1
    assert report.dropped == {"modifier indicator 9": 2}
    assert report.indicators == {"0": 1, "9": 2}
    assert report.active == {"0": 1}
    row = table.find(("13121", "13120"), day("1996-01-01"))
    assert table.value(row, "modifier_indicator") == 0
    assert table.value(row, "since_1996") is True
    assert table.find(("0001A", "90473"), day("2022-01-01")) == ABSENT
    assert not table.has_key(("0001A", "90473"))


def test_a_key_that_repeats_over_time_gives_the_row_of_the_day(tmp_path: Path) -> None:
    """A pair may have several rows over time; 97530/97116 has three."""
    _, table = imported(
        tmp_path,
        [ptp_row("97530", "97116", "19960101", "20191231", "1"), ptp_row("97530", "97116", "20200101", "20200331", "0"),
         ptp_row("97530", "97116", "20200401", "*", "1")],
    )  # fmt: skip
    said = {d: table.row(table.find(("97530", "97116"), day(d))) for d in ("2019-12-31", "2020-03-31", "2020-04-01")}
    assert [row["modifier_indicator"] for row in said.values()] == [1, 0, 1]
    assert said["2020-03-31"]["effective"] == date(2020, 1, 1)
    assert said["2020-03-31"]["deletion"] == date(2020, 3, 31)
    assert said["2020-04-01"]["deletion"] is None
    assert said["2020-04-01"]["column_1"] == "97530"
    assert said["2020-04-01"]["column_2"] == "97116"


def test_rows_that_disagree_are_ambiguous_and_told(tmp_path: Path) -> None:
    report, table = imported(
        tmp_path,
        [ptp_row("17000", "17281", "19990701", "*", "1"), ptp_row("17000", "17281", "20200101", "*", "0"),
         ptp_row("17000", "17282", "19990701", "*", "1", "More extensive procedure"),
         ptp_row("17000", "17282", "20200101", "*", "1", "Sequential procedure")],
    )  # fmt: skip
    assert table.find(("17000", "17281"), day("2019-12-31")) >= 0
    assert table.find(("17000", "17281"), day("2020-01-01")) == AMBIGUOUS
    assert table.find(("17000", "17282"), day("2024-01-01")) == AMBIGUOUS
    row = table.find(("17000", "17282"), day("2024-01-01"), "modifier_indicator")
    assert table.value(row, "modifier_indicator") == 1
    assert any("2 keys have rows that disagree" in warning and "17000 17281" in warning for warning in report.warnings)


def test_rows_that_disagree_outside_the_cover_are_no_concern(tmp_path: Path) -> None:
    rows = [
        ptp_row("17000", "17281", "19990701", "20191231", "1"),
        ptp_row("17000", "17281", "20000101", "20191231", "0"),
    ]
    (report,) = import_files([ptp_zip(tmp_path, rows)], tmp_path / "out", covers=Q3)
    (warning,) = report.warnings
    assert warning.startswith("The set is published in parts f1 to f4; f2, f3, f4 were not given.")
    assert "kept as a slice" in warning


def test_repeated_rows_are_one_and_counted(tmp_path: Path) -> None:
    report, table = imported(tmp_path, [ptp_row("97530", "97116")] * 3)
    assert (report.rows_read, report.rows_kept, report.dropped) == (3, 1, {"repeated row": 2})
    assert table.find(("97530", "97116"), day("2024-01-01")) >= 0


def test_layout_of_2026_without_the_last_tab_and_longer_preambles(tmp_path: Path) -> None:
    header = b"A further line of preamble\t\t\r\n" * 7 + PTP_HEADER.replace(b"\t\r\n", b"\r\n")
    report, table = imported(tmp_path, [ptp_row("0001U", "0030U", tail="")], header)
    assert report.rows_kept == 1
    assert table.find(("0001U", "0030U"), day("2024-01-01")) >= 0


def test_dirt_around_codes_is_cleaned(tmp_path: Path) -> None:
    _, table = imported(tmp_path, [ptp_row("97530\u00a0", " 97116"), ptp_row("g0008", "00100")])
    assert table.existing_pairs(["97530", "97116"]) == [("97530", "97116")]
    assert table.existing_pairs(["00100", "G0008"]) == [("G0008", "00100")]


def test_existing_pairs_come_in_claim_order_for_any_day(tmp_path: Path) -> None:
    rows = [ptp_row("B0000", f"A{n:04}", deletion="20200102") for n in range(500)] + [ptp_row("C0000", "B0000")]
    _, table = imported(tmp_path, rows)
    expected = [("C0000", "B0000"), ("B0000", "A0499"), ("B0000", "A0001")]
    for _ in range(3):
        assert table.existing_pairs(["C0000", "A0499", "B0000", "A0001", "B0000", "ZZZZZ"]) == expected
    assert table.existing_pairs([]) == []
    assert table.partners("B0000") == tuple(f"A{n:04}" for n in range(500))
    assert table.partners("ZZZZZ") == ()


def test_four_files_make_one_edition_whatever_their_order(tmp_path: Path) -> None:
    paths = [ptp_zip(tmp_path, [ptp_row(f"9753{n}", "97116")], f"ccipra-v302r0-f{n}") for n in (1, 2, 3, 4)]
    (one,) = import_files(paths, tmp_path / "one", covers=Q3)
    (two,) = import_files(paths[::-1], tmp_path / "two", covers=Q3)
    assert one.rows_kept == 4
    assert one.warnings == ()
    assert one.digest == two.digest
    assert Path(one.path).read_bytes() == Path(two.path).read_bytes()
    assert one.source_files == tuple(path.name for path in paths)


def test_a_gap_in_the_parts_and_a_file_given_twice_are_told(tmp_path: Path) -> None:
    first = ptp_zip(tmp_path, [ptp_row("97530", "97116")], "ccipra-v302r0-f1")
    third = ptp_zip(tmp_path, [ptp_row("97531", "97116")], "ccipra-v302r0-f3")
    again = tmp_path / "ccipra-v302r0-f1 (1).zip"
    again.write_bytes(first.read_bytes())
    (report,) = import_files([first, third, again], tmp_path / "out", covers=Q3)
    assert report.rows_read == 2
    assert any("f2, f4 were not given" in warning for warning in report.warnings)
    assert any("same contents" in warning for warning in report.warnings)


def test_two_settings_in_one_call_make_two_tables(tmp_path: Path) -> None:
    paths = [ptp_zip(tmp_path, [ptp_row("97530", "97116")], name) for name in ("ccipra-v302r0-f1", "ccioph-v302r0-f1")]
    reports = import_files(paths, tmp_path / "out", covers=Q3)
    assert [report.table for report in reports] == ["ptp/practitioner", "ptp/outpatient-hospital"]


def test_unzipped_text_needs_its_setting_from_name_or_caller(tmp_path: Path) -> None:
    text = tmp_path / "edits.txt"
    text.write_bytes(PTP_HEADER + ptp_row("97530", "97116"))
    with pytest.raises(InputError, match="--table ptp/practitioner"):
        import_files([text], tmp_path / "out", covers=Q3)
    (report,) = import_files([text], tmp_path / "out", covers=Q3, table="ptp/outpatient-hospital")
    assert report.table == "ptp/outpatient-hospital"
    with pytest.raises(InputError, match="two settings must not be mixed"):
        import_files([ptp_zip(tmp_path, [ptp_row("97530", "97116")])], tmp_path / "out", covers=Q3, table=report.table)
    with pytest.raises(UsageError, match="There is no table"):
        import_files([text], tmp_path / "out", covers=Q3, table="ptp/dentist")


def test_two_versions_are_not_mixed(tmp_path: Path) -> None:
    paths = [
        ptp_zip(tmp_path, [ptp_row("97530", n)], f"ccipra-{v}-f1")
        for v, n in (("v302r0", "97116"), ("v303r0", "97117"))
    ]
    with pytest.raises(InputError, match="two versions are mixed: v302r0, v303r0"):
        import_files(paths, tmp_path / "out", covers=Q3)


BAD_ROWS = [
    (b"97530\t97116\r\n", "row", "2 cells"),
    (ptp_row("9753", "97116"), "column_1", "5 letters"),
    (ptp_row("97530", "971!6"), "column_2", "not a code"),
    (ptp_row("97530", "97116", "20240230"), "effective", "YYYYMMDD"),
    (ptp_row("97530", "97116", "20240101", "20231231"), "deletion", "before the first"),
    (ptp_row("97530", "97116", indicator="2"), "modifier_indicator", "0, 1 or 9"),
    (ptp_row("97530", "97116", tail="\textra"), "row", "cells"),
]


@pytest.mark.parametrize(("bad", "column", "reason"), BAD_ROWS)
def test_a_bad_row_is_located_and_left_out_and_six_refuse_the_file(
    tmp_path: Path, bad: bytes, column: str, reason: str
) -> None:
    good = ptp_row("97530", "97112")
    report, table = imported(tmp_path, [good, bad])
    assert report.rows_read == 2
    assert report.dropped == {"unreadable": 1}
    assert report.rows_read == report.rows_kept + sum(report.dropped.values())
    assert any(f"line 8, {column}:" in warning and reason in warning for warning in report.warnings)
    before = {path: Path(path).read_bytes() for path in table_files(tmp_path / "out")}
    with pytest.raises(InputError, match="More than 5 rows cannot be read") as caught:
        import_files([ptp_zip(tmp_path, [good, *[bad] * 6])], tmp_path / "out", covers=ALL)
    assert caught.value.problem.line == 13
    assert caught.value.problem.element == column
    assert {path: Path(path).read_bytes() for path in table_files(tmp_path / "out")} == before
    assert table.has_key(("97530", "97112"))


def test_a_file_cut_short_is_noticed(tmp_path: Path) -> None:
    text = tmp_path / "ccipra-v302r0-f1.txt"
    text.write_bytes((PTP_HEADER + ptp_row("97530", "97116"))[:-9])
    (report,) = import_files([text], tmp_path / "out", covers=Q3)
    assert any("may be cut short" in warning for warning in report.warnings)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_zip_is_refused(tmp_path: Path, keep: float) -> None:
    path = ptp_zip(tmp_path, [ptp_row("97530", f"A{n:04}") for n in range(2000)])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(InputError, match="damaged or was cut short"):
        import_files([path], tmp_path / "out", covers=Q3)
    assert table_files(tmp_path / "out") == []


def test_a_zip_with_a_flipped_byte_is_refused(tmp_path: Path) -> None:
    path = ptp_zip(tmp_path, [ptp_row("97530", f"A{n:04}") for n in range(2000)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(InputError):
        import_files([path], tmp_path / "out", covers=Q3)
    assert table_files(tmp_path / "out") == []


def test_a_zip_that_unpacks_beyond_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.tables.importers.source.LARGEST", 100_000)
    with pytest.raises(InputError, match="no published table is"):
        import_files([ptp_zip(tmp_path, [ptp_row("97530", "97116")] * 5000)], tmp_path / "out", covers=Q3)


def test_wrong_files_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "ccipra-v302r0-f1.zip"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x01" * 1000)
    with pytest.raises(InputError, match="no table file that is known"):
        import_files([path], tmp_path / "out", covers=Q3)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.pdf", b"")
    with pytest.raises(InputError, match=r"0 \.txt or \.csv files"):
        import_files([path], tmp_path / "out", covers=Q3)
    with pytest.raises(InputError, match="Column 6 of the header"):
        imported(tmp_path, [ptp_row("97530", "97116")], PTP_HEADER.replace(b"Modifier", b"Something"))
    with pytest.raises(InputError, match="cannot be opened"):
        import_files([tmp_path / "none.zip"], tmp_path / "out", covers=Q3)
    with pytest.raises(InputError, match="No row of table"):
        imported(tmp_path, [])


@pytest.mark.parametrize(
    "text", ["2024-07-01", "2024-09-30..2024-07-01", "..", "07/01/2024..09/30/2024", "0001-01-01..2024-01-01"]
)
def test_covers_are_checked(text: str) -> None:
    with pytest.raises(UsageError, match=r"ends before it begins|goes beyond|is not a cover"):
        parse_covers(text)
    assert parse_covers("2024-07-01..2024-09-30") == Q3


def test_real_excerpt_of_2026(shared_data: Path, tmp_path: Path) -> None:
    """Real effective dates, repeated keys and indicator-9 rows of the genuine 2026 Q3 file."""
    excerpt = shared_data / "ncci" / "real-excerpts" / "ccipra-v322r0-f1.excerpt.txt"
    (report,) = import_files([excerpt], tmp_path / "out", covers=ALL)
    table = TableStore([tmp_path / "out"]).edition_for("ptp/practitioner", date(2026, 8, 1))
    assert table is not None
    assert (report.rows_read, report.indicators["9"]) == (29, 5)
    assert report.dropped == {"modifier indicator 9": 5}
    assert table.find(("0001U", "0029U"), day("2026-06-30")) >= 0
    assert table.find(("0001U", "0029U"), day("2026-07-01")) == ABSENT
    assert table.value(table.find(("13121", "13120"), day("2026-07-01")), "modifier_indicator") == 0
    assert table.find(("17000", "17281"), day("2004-12-31")) >= 0
    assert table.find(("17000", "17281"), day("2005-01-01")) == ABSENT
