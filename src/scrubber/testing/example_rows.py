"""Made-up rows of the tables that an example looks up."""

from __future__ import annotations

from datetime import date
from typing import Any

from scrubber.core.money import format_money
from scrubber.core.types import Type
from scrubber.engine.compile.program import CompiledTable
from scrubber.engine.evaluate.lists import code_of
from scrubber.testing.example_state import State


def cell_text(value: Any, type_: Type) -> str:
    """A value as a row of a table has it."""
    if isinstance(value, tuple | list):
        return " ".join(cell_text(each, type_.one) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return format_money(value) if type_.kind == "money" else str(code_of(value))


def put_row(state: State, stored: str, table: CompiledTable, keys: dict[str, str], column: dict[str, str]) -> None:
    """Write a cell into the row of those keys, which is added where it is not there."""
    rows = state["tables"].setdefault(stored, [])
    row = next((row for row in rows if all(row[name] == key for name, key in keys.items())), None)
    if row is None:
        row = {**keys, **{name: _plain_cell(type_) for name, type_ in table.columns.items()}}
        rows.append(row)
    row.update(column)


def drop_row(state: State, stored: str, keys: dict[str, str]) -> None:
    """Take the row of those keys out; what stays is an edition that does not have it."""
    rows = state["tables"].get(stored, [])
    state["tables"][stored] = [row for row in rows if any(row[name] != key for name, key in keys.items())]


def _plain_cell(type_: Type) -> str:
    return (
        "" if type_.many else {"number": "1", "money": "1.00", "flag": "no", "date": "2024-01-01"}.get(type_.kind, "")
    )
