"""The published JSON Schema of a claim, made from the model and the field catalogue."""

from __future__ import annotations

import json
from typing import Any

from scrubber.claims.model import Claim, Diagnosis, IcdProcedure, OtherPayer, ServiceLine
from scrubber.core.catalogue import RECORDS, Field
from scrubber.core.code_systems import CODE_SYSTEMS
from scrubber.core.types import Type

SCHEMA_ID = "urn:claim-scrubber:schema:claim:1"
_MODELS = {"line": ServiceLine, "diagnosis": Diagnosis, "icd_procedure": IcdProcedure, "payer": OtherPayer}
_DECIMAL = r"^-?[0-9]{1,15}(\.[0-9]{0,9})?$"
_CENTS = r"^-?[0-9]{1,15}(\.[0-9]{1,2}0*)?$"
_OWN = {
    "patient_key": "An opaque value that is the same for all claims of one patient: a digest or a record number, never "
    "a name. Without it claims are linked by member number and birth date",
    "lines": "Service lines in order",
}


def claim_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of one claim in JSON. Leave out what is missing; derived fields cannot be given."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Claim",
        "description": "One coded medical claim before it is sent. Money is in dollars, dates are YYYY-MM-DD, codes "
        "are text. What is missing is left out.",
        **_record("claim", Claim.__struct_fields__),
        "$defs": {name: _record(name, model.__struct_fields__) for name, model in _MODELS.items()},
    }


def schema_text() -> str:
    """The schema as the committed file holds it."""
    return json.dumps(claim_schema(), indent=2, ensure_ascii=False) + "\n"


def _record(record: str, names: tuple[str, ...]) -> dict[str, Any]:
    order = [name for name in RECORDS[record] if name in names]
    order += [name for name in names if name not in order]
    properties = {name: _property(name, RECORDS[record].get(name)) for name in order}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _property(name: str, field: Field | None) -> dict[str, Any]:
    if field is None:
        described: dict[str, Any] = {"description": _OWN[name] + "."}
        if name == "lines":
            return {**described, "type": "array", "items": {"$ref": "#/$defs/line"}}
        return {**described, "type": "string", "minLength": 1}
    where = f" (837 {field.x12})" if field.x12 else ""
    return {"description": f"{field.meaning}{where}.", **_type(field.type)}


def _type(type_: Type) -> dict[str, Any]:
    if type_.many:
        return {"type": "array", "items": _type(type_.one)}
    if type_.kind == "record":
        return {"$ref": f"#/$defs/{type_.of}"}
    if type_.kind == "code":
        system = CODE_SYSTEMS.get(type_.of)
        if system is not None and system.values:
            return {"type": "string", "enum": list(system.values)}
        return {"type": "string", "minLength": 1, **({"examples": [system.example]} if system is not None else {})}
    plain: dict[str, dict[str, Any]] = {
        "text": {"type": "string", "minLength": 1},
        "flag": {"type": "boolean"},
        "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "money": {"anyOf": [{"type": "string", "pattern": _CENTS}, {"type": "number"}], "examples": ["100.00"]},
        "number": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _DECIMAL}], "examples": [1]},
    }
    return plain[type_.kind]
