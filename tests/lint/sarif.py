"""The part of SARIF 2.1.0 that we write, as JSON Schema: what must be there, and that nothing else is.

Written from the OASIS standard (sections 3.13 to 3.57): no package that we depend on carries the published schema.
"""

from __future__ import annotations

from typing import Any

COUNT = {"type": "integer", "minimum": 1}
TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"],
        "additionalProperties": False}  # fmt: skip
URI = {"type": "object", "required": ["uri"], "additionalProperties": False,
       "properties": {"uri": {"type": "string", "format": "uri-reference", "pattern": r"^[^\s\\]+$"}}}  # fmt: skip
REGION = {
    "type": "object", "required": ["startLine"], "additionalProperties": False,
    "properties": dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), COUNT),
}  # fmt: skip
LOCATION = {
    "type": "object", "required": ["physicalLocation"], "additionalProperties": False,
    "properties": {
        "message": TEXT,
        "physicalLocation": {
            "type": "object", "required": ["artifactLocation", "region"], "additionalProperties": False,
            "properties": {"artifactLocation": URI, "region": REGION},
        },
    },
}  # fmt: skip
FIX = {
    "type": "object", "required": ["artifactChanges"], "additionalProperties": False,
    "properties": {"artifactChanges": {"type": "array", "minItems": 1, "items": {
        "type": "object", "required": ["artifactLocation", "replacements"], "additionalProperties": False,
        "properties": {"artifactLocation": URI, "replacements": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["deletedRegion"], "additionalProperties": False,
            "properties": {"deletedRegion": REGION, "insertedContent": {
                "type": "object", "properties": {"text": {"type": "string"}}, "additionalProperties": False}},
        }}},
    }}},
}  # fmt: skip
RESULT = {
    "type": "object", "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string", "minLength": 1}, "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]}, "message": TEXT,
        "locations": {"type": "array", "minItems": 1, "items": LOCATION},
        "relatedLocations": {"type": "array", "items": LOCATION, "uniqueItems": True},
        "fixes": {"type": "array", "items": FIX, "uniqueItems": True},
    },
}  # fmt: skip
RULE = {"type": "object", "required": ["id"], "additionalProperties": False,
        "properties": {"id": {"type": "string"}, "shortDescription": TEXT}}  # fmt: skip
SCHEMA: dict[str, Any] = {
    "type": "object", "required": ["$schema", "version", "runs"], "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["tool", "results"], "additionalProperties": False,
            "properties": {
                "tool": {"type": "object", "required": ["driver"], "additionalProperties": False, "properties": {
                    "driver": {"type": "object", "required": ["name"], "additionalProperties": False, "properties": {
                        "name": {"type": "string", "minLength": 1}, "version": {"type": "string", "minLength": 1},
                        "rules": {"type": "array", "items": RULE, "uniqueItems": True}}}}},
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "results": {"type": "array", "items": RESULT},
            },
        }},
    },
}  # fmt: skip
