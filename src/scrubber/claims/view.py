"""A claim as rules read it: every field of the catalogue, with effective and derived values.

Making a view is on the path of every claim: it sets the little that is always needed, and the rest is worked out when
it is first asked (:mod:`scrubber.claims.worked_out`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Day  # noqa: N812 - a record has a field of that name
from operator import attrgetter

from scrubber.claims import ages
from scrubber.claims.line_view import LineView
from scrubber.claims.model import Claim
from scrubber.claims.record_views import DiagnosisView, IcdProcedureView, PayerView
from scrubber.claims.worked_out import worked_out
from scrubber.core.payers import ResolvedPayer

Resolve = Callable[[str | None, str | None, str | None], ResolvedPayer | None]
"""Payer id, payer name and claim filing indicator to what the payer map makes of them."""

RESPONSIBILITY = "PSTABCDEFGHU"
"""Payer responsibility codes (837 SBR01) from first to last."""

NOT_OTHER_DIAGNOSES = frozenset({"ABJ", "BJ", "APR", "PR", "ABN", "BN"})
"""Admitting diagnosis, reason for visit and external cause: their own boxes of the UB-04 (69, 70, 72), not 67A-Q."""


class ClaimView:
    """Every field of ``claim`` in the catalogue; also its ``lines`` and its ``source``."""

    record = "claim"
    __slots__ = (
        "__dict__", "_resolve", "_resolved", "lines", "payer", "payer_class", "payer_state", "product", "rendering_npi",
        "sent_on", "source", "type",
    )  # fmt: skip

    # Set when the view is made.
    source: Claim
    lines: tuple[LineView, ...]
    sent_on: Day
    type: str | None
    payer: str | None
    payer_class: str | None
    product: str | None
    payer_state: str | None
    rendering_npi: str | None
    # Worked out when asked.
    accident_date: Day | None
    accident_state: str | None
    admit_date: Day | None
    attachment: bool | None
    attending_npi: str | None
    bill_type: str | None
    billing_npi: str | None
    billing_state: str | None
    billing_taxonomy: str | None
    billing_tin: str | None
    billing_zip: str | None
    claim_status: str | None
    clia: str | None
    date: Day | None
    date_to: Day | None
    delay_reason: str | None
    diagnoses: tuple[DiagnosisView, ...]
    discharge_date: Day | None
    discharge_status: str | None
    facility_npi: str | None
    facility_zip: str | None
    filing_indicator: str | None
    first_diagnosis: str | None
    frequency: str | None
    icd_procedures: tuple[IcdProcedureView, ...]
    initial_treatment_date: Day | None
    line_count: int
    lmp_date: Day | None
    msp_type: str | None
    note: str | None
    onset_date: Day | None
    operating_npi: str | None
    original_reference: str | None
    other_diagnoses: tuple[DiagnosisView, ...]
    other_payers: tuple[PayerView, ...]
    patient_age: int | None
    patient_birth_date: Day | None
    patient_control_number: str | None
    patient_is_subscriber: bool | None
    patient_sex: str | None
    payer_control_number: str | None
    payer_id: str | None
    payer_name: str | None
    payer_sequence: str | None
    payers: tuple[PayerView, ...]
    place_of_service: str | None
    prior_auth: str | None
    procedures: tuple[str, ...]
    referral: str | None
    referring_npi: str | None
    related_causes: tuple[str, ...]
    rendering_taxonomy: str | None
    secondary_payer: str | None
    secondary_payer_class: str | None
    site: str | None
    statement_from: Day | None
    statement_to: Day | None
    subscriber_id: str | None
    supervising_npi: str | None
    total_charge: int | None

    def __init__(self, claim: Claim, sent_on: Day, payer: ResolvedPayer | None, resolve: Resolve | None) -> None:
        self.source = claim
        self.sent_on = sent_on
        self.type = claim.type
        self._resolved = payer
        self._resolve = resolve
        if payer is None:
            self.payer = self.payer_class = self.product = None
            self.payer_state = claim.billing_state
        else:
            self.payer = payer.payer
            self.payer_class = payer.payer_class
            self.product = payer.product or None
            self.payer_state = payer.state or claim.billing_state
        own = claim.rendering_npi
        self.rendering_npi = claim.billing_npi if own is None else own
        self.lines = tuple([LineView(self, line, index) for index, line in enumerate(claim.lines)])


def view(claim: Claim, *, sent_on: Day, payer: ResolvedPayer | None, resolve: Resolve | None = None) -> ClaimView:
    """The claim as rules read it on the day it is to be sent.

    ``payer`` is what the payer map makes of the payer the claim goes to; ``resolve`` asks the map for its other payers,
    which stay unresolved without it.
    """
    return ClaimView(claim, sent_on, payer, resolve)


OWN_FIELDS = frozenset(Claim.__struct_fields__) - {
    "diagnoses",
    "icd_procedures",
    "other_payers",
    "lines",
    "patient_key",
    "rendering_npi",
    "type",
}
"""The fields a view takes from its claim as they are."""


def _diagnoses(claim: ClaimView) -> tuple[DiagnosisView, ...]:
    return tuple([DiagnosisView(diagnosis, at) for at, diagnosis in enumerate(claim.source.diagnoses, 1)])


def _icd_procedures(claim: ClaimView) -> tuple[IcdProcedureView, ...]:
    return tuple([IcdProcedureView(procedure, at) for at, procedure in enumerate(claim.source.icd_procedures, 1)])


def _first_diagnosis(claim: ClaimView) -> str | None:
    diagnoses = claim.source.diagnoses
    return diagnoses[0].code if diagnoses else None


def _other_diagnoses(claim: ClaimView) -> tuple[DiagnosisView, ...]:
    return tuple(d for d in claim.diagnoses[1:] if d.qualifier not in NOT_OTHER_DIAGNOSES)


def _other_payers(claim: ClaimView) -> tuple[PayerView, ...]:
    resolve = claim._resolve
    return tuple(
        PayerView(
            other.sequence,
            other.id,
            other.name,
            other.filing_indicator,
            resolve(other.id, other.name, other.filing_indicator) if resolve is not None else None,
            other.paid_date,
            other.paid_amount,
        )
        for other in claim.source.other_payers
    )


def _order(payer: PayerView) -> int:
    at = RESPONSIBILITY.find(payer.sequence) if payer.sequence else -1
    return at if at >= 0 else len(RESPONSIBILITY)


def _payers(claim: ClaimView) -> tuple[PayerView, ...]:
    own = claim.source
    first = PayerView(own.payer_sequence, own.payer_id, own.payer_name, own.filing_indicator, claim._resolved)
    named = own.payer_sequence or own.payer_id or own.payer_name or own.filing_indicator
    return tuple(sorted((*((first,) if named else ()), *claim.other_payers), key=_order))


def _secondary(claim: ClaimView) -> PayerView | None:
    """The payer that says it is second; else the one that stands second in order."""
    payers = claim.payers
    for payer in payers:
        if payer.sequence == "S":
            return payer
    return payers[1] if len(payers) > 1 else None


def _secondary_payer(claim: ClaimView) -> str | None:
    second = _secondary(claim)
    return second.payer if second is not None else None


def _secondary_payer_class(claim: ClaimView) -> str | None:
    second = _secondary(claim)
    return second.payer_class if second is not None else None


def _date(claim: ClaimView) -> Day | None:
    days = [line.date for line in claim.lines if line.date is not None]
    return min(days) if days else claim.source.statement_from


def _date_to(claim: ClaimView) -> Day | None:
    days = [last for line in claim.source.lines if (last := line.date_to or line.date) is not None]
    return max(days) if days else claim.source.statement_to or claim.source.statement_from


def _rendering_taxonomy(claim: ClaimView) -> str | None:
    own = claim.source
    return own.billing_taxonomy if own.rendering_npi is None else own.rendering_taxonomy


worked_out(ClaimView, {
    **{name: attrgetter(f"source.{name}") for name in OWN_FIELDS},
    "diagnoses": _diagnoses,
    "first_diagnosis": _first_diagnosis,
    "icd_procedures": _icd_procedures,
    "other_diagnoses": _other_diagnoses,
    "procedures": lambda claim: tuple(line.procedure for line in claim.lines if line.procedure is not None),
    "other_payers": _other_payers,
    "payers": _payers,
    "secondary_payer": _secondary_payer,
    "secondary_payer_class": _secondary_payer_class,
    "date": _date,
    "date_to": _date_to,
    "patient_age": lambda claim: ages.years(claim.source.patient_birth_date, claim.date),
    "rendering_taxonomy": _rendering_taxonomy,
    "line_count": lambda claim: len(claim.lines),
})  # fmt: skip
