"""The code systems that fields hold: the shape of a code, and how a reader normalises one."""

from __future__ import annotations

import re

from msgspec import Struct


class CodeSystem(Struct, frozen=True):
    """A kind of code. ``shape`` is a full-match pattern of a normalised code; ``values`` closes the list."""

    name: str
    says: str
    shape: str
    example: str
    values: tuple[str, ...] = ()

    def fits(self, code: str) -> bool:
        """Whether a normalised code has the shape (or, for a closed list, is one of it)."""
        return code in self.values if self.values else re.fullmatch(self.shape, code) is not None


PAYER_CLASSES = (
    "MEDICARE", "MEDICARE_ADVANTAGE", "MEDICAID", "MEDICAID_MANAGED", "COMMERCIAL", "BLUE", "TRICARE", "VA",
    "WORKERS_COMP", "AUTO", "MEDIGAP", "SELF_PAY",
)  # fmt: skip

_ALL = (
    CodeSystem("procedure", "5 letters and digits", r"[A-Z0-9]{4}[0-9A-Z]|[0-9A-Z]{7}", "99213"),
    CodeSystem("modifier", "2 letters or digits", r"[A-Z0-9]{2}", "25"),
    CodeSystem("diagnosis", "a letter and 2 to 6 more characters", r"[A-Z][0-9A-Z]{2,6}", "E11.9"),
    CodeSystem("place_of_service", "2 digits", r"[0-9]{2}", "11"),
    CodeSystem("revenue_code", "4 digits", r"[0-9]{4}", "0450"),
    CodeSystem("bill_type", "3 digits, as in 131", r"[0-9]{2}[0-9A-Z]", "131"),
    CodeSystem("frequency", "1 character", r"[0-9A-Z]", "1"),
    CodeSystem("npi", "10 digits", r"[0-9]{10}", "1234567893"),
    CodeSystem("taxonomy", "10 characters", r"[0-9]{3}[0-9A-Z]{6}X", "207Q00000X"),
    CodeSystem("ndc", "11 digits", r"[0-9]{11}", "00000000000"),
    CodeSystem("state", "2 letters", r"[A-Z]{2}", "TX"),
    CodeSystem("sex", "F, M or U", "", "F", ("F", "M", "U")),
    CodeSystem("unit", "UN, MJ, or another basis of measurement", r"[A-Z0-9]{2}", "UN"),
    CodeSystem("claim_type", "a claim form", "", "PROFESSIONAL", ("PROFESSIONAL", "INSTITUTIONAL", "DENTAL")),
    CodeSystem("payer_class", "a class of payer", "", "MEDICARE", PAYER_CLASSES),
    CodeSystem("payer_sequence", "P, S, T or A to H", r"[PSTA-HU]", "P"),
    CodeSystem("claim_status", "what became of a claim", "", "PAID",
               ("ACCEPTED", "PAID", "DENIED", "PENDED", "VOIDED", "REPLACED")),
    CodeSystem("poa", "Y, N, U, W or 1", r"[YNUW1]", "Y"),
    CodeSystem("qualifier", "a qualifier of the 837", r"[A-Z0-9]{1,3}", "ABK"),
)  # fmt: skip

CODE_SYSTEMS: dict[str, CodeSystem] = {system.name: system for system in _ALL}

PLAIN = CodeSystem("", "upper-case letters, digits and _", r"[A-Z0-9_]+", "ABC")


def code_system(name: str) -> CodeSystem:
    """The code system of that name; any upper-case word where it is not one of ours."""
    return CODE_SYSTEMS.get(name, PLAIN)


def normalise_code(text: str) -> str:
    """Upper case, trimmed of every kind of white space, without dots: how every code is held and compared."""
    return text.strip().strip("\u00a0\ufeff").strip().upper().replace(".", "")
