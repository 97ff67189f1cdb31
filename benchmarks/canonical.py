"""The made-up claims of the peer benchmark as the engine's own claims."""

from __future__ import annotations

from datetime import date
from typing import Any

from scrubber.claims.model import Claim, Diagnosis, ServiceLine


def as_claim(made_up: dict[str, Any]) -> Claim:
    """The same claim in the canonical model: every line points to its diagnoses in the claim's own list."""
    codes = sorted({code for line in made_up["lines"] for code in line["diagnoses"]})
    place = {code: position for position, code in enumerate(codes, start=1)}
    lines = tuple(
        ServiceLine(
            number=line["number"],
            procedure=line["procedure"],
            modifiers=tuple(line["modifiers"]),
            diagnosis_pointers=tuple(place[code] for code in line["diagnoses"]),
            date=date.fromisoformat(line["date"]),
            date_to=date.fromisoformat(line["date"]),
            place_of_service=line["place_of_service"],
            units=line["units"],
            charge=line["charge_cents"],
            ndc=line["ndc"],
        )
        for line in made_up["lines"]
    )
    return Claim(
        type="PROFESSIONAL",
        patient_control_number=str(made_up["number"]),
        patient_birth_date=date.fromisoformat(made_up["birth_date"]),
        diagnoses=tuple(Diagnosis(code=code) for code in codes),
        total_charge=sum(line["charge_cents"] for line in made_up["lines"]),
        lines=lines,
    )
