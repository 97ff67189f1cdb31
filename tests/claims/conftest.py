"""A claim with every field filled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scrubber.claims.model import Claim, Diagnosis, IcdProcedure, OtherPayer, ServiceLine
from scrubber.core.catalogue import RECORDS
from scrubber.core.code_systems import CODE_SYSTEMS
from scrubber.core.types import Type


def _value(type_: Type) -> Any:
    if type_.many:
        return (_value(type_.one),)
    if type_.kind == "code":
        return CODE_SYSTEMS[type_.of].example.replace(".", "") if type_.of else "01"
    return {
        "text": "A1", "number": 1, "money": 1050, "date": date(2024, 7, 3), "flag": True,
    }[type_.kind]  # fmt: skip


def _values(record: str) -> dict[str, Any]:
    return {f.name: _value(f.type) for f in RECORDS[record].values() if not f.derived and f.type.kind != "record"}


@pytest.fixture
def full_claim() -> Claim:
    line = ServiceLine(**{**_values("line"), "ndc_quantity": Decimal("1.5"), "units": 2})
    return Claim(
        **_values("claim"),
        patient_key="k1",
        diagnoses=(Diagnosis(**_values("diagnosis")),),
        icd_procedures=(IcdProcedure(**_values("icd_procedure")),),
        other_payers=(OtherPayer(**_values("payer")),),
        lines=(line, ServiceLine(number=2)),
    )
