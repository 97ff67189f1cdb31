"""`scrubber baseline` where a check was only half done: what was not looked at has not gone, and is not accepted.

../shared/design.md: "not checked" is never "passed".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scrubber.engine.plan.tables import BoundTable
from scrubber.findings.waivers import Known, pruned

from .conftest import AS_OF, ROOT, Run, claim, write
from .test_damaged_tables import damaged

ENTRY = {"rule": "NCCI-MUE-02", "fingerprint": "0123456789abcdef0123", "severity": "deny"}


def baseline(path: Path, *entries: dict[str, str]) -> bytes:
    """A baseline file with these findings; gives its bytes."""
    path.write_text(json.dumps({"schema": "scrubber-baseline/1", "findings": list(entries)}), encoding="utf-8")
    return path.read_bytes()


def rules_in(path: Path) -> list[str]:
    return [entry["rule"] for entry in json.loads(path.read_text(encoding="utf-8"))["findings"]]


@pytest.mark.parametrize("command", ["write", "prune"])
def test_a_damaged_table_stops_it_by_name_and_nothing_is_written(run: Run, tmp_path: Path, command: str) -> None:
    table = damaged(tmp_path / "tables", "group")
    file = write(tmp_path / "a.json", claim("A", "G0008", total_charge="7.00"))
    before = baseline(tmp_path / "b.json", ENTRY)
    shown = run("baseline", command, file, *AS_OF, "--tables", str(tmp_path / "tables"), "--baseline",
                str(tmp_path / "b.json"))  # fmt: skip
    assert shown.exit_code == 2
    assert str(table) in shown.stderr
    assert "scrubber tables import" in shown.stderr
    assert shown.stderr.endswith("it was not written.\n")
    assert (tmp_path / "b.json").read_bytes() == before


@pytest.mark.parametrize("command", ["write", "prune"])
@pytest.mark.parametrize(("old", "new"), [
    (b"*UN*1", b"*UN*one"), (b"DTP*472*D8*", b"DTP*472*D8*20241399~DTP*472*D8*"),
    (b"SE*", b"SX*"), (b"IEA*1*000000001~", b""),
])  # fmt: skip
def test_a_damaged_segment_stops_it_and_nothing_is_written(
    run: Run, tmp_path: Path, command: str, old: bytes, new: bytes
) -> None:
    """In a claim that can be read but for the segment, and between claims."""
    data = (ROOT / "examples" / "demo.837").read_bytes()
    assert old in data
    file = tmp_path / "a.837"
    file.write_bytes(data.replace(old, new, 1))
    before = baseline(tmp_path / "b.json", ENTRY)
    shown = run("baseline", command, str(file), *AS_OF, "--baseline", str(tmp_path / "b.json"))
    assert shown.exit_code == 2, shown.stdout
    assert shown.stderr.startswith(f"scrubber: {file}, ")
    assert "files that can be read whole: it was not written." in shown.stderr
    assert (tmp_path / "b.json").read_bytes() == before


@pytest.mark.parametrize("command", ["write", "prune"])
def test_a_rule_that_crashes_is_a_fault_of_ours_and_nothing_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(BoundTable, "value", broken)
    file = write(tmp_path / "a.json", claim("A", "G0008"))
    before = baseline(tmp_path / "b.json", ENTRY)
    shown = run("baseline", command, file, *AS_OF, "--baseline", str(tmp_path / "b.json"))
    assert shown.exit_code == 3, shown.stdout
    assert "could not be run (ValueError)." in shown.stderr
    assert (tmp_path / "b.json").read_bytes() == before


def test_what_a_rule_without_its_table_found_stays(run: Run, tmp_path: Path) -> None:
    """A finding of a rule whose table is not there, of a rule that lacks history, and of a rule that no pack has."""
    file = write(tmp_path / "a.json", claim("A", "G0008"))
    entries = [
        {**ENTRY, "rule": rule, "fingerprint": f"{rule:0<20}"}
        for rule in ("CS-DX-01", "ALL-DUP-02", "GONE-01", "ALL-BAL-01", "ENGINE-FORMAT")
    ]
    baseline(tmp_path / "b.json", *entries)
    shown = run("baseline", "prune", file, *AS_OF, "--baseline", str(tmp_path / "b.json"))
    assert shown.exit_code == 0, shown.stderr
    assert rules_in(tmp_path / "b.json") == ["ALL-DUP-02", "CS-DX-01", "GONE-01"]
    assert "2 findings taken out, 3 kept." in shown.stdout
    assert "not every claim could be checked by ALL-DUP-02, CS-DX-01 and GONE-01." in " ".join(shown.stdout.split())


def test_write_says_that_claims_were_not_checked_in_full(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", claim("A", "99213"))
    shown = run("baseline", "write", file, *AS_OF, "--baseline", str(tmp_path / "b.json"))
    assert shown.exit_code == 0
    assert "1 claim could not be checked in full" in shown.stdout


UNSURE: dict[str, Callable[[str], bool]] = {"no": lambda rule: False, "yes": lambda rule: rule == "A"}


@pytest.mark.parametrize(("found", "unsure", "stays"), [
    ({"1": Known("A", "deny")}, "no", True), ({"1": Known("A", "reject")}, "no", False), ({}, "no", False),
    ({}, "yes", True), ({"1": Known("A", "reject")}, "yes", False),
])  # fmt: skip
def test_pruning_keeps_what_is_found_as_it_was_and_what_was_not_looked_for(
    found: dict[str, Known], unsure: str, stays: bool
) -> None:
    """docs/waivers.md: a finding that has become more severe is new."""
    before = {"1": Known("A", "deny")}
    assert pruned(before, found, UNSURE[unsure]) == (before if stays else {})


def test_a_baseline_that_cannot_be_finished_leaves_the_old_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    file = write(tmp_path / "a.json", claim("A", "G0008"))
    before = baseline(tmp_path / "b.json", ENTRY)
    monkeypatch.setattr("scrubber.cli.output.os.replace", full)
    shown = run("baseline", "write", file, *AS_OF, "--baseline", str(tmp_path / "b.json"))
    assert (shown.exit_code, shown.stderr) == (
        2, "scrubber: the output cannot be written (no space left on device).\n"
    )  # fmt: skip
    assert (tmp_path / "b.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json"]


def test_nothing_but_a_baseline_is_written_over(run: Run, tmp_path: Path) -> None:
    """A slip of the hand must not cost the claims."""
    file = tmp_path / "a.837"
    before = (ROOT / "examples" / "demo.837").read_bytes()
    file.write_bytes(before)
    shown = run("baseline", "write", str(file), *AS_OF, "--baseline", str(file))
    assert shown.exit_code == 2
    assert f"{file} is not a baseline" in shown.stderr
    assert "It was not written over" in shown.stderr
    assert file.read_bytes() == before
    again = tmp_path / "b.json"
    again.touch()  # as a program makes a file for what comes
    for _ in range(2):
        assert run("baseline", "write", str(file), *AS_OF, "--baseline", str(again)).exit_code == 0


@pytest.mark.parametrize("row", [
    {**ENTRY, "rule": []}, {**ENTRY, "fingerprint": 1}, {**ENTRY, "severity": None}, {"rule": "A"}, "text",
])  # fmt: skip
def test_a_baseline_with_a_row_of_another_form_is_none(run: Run, tmp_path: Path, row: Any) -> None:
    baseline(tmp_path / "b.json", row)
    for words in (("check",), ("baseline", "prune")):
        shown = run(*words, str(ROOT / "examples" / "demo.837"), *AS_OF, "--baseline", str(tmp_path / "b.json"))
        assert (shown.exit_code, shown.stderr) == (
            2, f"scrubber: {tmp_path / 'b.json'} is not a baseline: `scrubber baseline write` makes one.\n"
        )  # fmt: skip
