"""A table file whose rows are damaged: bad input that is named, and no finding of another rule is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scrubber.core.diagnostics import InputError
from scrubber.tables.kinds import open_table
from scrubber.tables.packed import read_head

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
