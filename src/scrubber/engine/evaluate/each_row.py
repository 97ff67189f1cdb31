"""``for_each_row``: one rule a row, its ``row.column`` replaced by the row's constants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from scrubber.core.types import Type
from scrubber.lang import ir


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


def by_name(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    """The variables of a subject as the reference evaluator reads them; a row is put into its rule already."""
    return {"row": EMPTY_ROW, **dict(zip(names, values, strict=True))}
