"""Which edition answers, files that are damaged, and imports that run at the same time."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from tables_layouts import Q3, mue_csv, ptp_row, ptp_zip

from scrubber.core.diagnostics import InputError
from scrubber.tables.importers.run import import_files
from scrubber.tables.store import TableStore
from scrubber.tables.verify import verify

pytestmark = pytest.mark.usefixtures("short_lists_are_whole")

MUE = "mue/practitioner"


def make(folder: Path, scratch: Path, units: int, first: date, last: date, slice: bool = False) -> Path:
    (report,) = import_files(
        [mue_csv(scratch, [f"97110,{units},3 Clinical,x"])], folder, covers=(first, last), slice=slice
    )
    return Path(report.path)


def units(store: TableStore, day: date, policy: str = "strict") -> object:
    table = store.edition_for(MUE, day, policy)
    return None if table is None else table.value(table.find(("97110",), day.toordinal()), "units")


def test_the_edition_that_covers_the_day_answers_to_its_last_day(tmp_path: Path) -> None:
    make(tmp_path / "a", tmp_path, 6, *Q3)
    make(tmp_path / "a", tmp_path, 7, date(2024, 10, 1), date(2024, 12, 31))
    store = TableStore([tmp_path / "a"])
    assert units(store, date(2024, 6, 30)) is None
    assert units(store, date(2024, 7, 1)) == 6
    assert units(store, date(2024, 9, 30)) == 6
    assert units(store, date(2024, 10, 1)) == 7
    assert units(store, date(2025, 1, 1)) is None
    assert units(store, date(2025, 1, 1), "carry_forward") == 7
    assert units(store, date(2024, 6, 30), "carry_forward") is None
    assert [edition.id for edition in store.editions(MUE)] == ["2024-10-01..2024-12-31", "2024-07-01..2024-09-30"]
    assert store.editions("mue/dme") == ()
    assert store.edition_for("mue/dme", Q3[0]) is None
    with pytest.raises(ValueError, match="policy"):
        store.edition_for(MUE, Q3[0], "latest")


def test_of_overlapping_editions_the_one_that_begins_then_ends_latest_answers(tmp_path: Path) -> None:
    make(tmp_path / "a", tmp_path, 1, date(1996, 1, 1), date(2024, 9, 30))
    make(tmp_path / "a", tmp_path, 2, date(1996, 1, 1), date(2024, 12, 31))
    make(tmp_path / "a", tmp_path, 3, date(2024, 8, 1), date(2024, 8, 31))
    store = TableStore([tmp_path / "a"])
    days = [date(2024, 7, 31), date(2024, 8, 1), date(2024, 8, 31), date(2024, 9, 1), date(2024, 12, 31)]
    assert [units(store, day) for day in days] == [2, 3, 3, 2, 2]


def test_the_first_folder_goes_before_the_others(tmp_path: Path) -> None:
    make(tmp_path / "user", tmp_path, 6, *Q3)
    make(tmp_path / "bundled", tmp_path, 9, date(2024, 7, 1), date(2024, 12, 31), slice=True)
    store = TableStore([tmp_path / "user", tmp_path / "bundled", tmp_path / "none"])
    assert units(store, date(2024, 9, 30)) == 6
    assert units(store, date(2024, 10, 1)) == 9
    assert units(store, date(2025, 1, 1), "carry_forward") == 6
    found = store.edition_for(MUE, date(2024, 10, 1))
    assert found is not None
    assert found.edition.slice is True
    told = store.describe(expected=[MUE, "aoc"])
    assert told["missing"] == ["aoc"]
    assert told["problems"] == []
    assert [entry["slice"] for entry in told["tables"]] == [False, True]
    assert [folder["found"] for folder in told["folders"]] == [True, True, False]


def test_importing_the_same_bytes_again_changes_nothing(tmp_path: Path) -> None:
    path = mue_csv(tmp_path, ["97110,6,3 Clinical,x"])
    (first,) = import_files([path], tmp_path / "a", covers=Q3)
    stamp = Path(first.path).stat().st_mtime_ns
    (second,) = import_files([path.rename(tmp_path / "renamed.csv")], tmp_path / "a", covers=Q3)
    assert (first.written, second.written) == (True, False)
    assert first.digest == second.digest
    assert Path(first.path).stat().st_mtime_ns == stamp
    (third,) = import_files([mue_csv(tmp_path, ["97110,7,3 Clinical,x"])], tmp_path / "a", covers=Q3)
    assert third.written
    assert third.digest != first.digest
    assert units(TableStore([tmp_path / "a"]), Q3[0]) == 7


def test_a_damaged_file_is_written_again_by_an_import(tmp_path: Path) -> None:
    path = make(tmp_path / "a", tmp_path, 6, *Q3)
    whole = path.read_bytes()
    path.write_bytes(whole[:-8] + b"\xff" * 8)
    assert [result.ok for result in verify(tmp_path / "a")] == [False]
    make(tmp_path / "a", tmp_path, 6, *Q3)
    assert path.read_bytes() == whole
    assert [result.ok for result in verify(tmp_path / "a")] == [True]


def test_a_damaged_file_speaks_up_and_leaves_the_others_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    broken = make(folder, tmp_path, 6, *Q3)
    make(folder, tmp_path, 7, date(2024, 10, 1), date(2024, 12, 31))
    import_files([ptp_zip(tmp_path, [ptp_row("97530", "97116")])], folder, covers=Q3)
    broken.write_bytes(broken.read_bytes()[:-1])
    store = TableStore([folder])
    assert len(store.problems) == 1
    assert "scrubber tables import" in str(store.problems[0])
    with pytest.raises(InputError, match="cut short"):
        store.edition_for(MUE, Q3[0])
    assert units(store, date(2024, 10, 1)) == 7
    assert store.edition_for("ptp/practitioner", Q3[0]) is not None
    assert [result.ok for result in verify(folder)] == [False, True, True]


@pytest.mark.parametrize("data", [b"", b"SCRTABLE", b"PK\x03\x04" + bytes(100), b"SCRTABLE\x02" + bytes(100)])
def test_foreign_files_are_input_errors(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "mue" / "practitioner" / "2024-07-01..2024-09-30.table"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    with pytest.raises(InputError, match="import the publisher's files again"):
        TableStore([tmp_path]).edition_for(MUE, Q3[0])


def test_a_file_under_another_tables_name_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "a", tmp_path, 6, *Q3)
    moved = tmp_path / "a" / "mue" / "dme" / path.name
    moved.parent.mkdir()
    path.rename(moved)
    with pytest.raises(InputError, match=r"holds edition 2024-07-01\.\.2024-09-30 of table mue/practitioner"):
        TableStore([tmp_path / "a"]).edition_for("mue/dme", Q3[0])


def test_a_file_replaced_after_the_store_was_made_is_told(tmp_path: Path) -> None:
    make(tmp_path / "a", tmp_path, 6, *Q3)
    early, late = TableStore([tmp_path / "a"]), TableStore([tmp_path / "a"])
    assert units(early, Q3[0]) == 6
    make(tmp_path / "a", tmp_path, 7, *Q3)
    assert units(early, Q3[0]) == 6
    with pytest.raises(InputError, match="Start the program again"):
        units(late, Q3[0])


def test_imports_at_the_same_time_leave_one_whole_edition(tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        (tmp_path / str(number)).mkdir()
        rows = [f"{code},{number},3 Clinical,x" for code in range(10000, 12000)]
        paths.append(mue_csv(tmp_path / str(number), rows))
    failures: list[BaseException] = []

    def run(path: Path) -> None:
        try:
            import_files([path], tmp_path / "out", covers=Q3)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(path,)) for path in paths * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [result.ok for result in verify(tmp_path / "out")] == [True]
    assert [path.name for path in (tmp_path / "out" / "mue" / "practitioner").iterdir()] == [f"{Q3[0]}..{Q3[1]}.table"]
    table = TableStore([tmp_path / "out"]).edition_for(MUE, Q3[0])
    assert table is not None
    said = {table.value(table.find((str(code),), 1), "units") for code in range(10000, 12000)}
    assert len(said) == 1


def test_a_folder_that_cannot_be_written_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(InputError, match="could not be written"):
        make(tmp_path / "out", tmp_path, 6, *Q3)


def test_threads_share_one_open_table(tmp_path: Path) -> None:
    import_files([ptp_zip(tmp_path, [ptp_row("97530", f"A{n:04}") for n in range(500)])], tmp_path / "a", covers=Q3)
    store = TableStore([tmp_path / "a"])
    seen: list[object] = []

    def run() -> None:
        table = store.edition_for("ptp/practitioner", Q3[0])
        assert table is not None
        seen.append((id(table), tuple(table.existing_pairs(["97530", "A0001", "A0499"]))))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
