"""Diagnostics as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scrubber import __version__
from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(found: Iterable[Diagnostic], titles: Mapping[str, str]) -> str:
    """One run. ``titles`` says what each code is about."""
    items = list(found)
    codes = sorted({item.code for item in items})
    run = {
        "tool": {"driver": {
            "name": "scrubber", "version": __version__,
            "rules": [{"id": code, "shortDescription": {"text": titles.get(code, code)}} for code in codes],
        }},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, codes.index(item.code)) for item in items],
    }  # fmt: skip
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _result(item: Diagnostic, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": item.code, "ruleIndex": rule, "level": "error" if item.severity == "error" else "warning",
        "message": {"text": f"{item.headline} {item.help}".strip()},
        "locations": [_location(item.place, item.label)],
    }  # fmt: skip
    if item.labels:
        result["relatedLocations"] = [_location(label.place, label.text) for label in item.labels]
    if item.edit is not None:
        result["fixes"] = [{"artifactChanges": [{
            "artifactLocation": {"uri": _uri(item.edit.place.path)},
            "replacements": [{
                "deletedRegion": _region(item.edit.place), "insertedContent": {"text": item.edit.text},
            }],
        }]}]  # fmt: skip
    return result


def _location(place: Place, text: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(place.path)}, "region": _region(place)}
    }
    return made | ({"message": {"text": text}} if text else {})


def _region(place: Place) -> dict[str, int]:
    return {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line,
            "endColumn": place.end_column}  # fmt: skip


def _uri(path: str) -> str:
    return Path(path).as_uri() if Path(path).is_absolute() else quote(path.replace("\\", "/"))
