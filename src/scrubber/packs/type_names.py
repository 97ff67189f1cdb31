"""How packs name types: ``procedure``, ``number``, ``list of modifier``."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from scrubber.core.catalogue import RECORDS
from scrubber.core.code_systems import CODE_SYSTEMS, code_system, normalise_code
from scrubber.core.dates import CALENDARS
from scrubber.core.types import Type
from scrubber.packs.suggest import listed, nearest

_PLAIN = ("code", "text", "number", "money", "date", "duration", "flag", "calendar", "fields")
NAMES: tuple[str, ...] = (*_PLAIN, *CODE_SYSTEMS)
"""Every name of a single type; each but ``calendar`` and ``fields`` may follow ``list of``."""

KEYS = tuple(name for name, field in RECORDS["line"].items() if not field.type.many and field.type.kind != "record")
"""The fields of a line that lines can be compared by."""
FLAGS = {"true": "true", "yes": "true", "false": "false", "no": "false"}


def type_named(name: str) -> Type | None:
    """The type of that name, or None: ``procedure``, ``code``, ``list of modifier``, ``codes``, ``money``."""
    words = " ".join(name.split())
    many = words.startswith("list of ")
    words = words.removeprefix("list of ").removesuffix(" codes").removesuffix(" code")
    if words == "codes":
        words, many = "code", True
    if words in CODE_SYSTEMS:
        return Type("code", words, many)
    if words in ("calendar", "fields"):
        return None if many else Type(words)
    return Type(words, many=many) if words in _PLAIN else None


def problem_with(text: str, type_: Type) -> str | None:
    """Why ``text`` is no value of the (single) type, in words; None where it is one."""
    if type_.kind == "code":
        if type_.of not in ("", "diagnosis") and "." in text:
            return "has a dot, which no such code has; a spreadsheet may have made a number of it"
        system = code_system(type_.of)
        fits = system.fits(normalise_code(text)) or (not type_.of and bool(re.fullmatch(r"[A-Z0-9_.]+", text)))
        return None if fits else f"is not {system.says}"
    if type_.kind == "number":
        return None if _number(text) else "is not a number"
    if type_.kind == "money":
        return None if re.fullmatch(r"-?\$?\d+(\.\d{2})?", text) else "is not an amount such as $150.00"
    if type_.kind == "date":
        return None if iso_date(text) else "is not a date such as 2025-01-31"
    if type_.kind == "duration":
        fits = re.fullmatch(r"\d+ (day|month|year)s?", text) is not None
        return None if fits else "is not a duration such as 95 days, 12 months or 1 year"
    if type_.kind == "flag":
        return None if text.lower() in FLAGS else "is neither true nor false"
    if type_.kind == "fields":
        near = None if text in KEYS else nearest(text, KEYS) or "rendering_npi"
        return None if near is None else f"is no field by which lines are compared, such as {near}"
    if type_.kind == "calendar":
        return None if text in CALENDARS else f"is not one of the calendars {listed(CALENDARS)}"
    return None


def _number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and re.fullmatch(r"[+-]?[0-9.]+", text) is not None
    except InvalidOperation:
        return False


def iso_date(text: str) -> date | None:
    """The day of ``YYYY-MM-DD``, or None."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
