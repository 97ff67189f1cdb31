"""Which rules are in force for a payer and a form, with their layers, and which of them a code can concern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from scrubber.claims.line_view import LineView
from scrubber.claims.view import ClaimView
from scrubber.core.logic import Unknown, all_of
from scrubber.engine.compile.program import Program, ProgramPack
from scrubber.engine.evaluate.variables import SCOPE_VARIABLES
from scrubber.engine.evaluate.world import Group, World
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.narrow import OF_PLAN
from scrubber.engine.plan.rule import BoundRule
from scrubber.engine.plan.tables import BoundTable
from scrubber.engine.plan.who import NATIONAL, Who, applies, names_payer
from scrubber.packs.model import Override

RUNNING = frozenset({"active", "shadow"})
MEMOS_KEPT = 65_536


def _kept(memo: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    """The memo with one more entry, or a new one where it is full. Another thread may still read the old one."""
    if len(memo) >= MEMOS_KEPT:
        memo = {}
    memo[key] = value
    return memo


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
            pack.id for pack in self.layers if pack.id not in idle | NATIONAL and names_payer(pack.applies)
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
