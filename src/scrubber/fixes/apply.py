"""Edits carried out on a copy of a claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from scrubber.claims.model import Claim, ServiceLine
from scrubber.findings.model import Edit


class EditError(ValueError):
    """An edit does not fit the claim: its line or its field is not there. Says which, quotes no value."""


def apply_edits(claim: Claim, edits: Sequence[Edit]) -> Claim:
    """The claim with the edits made, in order. The claim given is not touched.

    Raises:
        EditError: a line or a field of an edit does not exist.
    """
    lines: list[ServiceLine | None] = list(claim.lines)
    numbers = [line.number if line.number is not None else at for at, line in enumerate(claim.lines, 1)]
    for edit in edits:
        if edit.line is None:
            claim = _changed(claim, edit)
            continue
        at = numbers.index(edit.line) if edit.line in numbers else -1
        line = lines[at] if at >= 0 else None
        if line is None:
            raise EditError(f"The claim has no line {edit.line}.")
        lines[at] = None if edit.op == "remove" and edit.field == "line" else _changed(line, edit)
    return structs.replace(claim, lines=tuple(line for line in lines if line is not None))


def _changed(record: Any, edit: Edit) -> Any:
    if edit.field not in record.__struct_fields__:
        raise EditError(f"There is no field named {edit.field} to change.")
    return structs.replace(record, **{edit.field: _value(getattr(record, edit.field), edit)})


def _value(old: Any, edit: Edit) -> Any:
    if edit.op == "set":
        return tuple(edit.value) if isinstance(edit.value, list) else edit.value
    if not isinstance(old, tuple):
        return None if edit.op == "remove" else edit.value
    if edit.op == "add":
        return old if edit.value in old else (*old, edit.value)
    if edit.op == "remove":
        return tuple(item for item in old if item != edit.value)
    if edit.op == "move":
        return (edit.value, *(item for item in old if item != edit.value)) if edit.value in old else old
    raise EditError(f"{edit.op} is not an edit: use add, remove, set or move.")
