"""The cells of ``for_each_row`` lists as constants of their columns' types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from scrubber.core.code_systems import normalise_code
from scrubber.core.money import parse_money
from scrubber.core.types import Type
from scrubber.engine.compile.members import members_of
from scrubber.engine.compile.parameter_values import parameter_value
from scrubber.lang import ir


def row_constants(values: Mapping[str, str], columns: Mapping[str, Type]) -> dict[str, Any]:
    """The cells of a row as constants, by column. Empty cells are left out: they are missing."""
    return {name: constant(values[name], type_) for name, type_ in columns.items() if values.get(name, "").strip()}


def constant(text: str, type_: Type) -> Any:
    """A cell as a constant of its type; a list column (items parted by blanks) as a code set."""
    if type_.many:
        return members_of(text.replace(";", " ").split(), type_)
    match type_.kind:
        case "code":
            return ir.CodeConst(value=normalise_code(text), type=type_)
        case "number":
            return ir.NumberConst(text=text.strip())
        case "money":
            return ir.MoneyConst(cents=parse_money(text))
        case "date":
            return ir.DateConst(value=date.fromisoformat(text.strip()))
        case "duration":
            count, unit = parameter_value((text,), type_)
            return ir.DurationConst(count=count, unit=unit)
    return ir.TextConst(value=text)
