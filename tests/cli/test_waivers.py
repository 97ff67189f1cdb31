"""`check --waivers`, `check --baseline` and `scrubber baseline`: set aside, counted apart, never lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scrubber.cli.rules.shared import plural

from .conftest import AS_OF, Run, claim, write

WAIVER = """\
waivers:
  - rule: NCCI-MUE-00
    match: {procedure: [G0009, G0008]}
    reason: The payer pays it under our contract, addendum 4.
    owner: Ann Example
    approver: Bea Example
    expires: 2024-08-15
"""
BROKEN = "NCCI-MUE-01"


@pytest.fixture
def claims(tmp_path: Path) -> str:
    """One claim with a finding: three units of a code whose limit in the bundled slice is one a line."""
    made = claim("A", "G0008")
    made["lines"][0]["units"] = 3
    return write(tmp_path / "a.json", made)


def checked(run: Run, claims: str, *more: str) -> tuple[int, dict[str, Any]]:
    done = run("check", claims, *AS_OF, "--format", "json", *more)
    assert done.stdout, done.stderr
    return done.exit_code, json.loads(done.stdout)


def rule_of(run: Run, claims: str) -> str:
    code, found = checked(run, claims)
    assert code == 1
    (finding,) = [entry for entry in found["claims"][0]["findings"] if entry["severity"] == "deny"]
    return str(finding["rule"])


def waiver_file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_waived_finding_is_set_aside_and_counted_apart(run: Run, tmp_path: Path, claims: str) -> None:
    """The waiver's last day is the day the claim is sent: it still holds."""
    rule = rule_of(run, claims)
    code, found = checked(run, claims, "--waivers", waiver_file(tmp_path, WAIVER.replace("NCCI-MUE-00", rule)))
    (result,) = found["claims"]
    assert [(entry["rule"], entry["state"]) for entry in result["waived"]] == [(rule, "waived")]
    assert rule not in [entry["rule"] for entry in result["findings"]]
    assert (found["summary"]["waived"], found["summary"]["baselined"]) == (1, 0)
    assert found["summary"]["dollars_at_risk"] == "0.00"
    assert result["outcome"] != "findings"
    assert code in (0, 4)


def test_expired_waiver_lets_the_finding_back_and_says_so(run: Run, tmp_path: Path, claims: str) -> None:
    rule = rule_of(run, claims)
    text = WAIVER.replace("NCCI-MUE-00", rule).replace("2024-08-15", "2024-08-14")
    path = waiver_file(tmp_path, text)
    code, found = checked(run, claims, "--waivers", path)
    assert code == 1
    assert found["claims"][0]["waived"] == []
    said = f"The waiver of {rule} by Ann Example expired on 2024-08-14: 1 finding is back."
    assert found["summary"]["expired_waivers"] == [said]
    shown = run("check", claims, *AS_OF, "--waivers", path).stdout
    assert "expired on 2024-08-14" in " ".join(shown.split())


@pytest.mark.parametrize(
    "match",
    ["{procedure: G0009}", "{procedure: G0008, payer: CIGNA}", "{patient_control_number: B}", "{fingerprint: '0'}"],
)
def test_waiver_of_something_else_changes_nothing(run: Run, tmp_path: Path, claims: str, match: str) -> None:
    rule = rule_of(run, claims)
    text = WAIVER.replace("NCCI-MUE-00", rule).replace("{procedure: [G0009, G0008]}", match)
    code, found = checked(run, claims, "--waivers", waiver_file(tmp_path, text))
    assert (code, found["summary"]["waived"], found["summary"]["expired_waivers"]) == (1, 0, [])


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("reason:", "why:", "SCR851", "`why` is not a key here"),
        ("    approver: Bea Example\n", "", "SCR851", "this waiver has no approver"),
        ("    expires: 2024-08-15\n", "", "SCR851", "this waiver has no expires"),
        ("{procedure: [G0009, G0008]}", "{procedures: [G0008]}", "SCR851", "did you mean procedure?"),
        ("{procedure: [G0009, G0008]}", "{}", "SCR853", "a waiver has to be narrow"),
        ("NCCI-MUE-00", "NCCI-MUE-77", "SCR852", "no loaded pack has a rule NCCI-MUE-77"),
        ("2024-08-15", "next year", "SCR854", "this is not a date"),
        ("owner: Ann Example", "owner: ''", "SCR854", "`owner` says nothing"),
        ("waivers:", "waived:", "SCR851", "has no list `waivers`"),
    ],
)
def test_wrong_waiver_file_stops_the_run(
    run: Run, tmp_path: Path, claims: str, old: str, new: str, code: str, says: str
) -> None:
    text = WAIVER.replace("NCCI-MUE-00", BROKEN if old != "NCCI-MUE-00" else old).replace(old, new)
    done = run("check", claims, *AS_OF, "--waivers", waiver_file(tmp_path, text))
    assert done.exit_code == 2
    assert code in done.stderr
    assert says in done.stderr


def test_baseline_sets_aside_what_was_there_and_prune_takes_out_what_is_gone(
    run: Run, tmp_path: Path, claims: str
) -> None:
    path = tmp_path / "baseline.json"
    done = run("baseline", "write", claims, *AS_OF, "--baseline", str(path))
    assert done.exit_code == 0, done.stderr
    count = len(json.loads(path.read_text(encoding="utf-8"))["findings"])
    assert count
    code, found = checked(run, claims, "--baseline", str(path))
    assert code in (0, 4)
    assert (found["summary"]["baselined"], found["summary"]["waived"]) == (count, 0)
    assert {entry["state"] for entry in found["claims"][0]["waived"]} == {"baselined"}
    second = claim("B", "G0009")
    second["lines"][0]["units"] = 3
    both = write(tmp_path / "both.json", json.loads(Path(claims).read_text(encoding="utf-8"))[0], second)
    code, found = checked(run, both, "--baseline", str(path))
    assert code == 1, "a new finding still stops the run"
    good = write(tmp_path / "good.json", claim("A", "G0008"))
    said = run("baseline", "prune", good, *AS_OF, "--baseline", str(path)).stdout
    assert f"{plural(count, 'finding')} taken out, 0 kept" in said
    assert json.loads(path.read_text(encoding="utf-8"))["findings"] == []


def test_baseline_holds_nothing_of_a_claim(run: Run, tmp_path: Path, claims: str) -> None:
    path = tmp_path / "baseline.json"
    run("baseline", "write", claims, *AS_OF, "--baseline", str(path))
    for entry in json.loads(path.read_text(encoding="utf-8"))["findings"]:
        assert set(entry) == {"rule", "fingerprint", "severity"}


def test_what_is_no_baseline_is_refused(run: Run, tmp_path: Path, claims: str) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}", encoding="utf-8")
    done = run("check", claims, *AS_OF, "--baseline", str(path))
    assert done.exit_code == 2
    assert "is not a baseline" in done.stderr


def test_a_file_that_is_no_waivers_at_all_is_told_what_waivers_begin_with(
    run: Run, tmp_path: Path, claims: str
) -> None:
    shown = run("check", claims, *AS_OF, "--waivers", waiver_file(tmp_path, "a,b\n"))
    assert shown.exit_code == 2
    assert "a waiver file is made of keys such as `waivers:`" in shown.stderr
    assert "put `waivers:` on a line above" in shown.stderr
    assert shown.stderr.endswith("1 problem: nothing was checked.\n")


def test_a_baseline_that_cannot_be_written_is_wrong_usage_and_no_fault(run: Run, tmp_path: Path, claims: str) -> None:
    path = tmp_path / "nowhere" / "baseline.json"
    shown = run("baseline", "write", claims, *AS_OF, "--baseline", str(path))
    assert (shown.exit_code, shown.stderr) == (
        2, f"scrubber: {path} cannot be written (no such file or directory).\n"
    )  # fmt: skip
