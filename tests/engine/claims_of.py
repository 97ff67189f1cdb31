"""Short claims for tests of the engine: plainly invented, to Medicare, on 2024-08-01."""

from __future__ import annotations

from datetime import date
from typing import Any

from scrubber.claims.model import Claim, Diagnosis, ServiceLine

DAY = date(2024, 8, 1)
AS_OF = date(2024, 8, 15)
NPI = "1234567893"
OTHER_NPI = "1245319599"


def line(number: int, procedure: str | None, modifiers: str = "", **fields: Any) -> ServiceLine:
    """A line; ``modifiers`` are parted by blanks."""
    given = {"date": DAY, "units": 1, "charge": 10_000, "diagnosis_pointers": (1,), "unit_basis": "UN", **fields}
    return ServiceLine(number=number, procedure=procedure, modifiers=tuple(modifiers.split()), **given)


def claim(*lines: ServiceLine, **fields: Any) -> Claim:
    """A professional claim of those lines."""
    given = {
        "type": "PROFESSIONAL", "patient_control_number": "TEST-1", "payer_name": "MEDICARE", "filing_indicator": "MB",
        "billing_npi": NPI, "diagnoses": (Diagnosis(code="E119"),), "place_of_service": "11", "frequency": "1",
        "total_charge": sum(item.charge or 0 for item in lines), "billing_state": "TX",
        "patient_birth_date": date(1950, 1, 1), "patient_sex": "F", **fields,
    }  # fmt: skip
    return Claim(lines=lines, **given)
