"""What a rule read while it was decided: the evidence of a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from scrubber.core.catalogue import field as catalogue_field
from scrubber.core.logic import ABSENT, Unknown
from scrubber.core.money import format_money
from scrubber.findings.model import Evidence
from scrubber.lang import ir

PRIVATE = frozenset({"subscriber_id", "patient_birth_date", "note", "description", "payer_name", "site"})
"""Fields whose values say who the patient is: named in evidence, never quoted."""


_PLAIN = frozenset({str, int, bool})


def plain(value: Any, kind: str = "") -> Any:
    """A value as JSON carries it: money with two decimals, dates as ISO text, records by their codes."""
    if kind == "money" and value is not None and not isinstance(value, bool):
        return format_money(int(value))
    if value is None or value.__class__ in _PLAIN:
        return value
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


@cache
def shown_as(record: str, name: str) -> Callable[[Any], Any] | None:
    """How evidence shows a field: as JSON carries it, or only that it is present where it says who the patient is. None
    where the value is shown as it is."""
    if name in PRIVATE:
        return _present
    about = catalogue_field(record, name)
    if about is None or about.type.kind not in ("code", "text", "date", "money"):
        return plain
    if about.type.many:
        return _listed if about.type.kind in ("code", "text") else plain
    return {"date": iso_date, "money": _money}.get(about.type.kind)


def _listed(value: Any) -> Any:
    return None if value is None else list(value)


def _present(value: Any) -> Any:
    return None if value is None else "(present)"


def iso_date(value: date | None) -> str | None:
    """A date as JSON carries it."""
    return None if value is None else value.isoformat()


def _money(value: Any) -> Any:
    return plain(value, "money")


def evidence_of_row(node: ir.Lookup, keys: Iterable[Any], value: Any, edition: str) -> Evidence:
    """What a table was asked, and what it said."""
    shown = "no row" if value is ABSENT else None if isinstance(value, Unknown) else plain(value)
    name = f"{node.table}.{node.column}" if node.column else node.table
    if not node.column and shown != "no row":
        shown = "a row"
    asked = tuple([key if key.__class__ is str else plain_key(key) for key in keys])  # nearly every key is a code
    return Evidence(name, shown, None, node.table, edition or None, asked)


def witnesses_of(source: ir.Source) -> str:
    """Where a :class:`Trace` keeps what an ``any`` over a source finds; empty where it does not."""
    if source.reaches_history:
        return "earlier"
    return "procedures" if source.record == "icd_procedure" else ""


class Trace:
    """Collects each field and table row once, in the order first read. Of what an ``any`` found, ``earlier`` are the
    lines and claims of history and ``procedures`` the ICD procedures of the claim, which are no subject of a rule but
    have a place.

    Where a clause is false, nothing behind it decides anything, and it is not read; a ``thorough`` trace is shown that
    as well.
    """

    __slots__ = ("earlier", "found", "procedures", "thorough")

    def __init__(self, thorough: bool = False) -> None:
        self.thorough = thorough
        self.found: dict[tuple[Any, ...], Evidence] = {}
        self.earlier: dict[int, Any] = {}
        self.procedures: dict[int, Any] = {}

    def read(self, owner: Any, name: str, value: Any) -> None:
        """A field was read."""
        record = getattr(owner, "record", "group")
        key = (id(owner), name)
        if key not in self.found and record != "row":
            shown = shown_as(record, name)
            line = owner.number if record == "line" else None
            self.found[key] = Evidence(f"{record}.{name}", value if shown is None else shown(value), line)

    def looked_up(self, node: ir.Lookup, keys: list[Any], value: Any, edition: str) -> None:
        """A table was asked."""
        key = (node.table, tuple(keys), node.column)
        if key not in self.found:
            self.found[key] = evidence_of_row(node, keys, value, edition)

    def witness(self, source: ir.Source, item: Any) -> None:
        """An element that an ``any`` found, where such are kept: after those found within it."""
        kept = witnesses_of(source)
        if kept:
            getattr(self, kept)[id(item)] = item

    def evidence(self) -> tuple[Evidence, ...]:
        """Everything read, in order."""
        return tuple(self.found.values())
