"""Folders of claims, packs and tables: nothing in them is passed over unseen, and no walk is without an end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scrubber.core import files
from scrubber.packs import digest
from scrubber.tables.store import TableStore

from .conftest import AS_OF, DEMO, ROOT, Run


@contextmanager
def refusing(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    """As for a user who may not read a folder of that name; tests may run as one who may read everything."""
    scandir = os.scandir

    def refused(path: str) -> object:
        if Path(path).name == name:
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refused)
        yield


def claims(folder: Path) -> Path:
    (folder / "closed").mkdir(parents=True)
    shutil.copy(DEMO, folder / "a.837")
    shutil.copy(DEMO, folder / "closed" / "b.837")
    return folder


def test_a_folder_that_cannot_be_read_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with refusing(monkeypatch, "closed"):
        done = run("check", str(claims(tmp_path / "in")), *AS_OF)
    assert done.exit_code == 2
    assert "this folder cannot be read (permission denied)" in " ".join(done.stdout.split())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_are_not_waited_for_and_dangling_links_are_told(run: Run, tmp_path: Path) -> None:
    os.mkfifo(claims(tmp_path / "in") / "pipe")
    (tmp_path / "in" / "link.837").symlink_to("nowhere")
    done = run("check", str(tmp_path / "in"), *AS_OF, "--format", "json")
    assert done.exit_code == 2
    assert "pipe: this is a device or a pipe, and was not read." in done.stderr
    assert "link.837: this link leads nowhere." in done.stderr


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    folder = claims(tmp_path / "in")
    shutil.move(folder / "closed", tmp_path / "elsewhere")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "back").symlink_to(folder)
    assert [path for path, _ in files.files_below(str(folder))] == [
        str(folder / "a.837"), str(folder / "link" / "b.837")]  # fmt: skip


def test_a_folder_beyond_measure_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST", 2)
    assert run("check", str(claims(tmp_path / "in")), *AS_OF).exit_code == 1
    shutil.copy(DEMO, tmp_path / "in" / "c.837")
    done = run("check", str(tmp_path / "in"), *AS_OF)
    assert done.exit_code == 2
    assert "holds more than 2 files. Name the folder that the claims are in" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
@pytest.mark.parametrize("format_", ["text", "json", "ndjson"])
def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(run: Run, tmp_path: Path, format_: str) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/cl\xffaims.837")
    try:
        shutil.copy(DEMO, path)
    except OSError:
        pytest.skip("this file system takes no such name")
    done = run("check", path, *AS_OF, "--format", format_)
    assert done.exit_code == 1, done.stderr
    assert "cl�aims.837" in "".join(done.stdout.split())


def test_a_folder_of_rules_that_cannot_be_read_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "rules" / "payers" / "all", pack)
    assert run("rules", "check", str(pack)).exit_code == 0
    (pack / "closed").mkdir()
    with refusing(monkeypatch, "closed"):
        done = run("rules", "check", str(pack))
    assert done.exit_code == 1
    assert "SCR602 closed cannot be read" in done.stdout + done.stderr
    (pack / "closed").rmdir()
    (pack / "more.yaml").symlink_to("nowhere")
    done = run("rules", "check", str(pack))
    assert done.exit_code == 1
    assert (done.stdout + done.stderr).count("SCR602 more.yaml cannot be read") == 1


def test_a_folder_of_tables_that_cannot_be_read_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going on with the bundled slice alone would leave the imported tables out unseen."""
    (tmp_path / "closed").mkdir()
    with refusing(monkeypatch, "closed"):
        (problem,) = TableStore([tmp_path / "closed"]).problems
        done = run("check", DEMO, *AS_OF, "--tables", str(tmp_path / "closed"))
    assert done.exit_code == 2
    assert str(problem) in done.stderr
    assert "The folder of tables cannot be read (permission denied)" in str(problem)
    assert TableStore([tmp_path / "none"]).problems == ()


def test_pages_are_not_written_into_a_pack(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "rules" / "payers" / "all", pack)
    before = sorted(tmp_path.rglob("*"))
    done = run("rules", "docs", str(pack))
    assert done.exit_code == 2
    assert f"with --pack {pack}" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("option", ["--waivers", "--baseline"])
def test_decisions_are_read_of_ordinary_files_within_measure(run: Run, tmp_path: Path, option: str) -> None:
    """A device has no end, and opening a pipe waits for who writes into it."""
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate((1 << 26) + 1)
    said = {"/dev/zero": "a device or a pipe", str(tmp_path / "pipe"): "a device or a pipe",
            str(tmp_path): "a folder", str(tmp_path / "huge"): "is larger than"}  # fmt: skip
    for path, why in said.items():
        done = run("check", DEMO, *AS_OF, option, path)
        assert done.exit_code == 2
        assert path in done.stderr
        assert why in done.stderr


def test_golden_files_are_not_looked_for_on_a_whole_disk(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST", 2)
    for name in "abc":
        (tmp_path / name).touch()
    for command in ("test", "coverage"):
        done = run("rules", command, str(tmp_path))
        assert done.exit_code == 2
        assert "holds more than 2 files. Name the folder that the golden files are in" in done.stderr


def test_a_golden_file_that_leads_nowhere_does_not_pass(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("rule: X\n", encoding="utf-8")
    (tmp_path / "b.yaml").symlink_to("nowhere")
    done = run("rules", "test", str(tmp_path))
    assert done.exit_code == 2
    assert "b.yaml: this link leads nowhere." in done.stderr


def test_a_link_to_itself_hides_no_other_file(tmp_path: Path) -> None:
    folder = claims(tmp_path / "in")
    (folder / "self").symlink_to("self")
    found = {Path(path).name: problem for path, problem in files.files_below(str(folder))}
    assert [name for name, problem in found.items() if problem is None] == ["a.837", "b.837"]
    assert found["self"] is not None


def test_a_pack_is_not_read_from_a_whole_disk(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "rules" / "payers" / "all", pack)
    monkeypatch.setattr(digest, "MOST", 2)
    done = run("check", DEMO, *AS_OF, "--pack", str(pack), "--no-cache")
    assert done.exit_code == 2
    assert "holds more than" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_rules_is_told_and_not_waited_for(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "rules" / "payers" / "all", pack)
    os.mkfifo(pack / "more.yaml")
    for command in (("check", DEMO, *AS_OF, "--pack", str(pack)), ("rules", "check", str(pack))):
        done = run(*command)
        assert done.exit_code in (1, 2)
        assert "SCR602 more.yaml cannot be read" in done.stdout + done.stderr


def test_a_link_among_tables_that_leads_nowhere_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pfs").mkdir()
    (tmp_path / "pfs" / "2024-01-01..2024-12-31.table").symlink_to("2024-01-01..2024-12-31.table")
    done = run("check", DEMO, *AS_OF, "--tables", str(tmp_path))
    assert done.exit_code == 2
    assert "The table file cannot be read" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
@pytest.mark.parametrize("inside", [False, True])
def test_a_pack_whose_name_is_no_text_is_refused(run: Run, tmp_path: Path, inside: bool) -> None:
    pack = tmp_path / "pack" if inside else Path(os.fsdecode(os.fsencode(tmp_path) + b"/pa\xffck"))
    try:
        shutil.copytree(ROOT / "rules" / "payers" / "all", pack)
        if inside:
            Path(os.fsdecode(os.fsencode(pack) + b"/mo\xffre.yaml")).touch()
    except OSError:
        pytest.skip("this file system takes no such name")
    for command in (("check", DEMO, *AS_OF, "--pack", str(pack)), ("rules", "check", str(pack), "--format", "json")):
        done = run(*command)
        assert done.exit_code in (1, 2), done.exception
        assert "not UTF-8" in done.stdout + done.stderr
        assert "\N{REPLACEMENT CHARACTER}" in done.stdout + done.stderr
