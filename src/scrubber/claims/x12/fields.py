"""Where each field of a claim stands, as data: loop, segment and qualifier to the fields read from it.

``kind`` names a reading in :mod:`scrubber.claims.x12.scope`. Where several segments give one field the first wins,
except that notes are joined.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from msgspec import Struct

from scrubber.claims.model import Claim, ServiceLine
from scrubber.claims.x12.guides import DENTAL, INSTITUTIONAL, PROFESSIONAL


class FieldAt(Struct, frozen=True):
    """A field and the element (and component) it is read from. A ``required`` one is a problem where it is empty."""

    name: str
    element: int
    component: int = 0
    kind: str = "text"
    required: bool = False


Rows = MappingProxyType[tuple[str, str, str], tuple[FieldAt, ...]]

_F = FieldAt

_COMMON: dict[tuple[str, str, str], tuple[FieldAt, ...]] = {
    ("2000A", "PRV", ""): (_F("billing_taxonomy", 3, kind="code"),),
    ("2010AA", "NM1", ""): (_F("billing_npi", 9, kind="npi"),),
    ("2010AA", "N4", ""): (_F("billing_state", 2, kind="code"), _F("billing_zip", 3)),
    ("2010AA", "REF", "EI"): (_F("billing_tin", 2),),
    ("2010AA", "REF", "SY"): (_F("billing_tin", 2),),
    ("2000B", "SBR", ""): (
        _F("payer_sequence", 1, kind="code", required=True),
        _F("patient_is_subscriber", 2, kind="relation"),
        _F("msp_type", 5, kind="code"),
        _F("filing_indicator", 9, kind="code"),
    ),
    ("2010BA", "NM1", ""): (_F("subscriber_id", 9), _F("_last", 3, kind="key"), _F("_first", 4, kind="key")),
    ("2010BA", "DMG", ""): (_F("patient_birth_date", 2, kind="day"), _F("patient_sex", 3, kind="code")),
    ("2010BB", "NM1", ""): (_F("payer_name", 3), _F("payer_id", 9)),
    ("2010CA", "NM1", ""): (_F("_last", 3, kind="key"), _F("_first", 4, kind="key")),
    ("2010CA", "DMG", ""): (_F("patient_birth_date", 2, kind="day"), _F("patient_sex", 3, kind="code")),
    ("2300", "CLM", ""): (
        _F("patient_control_number", 1, required=True),
        _F("total_charge", 2, kind="money", required=True),
        _F("frequency", 5, 3, kind="code", required=True),
        _F("delay_reason", 20, kind="code"),
    ),
    ("2300", "DTP", "439"): (_F("accident_date", 3, kind="dated"),),
    ("2300", "PWK", ""): (_F("attachment", 1, kind="present"),),
    ("2300", "REF", "9F"): (_F("referral", 2),),
    ("2300", "REF", "G1"): (_F("prior_auth", 2),),
    ("2300", "REF", "F8"): (_F("original_reference", 2),),
    ("2300", "NTE", ""): (_F("note", 2, kind="note"),),
    ("2300", "HI", ""): (_F("diagnoses", 1, kind="diagnoses"),),
    ("2320", "SBR", ""): (_F("sequence", 1, kind="code", required=True), _F("filing_indicator", 9, kind="code")),
    ("2320", "AMT", "D"): (_F("paid_amount", 2, kind="money"),),
    ("2330B", "NM1", ""): (_F("name", 3), _F("id", 9)),
    ("2330B", "DTP", "573"): (_F("paid_date", 3, kind="dated"),),
    ("2400", "LX", ""): (_F("number", 1, kind="line_number", required=True),),
    ("2400", "DTP", "472"): (_F("date", 3, kind="period"),),
    ("2400", "PWK", ""): (_F("attachment", 1, kind="present"),),
    ("2400", "REF", "G1"): (_F("prior_auth", 2),),
    ("2400", "NTE", ""): (_F("note", 2, kind="note"),),
    ("2410", "LIN", ""): (_F("ndc", 3, kind="ndc"),),
    ("2410", "CTP", ""): (_F("ndc_quantity", 4, kind="quantity"), _F("ndc_unit", 5, 1, kind="code")),
    ("2430", "SVD", ""): (_F("_svd", 1, kind="adjudicator"),),
    ("2430", "DTP", "573"): (_F("_svd_date", 3, kind="adjudicated"),),
}

SILENCE_IS_NO: Final = MappingProxyType({
    PROFESSIONAL.form: {"emergency": False, "epsdt": False, "family_planning": False},
})  # fmt: skip
"""Claim form to what a line says that does not say it: SV109, SV111 and SV112 are sent only where they are yes."""

_ACCIDENT = (_F("related_causes", 11, kind="causes"), _F("accident_state", 11, 4, kind="code"))

_DATES = {
    "431": "onset_date", "484": "lmp_date", "454": "initial_treatment_date", "435": "admit_date",
    "096": "discharge_date",
}  # fmt: skip


def _dates(*qualifiers: str) -> dict[tuple[str, str, str], tuple[FieldAt, ...]]:
    return {("2300", "DTP", q): (FieldAt(_DATES[q], 3, kind="dated"),) for q in qualifiers}


def _providers(**loops: str) -> dict[tuple[str, str, str], tuple[FieldAt, ...]]:
    """Rows for provider loops, ``L2310B="rendering"``: NPI, taxonomy where the model has it, place for a facility."""
    rows: dict[tuple[str, str, str], tuple[FieldAt, ...]] = {}
    for key, role in loops.items():
        loop = key[1:]
        known = Claim.__struct_fields__ if loop < "24" else ServiceLine.__struct_fields__
        names = [FieldAt(f"{role}_npi", 9, kind="npi")]
        if role == "facility" and "site" in known:
            names.append(FieldAt("site", 3))
            rows[(loop, "N4", "")] = (FieldAt("facility_zip", 3),)
        rows[(loop, "NM1", "")] = tuple(names)
        if f"{role}_taxonomy" in known:
            rows[(loop, "PRV", "")] = (FieldAt(f"{role}_taxonomy", 3, kind="code"),)
    return rows


def _procedure(element: int, required: bool = True) -> tuple[FieldAt, ...]:
    return (
        FieldAt("procedure", element, 2, kind="code", required=required),
        FieldAt("modifiers", element, 3, kind="modifiers"),
        FieldAt("description", element, 7),
    )


FIELDS: Final[MappingProxyType[str, Rows]] = MappingProxyType({
    PROFESSIONAL.name: MappingProxyType({
        **_COMMON,
        **_dates("431", "484", "454", "435", "096"),
        ("2300", "CLM", ""): (
            *_COMMON[("2300", "CLM", "")],
            FieldAt("place_of_service", 5, 1, kind="code", required=True),
            *_ACCIDENT,
        ),
        ("2400", "DTP", "454"): (FieldAt("initial_treatment_date", 3, kind="dated"),),
        ("2300", "REF", "X4"): (FieldAt("clia", 2),),
        ("2400", "REF", "X4"): (FieldAt("clia", 2),),
        ("2400", "SV1", ""): (
            *_procedure(1),
            FieldAt("charge", 2, kind="money", required=True),
            FieldAt("unit_basis", 3, kind="code"),
            FieldAt("units", 4, kind="quantity"),
            FieldAt("place_of_service", 5, kind="code"),
            FieldAt("diagnosis_pointers", 7, 1, kind="pointers"),
            FieldAt("emergency", 9, kind="flag"),
            FieldAt("epsdt", 11, kind="flag"),
            FieldAt("family_planning", 12, kind="flag"),
        ),
        **_providers(
            L2310A="referring", L2310B="rendering", L2310C="facility", L2310D="supervising",
            L2420A="rendering", L2420C="facility", L2420D="supervising", L2420E="ordering", L2420F="referring",
        ),
    }),
    INSTITUTIONAL.name: MappingProxyType({
        **_COMMON,
        **_dates("435", "096"),
        ("2300", "CLM", ""): (
            *_COMMON[("2300", "CLM", "")],
            FieldAt("bill_type", 5, 1, kind="bill_type", required=True),
        ),
        ("2300", "DTP", "434"): (FieldAt("statement_from", 3, kind="period"),),
        ("2300", "CL1", ""): (FieldAt("discharge_status", 3, kind="code"),),
        ("2400", "SV2", ""): (
            FieldAt("revenue_code", 1, kind="code", required=True),
            *_procedure(2, required=False),
            FieldAt("charge", 3, kind="money", required=True),
            FieldAt("unit_basis", 4, kind="code"),
            FieldAt("units", 5, kind="quantity"),
        ),
        **_providers(
            L2310A="attending", L2310B="operating", L2310D="rendering", L2310E="facility", L2310F="referring",
            L2420C="rendering", L2420D="referring",
        ),
    }),
    DENTAL.name: MappingProxyType({
        **_COMMON,
        ("2300", "CLM", ""): (
            *_COMMON[("2300", "CLM", "")],
            FieldAt("place_of_service", 5, 1, kind="code", required=True),
            *_ACCIDENT,
        ),
        ("2300", "DTP", "472"): (FieldAt("statement_from", 3, kind="period"),),
        ("2400", "SV3", ""): (
            *_procedure(1),
            FieldAt("charge", 2, kind="money", required=True),
            FieldAt("place_of_service", 3, kind="code"),
            FieldAt("units", 6, kind="quantity"),
            FieldAt("diagnosis_pointers", 11, 1, kind="pointers"),
        ),
        **_providers(
            L2310A="referring", L2310B="rendering", L2310C="facility", L2310E="supervising",
            L2420A="rendering", L2420C="supervising", L2420D="facility",
        ),
    }),
})  # fmt: skip
"""Guide name to its rows; the third part of a key is the segment's first element, or empty for any."""
