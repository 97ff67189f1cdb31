"""Published rows that could not be read at an import stay known: one of them may be the row that a claim needed.

docs/architecture.md, "Rows that could not be read"; ../shared/design.md: what was not checked is never passed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tables_layouts import Q3, aoc_csv, ptp_row, ptp_zip
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack

from scrubber.report.unchecked import unchecked, unread
from scrubber.tables.importers import mce, report
from scrubber.tables.importers.run import import_files
from scrubber.tables.packed import read_head
from scrubber.tables.store import TableStore
from scrubber.tables.verify import verify

PAIRS = "ptp/practitioner"
GOOD, BAD = ptp_row("97530", "97112"), ptp_row("97530", "97116", indicator="2")
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def left_out(folder: Path) -> dict[str, int]:
    """Table to rows that could not be read, as the editions of a folder say."""
    store = TableStore([folder])
    return {edition.table: edition.left_out for name in store.table_names() for edition in store.editions(name)}


def test_the_count_is_in_the_file_and_in_every_listing(tmp_path: Path) -> None:
    (told,) = import_files([ptp_zip(tmp_path, [GOOD, BAD, BAD])], tmp_path / "out", covers=Q3)
    header_, _, _ = read_head(told.path)
    assert header_.left_out == 2
    store = TableStore([tmp_path / "out"])
    (edition,) = store.editions(PAIRS)
    assert (edition.left_out, store.open(edition).edition.left_out) == (2, 2)
    (described,) = store.describe()["tables"]  # type: ignore[misc]
    assert described["left_out"] == 2  # type: ignore[index]
    assert [result.left_out for result in verify(tmp_path / "out")] == [2]


def test_a_file_of_which_all_rows_were_read_says_nothing_of_it(tmp_path: Path) -> None:
    """So that files written before rows were counted are valid, and are written again byte for byte."""
    (told,) = import_files([ptp_zip(tmp_path, [GOOD])], tmp_path / "out", covers=Q3)
    assert b"left_out" not in Path(told.path).read_bytes()
    assert left_out(tmp_path / "out") == {PAIRS: 0}


def test_importing_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    file = ptp_zip(tmp_path, [GOOD, BAD])
    (first,) = import_files([file], tmp_path / "out", covers=Q3)
    (again,) = import_files([file], tmp_path / "out", covers=Q3)
    assert (first.written, again.written, again.digest) == (True, False, first.digest)


def test_a_mended_file_with_the_same_rows_takes_its_place(tmp_path: Path) -> None:
    """The rows kept are the same; that none is left out any more is not."""
    import_files([ptp_zip(tmp_path, [GOOD, BAD])], tmp_path / "out", covers=Q3)
    (mended,) = import_files([ptp_zip(tmp_path, [GOOD])], tmp_path / "out", covers=Q3)
    assert mended.written
    assert left_out(tmp_path / "out") == {PAIRS: 0}


def test_every_table_of_a_file_that_makes_several_is_counted(tmp_path: Path) -> None:
    """Nobody can say of which of them an unreadable row is."""
    rows = ["+,99999,1,2020001,,,,", "22552,22551,1,20200101,,,,", "22552,22551,1,2020001,,,,"]
    import_files([aoc_csv(tmp_path, rows)], tmp_path / "aoc", covers=Q3)
    assert left_out(tmp_path / "aoc") == {"aoc": 2, "aoc_type": 2}

    codes = tmp_path / "hcpcs.csv"
    codes.write_text("hcpcs,type,date_added,date_ended\nG0008,code,20000101,\nGC,mod,20000101,\nGX,neither,,\n")
    import_files([codes], tmp_path / "hcpcs", covers=Q3)
    assert left_out(tmp_path / "hcpcs") == {"hcpcs": 1, "hcpcs_modifier": 1}

    conflicts = tmp_path / "mce.csv"
    conflicts.write_text(
        "icd_code,icd_conflict_group,icd_conflict_rule\nP001,Age,Ages 0\nC510,Sex,Female Only\nC610,Sex,Nobody\n"
    )
    import_files([conflicts], tmp_path / "mce", covers=YEAR)
    assert left_out(tmp_path / "mce") == {mce.AGE: 1, mce.SEX: 1}

    diagnoses, notes = tmp_path / "codes.csv", tmp_path / "notes.csv"
    diagnoses.write_text("code\nA00.0\nA00.1\nnot a code\n")
    notes.write_text("code,note\nA00.0,typhoid (A00.1)\n,(A00.1)\n")
    import_files([diagnoses, notes], tmp_path / "icd", covers=YEAR)
    assert left_out(tmp_path / "icd") == {"icd10cm": 1, "icd10cm_excludes1": 2}


def test_a_handful_in_each_of_several_files_adds_up(tmp_path: Path) -> None:
    files = [ptp_zip(tmp_path, [GOOD, *[BAD] * report.HANDFUL], name=f"ccipra-v302r0-f{part}") for part in (1, 2, 3, 4)]
    files[1].write_bytes(ptp_zip(tmp_path, [ptp_row("97530", "97535"), BAD], name="other").read_bytes())
    import_files(files[:2], tmp_path / "out", covers=Q3)
    assert left_out(tmp_path / "out") == {PAIRS: report.HANDFUL + 1}


def test_a_result_says_it_once_and_is_not_held_back(tmp_path: Path) -> None:
    """A rule that read the table did run: the claim stays clean, and what nobody looked at is said."""
    import_files([aoc_csv(tmp_path, ["22552,22551,1,2020001,,,,", "+,,,,,,,"])], tmp_path / "out", covers=Q3)
    table = "\n  aoc_type:\n    keys: {add_on: procedure}\n    columns: {type: number}\n    absent: none"
    pack = write_pack(
        tmp_path / "pack", header(applies="{payer: {any_of: [MEDICARE]}}", tables=table),
        reads=rule("aoc_type(line.procedure).type = 9", "TEST-TYPE"),
    )  # fmt: skip
    scrubber = loaded(pack, tables=tmp_path / "out")
    result = scrubber.scrub(claim(line(1, "22552")), as_of=AS_OF)
    assert (result.outcome, result.complete) == ("clean", True)
    said = (
        "Of table aoc_type, edition 2024-07-01..2024-09-30, 1 published row could not be read when it was "
        "imported: no rule has looked at it."
    )
    assert said in result.coverage.not_checked
    assert unread(result) == [said]
    assert unchecked(result).blocking == ()
    told = scrubber.explain(claim(line(1, "22552")), "TEST-TYPE", as_of=AS_OF)
    assert [table.note for table in told.tables] == [
        "a slice: rows were left out on purpose; 1 published row could not be read at the import"
    ]


def test_a_result_says_nothing_of_a_table_that_no_rule_of_the_claim_reads(tmp_path: Path) -> None:
    import_files([ptp_zip(tmp_path, [GOOD, BAD])], tmp_path / "out", covers=Q3)
    pack = write_pack(tmp_path / "pack", header(applies="{payer: {any_of: [MEDICARE]}}"), one=rule("line.units > 99"))
    result = loaded(pack, tables=tmp_path / "out").scrub(claim(line(1, "22552")), as_of=AS_OF)
    assert unread(result) == []
