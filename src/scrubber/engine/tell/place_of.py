"""Where a finding stands: the field a category is about, and its place in the 837, on paper and in the JSON form."""

from __future__ import annotations

from functools import cache
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


def location(category: str, subject: Any, source: InputClaim | None, to_set: str = "") -> Location:
    """The place of a finding on ``subject``: a line, a diagnosis, an ICD procedure, or (anything else) the claim.

    ``to_set``: the field of the claim that a fix sets. It is the place where the category is about no one field.
    """
    record = getattr(subject, "record", "claim")
    if record == "line":
        name, number, index = FIELD_OF_CATEGORY.get(category, "procedure"), subject.number or 0, subject.index
    elif record == "diagnosis":
        name, number, index = "code", subject.position or 0, (subject.position or 1) - 1
    elif record == "icd_procedure":
        name, number, index = "date" if category == "date" else "code", subject.position, subject.position - 1
    else:
        record, number, index = "claim", 0, 0
        name = CLAIM_FIELD_OF_CATEGORY.get(category) or to_set or "patient_control_number"
    return field_location(record, number, index, name, source)


def field_location(record: str, number: int, index: int, name: str, source: InputClaim | None) -> Location:
    """The place of one field. ``number`` is LX01 or the diagnosis position, ``index`` counts from 0."""
    path, cms1500, ub04 = _boxes(record, name)
    if record == "icd_procedure" and ub04 and 1 <= index <= 5:
        ub04 += "abcde"[index - 1]  # 74 the principal procedure of a stay, 74a to 74e the others
    origin = source.origin if source else None
    spot = None
    if origin is not None:
        spot = origin.spot(record, number, name) or origin.spot(
            record, number, "procedure" if record == "line" else "patient_control_number"
        )
    if spot is None:
        pointer = json_pointer(source.pointer if source else "$", record, index, name)
        return Location(path, cms1500=cms1500, ub04=ub04, json=pointer)
    return Location(
        path, spot.element_name, spot.loop, spot.segment_index, spot.offset, spot.length, cms1500, ub04
    )  # fmt: skip


@cache
def _boxes(record: str, name: str) -> tuple[str, str | None, str | None]:
    """A field as rules write it, with its boxes on the two paper forms."""
    about = catalogue_field(record, name)
    return f"{record}.{name}", (about.cms1500 if about else "") or None, (about.ub04 if about else "") or None


_INITIALS = frozenset({"npi", "tin", "ndc", "clia", "zip"})


def spoken(name: str) -> str:
    """The name of a field as it is said in a sentence: ``billing_npi`` is billing NPI."""
    return " ".join(word.upper() if word in _INITIALS else word for word in name.split("_"))
