"""A table file whose rows are damaged: bad input that is named, and no finding of another rule is lost."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.engine.packs_of import header, rule, write_pack

from scrubber.api import Scrubber
from scrubber.claims.inputs import InputClaim
from scrubber.claims.read import read_claims
from scrubber.core.diagnostics import InputError
from scrubber.engine.plan.tables import BoundTable
from scrubber.findings.model import DamagedTable
from scrubber.tables.files import write_whole
from scrubber.tables.kinds import open_table
from scrubber.tables.packed import read_head
from scrubber.tables.store import TableStore

from .conftest import AS_OF, ROOT, Run, claim, write


def damaged(folder: Path, section: str) -> Path:
    """The bundled tables with one section of the unit limits overwritten."""
    shutil.copytree(ROOT / "rules" / "ncci" / "tables", folder, ignore=shutil.ignore_patterns("source", "*.md"))
    (path,) = (folder / "mue" / "practitioner").glob("*.table")
    header, begin, _ = read_head(path)
    place = header.sections[section]
    data = bytearray(path.read_bytes())
    data[begin + place.offset : begin + place.offset + place.size] = b"\xff" * place.size
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("section", ["heads", "group", "value.units"])
@pytest.mark.parametrize("format_", ["text", "json", "ndjson"])
def test_damage_met_on_the_way_is_bad_input(run: Run, tmp_path: Path, section: str, format_: str) -> None:
    """docs/contract.md: a file that could not be read ends with 2, and the rest of the result is written."""
    path = damaged(tmp_path / "tables", section)
    file = write(tmp_path / "a.json", claim("A", "G0008", total_charge="7.00"))
    done = run("check", file, *AS_OF, "--tables", str(tmp_path / "tables"), "--format", format_)
    assert done.exit_code == 2, done.stderr
    assert path.name in "".join(done.stdout.split()) + done.stderr
    assert "scrubber tables import" in " ".join((done.stdout + done.stderr).split())
    if format_ == "json":
        found = json.loads(done.stdout)
        (result,) = found["claims"]
        assert str(path) in [problem["file"] for problem in found["input_problems"]]
        assert result["faults"]
        assert result["findings"], "the charges do not add up, whatever the tables hold"
        assert not result["complete"]


def test_rules_are_not_found_in_order_over_a_damaged_table(run: Run, tmp_path: Path) -> None:
    """Not checked is never passed: a lint that asks the table would be undecided, among many that are."""
    path = damaged(tmp_path / "tables", "group")
    done = run("rules", "lint", "--tables", str(tmp_path / "tables"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert str(path) in done.stderr


@pytest.mark.parametrize("table", ["ptp/practitioner", "aoc", "mue/practitioner"])
def test_one_damaged_bit_of_any_section_is_seen(tmp_path: Path, table: str) -> None:
    """Design section 7: a file is checksummed. A number that is another could pass for a row that is not there, and the
    claim for clean."""
    (path,) = (ROOT / "rules" / "ncci" / "tables" / table).glob("*.table")
    header, begin, digest = read_head(path)
    whole = path.read_bytes()
    open_table(header, digest, memoryview(whole)[begin:])
    filled = {name: section for name, section in header.sections.items() if section.size}
    assert {"tail", "group"} & set(filled)
    for section in filled.values():
        body = bytearray(whole[begin:])
        body[section.offset + section.size // 2] ^= 1
        with pytest.raises(InputError, match="damaged"):
            open_table(header, digest, memoryview(body))


def one_claim(folder: Path) -> InputClaim:
    """A claim as a program would read it."""
    (item,) = read_claims(Path(write(folder / "one.json", claim("A", "G0008"))))
    assert isinstance(item, InputClaim)
    return item


@pytest.mark.parametrize("section", ["heads", ""])
def test_the_library_names_the_file_too(tmp_path: Path, section: str) -> None:
    """A program that has only the result must know which table to import again: rows damaged, or the header."""
    path = damaged(tmp_path / "tables", section or "heads")
    if not section:
        path.write_bytes(path.read_bytes()[:70])
    scrubber = Scrubber.load(tables=tmp_path / "tables")
    result = scrubber.scrub(one_claim(tmp_path), as_of=date(2024, 8, 15))
    named = [fault for fault in result.faults if str(path) in fault.message]
    assert named
    assert named == list(result.faults)
    assert isinstance(named[0], DamagedTable)
    assert "mue/practitioner" in named[0].message
    assert not result.complete


def test_a_table_that_a_pack_requires_and_that_is_damaged_is_not_taken_for_one_that_nobody_imported(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "pack"
    declared = " {caps: {keys: {procedure: procedure}, columns: {most: number}, absent: none}}"
    asks = rule("line.units > caps(line.procedure).most")
    write_pack(folder, header(tables=declared, requires_tables="[caps]"), one=asks)
    table = tmp_path / "tables" / "caps" / "2024-07-01..2024-09-30.table"
    table.parent.mkdir(parents=True)
    table.write_bytes(b"cut")
    scrubber = Scrubber.load(folder, tables=tmp_path / "tables", cache=False)
    result = scrubber.scrub(one_claim(tmp_path), as_of=date(2024, 8, 15))
    (fault,) = result.faults
    assert str(table) in fault.message
    assert not [note for note in result.coverage.not_checked if "caps" in note]


def test_a_file_replaced_while_it_is_mapped_is_read_on_as_it_was(tmp_path: Path) -> None:
    """docs/architecture.md: the importer renames; who has a file open keeps it."""
    (bundled,) = (ROOT / "rules" / "ncci" / "tables" / "mue" / "practitioner").glob("*.table")
    path = tmp_path / "mue" / "practitioner" / bundled.name
    write_whole(path, bundled.read_bytes())
    day = date(2024, 8, 15)
    table = TableStore([tmp_path]).edition_for("mue/practitioner", day)
    assert table is not None
    row = table.row(table.find(("G0008",), day.toordinal()))
    write_whole(path, b"another")
    assert table.row(table.find(("G0008",), day.toordinal())) == row
    assert path.read_bytes() == b"another"


@pytest.mark.parametrize("section", ["heads", ""])
def test_packs_are_not_compared_over_a_table_that_is_damaged(run: Run, tmp_path: Path, section: str) -> None:
    """A rule that could not be run on either side says the same on both."""
    path = damaged(tmp_path / "tables", section or "heads")
    if not section:
        path.write_bytes(path.read_bytes()[:70])
    file, pack = write(tmp_path / "a.json", claim("A", "G0008")), str(ROOT / "rules" / "ncci")
    done = run("rules", "diff", pack, pack, "--claims", file, *AS_OF, "--tables", str(tmp_path / "tables"))
    assert done.exit_code == 2
    assert str(path) in done.stderr
    if section:
        assert "NCCI-MUE-00: The rule could not be run because of a table file." in done.stderr
        assert "What it says of the claims was not compared." in done.stderr


def test_a_rule_that_crashes_while_packs_are_compared_is_a_fault(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(BoundTable, "value", broken)
    file, pack = write(tmp_path / "a.json", claim("A", "G0008")), str(ROOT / "rules" / "ncci")
    done = run("rules", "diff", pack, pack, "--claims", file, *AS_OF)
    assert done.exit_code == 3
    assert "could not be run (ValueError). What it says of the claims was not compared." in done.stderr


def test_a_comparison_is_not_written_over_the_claims(run: Run, tmp_path: Path) -> None:
    file, pack = write(tmp_path / "a.json", claim("A", "G0008")), str(ROOT / "rules" / "ncci")
    before = Path(file).read_bytes()
    done = run("rules", "diff", pack, pack, "--claims", file, *AS_OF, "--output", file)
    assert done.exit_code == 2
    assert "is read by this run" in done.stderr
    assert Path(file).read_bytes() == before
