"""The small records of a claim as rules read them: a diagnosis, an ICD procedure and a payer."""

from __future__ import annotations

from datetime import date

from scrubber.claims.model import Diagnosis, IcdProcedure
from scrubber.core.payers import ResolvedPayer


class DiagnosisView:
    """A diagnosis with its position among the claim's, from 1 (837 2300 HI)."""

    record = "diagnosis"
    __slots__ = ("code", "poa", "position", "qualifier", "seventh_character")

    def __init__(self, diagnosis: Diagnosis, position: int) -> None:
        code = diagnosis.code
        self.code: str | None = code
        self.position: int = position
        self.qualifier: str | None = diagnosis.qualifier
        self.poa: str | None = diagnosis.poa
        self.seventh_character: str | None = code[6] if code is not None and len(code) >= 7 else None


class IcdProcedureView:
    """An ICD-10-PCS procedure with its position among the claim's, from 1 (837I 2300 HI)."""

    record = "icd_procedure"
    __slots__ = ("code", "date", "position", "qualifier")

    def __init__(self, procedure: IcdProcedure, position: int) -> None:
        self.code: str | None = procedure.code
        self.position: int = position
        self.qualifier: str | None = procedure.qualifier
        self.date: date | None = procedure.date


class PayerView:
    """A payer of the claim, with what the payer map makes of it."""

    record = "payer"
    __slots__ = (
        "filing_indicator", "id", "name", "paid_amount", "paid_date", "payer", "payer_class", "sequence",
    )  # fmt: skip

    def __init__(
        self,
        sequence: str | None,
        id_: str | None,
        name: str | None,
        filing_indicator: str | None,
        resolved: ResolvedPayer | None,
        paid_date: date | None = None,
        paid_amount: int | None = None,
    ) -> None:
        self.sequence = sequence
        self.id = id_
        self.name = name
        self.filing_indicator = filing_indicator
        self.payer: str | None = resolved.payer if resolved is not None else None
        self.payer_class: str | None = resolved.payer_class if resolved is not None else None
        self.paid_date = paid_date
        self.paid_amount = paid_amount
