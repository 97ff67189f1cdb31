"""Parameters that are not lists of codes: from the text of a pack or a caller to a value."""

from __future__ import annotations

from datetime import date
from typing import Any

from scrubber.core.money import parse_money
from scrubber.core.types import Type
from scrubber.engine.evaluate.operations import number


def parameter_value(written: tuple[str, ...], type_: Type) -> Any:
    """A parameter that is not a list of codes, from its text.

    Raises:
        ValueError: the text is not of the type.
    """
    text = written[0].strip() if written else ""
    match type_.kind:
        case "fields":
            return tuple(item.strip() for item in written)
        case "number":
            return number(text)
        case "money":
            return parse_money(text)
        case "date":
            return date.fromisoformat(text)
        case "flag":
            if text.lower() not in ("true", "false", "yes", "no"):
                raise ValueError("write true or false")
            return text.lower() in ("true", "yes")
        case "duration":
            count, _, unit = text.partition(" ")
            unit = unit.strip().rstrip("s")
            if not count.isdigit() or unit not in ("day", "month", "year"):
                raise ValueError("write a duration such as 95 days or 1 year")
            return (int(count), unit)
    return text
