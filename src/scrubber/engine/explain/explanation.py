"""An explanation as plain data: for people it is rendered by ``report``, for programs it is JSON."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from scrubber.findings.model import Evidence


class Clause(Struct, frozen=True):
    """A condition and what became of it. ``truth``: true, false or unknown; ``why`` says what made it unknown;
    ``read`` are the values and table rows it read; ``parts`` what it is made of, each element of a quantifier too."""

    text: str
    truth: str
    why: tuple[str, ...] = ()
    read: tuple[Evidence, ...] = ()
    parts: tuple[Clause, ...] = ()


class Criterion(Struct, frozen=True):
    """One of the criteria that say whom a rule is about. ``value`` is the claim's; None where it is not known."""

    criterion: str
    any_of: tuple[str, ...]
    none_of: tuple[str, ...]
    value: str | None
    truth: str


class Layer(Struct, frozen=True):
    """A pack that had a say: what it did, and its reason."""

    pack: str
    did: str
    reason: str = ""


class ParameterInForce(Struct, frozen=True):
    """A parameter the rule reads, its value, and who set it: ``default``, a pack's id, or ``caller``."""

    name: str
    value: tuple[str, ...]
    set_by: str


class TableInReach(Struct, frozen=True):
    """A table the rule reads, and the edition that answers for the claim's day; empty where none does."""

    table: str
    edition: str
    note: str = ""


class SubjectExplained(Struct, frozen=True, kw_only=True):
    """One thing the rule was asked of: lines, a pair (``lines`` with ``other``), a diagnosis, or the claim.

    ``outcome``: fires, bypassed, clear, undetermined, not evaluated, not applicable, not joined. ``row`` is the line of
    the list, for a rule over a list.
    """

    lines: tuple[int, ...]
    other: int | None = None
    diagnosis: int | None = None
    row: int | None = None
    outcome: str
    reason: str
    day: date | None = None
    revision: int | None = None
    window: str = ""
    severity: str = ""
    when: tuple[Clause, ...] = ()
    unless: tuple[Clause, ...] = ()


class Explanation(Struct, frozen=True, kw_only=True):
    """Why a rule says what it says of a claim or a line. ``state``: in force, not applicable, disabled or replaced by
    a pack, or not run because of its status."""

    rule: str
    title: str
    pack: str
    status: str
    scope: str
    why: str
    patient_control_number: str | None
    line: int | None
    as_of: date
    state: str
    applies: tuple[Criterion, ...]
    layers: tuple[Layer, ...]
    parameters: tuple[ParameterInForce, ...]
    tables: tuple[TableInReach, ...]
    revisions: tuple[str, ...]
    subjects: tuple[SubjectExplained, ...]
    notes: tuple[str, ...]
