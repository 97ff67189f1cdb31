"""Other claims of the same patient: of the run, and supplied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .conftest import AS_OF, Run, claim, write

PATIENT = {"patient_key": "patient-1"}


def add_on(number: str, **fields: Any) -> dict[str, Any]:
    """G0247 is an add-on code whose primary codes are G0245 and G0246."""
    return claim(number, "G0247", **{**PATIENT, **fields})


def primary(number: str, **fields: Any) -> dict[str, Any]:
    return claim(number, "G0245", **{**PATIENT, **fields})


def entries(run: Run, *args: str) -> dict[str, dict[str, Any]]:
    shown = run("check", *args, *AS_OF, "--format", "json")
    assert shown.exit_code in (0, 1, 4), shown.stderr
    return {entry["claim"]["patient_control_number"]: entry for entry in json.loads(shown.stdout)["claims"]}


def rules(entry: dict[str, Any], kind: str = "findings") -> list[str]:
    return [item["rule"] for item in entry[kind]]


def test_another_claim_of_the_run_lifts_the_finding(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", add_on("ADD"), primary("MAIN"))
    found = entries(run, path)["ADD"]
    assert "NCCI-AOC-01" not in rules(found)
    assert "NCCI-AOC-01" in rules(found, "bypassed")
    assert found["coverage"]["history"] == "this batch"


def test_no_batch_history_keeps_the_claims_apart(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", add_on("ADD"), primary("MAIN"))
    found = entries(run, path, "--no-batch-history")["ADD"]
    assert "NCCI-AOC-01" in rules(found)
    assert found["coverage"]["history"] == "this claim only"


def test_the_claims_of_the_run_may_be_in_several_files(run: Run, tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.json", add_on("ADD")), write(tmp_path / "b.json", primary("MAIN"))
    assert "NCCI-AOC-01" in rules(entries(run, first, second)["ADD"], "bypassed")


def test_another_patient_is_no_history(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", add_on("ADD"), primary("MAIN", patient_key="patient-2"))
    assert "NCCI-AOC-01" in rules(entries(run, path)["ADD"])


def test_patients_are_linked_by_member_number_and_birth_date(run: Run, tmp_path: Path) -> None:
    who = {"patient_key": None, "subscriber_id": "M1", "patient_birth_date": "1950-01-01"}
    claims = [
        {k: v for k, v in made.items() if v is not None} for made in (add_on("ADD", **who), primary("MAIN", **who))
    ]
    assert "NCCI-AOC-01" in rules(entries(run, write(tmp_path / "a.json", *claims))["ADD"], "bypassed")


def test_a_voided_claim_of_the_run_is_no_history(run: Run, tmp_path: Path) -> None:
    """Frequency 8 asks to void an earlier claim: it reports no service (NUBC type of bill, CLM05-3)."""
    path = write(tmp_path / "a.json", add_on("ADD"), primary("VOID", frequency="8", original_reference="ICN1"))
    assert "NCCI-AOC-01" in rules(entries(run, path)["ADD"])


def test_supplied_history_counts_as_supplied_for_every_claim(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", add_on("ADD"), claim("OTHER", "G0008", patient_key="patient-2"))
    history = write(tmp_path / "h.json", primary("OLD"))
    found = entries(run, path, "--history", history)
    assert "NCCI-AOC-01" in rules(found["ADD"], "bypassed")
    assert {entry["coverage"]["history"] for entry in found.values()} == {"supplied"}


def test_a_denied_claim_counts_only_where_the_caller_says_so(run: Run, tmp_path: Path) -> None:
    """Parameter uncounted_claim_statuses; G0102 is paid once a day (MUE of 2024 Q3), and the earlier claim has it."""
    path = write(tmp_path / "a.json", claim("AGAIN", "G0102", **PATIENT))
    history = write(tmp_path / "h.json", claim("OLD", "G0102", claim_status="DENIED", **PATIENT))
    by_default = entries(run, path, "--history", history)["AGAIN"]
    counted = entries(run, path, "--history", history, "--param", "uncounted_claim_statuses=")["AGAIN"]
    assert "NCCI-MUE-X02" not in rules(by_default)
    assert "NCCI-MUE-X02" in rules(counted)


def test_a_claim_that_is_checked_has_no_status(run: Run, tmp_path: Path) -> None:
    """Field catalogue: what became of a claim is known of prior claims only. Its own lines always count."""
    path = write(tmp_path / "a.json", claim("AGAIN", "G0102", claim_status="DENIED", **PATIENT))
    history = write(tmp_path / "h.json", claim("OLD", "G0102", claim_status="PAID", **PATIENT))
    assert "NCCI-MUE-X02" in rules(entries(run, path, "--history", history)["AGAIN"])


def test_an_exception_that_needs_history_is_named_where_none_was_supplied(run: Run, tmp_path: Path) -> None:
    path, history = (
        write(tmp_path / "a.json", add_on("ADD")),
        write(tmp_path / "h.json", primary("OLD", date="2023-01-02")),
    )
    without = next(f for f in entries(run, path)["ADD"]["findings"] if f["rule"] == "NCCI-AOC-01")
    assert len(without["unchecked_exceptions"]) == 1
    supplied = next(
        f for f in entries(run, path, "--history", history)["ADD"]["findings"] if f["rule"] == "NCCI-AOC-01"
    )
    assert supplied["unchecked_exceptions"] == []


def test_more_claims_than_are_kept_are_read_twice_with_the_same_result(
    run: Run, tmp_path: Path, monkeypatch: Any
) -> None:
    claims = [add_on("ADD"), *(claim(f"C{at}", "G0008", patient_key=f"p{at}") for at in range(8)), primary("MAIN")]
    path = write(tmp_path / "a.json", *claims)
    kept = entries(run, path)
    monkeypatch.setattr("scrubber.engine.batch.KEPT", 3)
    assert entries(run, path) == kept
    monkeypatch.setattr("scrubber.engine.batch.KEPT_BYTES", 100)
    assert entries(run, path) == kept  # too many to keep even in short: linked claims are read once more
    assert "NCCI-AOC-01" in rules(kept["ADD"], "bypassed")
