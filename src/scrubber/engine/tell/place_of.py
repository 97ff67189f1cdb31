"""Where a finding stands: the field a category is about, and its place in the 837, on paper and in the JSON form."""

from __future__ import annotations

from typing import Any

from scrubber.claims.inputs import InputClaim
from scrubber.claims.origin import json_pointer
from scrubber.core.catalogue import field as catalogue_field
from scrubber.findings.model import Location

FIELD_OF_CATEGORY = {
    "ncci-mue": "units", "units": "units", "modifier": "modifiers", "same-site": "modifiers", "bilateral": "modifiers",
    "surgical-assistant": "modifiers", "professional-technical": "modifiers", "anesthesia": "modifiers",
    "therapy": "modifiers", "drug-waste": "modifiers", "telehealth": "place_of_service",
    "place-of-service": "place_of_service", "ndc": "ndc", "clia": "clia", "provider": "rendering_npi",
    "diagnosis-pointer": "diagnosis_pointers", "charge": "charge", "date": "date", "revenue": "revenue_code",
}  # fmt: skip
CLAIM_FIELD_OF_CATEGORY = {
    "timely-filing": "date", "balance": "total_charge", "charge": "total_charge", "frequency": "frequency",
    "authorization": "prior_auth", "accident": "accident_date", "provider": "billing_npi", "clia": "clia",
    "diagnosis": "diagnoses", "excludes1": "diagnoses", "diagnosis-sequence": "first_diagnosis",
    "date": "date", "payer": "payer_id", "coverage": "payer_id",
}  # fmt: skip


def location(category: str, subject: Any, source: InputClaim | None) -> Location:
    """The place of a finding on ``subject``: a line, a diagnosis, an ICD procedure, or (anything else) the claim."""
    record = getattr(subject, "record", "claim")
    if record == "line":
        name, number, index = FIELD_OF_CATEGORY.get(category, "procedure"), subject.number or 0, subject.index
    elif record == "diagnosis":
        name, number, index = "code", subject.position or 0, (subject.position or 1) - 1
    elif record == "icd_procedure":
        name, number, index = "date" if category == "date" else "code", subject.position, subject.position - 1
    else:
        record, number, index = "claim", 0, 0
        name = CLAIM_FIELD_OF_CATEGORY.get(category, "patient_control_number")
    return field_location(record, number, index, name, source)


def field_location(record: str, number: int, index: int, name: str, source: InputClaim | None) -> Location:
    """The place of one field. ``number`` is LX01 or the diagnosis position, ``index`` counts from 0."""
    about = catalogue_field(record, name)
    path = f"{record}.{name}"
    spot = source.origin.spot(record, number, name) if source and source.origin else None
    if spot is None and source and source.origin:
        spot = source.origin.spot(record, number, "procedure" if record == "line" else "patient_control_number")
    x12 = loop = None
    if spot is not None:
        x12, loop = spot.element_name, spot.loop
    pointer = json_pointer(source.pointer if source else "$", record, index, name) if not spot else None
    return Location(
        field=path, x12=x12, loop=loop,
        segment=spot.segment_index if spot else None, offset=spot.offset if spot else None,
        length=spot.length if spot else None, cms1500=(about.cms1500 if about else "") or None,
        ub04=_ub04(record, index, about.ub04 if about else "") or None, json=pointer,
    )  # fmt: skip


def _ub04(record: str, index: int, box: str) -> str:
    """The form locator. That of the procedures of a stay has a part for each: 74, then 74a to 74e."""
    return f"{box}{'abcde'[index - 1]}" if record == "icd_procedure" and 1 <= index <= 5 else box


_INITIALS = frozenset({"npi", "tin", "ndc", "clia", "zip"})


def spoken(name: str) -> str:
    """The name of a field as it is said in a sentence: ``billing_npi`` is billing NPI."""
    return " ".join(word.upper() if word in _INITIALS else word for word in name.split("_"))
