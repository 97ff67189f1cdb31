"""Defects that reviews found, each held by the smallest claim that showed it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.engine.claims_of import AS_OF, claim, line

from scrubber import Scrubber
from scrubber.claims.model import Claim
from scrubber.engine import subjects

MAYBE_EARLIER: dict[str, dict[str, Any]] = {
    "voided": {"claim_status": "VOIDED"},
    "replaced": {"claim_status": "REPLACED"},
    "a request to void": {"frequency": "8", "original_reference": "ICN-1"},
}


def _earlier(**fields: Any) -> Claim:
    return claim(line(1, "11055"), patient_control_number="TEST-0", **fields)


def _pair_rules(scrubber: Scrubber, *history: Claim, **fields: Any) -> set[str]:
    result = scrubber.scrub(claim(line(1, "11720"), **fields), history, as_of=AS_OF)
    return {finding.rule for finding in result.findings if finding.category == "ncci-ptp"}


@pytest.fixture(scope="module")
def over_real(real_tables: Path) -> Scrubber:
    return Scrubber.load(tables=real_tables, cache=False)


def test_an_earlier_claim_that_stands_meets_the_pair(over_real: Scrubber) -> None:
    """Medicare NCCI Policy Manual I-3: all codes of a patient, provider and day, on one claim or several."""
    assert _pair_rules(over_real, _earlier()) == {"NCCI-PTP-X01"}


@pytest.mark.parametrize("fields", MAYBE_EARLIER.values(), ids=MAYBE_EARLIER)
def test_the_library_leaves_out_history_that_no_longer_stands(over_real: Scrubber, fields: dict[str, Any]) -> None:
    """Voided and replaced originals leave history, however it was given."""
    assert _pair_rules(over_real, _earlier(**fields)) == set()


def test_a_claim_does_not_meet_the_one_it_replaces(over_real: Scrubber) -> None:
    original = _earlier(payer_control_number="ICN-1")
    assert _pair_rules(over_real, original) == {"NCCI-PTP-X01"}
    assert _pair_rules(over_real, original, frequency="7", original_reference="ICN-1") == set()
    assert _pair_rules(over_real, original, frequency="7", original_reference="ICN-2") == {"NCCI-PTP-X01"}


def test_a_later_void_in_history_ends_the_earlier_claim(over_real: Scrubber) -> None:
    void = _earlier(frequency="8", original_reference="ICN-1")
    assert _pair_rules(over_real, _earlier(payer_control_number="ICN-1"), void) == set()


def test_a_voided_primary_does_not_lift_the_add_on_edit(over_real: Scrubber) -> None:
    """I-35: an add-on code is paid only with a payable primary; one on a voided claim is none."""

    def outcome(**fields: Any) -> tuple[set[str], set[str]]:
        earlier = claim(line(1, "99291"), patient_control_number="TEST-0", **fields)
        result = over_real.scrub(claim(line(1, "99292")), (earlier,), as_of=AS_OF)
        return {item.rule for item in result.findings}, {item.rule for item in result.bypassed}

    assert "NCCI-AOC-01" in outcome()[1]
    assert "NCCI-AOC-01" in outcome(claim_status="VOIDED")[0]


def test_a_span_to_the_end_of_the_calendar_is_no_fault(over_real: Scrubber) -> None:
    long = line(1, "97110", date=date(9999, 12, 1), date_to=date(9999, 12, 31))
    assert over_real.scrub(claim(long), as_of=AS_OF).faults == ()


def test_a_span_is_looked_at_in_every_month() -> None:
    """What is published changes with a quarter: the first of each month stands for it, the last month too."""
    seen = over(line(1, "97110", date=date(2024, 6, 30), date_to=date(2024, 8, 1)))
    assert seen == [date(2024, 6, 30), date(2024, 7, 1), date(2024, 8, 1), date(2024, 8, 2)]


def over(*lines: Any) -> list[date]:
    from scrubber.claims.view import view

    return subjects._days(view(claim(*lines), sent_on=AS_OF, payer=None).lines)


def test_lines_without_a_key_ask_for_their_own_pairs_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 lines without a day make 40 x 39 ordered pairs for a rule, and no more are worked out."""
    made: list[int] = []
    limited = subjects._limited

    def counted(*given: Any) -> Any:
        for pair in limited(*given):
            made.append(1)
            yield pair

    monkeypatch.setattr(subjects, "_limited", counted)
    scrubber = Scrubber.load(cache=False)
    result = scrubber.scrub(claim(*[line(n, "G0011", date=None) for n in range(1, 41)]), as_of=AS_OF)
    assert not result.complete
    assert 40 * 39 <= len(made) <= 12 * 40 * 80
