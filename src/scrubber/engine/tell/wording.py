"""Messages: templates filled with the values of a subject."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from scrubber.core.logic import ABSENT, Unknown
from scrubber.core.money import format_money
from scrubber.engine.compile.program import Template
from scrubber.engine.evaluate.access import Access, Variables, access
from scrubber.engine.evaluate.world import Bindings, World

MISSING = "(missing)"


_INITIALS = frozenset({"npi", "tin", "ndc", "clia", "zip"})


def spoken(name: str) -> str:
    """The name of a field as it is said in a sentence: ``billing_npi`` is billing NPI."""
    return " ".join(word.upper() if word in _INITIALS else word for word in name.split("_"))


def said(value: Any, kind: str = "") -> str:
    """A value as a sentence has it."""
    if value.__class__ is str:
        return value
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


class Wording:
    """A template bound to a pack's names: its text on a subject, with every value said."""

    __slots__ = ("_parts",)

    def __init__(self, template: Template, bindings: Bindings) -> None:
        self._parts: list[tuple[str, Access | None, str]] = [
            (part, None, "") if isinstance(part, str)
            else ("", access(part, bindings), getattr(getattr(part, "type", None), "kind", ""))
            for part in template
        ]  # fmt: skip

    def __call__(self, world: World, variables: Variables) -> str:
        """The text; ``variables`` hold ``claim`` and ``row`` too."""
        parts = self._parts
        return "".join([text if read is None else said(read(world, variables), kind) for text, read, kind in parts])
