"""Diagnostics and notes as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place
from scrubber.lint.model import Note


def as_json(found: Iterable[Diagnostic], notes: Iterable[Note] = ()) -> str:
    """One object: ``diagnostics`` in file order, and ``notes`` on what was not decided or skipped."""
    made: dict[str, Any] = {
        "schema_version": "1",
        "diagnostics": [_diagnostic(item) for item in found],
        "notes": [
            {
                "code": note.code,
                "kind": note.kind,
                "rule": note.rule or None,
                "place": _place(note.place),
                "why": note.why,
            }
            for note in notes
        ],
    }  # fmt: skip
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line, "column": place.column, "end_line": place.end_line,
            "end_column": place.end_column}  # fmt: skip


def _diagnostic(item: Diagnostic) -> dict[str, Any]:
    edit = item.edit
    return {
        "code": item.code, "severity": item.severity, "headline": item.headline, "place": _place(item.place),
        "label": item.label, "help": item.help,
        "labels": [{"place": _place(label.place), "text": label.text} for label in item.labels],
        "edit": {"place": _place(edit.place), "text": edit.text, "safe": edit.safe} if edit is not None else None,
    }  # fmt: skip
