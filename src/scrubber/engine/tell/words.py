"""What is told of one revision of a rule whenever it speaks, made when it first does: messages are templates that are
filled with the values of a subject."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from scrubber.core.logic import ABSENT, Unknown
from scrubber.core.money import format_money
from scrubber.engine.compile.program import Template
from scrubber.engine.evaluate.access import Access, Variables, access
from scrubber.engine.evaluate.world import SCOPE_VARIABLES, Bindings, World
from scrubber.engine.plan.rule import BoundRevision
from scrubber.engine.tell.evidence import EvidenceReader
from scrubber.engine.tell.fixing import Proposal
from scrubber.findings.model import Finding, Location

MISSING = "(missing)"


def said(value: Any, kind: str = "") -> str:
    """A value as a sentence has it."""
    if value.__class__ is str:
        return value
    if value is None or value is ABSENT or isinstance(value, Unknown):
        return MISSING
    if kind == "money":
        return f"${format_money(int(value))}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, tuple):
        if len(value) == 2 and isinstance(value[1], str) and isinstance(value[0], int):
            return f"{value[0]} {value[1]}{'s' if value[0] != 1 else ''}"
        return ", ".join(said(item, kind) for item in value) or "none"
    if hasattr(value, "record"):
        return said(getattr(value, "code", None))
    return str(value)


class Wording:
    """A template bound to a pack's names: its text on a subject, with every value said."""

    __slots__ = ("_parts",)

    def __init__(self, template: Template, bindings: Bindings, scope: str) -> None:
        names = ("claim", *SCOPE_VARIABLES[scope])
        self._parts: list[tuple[str, Access | None, str]] = [
            (part, None, "") if isinstance(part, str)
            else ("", access(part, bindings, names), getattr(getattr(part, "type", None), "kind", ""))
            for part in template
        ]  # fmt: skip

    def __call__(self, world: World, variables: Variables) -> str:
        """The text; ``variables`` hold ``claim`` and ``row`` too."""
        parts = self._parts
        return "".join([text if read is None else said(read(world, variables), kind) for text, read, kind in parts])


class Words:
    """The message, the reasons of exceptions, the fixes and the evidence of a revision, bound to its pack's names."""

    def __init__(self, bound: BoundRevision) -> None:
        self._bound = bound

    @cached_property
    def finding(self) -> Finding:
        """What all findings of the revision have in common, on no subject yet."""
        rule, revision = self._bound.rule.rule, self._bound.revision
        return Finding(
            rule=rule.id, revision=revision.number, pack=rule.pack, category=rule.category,
            severity=self._bound.severity, line=None, lines=(), message="", title=rule.title, location=Location(""),
            evidence=(), authority=revision.authority[0] if revision.authority else None, denial=revision.denial,
            bypassable=revision.bypassable, amount_at_risk="", fixes=(), fingerprint="",
        )  # fmt: skip

    @cached_property
    def message(self) -> Wording:
        """What is wrong."""
        return Wording(self._bound.revision.message, self._bound.bindings, self._bound.scope)

    @cached_property
    def reasons(self) -> tuple[Wording, ...]:
        """Why each exception lifts the rule."""
        bound = self._bound
        return tuple(Wording(item.reason, bound.bindings, bound.scope) for item in bound.revision.unless)

    @cached_property
    def fixes(self) -> tuple[Proposal, ...]:
        """What can be done."""
        bound = self._bound
        return tuple(Proposal(fix, bound.scope, bound.bindings) for fix in bound.revision.fixes)

    @cached_property
    def evidence(self) -> EvidenceReader:
        """What the condition and its exceptions read."""
        bound = self._bound
        conditions = [condition for condition in bound.conditions if condition is not None]
        return EvidenceReader(conditions, bound.scope, bound.bindings)


def words_of(bound: BoundRevision) -> Words:
    """The words of a revision, kept with it."""
    words: Any = bound.words
    if words is None:
        words = bound.words = Words(bound)
    return words  # type: ignore[no-any-return]
