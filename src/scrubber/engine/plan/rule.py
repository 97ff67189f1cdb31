"""A rule of a plan: bound to its pack's names, with what a subject must carry for it to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Reason, Unknown
from scrubber.engine.compile.program import CompiledRevision, CompiledRow, CompiledRule, ProgramPack
from scrubber.engine.evaluate.asking import ALWAYS, NEVER, UNSURE, FirstThatHolds, Test
from scrubber.engine.evaluate.each_row import by_name, with_row
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import SCOPE_VARIABLES, World
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.narrow import FAILS, HOLDS, Sharing
from scrubber.engine.plan.tables import BoundTable
from scrubber.engine.plan.triggers import Triggers, either, necessary, necessary_on_claim
from scrubber.lang import ir
from scrubber.packs.model import Override

if TYPE_CHECKING:
    from scrubber.engine.plan.doubts import Terms
    from scrubber.engine.plan.likeness import AskedOfCodes


class Parts(Struct, frozen=True):
    """A condition in two parts: what subjects with one key agree on, with its function, and the rest.

    ``exceptions`` says whether they agree on all exceptions too.
    """

    shared: ir.And
    test: Test
    rest: ir.And
    exceptions: bool


class BoundRevision:
    """One revision under one plan. What it asks is made ready when it is first asked."""

    def __init__(self, revision: CompiledRevision, rule: BoundRule, row: CompiledRow | None) -> None:
        self.revision = revision if row is None else with_row(revision, row.values)
        self.when = self.revision.when
        self.bindings = rule.bindings
        self.rule = rule
        self.scope = rule.rule.scope
        self.severity = rule.severity or revision.severity
        self.words: Any = None  # what is told of it, made when it first speaks
        self._parts: dict[bool, Parts] = {}
        self._beginnings: dict[bool, Test] = {}

    @cached_property
    def test(self) -> Test:
        """The whole condition, of (world, claim, subject variables)."""
        return self.asked(self.when)

    @property
    def conditions(self) -> tuple[ir.Condition | None, ...]:
        """The condition and those of ``unless``."""
        return (self.when, *(item.condition for item in self.revision.unless))

    @cached_property
    def asked_of_codes(self) -> AskedOfCodes | None:
        """What the conditions ask of procedures; None where they may tell any two apart."""
        from scrubber.engine.plan.likeness import asked_of_codes  # here because few claims are long

        return asked_of_codes(self.conditions, self.bindings)

    @cached_property
    def exceptions(self) -> tuple[Test, ...]:
        """The conditions of ``unless``, in order."""
        return tuple(self.asked(item.condition) for item in self.revision.unless)

    @cached_property
    def lifted_by(self) -> FirstThatHolds:
        """Which exception lifts the rule, of (world, claim, subject variables)."""
        conditions = tuple(item.condition for item in self.revision.unless)
        return FirstThatHolds(conditions, self.exceptions, self.bindings, ("claim", *SCOPE_VARIABLES[self.scope]))

    @cached_property
    def exceptions_bare(self) -> tuple[Test, ...]:
        """Those exceptions that could hold of a claim of whose patient no other claim is known."""
        return tuple(
            test
            for test, item in zip(self.exceptions, self.revision.unless, strict=True)
            if not _needs_earlier(item.condition)
        )

    @cached_property
    def exceptions_lacking(self) -> frozenset[int]:
        """The places of those exceptions that are unknown of such a claim, for want of history and nothing else."""
        return frozenset(number for number, item in enumerate(self.revision.unless) if _finds_earlier(item.condition))

    def parts(self, sharing: Sharing) -> Parts:
        """The condition by what subjects with one key agree on."""
        found = self._parts.get(sharing.bare)
        if found is None:
            shared, rest = ir.And(items=()), ir.And(items=())
            if self.when is not None:
                shared, rest = sharing.split(self.when)
            exceptions = all(sharing.holds(item.condition) for item in self.revision.unless)
            found = self._parts[sharing.bare] = Parts(shared, self.asked(shared), rest, exceptions)
        return found

    def beginning(self, sharing: Sharing) -> Test:
        """Of a pair rule, the part of the condition that is about ``line`` alone, of (world, claim, line)."""
        found = self._beginnings.get(sharing.bare)
        if found is None:
            part = ir.And(items=()) if self.when is None else sharing.split(self.when)[0]
            found = ALWAYS if not part.items else self.bindings.asked(part, ("claim", "line"))
            self._beginnings[sharing.bare] = found
        return found

    def asked(self, condition: ir.Condition | None) -> Test:
        """The function of a condition. Rules of one pack that ask the same share it: few conditions differ once
        look-ups are constants, and each is compiled once."""
        if condition is None or condition == HOLDS:
            return ALWAYS
        if condition == FAILS:
            return NEVER
        return self.bindings.asked(condition, ("claim", *SCOPE_VARIABLES[self.scope]))


class Lacking(Struct, frozen=True):
    """That a rule lacks history for a line, unless ``test`` is False."""

    test: Test
    revision: BoundRevision


class GroupKeys(Struct, frozen=True, cache_hash=True):
    """What a group's lines share: fields of lines, those that parameters list included, and whether a group is of one
    day. Each is a field of the group: a condition may ask for it, and a source may join on it. ``with_earlier``: that
    the rules ask for earlier claims, whose lines begin and end on days of their own."""

    fields: tuple[str, ...]
    by_day: bool
    with_earlier: bool

    @classmethod
    def of(cls, keys: Iterable[ir.Key], bindings: PackBindings, with_earlier: bool) -> GroupKeys:
        """The keys as written, parameters resolved."""
        of_lines = [key for key in keys if key.field != "day"]
        return cls(_key_fields(of_lines, bindings), any(key.field == "day" for key in keys), with_earlier)


class BoundRule:
    """A rule in force, or one row of it. ``overridden`` is the override that changed its severity, with its pack."""

    __slots__ = (
        "bindings", "doubt", "group_keys", "overridden", "pair_fields", "pair_table", "revisions", "row", "rule",
        "severity", "triggers",
    )  # fmt: skip

    def __init__(self, rule: CompiledRule, row: CompiledRow | None, bindings: PackBindings, doubt: Unknown | None,
                 overridden: tuple[ProgramPack, Override] | None) -> None:  # fmt: skip
        self.rule, self.row, self.bindings, self.doubt = rule, row, bindings, doubt
        self.overridden = overridden
        self.severity = overridden[1].severity if overridden else ""
        self.revisions = [BoundRevision(revision, self, row) for revision in rule.revisions]
        self.pair_fields = _key_fields(rule.same, bindings)
        self.pair_table: BoundTable | None = bindings.table(rule.pair_table) if rule.pair_table else None
        self.group_keys = GroupKeys.of(rule.group_by, bindings, "history" in rule.needs)
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

    def concerns_line(self, modifiers: Iterable[str], place_of_service: str | None) -> bool:
        """Whether a line that carries these could be anything but clear, whatever its procedure."""
        triggers = self.triggers["line"]
        trigger = triggers.get("place_of_service")
        if trigger is not None and place_of_service is not None and not self._met(trigger, place_of_service):
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
                return Unknown(Reason("missing_field", self._day_field()))
            if window.holds(day):
                return bound
        return None

    def _day_field(self) -> str:
        """The field whose day decides the revision."""
        if self.rule.basis == "discharge":
            return "claim.discharge_date"
        of_lines = self.rule.scope in ("line", "pair", "group")
        return f"{'line' if of_lines else 'claim'}.{'date_to' if self.rule.basis == 'to' else 'date'}"

    def test_on(self, world: World, day: date | None, sharing: Sharing, *subject: Any) -> Test | None:
        """What is still to be asked of subjects that share this one's key: a function of (world, claim, *subject) that
        gives False where the rule is certainly clear; None where that is certain already.
        """
        if self.rule.basis != "from":
            return UNSURE
        bound = self.revision_on(day)
        if bound is None:
            return None
        if isinstance(bound, Unknown):
            # Without a day a line's only revision, if it is clear, is so whether it is in force or not.
            return self.revisions[0].test if self.rule.scope == "line" and len(self.revisions) == 1 else UNSURE
        if not sharing.lasting:
            return bound.test
        parts = bound.parts(sharing)
        try:
            met = parts.test.run(world, world.claim, *subject)
            if met is False:
                return None
            if self.rule.scope == "group" and day is None:  # a group without a day goes by that of the claim
                return bound.asked(self._settled(parts.rest, world, sharing, subject)) if met else bound.test
            from scrubber.engine.plan.clauses import test_of  # here because a short run takes no condition apart

            return test_of(ir.And(items=()) if met else parts.shared, parts.rest, self._terms(sharing), world, subject)
        except Exception:  # the whole rule will crash in its turn, and that is reported
            return bound.test

    def lacking_on(self, world: World, day: date | None, sharing: Sharing, line: LineView) -> Lacking | None:
        """Of a line rule that needs history, where there is none: what decides between clear and lacking it, on all
        lines that share this one's key; None where that is not all there is to decide."""
        bound = self.revision_on(day) if self.rule.basis == "from" and self.doubt is None else None
        if (
            not (sharing.lasting and sharing.bare)
            or "history" not in self.rule.needs
            or not isinstance(bound, BoundRevision)
        ):
            return None
        parts = bound.parts(sharing)
        if not parts.exceptions:
            return None
        try:
            met = parts.test.run(world, world.claim, line)
            if met is not None:
                return None
            if any(exception.run(world, world.claim, line) is True for exception in bound.exceptions):
                return Lacking(NEVER, bound)
            return Lacking(bound.asked(self._settled(parts.rest, world, sharing, (line,))), bound)
        except Exception:  # the whole rule will crash in its turn, and that is reported
            return None

    def _terms(self, sharing: Sharing) -> Terms:
        from scrubber.engine.plan.doubts import Terms  # here because a short run takes no condition apart

        return Terms(self.bindings, SCOPE_VARIABLES[self.rule.scope], sharing)

    def _settled(self, rest: ir.Condition, world: World, sharing: Sharing, subject: tuple[Any, ...]) -> ir.Condition:
        """The rest of the condition with what is known of the subject's codes put in."""
        if rest == HOLDS:
            return rest
        reference = self._terms(sharing).reference(world, subject)
        return sharing.residue(rest, reference.value, reference.truth)

    def may_hold(self, world: World, sharing: Sharing) -> bool:
        """Whether the rule could be anything but clear on any subject of a claim with these fields of its own.

        ``sharing`` names no subject and ``world`` no day: what depends on a day is then unknown, and rules nothing out.
        """
        truth = Reference(world, self.bindings, by_name(("claim",), (world.claim,))).truth
        for bound in self.revisions:
            try:
                if bound.when is None or sharing.possible(bound.when, truth):
                    return True
            except Exception:  # the whole rule will crash in its turn, and that is reported
                return True
        return False

    def may_begin(self, world: World, day: date | None, sharing: Sharing, line: LineView) -> bool:
        """Whether a pair rule could be anything but clear on a pair whose first is a line with these codes."""
        bound = self.revision_on(day) if self.rule.basis == "from" else None
        if not isinstance(bound, BoundRevision):
            return True
        try:
            return bound.beginning(sharing).run(world, world.claim, line) is not False
        except Exception:  # the whole rule will crash in its turn, and that is reported
            return True


def _needs_earlier(node: ir.Condition) -> bool:
    """Whether a condition can only hold where there is an earlier claim."""
    match node:
        case ir.And():
            return any(_needs_earlier(item) for item in node.items)
        case ir.Or():
            return all(_needs_earlier(item) for item in node.items)
        case ir.Quantified():
            return _finds_earlier(node)
    return False


def _finds_earlier(node: ir.Condition) -> bool:
    """Whether a condition is that there is an earlier claim of some kind."""
    return isinstance(node, ir.Quantified) and node.mode == "any" and node.source.kind.startswith("prior")


def _key_fields(keys: Iterable[ir.Key], bindings: PackBindings) -> tuple[str, ...]:
    """The line fields that join keys name, parameters resolved."""
    fields: list[str] = []
    for key in keys:
        fields += [key.field] if key.field else bindings.parameter(key.parameter)
    return tuple(dict.fromkeys(fields))
