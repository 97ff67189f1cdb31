"""Sums and the exit code."""

from __future__ import annotations

import itertools

import pytest
from msgspec import structs

from scrubber.claims.model import Claim, ServiceLine
from scrubber.findings.model import ClaimHeader, Coverage, Fault, Finding, Location, ScrubResult
from scrubber.packs.model import Denial
from scrubber.report.summary import Tally, at_risk

CLAIM = Claim(lines=tuple(ServiceLine(number=n, charge=n * 100) for n in (1, 2, 3)), total_charge=600)


def finding(severity: str, *lines: int, amount: str = "1.00", state: str = "open") -> Finding:
    return Finding(
        rule="R-1", revision=1, pack="p", category="units", severity=severity, line=lines[0] if lines else None,
        lines=lines, message="m", title="t", location=Location("line.units"), evidence=(), authority=None,
        denial=Denial(), bypassable=None, amount_at_risk=amount, fixes=(), fingerprint="f", state=state,
    )  # fmt: skip


def result(*findings: Finding, complete: bool = True, faults: int = 0) -> ScrubResult:
    outcome = "findings" if any(f.severity != "info" for f in findings) else "clean" if complete else "incomplete"
    return ScrubResult(
        claim=ClaimHeader(None, 0, None, None, None, None), outcome=outcome, complete=complete,
        coverage=Coverage((), (), 0, "", ()), findings=findings, faults=(Fault("R-1", "p", "m"),) * faults,
    )  # fmt: skip


def test_a_line_counts_once() -> None:
    assert at_risk(CLAIM, (finding("deny", 1), finding("review", 1), finding("reject", 3))) == 400


def test_a_finding_of_the_claim_risks_all_of_it() -> None:
    assert at_risk(CLAIM, (finding("deny", 1), finding("deny"))) == 600
    assert at_risk(structs.replace(CLAIM, total_charge=None), (finding("deny"),)) == 600


def test_what_risks_nothing_adds_nothing() -> None:
    assert (
        at_risk(CLAIM, (finding("info", 1), finding("deny", 2, state="waived"), finding("deny", 3, amount="0.00"))) == 0
    )


def test_counts() -> None:
    tally = Tally()
    tally.add(CLAIM, result(finding("deny", 1), finding("info", 2)))
    tally.add(CLAIM, result(complete=False))
    sums = tally.summary()
    assert sums.claims == 2
    assert sums.by_outcome == {"clean": 0, "findings": 1, "incomplete": 1}
    assert sums.by_severity == {"reject": 0, "deny": 1, "review": 0, "info": 1}
    assert sums.by_rule == {"R-1": 2}
    assert sums.dollars_at_risk == "1.00"


@pytest.mark.parametrize(
    ("fault", "unreadable", "found", "incomplete"), list(itertools.product([False, True], repeat=4))
)  # fmt: skip
def test_exit_codes_3_before_2_before_1_before_4(fault: bool, unreadable: bool, found: bool, incomplete: bool) -> None:
    """Contract: where several hold, 3 before 2 before 1 before 4."""
    tally = Tally()
    tally.add(CLAIM, result(*([finding("deny", 1)] if found else []), complete=not incomplete, faults=int(fault)))
    expected = 3 if fault else 2 if unreadable else 1 if found else 4 if incomplete else 0
    assert tally.exit_code(unreadable) == expected
