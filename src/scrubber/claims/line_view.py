"""A service line as rules read it: effective and derived values.

What nearly every rule asks is set when the view is made; the rest is worked out when it is first asked
(:mod:`scrubber.claims.worked_out`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Day  # noqa: N812 - a record has a field of that name
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from scrubber.claims import ages
from scrubber.claims.model import Quantity, ServiceLine
from scrubber.claims.record_views import DiagnosisView
from scrubber.claims.worked_out import worked_out

if TYPE_CHECKING:
    from scrubber.claims.view import ClaimView


MINUTES = "MJ"
"""The unit basis of anaesthesia, which counts minutes (837P 2400 SV103)."""


class LineView:
    """Every field of ``line`` in the catalogue; also its ``claim``, its 0-based ``index``, its ``source``, and whether
    it is of a ``single_day``."""

    record = "line"
    __slots__ = (
        "__dict__", "charge", "claim", "date", "date_to", "index", "minutes", "modifiers", "number", "place_of_service",
        "procedure", "rendering_npi", "revenue_code", "single_day", "source", "unit_basis", "units", "units_per_day",
    )  # fmt: skip

    # Set when the view is made.
    claim: ClaimView
    source: ServiceLine
    index: int
    number: int
    procedure: str | None
    modifiers: tuple[str, ...]
    date: Day | None
    date_to: Day | None
    units: Quantity | None
    charge: int | None
    place_of_service: str | None
    revenue_code: str | None
    rendering_npi: str | None
    unit_basis: str | None
    minutes: Quantity | None
    single_day: bool
    units_per_day: Quantity | None
    # Worked out when asked.
    modifier_1: str | None
    modifier_2: str | None
    modifier_3: str | None
    modifier_4: str | None
    days: int | None
    diagnosis_pointers: tuple[int, ...]
    diagnoses: tuple[DiagnosisView, ...]
    first_diagnosis: str | None
    ndc: str | None
    ndc_quantity: Quantity | None
    ndc_unit: str | None
    emergency: bool | None
    epsdt: bool | None
    family_planning: bool | None
    description: str | None
    note: str | None
    clia: str | None
    prior_auth: str | None
    initial_treatment_date: Day | None
    attachment: bool | None
    rendering_taxonomy: str | None
    ordering_npi: str | None
    referring_npi: str | None
    supervising_npi: str | None
    billing_npi: str | None
    billing_tin: str | None
    facility_npi: str | None
    patient_age: int | None
    patient_age_months: int | None
    patient_age_days: int | None
    same_day_procedures: tuple[str, ...] | None
    claim_status: str | None
    claim_type: str | None

    def __init__(self, claim: ClaimView, source: ServiceLine, index: int) -> None:
        self.claim = claim
        self.source = source
        self.index = index
        number = source.number
        self.number = index + 1 if number is None else number
        self.procedure = source.procedure
        self.modifiers = source.modifiers
        day = source.date
        if day is None:
            day = claim.source.statement_from
        self.date = day
        last = source.date_to
        last = self.date_to = day if last is None else last
        units = self.units = source.units
        self.charge = source.charge
        place = source.place_of_service
        self.place_of_service = claim.source.place_of_service if place is None else place
        self.revenue_code = source.revenue_code
        basis = self.unit_basis = source.unit_basis
        timed = basis == MINUTES
        self.minutes = units if timed else None
        single = self.single_day = last == day is not None
        self.units_per_day = units if single and not timed else _units_per_day(self)
        own = source.rendering_npi
        self.rendering_npi = claim.rendering_npi if own is None else own


def _own_else_claims(name: str) -> Callable[[LineView], Any]:
    def compute(line: LineView) -> Any:
        value = getattr(line.source, name)
        return getattr(line.claim.source, name) if value is None else value

    return compute


def _modifier(position: int) -> Callable[[LineView], Any]:
    return lambda line: line.modifiers[position] if len(line.modifiers) > position else None


def _days(line: LineView) -> int | None:
    first, last = line.date, line.date_to
    return (last - first).days + 1 if first is not None and last is not None and last >= first else None


def _units_per_day(line: LineView) -> Quantity | None:
    """Medicare NCCI Policy Manual I-34: units of a date span are divided by its days, to the nearest whole number.
    Units of one day stand as they are: 1.4 is more than 1."""
    units, days = line.units, line.days
    if units is None or days is None or line.unit_basis == MINUTES:
        return None
    if days == 1:
        return units
    return int((2 * units + days) // (2 * days))


def _diagnoses(line: LineView) -> tuple[DiagnosisView, ...]:
    """The diagnoses pointed to (837P SV107); on a form without pointers (837I) all of the claim's."""
    diagnoses = line.claim.diagnoses
    if line.claim.type == "INSTITUTIONAL":
        return diagnoses
    last = len(diagnoses)
    return tuple(diagnoses[at - 1] for at in line.source.diagnosis_pointers if 1 <= at <= last)


def _first_diagnosis(line: LineView) -> str | None:
    if line.claim.type == "INSTITUTIONAL":
        return line.claim.first_diagnosis
    pointers, diagnoses = line.source.diagnosis_pointers, line.claim.diagnoses
    return diagnoses[pointers[0] - 1].code if pointers and 1 <= pointers[0] <= len(diagnoses) else None


def _rendering_taxonomy(line: LineView) -> str | None:
    return line.claim.rendering_taxonomy if line.source.rendering_npi is None else line.source.rendering_taxonomy


def _same_day_procedures(line: LineView) -> tuple[str, ...] | None:
    day = line.date
    if day is None:
        return None
    return tuple(
        other.procedure
        for other in line.claim.lines
        if other is not line and other.procedure is not None and other.date == day
    )


worked_out(LineView, {
    **{name: attrgetter(f"source.{name}") for name in (
        "diagnosis_pointers", "ndc", "ndc_quantity", "ndc_unit", "emergency", "epsdt", "family_planning", "description",
        "note", "ordering_npi",
    )},
    **{name: _own_else_claims(name) for name in (
        "clia", "prior_auth", "referring_npi", "supervising_npi", "facility_npi", "initial_treatment_date",
        "attachment",
    )},
    **{name: attrgetter(f"claim.source.{name}") for name in ("billing_npi", "billing_tin")},
    "claim_status": attrgetter("claim.claim_status"),
    **{f"modifier_{position + 1}": _modifier(position) for position in range(4)},
    "claim_type": attrgetter("claim.source.type"),
    "days": _days,
    "diagnoses": _diagnoses,
    "first_diagnosis": _first_diagnosis,
    "rendering_taxonomy": _rendering_taxonomy,
    "patient_age": lambda line: ages.years(line.claim.source.patient_birth_date, line.date),
    "patient_age_months": lambda line: ages.months(line.claim.source.patient_birth_date, line.date),
    "patient_age_days": lambda line: ages.days(line.claim.source.patient_birth_date, line.date),
    "same_day_procedures": _same_day_procedures,
})  # fmt: skip
