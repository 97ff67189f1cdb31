"""What a rule read while it was decided: the evidence of a finding."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from scrubber.core.catalogue import field as catalogue_field
from scrubber.core.logic import ABSENT, Truth, Unknown
from scrubber.core.money import format_money
from scrubber.findings.model import Evidence
from scrubber.lang import ir

PRIVATE = frozenset({"subscriber_id", "patient_birth_date", "note", "description", "payer_name", "site"})
"""Fields whose values say who the patient is: named in evidence, never quoted."""


def plain(value: Any, kind: str = "") -> Any:
    """A value as JSON carries it: money with two decimals, dates as ISO text, records by their codes."""
    if value is None or isinstance(value, bool):
        return value
    if kind == "money":
        return format_money(int(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item, kind) for item in value]
    return plain(getattr(value, "code", None)) if hasattr(value, "record") else value


def plain_key(key: Any) -> Any:
    """A key of a look-up as JSON carries it. Keys that are equal are shown alike, however they were reckoned: 2.5 times
    2 is 5.0, and asks for the row of 5."""
    if isinstance(key, Decimal):
        return int(key) if key == key.to_integral_value() else format(key.normalize(), "f")
    return plain(key)


class Trace:
    """Collects each field and table row once, in the order first read; ``earlier``: lines and claims of history."""

    def __init__(self) -> None:
        self.found: dict[tuple[Any, ...], Evidence] = {}
        self.earlier: dict[int, Any] = {}

    def read(self, owner: Any, name: str, value: Any) -> None:
        """A field was read."""
        record = getattr(owner, "record", "group")
        line = owner.number if record == "line" else None
        key = (record, id(owner), name)
        if key not in self.found and record != "row":
            about = catalogue_field(record, name)
            kind = about.type.kind if about else ""
            shown = "(present)" if name in PRIVATE and value is not None else plain(value, kind)
            self.found[key] = Evidence(f"{record}.{name}", shown, line)

    def looked_up(self, node: ir.Lookup, keys: list[Any], day: date, value: Any, edition: str = "") -> None:
        """A table was asked."""
        key = (node.table, tuple(keys), node.column)
        if key in self.found:
            return
        shown = "no row" if value is ABSENT else None if isinstance(value, Unknown) else plain(value)
        name = f"{node.table}.{node.column}" if node.column else node.table
        if not node.column and shown != "no row":
            shown = "a row"
        self.found[key] = Evidence(name, shown, None, node.table, edition or None, tuple(plain_key(k) for k in keys))

    def witnesses(self, source: ir.Source, elements: Iterable[tuple[Any, Truth]]) -> None:
        """The elements on earlier claims that an ``any`` over history found."""
        if source.reaches_history:
            self.earlier.update({id(item): item for item, met in elements if met is True})

    def evidence(self) -> tuple[Evidence, ...]:
        """Everything read, in order."""
        return tuple(self.found.values())
