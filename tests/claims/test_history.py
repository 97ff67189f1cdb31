"""Which prior claims of a patient still stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scrubber.claims.history import History, standing
from scrubber.claims.model import Claim, ServiceLine


def claim(name: str, **fields: Any) -> Claim:
    return Claim(patient_control_number=name, **{"patient_key": "k1", "payer_id": "P", **fields})


def names(history: History, of: Claim) -> list[str | None]:
    return [prior.patient_control_number for prior in history.of(of)]


def test_a_claim_meets_the_others_of_its_patient_and_not_itself() -> None:
    mine, same, other = claim("A"), claim("B"), claim("C", patient_key="k2")
    history = History([mine, same, other], supplied=False)
    assert (names(history, mine), names(history, other), history.supplied) == (["B"], [], False)
    assert names(history, claim("A")) == ["A", "B"]


@pytest.mark.parametrize(
    ("status", "stays"), [("VOIDED", False), ("REPLACED", False), ("DENIED", True), ("PAID", True), (None, True)]
)
def test_voided_and_replaced_leave_and_denied_stay_with_their_status(status: str | None, stays: bool) -> None:
    """design.md section 5: voided and replaced originals leave history; denied lines are not duplicates."""
    history = History([claim("OLD", claim_status=status)], supplied=True)
    assert names(history, claim("NEW")) == (["OLD"] if stays else [])
    if stays:
        assert history.of(claim("NEW"))[0].claim_status == status


def test_a_replacement_takes_its_originals_place() -> None:
    """837 CLM05-3 7 with REF*F8: the claim replaces the one with that payer control number."""
    original = claim("OLD", payer_control_number="ICN1")
    replacement = claim("REP", frequency="7", original_reference="ICN1")
    assert names(History([original, replacement], True), claim("NEW")) == ["REP"]
    elsewhere = claim("OLD", payer_control_number="ICN1", payer_id="OTHER")
    assert names(History([elsewhere, replacement], True), claim("NEW")) == ["OLD", "REP"]


def test_a_void_takes_its_original_with_it() -> None:
    original, void = claim("OLD", payer_control_number="ICN1"), claim("V", frequency="8", original_reference="ICN1")
    assert names(History([original, void], True), claim("NEW")) == []


def test_a_replacement_does_not_meet_what_it_replaces() -> None:
    history = History([claim("OLD", payer_control_number="ICN1"), claim("X")], True)
    assert names(history, claim("NEW", frequency="7", original_reference="ICN1")) == ["X"]
    assert names(history, claim("NEW", frequency="1", original_reference="ICN1")) == ["OLD", "X"]


def test_a_replacement_or_void_ends_what_it_names_wherever_either_was_given() -> None:
    """837 CLM05-3 7 and 8 with REF*F8: of an earlier claim and a replacement that goes out with another one stands."""
    mine, original = claim("NEW"), claim("OLD", payer_control_number="ICN1")
    for frequency, left in (("7", ["REP"]), ("8", [])):
        ending = claim("REP", frequency=frequency, original_reference="ICN1")
        for past, others in (([original], [ending]), ([ending], [original])):
            found = [*standing(past, mine, others), *standing(others, mine, past)]
            assert [other.patient_control_number for other in found] == left


def test_an_original_does_not_meet_what_took_its_place() -> None:
    """837 CLM05-3 7 with REF*F8: of the two one stands, so the original is no second bill for the same service."""
    original = claim("OLD", payer_control_number="ICN1")
    replacement = claim("REP", frequency="7", original_reference="ICN1")
    history = History([original, replacement, claim("NEW")], supplied=False)
    assert names(history, original) == ["NEW"]
    assert standing([replacement, claim("NEW")], original) == (claim("NEW"),)
    line = ServiceLine(number=1, procedure="99215", date=date(2024, 8, 1))
    of_file = claim("A", lines=(line,))
    again = claim("A", lines=(line,), frequency="7", original_reference="ICN1")
    assert names(History([of_file, again], supplied=False), of_file) == []


def test_without_the_payers_number_the_practices_own_says_what_was_replaced() -> None:
    """An 837 carries no payer control number of its own claim: CLM01, the first day and a service in common do."""
    day = date(2024, 8, 1)
    visit, test = ServiceLine(procedure="99213", date=day), ServiceLine(procedure="81002", date=day)
    later = ServiceLine(procedure="99213", date=date(2024, 8, 2))
    replacement = claim("A1", frequency="7", original_reference="ICN1", lines=(visit, test))
    for lines, given in (((visit,), {}), ((visit,), {"payer_id": None}), ((visit,), {"frequency": "1"})):
        assert names(History([claim("A1", lines=lines, **given)], True), replacement) == []
    for lines, given in (
        ((later,), {}), ((ServiceLine(procedure="11055", date=day),), {}), ((visit,), {"payer_id": "OTHER"}),
        ((visit,), {"billing_npi": "1245319599"}), ((visit,), {"type": "DENTAL"}),
        ((visit,), {"frequency": "7", "original_reference": "X"}),
        ((), {}), ((visit,), {"payer_control_number": "ICN2"}),
    ):  # fmt: skip
        assert names(History([claim("A1", lines=lines, **given)], True), replacement) == ["A1"]
    assert names(History([claim("B2", lines=(visit,))], True), replacement) == ["B2"]
    assert names(History([claim("A1", lines=(visit,)), replacement], True), claim("NEW")) == ["A1"]
    (kept,) = History([claim("A1", lines=(visit,)), replacement], True).claims
    assert kept is replacement


def test_claims_of_different_makes_are_linked_by_member_number_and_birth_date() -> None:
    person = {"subscriber_id": "m1", "patient_birth_date": date(1948, 2, 29)}
    history = History(
        [
            claim("JSON", patient_key=None, **person),
            claim("CALLER", patient_key="caller-7", **person),
            claim("TWIN", patient_key="sha256:bb", **person),
            claim("OTHER", patient_key=None, subscriber_id="M1", patient_birth_date=date(1950, 1, 1)),
        ],
        True,
    )
    now = claim("NOW", patient_key="sha256:aa", subscriber_id="M1", patient_birth_date=date(1948, 2, 29))
    assert names(history, now) == ["JSON", "CALLER"]
    assert names(history, Claim()) == []


def test_a_patient_with_very_many_claims_is_linked_without_copies() -> None:
    claims = [claim(str(number), frequency="7", original_reference="R") for number in range(20_000)]
    history = History(claims, supplied=False)
    for mine in claims:
        assert len(history.of(mine)) == len(claims) - 1
    others = history.of(claims[1])
    assert (others[0], others[1], others[-1]) == (claims[0], claims[2], claims[-1])
    assert others[:2] == (claims[0], claims[2])
    assert claims[1] not in others
    assert len(history.of(claim("new"))) == len(claims)
