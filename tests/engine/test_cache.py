"""The cache of compiled packs: what a warm start reads, and what makes it compile anew."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engine.packs_of import header, rule, write_pack

from scrubber.core.diagnostics import RuleFileError
from scrubber.engine.compile import cache, load
from scrubber.engine.compile import program as program_module
from scrubber.engine.compile.compile import compile_packs
from scrubber.engine.compile.kept import KeptProgram, KeptRules
from scrubber.engine.compile.program import CompiledRule, Program
from scrubber.lang import ir
from scrubber.packs.bundled import bundled_packs
from scrubber.packs.load import load_packs

TEXT = rule("line.units = 1")


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack whose files count as old at once, with a cache of its own and no bundled packs."""
    monkeypatch.setenv("SCRUBBER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "YOUNG", 0)
    monkeypatch.setattr(load, "bundled_packs", list)
    return write_pack(tmp_path / "pack", header(), rules=TEXT)


def warm(pack: Path) -> Program:
    load.load_program([pack], {})
    return load.load_program([pack], {})


def units_of(program: Program) -> list[str]:
    return [clause for rule in program.rules for revision in rule.revisions for clause in revision.clauses]


def test_a_warm_start_reads_no_pack_file(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = warm(pack)

    def read(folder: Path) -> str:
        raise AssertionError(folder)

    monkeypatch.setattr(cache, "pack_digest", read)
    assert load.load_program([pack], {}) == before


def test_a_change_of_the_same_length_and_time_is_seen(pack: Path) -> None:
    """The time a program can set says nothing: an editor or a copy may keep it."""
    before = warm(pack)
    path = pack / "rules.yaml"
    about = path.stat()
    path.write_text(path.read_text().replace("line.units = 1", "line.units = 2"))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (about.st_size, about.st_mtime_ns)
    after = load.load_program([pack], {})
    assert units_of(before) == ["line.units = 1"]
    assert units_of(after) == ["line.units = 2"]


def test_an_older_file_put_in_place_is_seen(pack: Path) -> None:
    other = pack.parent / "other.yaml"
    other.write_text((pack / "rules.yaml").read_text().replace("line.units = 1", "line.units = 3"))
    warm(pack)
    other.replace(pack / "rules.yaml")
    assert units_of(load.load_program([pack], {})) == ["line.units = 3"]


def test_a_file_more_or_less_is_seen(pack: Path) -> None:
    warm(pack)
    (pack / "more.yaml").write_text("rules: 1\n")
    with pytest.raises(RuleFileError):
        load.load_program([pack], {})
    (pack / "more.yaml").unlink()
    assert units_of(load.load_program([pack], {})) == ["line.units = 1"]


def test_a_young_file_is_read_each_time(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written twice within one tick of the clock, it would look the same."""
    monkeypatch.setattr(cache, "YOUNG", 3600 * 10**9)
    warm(pack)
    assert not list((pack.parent / "cache").glob("*.seen"))


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"a b", b"0" * 129])
def test_a_damaged_note_is_ignored(pack: Path, note: bytes) -> None:
    before = warm(pack)
    (path,) = (pack.parent / "cache").glob("*.seen")
    whole = path.read_bytes()
    path.write_bytes(note)
    assert load.load_program([pack], {}) == before
    assert path.read_bytes() == whole


@pytest.mark.parametrize("byte", [b"\0", b"/", b"\n", b" "])
def test_a_note_whose_key_is_damaged_is_ignored(pack: Path, byte: bytes) -> None:
    """A key is the name of a file: a byte that no name holds was a fault of the whole check."""
    before = warm(pack)
    (path,) = (pack.parent / "cache").glob("*.seen")
    whole = path.read_bytes()
    path.write_bytes(whole[:-5] + byte + whole[-4:])
    assert load.load_program([pack], {}) == before
    assert path.read_bytes() == whole


def test_a_note_of_an_entry_that_is_gone_is_no_harm(pack: Path) -> None:
    before = warm(pack)
    for path in (pack.parent / "cache").glob("*.program"):
        path.unlink()
    assert load.load_program([pack], {}) == before


def test_rules_read_from_an_entry_are_those_that_were_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCRUBBER_CACHE", str(tmp_path))
    program, _ = compile_packs(load_packs(bundled_packs()))
    cache.write_program("key", program)
    found = cache.read_program("key")
    assert found is not None
    assert isinstance(found.rules, KeptRules)
    assert [found.rules[place] for place in (5, 0, -1)] == [program.rules[place] for place in (5, 0, -1)]
    assert found.rules[1:3] == program.rules[1:3]
    assert found.rules[7] is found.rules[7]
    with pytest.raises(IndexError):
        found.rules[len(program.rules)]
    assert [(head.id, head.pack, head.status, head.applies, head.waits_for) for head in found.heads] == [
        (rule.id, rule.pack, rule.status, rule.applies, rule.waits_for) for rule in program.rules
    ]
    assert found == program
    assert program == found
    assert found.rules != program.rules[1:]


@pytest.mark.parametrize("at", [0, 2, 40, -1])
def test_a_damaged_entry_is_compiled_anew(pack: Path, at: int) -> None:
    before = warm(pack)
    (path,) = (pack.parent / "cache").glob("*.program")
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[at] ^= 1
    path.write_bytes(damaged)
    assert load.load_program([pack], {}) == before
    assert path.read_bytes() == whole


SHAPE = (6, "4a968fb84234")


def test_what_is_kept_changes_with_its_number() -> None:
    """An entry of an older shape must not be taken for one of this: a rule of it is read when nothing can be compiled
    any more. Where this fails, raise ``cache.FORMAT`` and put both here."""
    _, structs = msgspec.json.schema_components((KeptProgram, CompiledRule))
    kinds = [kind for module in (ir, program_module) for kind in vars(module).values()]
    names = [
        (kind.__name__, kind.__struct_fields__)
        for kind in kinds
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    ]
    shape = json.dumps([_without_words(structs), names], sort_keys=True)
    assert (cache.FORMAT, hashlib.sha256(shape.encode()).hexdigest()[:12]) == SHAPE


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_words(item) for key, item in value.items() if key != "description"}
    return [_without_words(item) for item in value] if isinstance(value, list) else value
