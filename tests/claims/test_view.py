"""The view: every field of the catalogue, effective and derived values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scrubber.claims.line_view import LineView
from scrubber.claims.model import Claim, Diagnosis, IcdProcedure, OtherPayer, ServiceLine
from scrubber.claims.record_views import DiagnosisView, IcdProcedureView, PayerView
from scrubber.claims.view import ClaimView, view
from scrubber.claims.worked_out import WorkedOut
from scrubber.core.catalogue import RECORDS
from scrubber.core.payers import ResolvedPayer

SENT = date(2024, 8, 1)
PAYER = ResolvedPayer("INVENTED", "MEDICARE", "PART_B", "CA")


def look(claim: Claim, payer: ResolvedPayer | None = PAYER, **more: Any) -> ClaimView:
    return view(claim, sent_on=SENT, payer=payer, **more)


def line(*, claim: Claim | None = None, **fields: Any) -> LineView:
    from msgspec.structs import replace

    return look(replace(claim or Claim(), lines=(ServiceLine(number=1, **fields),))).lines[0]


@pytest.mark.parametrize(
    ("record", "cls", "besides"),
    [
        ("claim", ClaimView, {"lines", "source", "_resolved", "_resolve"}),
        ("line", LineView, {"claim", "index", "single_day", "source"}),
        ("diagnosis", DiagnosisView, set()),
        ("icd_procedure", IcdProcedureView, set()),
        ("payer", PayerView, set()),
    ],
)
def test_views_have_exactly_the_catalogues_fields(record: str, cls: Any, besides: set[str]) -> None:
    kept = {name for name in cls.__slots__ if name != "__dict__"}
    later = {name for name, value in vars(cls).items() if isinstance(value, WorkedOut)}
    assert kept | later == set(RECORDS[record]) | besides
    assert not kept & later


def test_every_field_can_be_read_of_an_empty_and_of_a_full_claim(full_claim: Claim) -> None:
    bare = Claim(
        lines=(ServiceLine(),), diagnoses=(Diagnosis(),), icd_procedures=(IcdProcedure(),), other_payers=(OtherPayer(),)
    )
    for claim in (bare, full_claim):
        seen = look(claim)
        for name, field in RECORDS["claim"].items():
            assert isinstance(getattr(seen, name), tuple) == field.type.many, name
        for name, field in RECORDS["line"].items():
            value = getattr(seen.lines[0], name)
            assert isinstance(value, tuple) == (field.type.many and value is not None), name
    with pytest.raises(AttributeError):
        seen.no_such_field  # noqa: B018
    with pytest.raises(AttributeError):
        seen.lines[0].no_such_field  # noqa: B018


def test_a_view_keeps_what_it_worked_out() -> None:
    seen = look(Claim(diagnoses=(Diagnosis(code="E119"),)))
    assert seen.diagnoses is seen.diagnoses


def test_rendering_is_the_lines_else_the_claims_else_billing_with_the_taxonomy_of_the_same_provider() -> None:
    """design.md section 5, join keys are effective values; 837P 2420A, 2310B, 2010AA."""
    billing = Claim(billing_npi="1", billing_taxonomy="TB")
    assert (line(claim=billing).rendering_npi, line(claim=billing).rendering_taxonomy) == ("1", "TB")
    claim = Claim(billing_npi="1", billing_taxonomy="TB", rendering_npi="2")
    assert (line(claim=claim).rendering_npi, line(claim=claim).rendering_taxonomy) == ("2", None)
    own = line(claim=claim, rendering_npi="3", rendering_taxonomy="TL")
    assert (own.rendering_npi, own.rendering_taxonomy) == ("3", "TL")
    assert (look(claim).rendering_npi, look(billing).rendering_taxonomy) == ("2", "TB")


def test_line_falls_back_to_the_claim() -> None:
    claim = Claim(
        place_of_service="11", clia="C", prior_auth="A", referring_npi="R", supervising_npi="S", facility_npi="F",
        billing_npi="B", billing_tin="T", claim_status="DENIED",
    )  # fmt: skip
    silent = line(claim=claim)
    assert (silent.place_of_service, silent.clia, silent.prior_auth) == ("11", "C", "A")
    assert (silent.referring_npi, silent.supervising_npi, silent.facility_npi) == ("R", "S", "F")
    assert (silent.billing_npi, silent.billing_tin, silent.claim_status) == ("B", "T", "DENIED")
    own = line(claim=claim, place_of_service="22", clia="D", prior_auth="E", facility_npi="G")
    assert (own.place_of_service, own.clia, own.prior_auth, own.facility_npi) == ("22", "D", "E", "G")


def test_dates_of_lines_and_claim() -> None:
    first, last = date(2024, 7, 1), date(2024, 7, 3)
    claim = Claim(statement_from=first, statement_to=last)
    assert (line(claim=claim).date, line(claim=claim).date_to) == (first, first)
    assert (look(claim).date, look(claim).date_to) == (first, last)
    two = look(
        Claim(
            statement_from=first,
            lines=(ServiceLine(date=last), ServiceLine(date=date(2024, 7, 2), date_to=date(2024, 7, 9))),
        )
    )
    assert (two.date, two.date_to) == (date(2024, 7, 2), date(2024, 7, 9))
    assert (look(Claim()).date, line().date, line().days) == (None, None, None)


@pytest.mark.parametrize(
    ("units", "days", "per_day"),
    [
        (5, 2, 3),
        (4, 3, 1),
        (1, 2, 1),
        (1, 3, 0),
        (7, 2, 4),
        (Decimal("1.5"), 2, 1),
        (Decimal("1.5"), 1, Decimal("1.5")),
        (3, 1, 3),
    ],
)
def test_units_per_day_rounds_halves_up(units: Any, days: int, per_day: Any) -> None:
    """Medicare NCCI Policy Manual 2026 I-V (I-34): units of a span divided by days, nearest whole; one day as it is."""
    seen = line(date=date(2024, 7, 1), date_to=date(2024, 7, days), units=units, unit_basis="UN")
    assert (seen.days, seen.units_per_day, seen.units) == (days, per_day, units)


def test_minutes_are_no_units() -> None:
    """837P SV103 MJ: the quantity is minutes of anaesthesia."""
    minutes = line(date=date(2024, 7, 1), units=45, unit_basis="MJ")
    assert (minutes.minutes, minutes.units_per_day, minutes.units) == (45, None, 45)
    assert line(date=date(2024, 7, 1), units=45, unit_basis="UN").minutes is None


def test_a_span_that_ends_before_it_starts_has_no_days() -> None:
    seen = line(date=date(2024, 7, 3), date_to=date(2024, 7, 1), units=1)
    assert (seen.days, seen.units_per_day) == (None, None)


def test_diagnoses_of_a_line() -> None:
    """837P SV107 points; 837I has no pointers, so every diagnosis of the claim is the line's."""
    diagnoses = (Diagnosis(code="S62001A"), Diagnosis(code="I10"), Diagnosis(code="E119"))
    claim = Claim(type="PROFESSIONAL", diagnoses=diagnoses)
    seen = line(claim=claim, diagnosis_pointers=(3, 9, 1, 0))
    assert [d.code for d in seen.diagnoses] == ["E119", "S62001A"]
    assert (seen.first_diagnosis, seen.diagnosis_pointers) == ("E119", (3, 9, 1, 0))
    assert line(claim=claim).diagnoses == ()
    assert line(claim=claim, diagnosis_pointers=(9,)).first_diagnosis is None
    whole = line(claim=Claim(type="INSTITUTIONAL", diagnoses=diagnoses))
    assert [(d.code, d.position) for d in whole.diagnoses] == [("S62001A", 1), ("I10", 2), ("E119", 3)]
    assert [d.seventh_character for d in whole.diagnoses] == ["A", None, None]


def test_other_diagnoses_leave_out_admitting_reason_and_external_cause() -> None:
    """UB-04 boxes 67A-Q against 69, 70 and 72."""
    seen = look(
        Claim(diagnoses=tuple(Diagnosis(code="A000", qualifier=q) for q in ("ABK", "ABF", "ABJ", "APR", "ABN", None)))
    )
    assert [d.qualifier for d in seen.other_diagnoses] == ["ABF", None]
    assert (seen.first_diagnosis, look(Claim()).first_diagnosis) == ("A000", None)


@pytest.mark.parametrize(
    ("birth", "on", "ages"),
    [
        (date(2020, 2, 29), date(2021, 2, 28), (0, 11, 365)),
        (date(2020, 2, 29), date(2021, 3, 1), (1, 12, 366)),
        (date(2020, 2, 29), date(2024, 2, 29), (4, 48, 1461)),
        (date(2024, 7, 3), date(2024, 7, 3), (0, 0, 0)),
        (date(1959, 7, 4), date(2024, 7, 3), (64, 779, 23741)),
        (date(1959, 7, 3), date(2024, 7, 3), (65, 780, 23742)),
        (date(2024, 7, 4), date(2024, 7, 3), (None, None, None)),
    ],
)
def test_ages_are_completed(birth: date, on: date, ages: tuple[int | None, ...]) -> None:
    seen = line(claim=Claim(patient_birth_date=birth), date=on)
    assert (seen.patient_age, seen.patient_age_months, seen.patient_age_days) == ages
    assert seen.claim.patient_age == ages[0]


def test_same_day_procedures_are_those_of_other_lines() -> None:
    day, next_day = date(2024, 7, 1), date(2024, 7, 2)
    seen = look(
        Claim(
            lines=(
                ServiceLine(procedure="99213", date=day), ServiceLine(procedure="99213", date=day),
                ServiceLine(procedure="20610", date=next_day), ServiceLine(date=day),
            )
        )
    )  # fmt: skip
    assert [other.same_day_procedures for other in seen.lines] == [("99213",), ("99213",), (), ("99213", "99213")]
    assert line().same_day_procedures is None
    assert (seen.procedures, seen.line_count) == (("99213", "99213", "20610"), 4)
    assert [other.index for other in seen.lines] == [0, 1, 2, 3]
    assert seen.lines[0].claim is seen


def test_modifier_positions() -> None:
    seen = line(modifiers=("25", "LT"))
    assert (seen.modifier_1, seen.modifier_2, seen.modifier_3, seen.modifier_4) == ("25", "LT", None, None)


def test_payers_stand_in_order_of_responsibility() -> None:
    def resolve(id_: str | None, name: str | None, indicator: str | None) -> ResolvedPayer | None:
        return ResolvedPayer("FIRST", "COMMERCIAL") if id_ == "9" else None

    claim = Claim(
        payer_id="1", payer_sequence="S",
        other_payers=(OtherPayer(id="3", sequence="T"), OtherPayer(id="9", sequence="P")),
    )  # fmt: skip
    seen = look(claim, resolve=resolve)
    assert [(p.id, p.payer) for p in seen.payers] == [("9", "FIRST"), ("1", "INVENTED"), ("3", None)]
    assert (seen.secondary_payer, seen.secondary_payer_class) == ("INVENTED", "MEDICARE")
    assert [p.id for p in seen.other_payers] == ["3", "9"]
    assert (look(Claim(payer_id="1")).secondary_payer, look(Claim()).payers) == (None, ())


def test_payer_fields_and_state() -> None:
    seen = look(Claim(billing_state="TX"))
    assert (seen.payer, seen.payer_class, seen.product, seen.payer_state) == ("INVENTED", "MEDICARE", "PART_B", "CA")
    assert look(Claim(billing_state="TX"), ResolvedPayer("X", "MEDICAID")).payer_state == "TX"
    unmapped = look(Claim(billing_state="TX"), None)
    assert (unmapped.payer, unmapped.payer_class, unmapped.product, unmapped.payer_state) == (None, None, None, "TX")
    assert (unmapped.sent_on, unmapped.source) == (SENT, Claim(billing_state="TX"))
