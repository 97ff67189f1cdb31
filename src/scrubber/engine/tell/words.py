"""What is told of one revision of a rule whenever it speaks, made when it first does: messages are templates that are
filled with the values of a subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from scrubber.core.logic import ABSENT, Unknown
from scrubber.core.money import format_money
from scrubber.engine.compile.program import Template
from scrubber.engine.evaluate.access import Access, Values, access
from scrubber.engine.evaluate.each_row import by_name
from scrubber.engine.evaluate.lists import BoundCodes
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.trace import Trace
from scrubber.engine.evaluate.world import SCOPE_VARIABLES, Bindings, World
from scrubber.engine.plan.rule import BoundRevision
from scrubber.engine.tell.fixing import Proposal
from scrubber.findings.model import Finding, Location
from scrubber.lang import ir

MISSING = "(missing)"


def kind_of(value: Any) -> str:
    """What an operand of a template is."""
    return getattr(getattr(value, "type", None), "kind", "")


def said(value: Any, kind: str = "") -> str:
    """A value as a sentence has it."""
    if value.__class__ is str:
        return value
    if value.__class__ is int and kind != "money":
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or value is ABSENT or isinstance(value, Unknown):
        return MISSING
    if kind == "money":
        return f"${format_money(int(value))}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, BoundCodes):
        value = value.written
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
            (part, None, "") if isinstance(part, str) else ("", access(part, bindings, names), kind_of(part))
            for part in template
        ]

    def __call__(self, world: World, values: Values) -> str:
        """The text; ``values`` are the claim and the subject's."""
        parts = self._parts
        return "".join([text if read is None else said(read(world, values), kind) for text, read, kind in parts])


class Telling:
    """The message of a finding, and its evidence: every value and table row that its condition, which holds, and its
    exceptions read, in the order they are read. May be shared by threads.

    By the reference evaluator at first, by one function compiled for the revision once it is told often; tests hold the
    second equal to the first.
    """

    __slots__ = ("_asked", "_bindings", "_exceptions", "_names", "_run", "_template", "_when", "_wording")

    def __init__(self, when: ir.Condition | None, exceptions: Iterable[ir.Condition], wording: Wording,
                 template: Template, scope: str, bindings: Bindings) -> None:  # fmt: skip
        self._when, self._exceptions, self._bindings = when, tuple(exceptions), bindings
        self._wording, self._template = wording, template
        self._names = ("claim", *SCOPE_VARIABLES[scope])
        self._asked = 0
        self._run: Callable[..., str] | None = None

    def on(self, trace: Trace, world: World, values: Values) -> str:
        """The message on a subject; what was read is added to ``trace``."""
        if self._run is None:
            self._asked += 1
            if self._asked < self._bindings.worth_compiling:
                evaluate = Reference(world, self._bindings, by_name(self._names, values), trace)
                for condition in (self._when, *self._exceptions):
                    if condition is not None:
                        evaluate.truth(condition)
                return self._wording(world, values)
            # Imported here: a short run compiles nothing.
            from scrubber.engine.evaluate.row.telling import compile_telling

            parts = [part if isinstance(part, str) else (part, kind_of(part)) for part in self._template]
            self._run = compile_telling(self._when, self._exceptions, parts, said, self._bindings, self._names)
        return self._run(trace.found, trace.earlier, trace.procedures, world, *values)


class Words:
    """What is told of a revision, bound to its pack's names."""

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
    def field_to_set(self) -> str:
        """The field of the claim that a fix sets; empty where none does."""
        fixes = self._bound.revision.fixes
        return next((fix.field for fix in fixes if fix.kind == "set_field" and fix.target == "claim"), "")

    @cached_property
    def told(self) -> Telling:
        """What is wrong, with what the condition and its exceptions read."""
        bound = self._bound
        exceptions = [item.condition for item in bound.revision.unless]
        return Telling(bound.when, exceptions, self.message, bound.revision.message, bound.scope, bound.bindings)


def words_of(bound: BoundRevision) -> Words:
    """The words of a revision, kept with it."""
    words: Any = bound.words
    if words is None:
        words = bound.words = Words(bound)
    return words  # type: ignore[no-any-return]
