"""Edits carried out on a copy of a claim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import structs

from scrubber.claims.model import Claim, ServiceLine
from scrubber.core.catalogue import field as catalogue_field
from scrubber.core.code_systems import normalise_code
from scrubber.core.money import parse_money
from scrubber.findings.model import Edit

_LISTED = re.compile(r"(diagnoses|icd_procedures)\[(\d{1,2})\]\.(code|qualifier|poa)")
"""A code of a record in a list of the claim, its position from 1."""

_ONE_OF = {"diagnoses": "diagnosis", "icd_procedures": "ICD procedure"}


class EditError(ValueError):
    """An edit does not fit the claim: its line or its field is not there. Says which, quotes no value."""


def apply_edits(claim: Claim, edits: Sequence[Edit]) -> Claim:
    """The claim with the edits made, in order. The claim given is not touched.

    Raises:
        EditError: a line or a field of an edit does not exist, or a value is not of the field's type.
    """
    lines: list[ServiceLine | None] = list(claim.lines)
    numbers = [line.number if line.number is not None else at for at, line in enumerate(claim.lines, 1)]
    for edit in edits:
        if edit.line is None:
            claim = _changed_claim(claim, edit)
            continue
        at = numbers.index(edit.line) if edit.line in numbers else -1
        line = lines[at] if at >= 0 else None
        if line is None:
            raise EditError(f"The claim has no line {edit.line}.")
        lines[at] = None if edit.op == "remove" and edit.field == "line" else _changed(line, "line", edit)
    return structs.replace(claim, lines=tuple(line for line in lines if line is not None))


def _changed_claim(claim: Claim, edit: Edit) -> Claim:
    found = _LISTED.fullmatch(edit.field)
    if found is None:
        return _changed(claim, "claim", edit)  # type: ignore[no-any-return]
    records = list(getattr(claim, found[1]))
    at = int(found[2]) - 1
    if not 0 <= at < len(records):
        raise EditError(f"The claim has no {_ONE_OF[found[1]]} {at + 1}.")
    records[at] = structs.replace(records[at], **{found[3]: normalise_code(str(edit.value))})
    return structs.replace(claim, **{found[1]: tuple(records)})


def _changed(record: Any, name: str, edit: Edit) -> Any:
    if edit.field not in record.__struct_fields__ or edit.field == "lines":
        raise EditError(f"There is no field named {edit.field} to change.")
    return structs.replace(record, **{edit.field: _value(getattr(record, edit.field), name, edit)})


def _value(old: Any, record: str, edit: Edit) -> Any:
    if edit.op == "remove" and not isinstance(old, tuple):
        return None
    new = [
        _typed(item, record, edit) for item in (edit.value if isinstance(edit.value, list | tuple) else [edit.value])
    ]
    if not isinstance(old, tuple):
        return new[0]
    if edit.op == "set":
        return tuple(new)
    if edit.op == "add":
        return (*old, *(item for item in new if item not in old))
    if edit.op == "remove":
        return tuple(item for item in old if item not in new)
    if edit.op == "move":
        return (*(item for item in new if item in old), *(item for item in old if item not in new))
    raise EditError(f"{edit.op} is not an edit: use add, remove, set or move.")


def _typed(value: Any, record: str, edit: Edit) -> Any:
    """A value as the claim holds it: a choice arrives as text."""
    about = catalogue_field(record, edit.field)
    if not isinstance(value, str) or about is None:
        return value
    try:
        match about.type.kind:
            case "code":
                return normalise_code(value)
            case "money":
                return parse_money(value)
            case "date":
                return date.fromisoformat(value)
            case "number":
                number = Decimal(value)
                return int(number) if number == number.to_integral_value() else number
            case "flag":
                return value.lower() in ("true", "yes", "y")
    except (ValueError, InvalidOperation):
        raise EditError(f"The value for {edit.field} is not a {about.type}.") from None
    return value
