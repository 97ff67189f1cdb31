"""A claim as it was sent: flat records whose field names are the non-derived ones of the field catalogue.

In memory money is an ``int`` of cents, a quantity is an ``int`` where whole and a ``Decimal`` otherwise, dates are
``datetime.date``, codes are normalised (upper case, trimmed, no dots), what is missing is ``None`` and an empty list is
``()``. A line holds its own values only: what it takes from its claim is decided in :mod:`scrubber.claims.view`.
"""

# Annotations are evaluated here, once: msgspec would evaluate each postponed one at every start.
from datetime import date as Day  # noqa: N812 - a line has a field of that name
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

if TYPE_CHECKING:
    Cents = int
    Word = str
else:
    # While JSON is decoded, money stands here as dollars; `json_reader` makes it cents before anyone sees it.
    Cents = int | float | str
    # An empty string is not a value: the decoder refuses it, and the careful reader then makes it missing.
    Word = Annotated[str, Meta(min_length=1)]

Quantity = int | Decimal


class Diagnosis(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """One diagnosis; its position is its place in ``Claim.diagnoses``, from 1 (837 2300 HI)."""

    code: Word | None = None
    qualifier: Word | None = None
    poa: Word | None = None


class IcdProcedure(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """One ICD-10-PCS procedure of a hospital stay; its position is its place in ``Claim.icd_procedures``, from 1 (837I
    2300 HI, UB-04 box 74).
    """

    code: Word | None = None
    qualifier: Word | None = None
    date: Day | None = None


class OtherPayer(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A payer of the claim other than the one it goes to (837 2320, 2330B)."""

    sequence: Word | None = None
    filing_indicator: Word | None = None
    id: Word | None = None
    name: Word | None = None
    paid_date: Day | None = None
    paid_amount: Cents | None = None


class ServiceLine(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """One service line (837 2400). The codes stand first: the JSON reader checks them as one slice."""

    procedure: Word | None = None
    modifiers: tuple[Word, ...] = ()
    place_of_service: Word | None = None
    unit_basis: Word | None = None
    revenue_code: Word | None = None
    ndc: Word | None = None
    ndc_unit: Word | None = None
    rendering_npi: Word | None = None
    rendering_taxonomy: Word | None = None
    ordering_npi: Word | None = None
    referring_npi: Word | None = None
    supervising_npi: Word | None = None
    facility_npi: Word | None = None
    number: int | None = None
    date: Day | None = None
    date_to: Day | None = None
    units: Quantity | None = None
    charge: Cents | None = None
    diagnosis_pointers: tuple[int, ...] = ()
    ndc_quantity: Quantity | None = None
    emergency: bool | None = None
    epsdt: bool | None = None
    family_planning: bool | None = None
    description: Word | None = None
    note: Word | None = None
    clia: Word | None = None
    prior_auth: Word | None = None
    initial_treatment_date: Day | None = None
    attachment: bool | None = None


class Claim(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """One claim. ``patient_key`` links the claims of one patient within a run and is opaque: no name, number or date
    can be read from it. ``claim_status`` and ``payer_control_number`` are known of prior claims only.
    """

    type: Word | None = None
    bill_type: Word | None = None
    frequency: Word | None = None
    place_of_service: Word | None = None
    filing_indicator: Word | None = None
    payer_sequence: Word | None = None
    msp_type: Word | None = None
    patient_sex: Word | None = None
    billing_npi: Word | None = None
    billing_taxonomy: Word | None = None
    billing_state: Word | None = None
    rendering_npi: Word | None = None
    rendering_taxonomy: Word | None = None
    attending_npi: Word | None = None
    operating_npi: Word | None = None
    referring_npi: Word | None = None
    supervising_npi: Word | None = None
    facility_npi: Word | None = None
    related_causes: tuple[Word, ...] = ()
    accident_state: Word | None = None
    discharge_status: Word | None = None
    delay_reason: Word | None = None
    claim_status: Word | None = None
    patient_control_number: Word | None = None
    payer_id: Word | None = None
    payer_name: Word | None = None
    total_charge: Cents | None = None
    statement_from: Day | None = None
    statement_to: Day | None = None
    patient_birth_date: Day | None = None
    patient_is_subscriber: bool | None = None
    subscriber_id: Word | None = None
    billing_tin: Word | None = None
    billing_zip: Word | None = None
    site: Word | None = None
    facility_zip: Word | None = None
    clia: Word | None = None
    prior_auth: Word | None = None
    referral: Word | None = None
    original_reference: Word | None = None
    accident_date: Day | None = None
    onset_date: Day | None = None
    lmp_date: Day | None = None
    initial_treatment_date: Day | None = None
    admit_date: Day | None = None
    discharge_date: Day | None = None
    attachment: bool | None = None
    note: Word | None = None
    payer_control_number: Word | None = None
    patient_key: Word | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    icd_procedures: tuple[IcdProcedure, ...] = ()
    other_payers: tuple[OtherPayer, ...] = ()
    lines: tuple[ServiceLine, ...] = ()
