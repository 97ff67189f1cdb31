"""Waivers and a baseline through the library: what they set aside, wherever a claim is checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scrubber import Scrubber
from scrubber.claims.model import Claim, Diagnosis, ServiceLine
from scrubber.core.diagnostics import RuleFileError, UsageError
from scrubber.findings.waiver_files import baseline_text, known_of

DAY = date(2024, 8, 15)
WAIVERS = """\
waivers:
  - rule: NCCI-MUE-02
    match: {patient_control_number: [A-1, A-3]}
    reason: Agreed with the contractor.
    owner: Ann Example
    approver: Bea Example
    expires: 2024-12-31
"""


def claim(number: str, units: int = 3) -> Claim:
    line = ServiceLine(number=1, procedure="G0008", date=date(2024, 8, 1), units=units, charge=3000,
                       diagnosis_pointers=(1,))  # fmt: skip
    return Claim(type="PROFESSIONAL", patient_control_number=number, payer_name="MEDICARE", filing_indicator="MB",
                 billing_npi="1234567893", place_of_service="11", total_charge=3000,
                 diagnoses=(Diagnosis(code="Z0000"),), lines=(line,))  # fmt: skip


@pytest.fixture
def waivers(tmp_path: Path) -> Path:
    path = tmp_path / "waivers.yaml"
    path.write_text(WAIVERS, encoding="utf-8")
    return path


def rules(found: object) -> list[str]:
    return [finding.rule for finding in found]  # type: ignore[attr-defined]


def test_a_waived_finding_is_apart_and_everything_else_stays(waivers: Path) -> None:
    plain, scrubber = Scrubber.load().scrub(claim("A-1"), as_of=DAY), Scrubber.load(waivers=waivers)
    one, other = scrubber.scrub(claim("A-1"), as_of=DAY), scrubber.scrub(claim("A-2"), as_of=DAY)
    assert "NCCI-MUE-02" in rules(plain.findings)
    assert rules(one.waived) == ["NCCI-MUE-02"]
    assert {finding.state for finding in one.waived} == {"waived"}
    assert sorted([*rules(one.findings), *rules(one.waived)]) == sorted(rules(plain.findings))
    assert "NCCI-MUE-02" in rules(other.findings)
    assert other.waived == ()


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_claims_each_get_their_own_decision(waivers: Path, jobs: int) -> None:
    """The decision needs the claim: with two processes it still meets the result of the same claim."""
    scrubber = Scrubber.load(waivers=waivers)
    claims = [claim(f"A-{number}") for number in range(1, 6)]
    results = list(scrubber.scrub_many(iter(claims), as_of=DAY, jobs=jobs))
    assert [result.claim.patient_control_number for result in results] == [f"A-{number}" for number in range(1, 6)]
    assert [bool(result.waived) for result in results] == [True, False, True, False, False]
    assert results == [scrubber.scrub(each, as_of=DAY) for each in claims]


def test_an_expired_waiver_brings_the_finding_back_and_is_told(waivers: Path) -> None:
    scrubber, late = Scrubber.load(waivers=waivers), date(2025, 1, 1)
    result = scrubber.scrub(claim("A-1"), as_of=late)
    assert "NCCI-MUE-02" in rules(result.findings)
    decisions = scrubber.decisions(late)
    assert decisions.expired() == ()
    decisions.decide(claim("A-1"), result)
    assert len(decisions.expired()) == 1


def test_a_baseline_sets_aside_what_was_there_and_is_no_worse(tmp_path: Path) -> None:
    found = Scrubber.load().scrub(claim("A-1"), as_of=DAY).findings
    path = tmp_path / "baseline.json"
    path.write_text(baseline_text(known_of(found)), encoding="utf-8")
    result = Scrubber.load(baseline=path).scrub(claim("A-1"), as_of=DAY)
    assert result.findings == ()
    assert result.outcome != "findings"
    assert {finding.state for finding in result.waived} == {"baselined"}
    assert rules(result.waived) == rules(found)


def test_the_check_after_a_fix_holds_to_the_waivers(waivers: Path) -> None:
    scrubber = Scrubber.load(waivers=waivers)
    before = scrubber.scrub(claim("A-1"), as_of=DAY)
    mended = scrubber.apply(claim("A-1"), before, as_of=DAY)
    assert rules(mended.result.waived) == ["NCCI-MUE-02"]
    assert "NCCI-MUE-02" not in rules(mended.result.findings)


def test_wrong_files_are_told_when_they_are_loaded(tmp_path: Path, waivers: Path) -> None:
    waivers.write_text(WAIVERS.replace("NCCI-MUE-02", "NCCI-MUE-99"), encoding="utf-8")
    with pytest.raises(RuleFileError) as raised:
        Scrubber.load(waivers=waivers)
    assert [item.code for item in raised.value.diagnostics] == ["SCR852"]
    with pytest.raises(UsageError, match="cannot be read"):
        Scrubber.load(waivers=tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="is not a baseline"):
        Scrubber.load(baseline=waivers)
