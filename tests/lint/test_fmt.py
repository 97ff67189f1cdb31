"""`rules fmt`: one layout, every comment kept, the same meaning, and nothing left to do the second time."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.cli.program import cli
from scrubber.core.diagnostics import RuleFileError
from scrubber.lint.fmt import format_packs, same_meaning
from scrubber.lint.fmt_condition import broken
from scrubber.lint.pack_check import check_all

from .conftest import PACK, Write

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "packs"))
from wrong_files import WRONG, write

UNTIDY = """\
# the whole file
rules:
  # about the first rule
  - title: An example     # after the title
    id: EX-01
    message: "Look at this."
    category: procedure
    severity: review
    # about the condition
    when:
      - line.procedure   in {99213,99214}   # the visits
      # between
      - not(line.modifiers has any of {59}) and (line.units>1)
    authority: {title: Manual, section: "1", evidence: primary}
    unless:
      - {if: "line.units  = 2", reason: "Two are fine."}
    # last
  - id: EX-02
    title: Another
    category: procedure
    severity: review
    when: "line.procedure = 99213 and any other line as visit with same (date, rendering_npi) where
      (visit.procedure in 99202-99215)"
    message: 'It''s this.'
    authority: {title: Manual, section: "1", evidence: primary}
"""
TIDY = """\
# the whole file
rules:
  # about the first rule
  - id: EX-01
    title: An example     # after the title
    category: procedure
    severity: review
    # about the condition
    when:
      - line.procedure in {99213, 99214}   # the visits
      # between
      - not (line.modifiers has 59) and line.units > 1
    unless:
      - {if: "line.units = 2", reason: "Two are fine."}
    message: "Look at this."
    authority: {title: Manual, section: "1", evidence: primary}
    # last

  - id: EX-02
    title: Another
    category: procedure
    severity: review
    when: >
      line.procedure = 99213
      and any other line as visit with same (date, rendering_npi)
      where (visit.procedure in 99202-99215)
    message: 'It''s this.'
    authority: {title: Manual, section: "1", evidence: primary}
"""


def test_layout(pack: Write) -> None:
    folder = pack({"rules.yaml": UNTIDY}, whole=True)
    made = format_packs([folder])
    assert made.refused == {}
    assert made.changed == {folder / "rules.yaml": TIDY}


def test_once_is_enough_and_the_meaning_stays(pack: Write) -> None:
    folder = pack({"rules.yaml": UNTIDY}, whole=True)
    before = check_all([folder])
    (folder / "rules.yaml").write_text(TIDY, encoding="utf-8")
    assert same_meaning(before, check_all([folder]))
    assert format_packs([folder]).changed == {}


def test_what_means_something_else_is_told_apart(pack: Write) -> None:
    folder = pack({"rules.yaml": TIDY}, whole=True)
    before = check_all([folder])
    for old, new in (("line.units > 1", "line.units > 2"), ("Two are fine.", "2 are fine."), ("review", "deny")):
        changed = TIDY.replace(old, new, 1)
        assert changed != TIDY
        after = check_all([folder], {folder / "rules.yaml": changed.encode()})
        assert not same_meaning(before, after), old


def test_definitions_are_not_spelled_out(pack: Write) -> None:
    declares = PACK + "definitions:\n  a_visit: line.procedure in 99202-99215\n"
    rules = TIDY.replace("line.procedure in {99213, 99214}", "a_visit  and line.units > 3")
    folder = pack({"pack.yaml": declares, "rules.yaml": rules}, whole=True)
    (text,) = format_packs([folder]).changed.values()
    assert "- a_visit and line.units > 3 " in text


def test_command(pack: Write) -> None:
    folder = pack({"rules.yaml": UNTIDY}, whole=True)
    run = CliRunner().invoke
    assert run(cli, ["rules", "fmt", "--check", str(folder)]).exit_code == 1
    assert (folder / "rules.yaml").read_text(encoding="utf-8") == UNTIDY
    assert run(cli, ["rules", "fmt", str(folder)]).exit_code == 0
    assert (folder / "rules.yaml").read_text(encoding="utf-8") == TIDY
    assert run(cli, ["rules", "fmt", "--check", str(folder)]).exit_code == 0
    assert run(cli, ["rules", "fmt"]).exit_code == 2


def test_a_folder_of_packs_stands_for_all_of_them(tmp_path: Path) -> None:
    """Hidden folders and what is deeper than three levels are left out: a Python beside the packs has packs too."""
    names = ("a/b/three", "one", "payers/two")
    for name in (*names, "a/b/c/deep", ".hidden/four"):
        folder, title = tmp_path / name, name.rpartition("/")[2]
        folder.mkdir(parents=True)
        (folder / "pack.yaml").write_text(f"id: {title}\nversion: 1.0.0\ntitle: A pack\n", encoding="utf-8")
        (folder / "rules.yaml").write_text(UNTIDY.replace("EX-", f"{title.upper()}-"), encoding="utf-8")
    run = CliRunner().invoke
    assert "3 packs with 6 rules" in run(cli, ["rules", "check", str(tmp_path)]).stdout
    shown = run(cli, ["rules", "fmt", str(tmp_path)])
    assert shown.stdout.splitlines() == [f"{tmp_path / name / 'rules.yaml'} written." for name in names]
    assert "6 files in order." in run(cli, ["rules", "fmt", "--check", str(tmp_path), str(tmp_path / "one")]).stdout
    (tmp_path / "empty").mkdir()
    nothing = run(cli, ["rules", "fmt", str(tmp_path / "empty")])
    assert "it has no pack.yaml, and no folder in it has one" in nothing.stderr


def test_crlf_files_are_left_or_kept_sound(pack: Write) -> None:
    folder = pack({}, whole=True)
    (folder / "rules.yaml").write_bytes(UNTIDY.replace("\n", "\r\n").encode())
    before = check_all([folder])
    for path, text in format_packs([folder]).changed.items():
        assert same_meaning(before, check_all([folder], {path: text.encode()}))


PARTS = ("a = 1", "(b = 2 or c between 1 and 3)", "any x where (y = 4 and z = 5)", "d in {1, 2}")


@settings(max_examples=60, deadline=None)
@given(st.integers(30, 140), st.lists(st.sampled_from(PARTS), min_size=1, max_size=6))
def test_lines_of_a_condition_say_the_same(width: int, parts: list[str]) -> None:
    text = " and ".join(parts)
    lines = broken(text, width)
    assert " ".join(" ".join(lines).split()) == text
    assert len(lines) == 1 or len(text) > width


ROOT = Path(__file__).resolve().parents[2]
OURS = sorted(path.parent for path in (ROOT / "rules").rglob("pack.yaml"))


def comments_of(text: str) -> list[str]:
    """The comments of a file, in order: the text from a `#` at the start of a line or after a blank."""
    return sorted(re.findall(r"(?:^|(?<=\s))#[^\n]*", text, re.MULTILINE))


@pytest.mark.parametrize("folder", OURS, ids=lambda path: path.name)
def test_each_of_our_packs_keeps_its_comments_and_settles(folder: Path, tmp_path: Path) -> None:
    """Nothing is refused, every comment stays, the meaning too, and a second time there is nothing left to do."""
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    before, made = check_all([copy]), format_packs([copy])
    assert made.refused == {}
    for path, text in made.changed.items():
        assert comments_of(text) == comments_of(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    assert same_meaning(before, check_all([copy]))
    assert format_packs([copy]).changed == {}


@pytest.mark.parametrize("name", list(WRONG))
def test_odd_files_are_left_as_they_are_or_settle(name: str, tmp_path: Path) -> None:
    """What does not compile is told and left; what does, and is odd, is laid out once and for all."""
    folder = tmp_path / "odd"
    write(folder, WRONG[name])
    before = {path: path.read_bytes() for path in folder.iterdir()}
    try:
        made = format_packs([folder])
    except RuleFileError:
        assert {path: path.read_bytes() for path in folder.iterdir()} == before
        return
    for path, text in made.changed.items():
        assert comments_of(text) == comments_of(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    assert format_packs([folder]).changed == {}
