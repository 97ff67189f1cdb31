"""Messages: templates filled with the values of a subject."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from scrubber.core.logic import ABSENT, Unknown
from scrubber.core.money import format_money
from scrubber.engine.compile.program import Template
from scrubber.engine.evaluate.reference import Reference

MISSING = "(missing)"


def said(value: Any, kind: str = "") -> str:
    """A value as a sentence has it."""
    if value is None or value is ABSENT or isinstance(value, Unknown):
        return MISSING
    if kind == "money":
        return f"${format_money(int(value))}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, tuple):
        if len(value) == 2 and isinstance(value[1], str) and isinstance(value[0], int):
            return f"{value[0]} {value[1]}{'s' if value[0] != 1 else ''}"
        return ", ".join(said(item, kind) for item in value) or "none"
    if hasattr(value, "record"):
        return said(getattr(value, "code", None))
    return str(value)


def render(template: Template, evaluate: Reference) -> str:
    """The template's text with every value said."""
    parts = []
    for part in template:
        if isinstance(part, str):
            parts.append(part)
        else:
            kind = getattr(getattr(part, "type", None), "kind", "")
            parts.append(said(evaluate.value(part), kind))
    return "".join(parts)
