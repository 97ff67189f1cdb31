"""The published JSON Schema of ``check --format json``, made from the structs that are written."""

from __future__ import annotations

import inspect
import json
from typing import Any

import msgspec

from scrubber.engine.provenance import Covers, PackUsed, ParameterSet, Provenance, TableUsed
from scrubber.findings import model as findings
from scrubber.findings.model import FIX_KINDS
from scrubber.packs.model import SEVERITIES, Authority, Denial
from scrubber.report.fields import CATEGORIES, MEANINGS, REASONS
from scrubber.report.model import SCHEMA, Problem, Report
from scrubber.report.summary import OUTCOMES, Summary

SCHEMA_ID = "urn:claim-scrubber:schema:result:1"
STRUCTS: tuple[type[msgspec.Struct], ...] = (
    Report, Provenance, PackUsed, TableUsed, Covers, ParameterSet, Problem, Summary, findings.ScrubResult,
    findings.ClaimHeader, findings.Coverage, findings.Finding, findings.Bypass, findings.Gap, findings.Fault,
    findings.Fix, findings.Edit, findings.Evidence, findings.Location, findings.Related, findings.ClaimRef, Authority,
    Denial,
)  # fmt: skip
_AMOUNT = r"^-?[0-9]+\.[0-9]{2}$"
_CLOSED: dict[tuple[str, str], dict[str, Any]] = {
    ("Report", "schema"): {"const": SCHEMA},
    ("ScrubResult", "outcome"): {"enum": list(OUTCOMES)},
    ("Finding", "state"): {"enum": ["open", "waived", "baselined"]},
    ("Finding", "bypassable"): {"enum": ["no", "modifier", "documentation", None]},
    ("Finding", "amount_at_risk"): {"pattern": _AMOUNT},
    ("Summary", "dollars_at_risk"): {"pattern": _AMOUNT},
    ("Gap", "reason"): {"enum": list(REASONS)},
    ("Fix", "kind"): {"enum": list(FIX_KINDS)},
    ("Fix", "applicability"): {"enum": ["SAFE", "CONFIRM", "MANUAL"]},
    ("Edit", "op"): {"enum": ["add", "remove", "set", "move"]},
    ("ClaimHeader", "type"): {"enum": ["PROFESSIONAL", "INSTITUTIONAL", "DENTAL", None]},
    ("Finding", "diagnosis"): {"minimum": 1, "maximum": 25},
    **{(name, "severity"): {"enum": list(SEVERITIES)} for name in ("Finding", "Bypass", "Gap")},
    **{(name, "category"): {"enum": list(CATEGORIES)} for name in ("Finding", "Bypass", "Gap")},
}  # fmt: skip


def result_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of the whole object."""
    _, found = msgspec.json.schema_components(STRUCTS, ref_template="#/$defs/{name}")
    definitions = {struct.__name__: _described(struct, found[struct.__name__]) for struct in STRUCTS}
    top = definitions.pop("Report")
    top.pop("title", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Result of a check",
        **top,
        "$defs": definitions,
    }


def schema_text() -> str:
    """The schema as the committed file holds it."""
    return json.dumps(result_schema(), indent=2, ensure_ascii=False) + "\n"


def meaning(struct: type[msgspec.Struct], name: str) -> str:
    """What a published field holds. Raises KeyError for a field nobody has described."""
    for base in struct.__mro__:
        if (base.__name__, name) in MEANINGS:
            return MEANINGS[base.__name__, name]
    raise KeyError(f"{struct.__name__}.{name} has no description in scrubber.report.fields")


def _described(struct: type[msgspec.Struct], schema: dict[str, Any]) -> dict[str, Any]:
    """Every field described, required and closed: a reader may rely on each being there."""
    properties = schema["properties"]
    properties.pop("provenance" if struct is findings.ScrubResult else "", None)
    names = dict(zip(struct.__struct_encode_fields__, struct.__struct_fields__, strict=True))
    described = {}
    for name, about in properties.items():
        about = {key: value for key, value in about.items() if key not in ("default", "description")}
        extra = _CLOSED.get((struct.__name__, name), {})
        if "enum" in extra or "const" in extra:
            about = {}
        described[name] = {"description": meaning(struct, names[name]), **about, **extra}
    text = " ".join((inspect.getdoc(struct) or "").replace("``", "`").split())
    return {
        "title": schema.get("title", struct.__name__), "description": text, "type": "object",
        "properties": described, "required": list(described), "additionalProperties": False,
    }  # fmt: skip
