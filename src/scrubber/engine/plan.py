"""Which rules are in force for a payer and a form, with their layers, and which of them a code can concern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from scrubber.claims.line_view import LineView
from scrubber.claims.view import ClaimView
from scrubber.core.logic import Reason, Truth, Unknown, all_of
from scrubber.engine.asking import Asked, Test, always, unsure
from scrubber.engine.bindings import PackBindings
from scrubber.engine.narrow import OF_PLAN, split
from scrubber.engine.program import CompiledRevision, CompiledRow, CompiledRule, Program, ProgramPack
from scrubber.engine.rows import with_row
from scrubber.engine.tables import BoundTable
from scrubber.engine.triggers import Triggers, either, necessary, necessary_on_claim
from scrubber.engine.variables import SCOPE_VARIABLES
from scrubber.engine.world import Group, World
from scrubber.lang import ir
from scrubber.packs.model import Applies, Choice, Override

RUNNING = frozenset({"active", "shadow"})
MEMOS_KEPT = 65_536


class Who(NamedTuple):
    """What decides a plan: the resolved payer and the form. None is unknown."""

    payer: str | None
    payer_class: str | None
    product: str | None
    state: str | None
    claim_type: str | None

    @classmethod
    def of(cls, claim: ClaimView) -> Who:
        """The deciding fields of a claim."""
        return cls(claim.payer, claim.payer_class, claim.product, claim.payer_state, claim.type)


def applies(criteria: Applies, who: Who) -> Truth:
    """Whether criteria hold: unknown where a field they ask for is missing."""
    return all_of([
        _choice(criteria.claim_type, who.claim_type, "missing_field", "claim.type"),
        _choice(criteria.payer, who.payer, "unmapped_payer", "claim.payer"),
        _choice(criteria.payer_class, who.payer_class, "unmapped_payer", "claim.payer_class"),
        _choice(criteria.product, who.product, "missing_field", "claim.product"),
        _choice(criteria.state, who.state, "missing_field", "claim.payer_state"),
    ])  # fmt: skip


def _choice(choice: Choice, value: str | None, kind: Any, field: str) -> Truth:
    if not choice.any_of and not choice.none_of:
        return True
    if value is None:
        return Unknown(Reason(kind, field))
    return (not choice.any_of or value in choice.any_of) and value not in choice.none_of


def names_payer(criteria: Applies) -> bool:
    """Whether criteria single out payers."""
    return bool(criteria.payer.any_of or criteria.payer_class.any_of)


class BoundRevision:
    """One revision under one plan. What it asks is made ready when it is first asked."""

    def __init__(self, revision: CompiledRevision, rule: BoundRule, row: CompiledRow | None) -> None:
        self.revision = revision if row is None else with_row(revision, row.values)
        self.when = self.revision.when
        self.bindings = rule.bindings
        self.scope = rule.rule.scope
        self.severity = rule.severity or revision.severity
        self.lacking: tuple[bool, Any] | None = None  # the gap told where history is lacking, and whether it blocks

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


def _kept(memo: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    """The memo with one more entry, or a new one where it is full. Another thread may still read the old one."""
    if len(memo) >= MEMOS_KEPT:
        memo = {}
    memo[key] = value
    return memo


def _key_fields(keys: Iterable[ir.Key], bindings: PackBindings) -> tuple[str, ...]:
    """The line fields that join keys name, parameters resolved."""
    fields: list[str] = []
    for key in keys:
        fields += [key.field] if key.field else bindings.parameter(key.parameter)
    return tuple(dict.fromkeys(fields))


class Plan:
    """The rules in force for one :class:`Who`. Immutable but for its memos; safe to share between threads."""

    def __init__(self, program: Program, who: Who, tables: Mapping[str, BoundTable],
                 parameters: Mapping[str, tuple[str, ...]], statuses: frozenset[str] = RUNNING,
                 only: frozenset[str] | None = None) -> None:  # fmt: skip
        self.who = who
        self.layers = [pack for pack in program.packs if applies(pack.applies, who) is True]
        self.parameters = self._layered(program, parameters)
        self.replaced: dict[str, tuple[ProgramPack, Override]] = {
            override.rule: (pack, override) for pack in self.layers for override in pack.overrides
        }
        bindings = {pack.id: PackBindings(program, pack, tables, self.parameters) for pack in program.packs}
        rules: dict[str, list[BoundRule]] = {scope: [] for scope in SCOPE_VARIABLES}
        # By pack: the tables that nobody has imported, and the rules that are left out for lack of them.
        self.left_out: dict[str, tuple[dict[str, None], list[str]]] = {}
        for rule in program.rules:
            if rule.status not in statuses or (only is not None and rule.id not in only):
                continue
            met = all_of([applies(criteria, who) for criteria in rule.applies])
            override = self.replaced.get(rule.id)
            if met is False or (override and override[1].action in ("disable", "replace")):
                continue
            if lacking := bindings[rule.pack].not_loaded(rule.waits_for):
                tables_lacking, rules_without = self.left_out.setdefault(rule.pack, ({}, []))
                tables_lacking.update(dict.fromkeys(lacking))
                rules_without.append(rule.id)
                continue
            doubt = met if isinstance(met, Unknown) else None
            retuned = override if override and override[1].severity else None
            for row in rule.rows or (None,):
                rules[rule.scope].append(BoundRule(rule, row, bindings[rule.pack], doubt, retuned))
        self.rules = {scope: tuple(bound) for scope, bound in rules.items()}
        self.rule_count = len({rule.rule.id for bound in self.rules.values() for rule in bound})
        self.packs = tuple(f"{pack.id} {pack.version}" for pack in self.layers)
        # A pack whose rules are all drafts names the payer and says nothing: it does not speak for it.
        idle = {rule.pack for rule in program.rules} - {rule.pack for rule in program.rules if rule.status in RUNNING}
        self.speaking = tuple(
            pack.id for pack in self.layers if pack.id not in idle and pack.id != "ncci" and names_payer(pack.applies)
        )
        self._of_claim: dict[str, frozenset[int]] = {}
        self._of_every_claim = frozenset(
            place for place, rule in enumerate(self.rules["claim"]) if not rule.triggers["claim"]
        )
        fields = frozenset().union(*(table.fields for table in tables.values() if table.fields))
        self._setting_fields = sorted(fields - OF_PLAN)
        self._procedures: dict[str | None, tuple[BoundRule, ...]] = {}
        self._coded: dict[tuple[Any, ...], tuple[BoundRule, ...]] = {}
        self._lines: dict[tuple[Any, ...], tuple[tuple[Any, BoundRule], ...]] = {}
        self._tests: dict[tuple[Any, ...], Any] = {}
        self._candidates: dict[tuple[str, str], tuple[BoundRule, ...]] = {}

    def _layered(self, program: Program, given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Parameters by ``pack:name``: the default, then what packs in force set, then what the caller gives."""
        values = {key: parameter.default for key, parameter in program.parameters.items()}
        for pack in self.layers:
            for setting in pack.settings:
                values[f"{pack.parameters[setting.name]}:{setting.name}"] = setting.value
        for key in values:
            name = key.partition(":")[2]
            if name in given:
                values[key] = given[name]
        return values

    def settings_of(self, claim: ClaimView) -> tuple[Any, ...]:
        """What the settings of tables go by, beside what this plan was chosen by."""
        return tuple([getattr(claim, field) for field in self._setting_fields])

    def for_line(self, world: World, line: LineView, settings: tuple[Any, ...]) -> tuple[tuple[Any, BoundRule], ...]:
        """The line rules that a line with these codes could concern, each with its test: False is certainly clear.

        ``world.day`` is the line's; ``settings`` are :meth:`settings_of` its claim.
        """
        codes = (line.procedure, line.modifiers, line.place_of_service)
        key = (*codes, line.date, settings)
        found = self._lines.get(key)
        if found is None:
            rules = self._coded.get(codes)
            if rules is None:
                rules = tuple(rule for rule in self._of_procedure(line.procedure) if rule.concerns_line(*codes))
                self._coded = _kept(self._coded, codes, rules)
            tests = ((rule.test_on(world, line.date, line), rule) for rule in rules)
            found = tuple(pair for pair in tests if pair[0] is not None)
            self._lines = _kept(self._lines, key, found)
        return found

    def _of_procedure(self, procedure: str | None) -> tuple[BoundRule, ...]:
        """The line rules that a line with this procedure could concern, whatever else it carries."""
        found = self._procedures.get(procedure)
        if found is None:
            found = tuple(rule for rule in self.rules["line"] if rule.concerns(procedure, "line"))
            self._procedures = _kept(self._procedures, procedure, found)
        return found

    def for_group(self, rule: BoundRule, world: World, group: Group, settings: tuple[Any, ...]) -> Any:
        """The test of a group rule on a group, None where it is certainly clear. Sets ``world.day`` to the group's."""
        world.day = day = getattr(group, "date", None) or group.day
        key = (rule, getattr(group, "procedure", None), day, settings)
        return self._test(key, rule, world, day, group)

    def for_pair(
        self, rule: BoundRule, world: World, line: LineView, other: LineView, settings: tuple[Any, ...]
    ) -> Any:
        """The test of a pair rule on a pair, None where it is certainly clear. Sets ``world.day`` to the line's."""
        world.day = day = line.date
        key = (rule, line.procedure, other.procedure, day, other.date, settings)
        return self._test(key, rule, world, day, line, other)

    def for_first(self, rule: BoundRule, world: World, settings: tuple[Any, ...], line: LineView) -> bool:
        """Whether a pair rule could be anything but clear on any pair of which ``line`` is the first."""
        world.day = day = line.date
        key = (rule, line.procedure, line.modifiers, line.place_of_service, day, settings)
        found = self._tests.get(key)
        if found is None:
            found = rule.concerns(line.procedure, "line") and rule.may_begin(world, day, line)
            self._tests = _kept(self._tests, key, found)
        return found

    def _test(self, key: tuple[Any, ...], rule: BoundRule, world: World, day: date | None, *subject: Any) -> Any:
        try:
            return self._tests[key]
        except KeyError:
            test = rule.test_on(world, day, *subject)
            self._tests = _kept(self._tests, key, test)
            return test

    def candidates(self, scope: str, code: str | None) -> tuple[BoundRule, ...]:
        """The rules of a diagnosis scope that a diagnosis with this code could concern."""
        if code is None:
            return self.rules[scope]
        key = (scope, code)
        found = self._candidates.get(key)
        if found is None:
            variable = SCOPE_VARIABLES[scope][0]
            found = tuple(rule for rule in self.rules[scope] if rule.concerns(code, variable))
            if len(self._candidates) < MEMOS_KEPT:
                self._candidates[key] = found
        return found

    def candidates_of_claim(self, codes: Iterable[str | None]) -> list[BoundRule]:
        """The claim rules that a claim with these procedures could concern, in order."""
        rules, places = self.rules["claim"], self._of_every_claim
        if len(places) == len(rules):
            return list(rules)
        for code in codes:
            if code is None:
                return list(rules)
            found = self._of_claim.get(code)
            if found is None:
                found = frozenset(place for place, rule in enumerate(rules) if rule.concerns(code, "claim"))
                if len(self._of_claim) < MEMOS_KEPT:
                    self._of_claim[code] = found
            if found:
                places |= found
        return [rules[place] for place in sorted(places)]
