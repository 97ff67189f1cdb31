"""``for_each_row``: one rule a row, its ``row.column`` replaced by the row's constants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from scrubber.core.code_systems import normalise_code
from scrubber.core.money import parse_money
from scrubber.core.types import Type
from scrubber.engine.bindings import parameter_value
from scrubber.engine.members import members_of
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


def with_row(node: Any, values: Mapping[str, Any]) -> Any:
    """The tree with every ``row.column`` replaced."""
    if isinstance(node, ir.FieldOf) and node.record == "row":
        return values.get(node.name, node)
    if isinstance(node, ir.ListOf):
        inner = with_row(node.value, values)
        return inner if isinstance(inner, ir.Codes) else ir.ListOf(value=inner, span=node.span)
    if isinstance(node, tuple):
        return tuple(with_row(item, values) for item in node)
    if isinstance(node, msgspec.Struct) and not isinstance(node, Type):
        changed = {name: with_row(getattr(node, name), values) for name in node.__struct_fields__}
        return msgspec.structs.replace(node, **changed)
    return node


class EmptyRow:
    """Stands for the cells of a row that are empty: every one is missing."""

    record = "row"
    number = None

    def __getattr__(self, name: str) -> None:
        return None


EMPTY_ROW = EmptyRow()
