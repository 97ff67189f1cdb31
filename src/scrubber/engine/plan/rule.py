"""A rule of a plan: bound to its pack's names, with what a subject must carry for it to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Reason, Unknown
from scrubber.engine.compile.program import CompiledRevision, CompiledRow, CompiledRule, ProgramPack
from scrubber.engine.evaluate.asking import Asked, Test, always, unsure
from scrubber.engine.evaluate.each_row import with_row
from scrubber.engine.evaluate.variables import SCOPE_VARIABLES
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.narrow import split
from scrubber.engine.plan.triggers import Triggers, either, necessary, necessary_on_claim
from scrubber.lang import ir
from scrubber.packs.model import Override


class BoundRevision:
    """One revision under one plan. What it asks is made ready when it is first asked."""

    def __init__(self, revision: CompiledRevision, rule: BoundRule, row: CompiledRow | None) -> None:
        self.revision = revision if row is None else with_row(revision, row.values)
        self.when = self.revision.when
        self.bindings = rule.bindings
        self.scope = rule.rule.scope
        self.severity = rule.severity or revision.severity
        self.words: Any = None  # what is told of it, made when it first speaks

    @cached_property
    def test(self) -> Test:
        """The whole condition, of (world, claim, subject variables)."""
        return self._asked(self.when)

    @cached_property
    def exceptions(self) -> tuple[Test, ...]:
        """The conditions of ``unless``, in order."""
        return tuple(self._asked(item.condition) for item in self.revision.unless)

    @cached_property
    def parts(self) -> tuple[Test, Test]:
        """The condition in two parts: what subjects with the same codes and day agree on, and the rest."""
        if self.when is None:
            return always, always
        shared, rest = split(self.when, self.scope, self._by_claim)
        return self._asked(shared), self._asked(rest)

    @cached_property
    def beginning(self) -> Test:
        """Of a pair rule, the part of the condition that is about ``line`` alone, of (world, claim, line)."""
        if self.when is None:
            return always
        part, _ = split(self.when, "line", self._by_claim)
        return Asked(part, self.bindings, ("claim", "line"))

    def _by_claim(self, table: str) -> bool:
        return self.bindings.table(table).fields is not None

    def _asked(self, condition: ir.Condition | None) -> Test:
        if condition is None or condition == ir.And(items=()):
            return always
        return Asked(condition, self.bindings, ("claim", *SCOPE_VARIABLES[self.scope]))


class BoundRule:
    """A rule in force, or one row of it. ``overridden`` is the override that changed its severity, with its pack."""

    __slots__ = (
        "bindings", "doubt", "group_fields", "overridden", "pair_fields", "revisions", "row", "rule", "severity",
        "triggers",
    )  # fmt: skip

    def __init__(self, rule: CompiledRule, row: CompiledRow | None, bindings: PackBindings, doubt: Unknown | None,
                 overridden: tuple[ProgramPack, Override] | None) -> None:  # fmt: skip
        self.rule, self.row, self.bindings, self.doubt = rule, row, bindings, doubt
        self.overridden = overridden
        self.severity = overridden[1].severity if overridden else ""
        self.revisions = [BoundRevision(revision, self, row) for revision in rule.revisions]
        self.pair_fields = _key_fields(rule.same, bindings)
        self.group_fields = _key_fields([key for key in rule.group_by if key.field != "day"], bindings)
        self.triggers: dict[str, Triggers] = {
            variable: either([necessary(revision.when, variable) for revision in self.revisions])
            for variable in SCOPE_VARIABLES[rule.scope]
        }
        if rule.scope == "claim":
            self.triggers["claim"] = either([necessary_on_claim(revision.when) for revision in self.revisions])

    def concerns(self, code: str | None, variable: str) -> bool:
        """Whether a subject with this code could be anything but clear. A missing code concerns every rule."""
        triggers = self.triggers.get(variable, {})
        trigger = triggers.get("code" if self.rule.scope.startswith("diagnosis") else "procedure")
        return trigger is None or code is None or self._met(trigger, code)

    def concerns_line(self, procedure: str | None, modifiers: Iterable[str], place_of_service: str | None) -> bool:
        """Whether a line that carries these could be anything but clear."""
        triggers = self.triggers["line"]
        for field, code in (("procedure", procedure), ("place_of_service", place_of_service)):
            trigger = triggers.get(field)
            if trigger is not None and code is not None and not self._met(trigger, code):
                return False
        trigger = triggers.get("modifiers")
        return trigger is None or any(self._met(trigger, modifier) for modifier in modifiers)

    def _met(self, trigger: tuple[ir.Codes, ...], code: str) -> bool:
        return any(self.bindings.codes(codes).may_hold(code) for codes in trigger)

    def revision_on(self, day: date | None) -> BoundRevision | Unknown | None:
        """The revision in force on the day of the subject; None where there is none; Unknown where it needs a day."""
        for bound in self.revisions:
            window = bound.revision.window
            if window.first is None and window.last is None:
                return bound
            if day is None:
                return Unknown(Reason("missing_field", "line.date"))
            if window.holds(day):
                return bound
        return None

    def test_on(self, world: World, day: date | None, *subject: Any) -> Any:
        """What is still to be asked of a line, pair or group, by its codes and its day alone: a function of (world,
        claim, *subject) that gives False where the rule is certainly clear; None where that is certain already.
        """
        if self.rule.basis != "from":
            return unsure
        bound = self.revision_on(day)
        if bound is None:
            return None
        if isinstance(bound, Unknown):
            # Without a day a line's only revision, if it is clear, is so whether it is in force or not.
            return self.revisions[0].test if self.rule.scope == "line" and len(self.revisions) == 1 else unsure
        shared, rest = bound.parts
        try:
            met = shared(world, world.claim, *subject)
        except Exception:  # the whole rule will crash in its turn, and that is reported
            return bound.test
        return rest if met else bound.test if met is None else None

    def may_begin(self, world: World, day: date | None, line: LineView) -> bool:
        """Whether a pair rule could be anything but clear on a pair whose first is a line with these codes."""
        bound = self.revision_on(day) if self.rule.basis == "from" else None
        if not isinstance(bound, BoundRevision):
            return True
        try:
            return bound.beginning(world, world.claim, line) is not False
        except Exception:  # the whole rule will crash in its turn, and that is reported
            return True


def _key_fields(keys: Iterable[ir.Key], bindings: PackBindings) -> tuple[str, ...]:
    """The line fields that join keys name, parameters resolved."""
    fields: list[str] = []
    for key in keys:
        fields += [key.field] if key.field else bindings.parameter(key.parameter)
    return tuple(dict.fromkeys(fields))
