"""Which rules are in force for a payer and a form, with their layers, and which of them a code can concern."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import count
from typing import TYPE_CHECKING, Any

from msgspec import structs

from scrubber.claims.line_view import MINUTES, LineView
from scrubber.core.logic import Unknown, all_of
from scrubber.core.memo import kept, with_room
from scrubber.engine.compile.program import Program, ProgramPack
from scrubber.engine.compile.reads import fields_of_claim
from scrubber.engine.evaluate.asking import WORTH_COMPILING_LATER
from scrubber.engine.evaluate.world import LONG, SCOPE_VARIABLES, Group, World, group_type
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.epochs import Epoch, Epochs, EveryDay
from scrubber.engine.plan.group_rules import GroupRules, group_rules
from scrubber.engine.plan.line_rules import LineRules, Shelves, Tests, by_test
from scrubber.engine.plan.narrow import OF_PLAN, OF_PRACTICE, SHARED, ClaimKey, Sharing
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.plan.tables import BoundTable
from scrubber.engine.plan.who import NATIONAL, Who, applies, names_payer
from scrubber.lang import ir
from scrubber.packs.model import Override

if TYPE_CHECKING:
    from scrubber.engine.plan.lone import LoneRules
    from scrubber.engine.plan.pair_facts import PairFacts

RUNNING = frozenset({"active", "shadow"})
WORTH_EPOCHS = 300
"""So many lines, of about a hundred claims: fewer do not meet the same codes often enough. A long claim counts by its
pairs of lines."""


Revisions = frozenset[BoundRevision]
Kind = tuple[Any, tuple[BoundRule, ...]]
"""What rules that look at the same subjects have in common, and the rules."""
Kinds = tuple[tuple[tuple[int, Kind], ...], tuple[tuple[int, Kind], ...]]
"""Kinds of pair rules and of group rules, with their numbers in the plan."""


class Remembered:
    """What a plan has found out about codes, by key. Every key holds an epoch of these epochs."""

    __slots__ = ("answering", "epochs", "groups", "kinds", "lines", "lone", "pairs", "shelves", "together")

    def __init__(self, epochs: Epochs, shelves: Shelves) -> None:
        self.epochs, self.shelves = epochs, shelves
        self.lines: dict[tuple[Any, ...], LineRules] = {}
        self.groups: dict[tuple[Any, ...], GroupRules] = {}
        self.lone: dict[tuple[Any, ...], LoneRules | None] = {}
        self.kinds: dict[int, Kinds] = {}
        self.pairs: dict[tuple[Any, ...], Tests] = {}
        self.answering: dict[tuple[BoundTable, Epoch, int], Any] = {}
        """By table, epoch and setting: which edition answers."""
        self.together: dict[tuple[Revisions, Revisions], Revisions] = {}

    def both(self, some: Revisions, more: Revisions) -> Revisions:
        """All of these revisions: few sets are met, and each is hashed once."""
        found = self.together.get((some, more))
        if found is None:
            found = some | more if some else more
            self.together = kept(self.together, (some, more), found)
        return found


def _kinds(rules: Iterable[BoundRule], key: Callable[[BoundRule], Any]) -> tuple[Kind, ...]:
    """Rules that look at the same subjects together: what they have in common, and the rules."""
    kinds: dict[Any, list[BoundRule]] = {}
    for rule in rules:
        kinds.setdefault(key(rule), []).append(rule)
    return tuple((common, tuple(alike)) for common, alike in kinds.items())


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
        self._bindings = tuple(bindings.values())
        applying = lru_cache(maxsize=None)(partial(applies, who=who))  # most rules of a pack say the same
        rules: dict[str, list[BoundRule]] = {scope: [] for scope in SCOPE_VARIABLES}
        # By pack: the tables that nobody has imported, and the rules that are left out for lack of them.
        self.left_out: dict[str, tuple[dict[str, None], list[str]]] = {}
        for place, head in enumerate(program.heads):
            if head.status not in statuses or (only is not None and head.id not in only):
                continue
            met = all_of([applying(criteria) for criteria in head.applies])
            override = self.replaced.get(head.id)
            if met is False or (override and override[1].action in ("disable", "replace")):
                continue
            if lacking := bindings[head.pack].not_loaded(head.waits_for):
                tables_lacking, rules_without = self.left_out.setdefault(head.pack, ({}, []))
                tables_lacking.update(dict.fromkeys(lacking))
                rules_without.append(head.id)
                continue
            rule = program.rules[place]
            doubt = met if isinstance(met, Unknown) else None
            retuned = override if override and override[1].severity else None
            for row in rule.rows or (None,):
                rules[rule.scope].append(BoundRule(rule, row, bindings[rule.pack], doubt, retuned))
        self.rules = {scope: tuple(bound) for scope, bound in rules.items()}
        self.rule_count = len({rule.rule.id for bound in self.rules.values() for rule in bound})
        self.packs = tuple(f"{pack.id} {pack.version}" for pack in self.layers)
        # A pack whose rules are all drafts names the payer and says nothing: it does not speak for it.
        idle = {head.pack for head in program.heads} - {head.pack for head in program.heads if head.status in RUNNING}
        self.speaking = tuple(
            pack.id for pack in self.layers if pack.id not in idle | NATIONAL and names_payer(pack.applies)
        )
        self.pair_kinds = _kinds(self.rules["pair"], lambda rule: (rule.pair_table, rule.pair_fields))
        self.group_kinds = _kinds(self.rules["group"], lambda rule: rule.group_keys)
        # Where no earlier claims are known, those who ask for them look at the same groups as the others.
        self.group_kinds_bare = _kinds(
            self.rules["group"], lambda rule: structs.replace(rule.group_keys, with_earlier=False)
        )
        loose_pairs = tuple(rule for rule in self.rules["pair"] if rule.pair_table is None)
        self._of_lines = (*self.rules["line"], *loose_pairs)
        self._of_claim: dict[str, frozenset[int]] = {}
        self._of_every_claim = frozenset(
            place for place, rule in enumerate(self.rules["claim"]) if not rule.triggers["claim"]
        )
        self._share(program, tables)
        self._candidates: dict[tuple[str, str], tuple[BoundRule, ...]] = {}
        self._possible: dict[tuple[BoundRule, int], bool] = {}
        self._facts: dict[tuple[BoundRule, ...], PairFacts | None] = {}
        self._lines = 0
        self._remembered = Remembered(EveryDay(), Shelves(self._of_lines, lasting=False))

    def _share(self, program: Program, tables: Mapping[str, BoundTable]) -> None:
        """Work out by which fields of a claim, beside those the plan was chosen by, lines are told apart."""
        settings = [setting.condition for table in tables.values() for setting in table.table.settings]
        read = fields_of_claim(tuple(settings)).union(
            *(rule.rule.claim_fields for bound in self.rules.values() for rule in bound)
        )
        by_settings = frozenset().union(*(table.fields for table in tables.values() if table.fields))
        fields = (by_settings | (OF_PRACTICE & read)) - OF_PLAN
        self._claim_key = ClaimKey(fields)
        self._settings: dict[tuple[Any, ...], int] = {}
        self._numbers = count()
        loose = frozenset(table.table.name for table in tables.values() if table.fields is None)
        self._sharing = {
            (scope, bare): Sharing(shared, fields | OF_PLAN, loose, bare)
            for scope, shared in (*SHARED.items(), ("claim", {})) for bare in (False, True)
        }  # fmt: skip

        def epochs() -> Epochs:
            from scrubber.engine.plan.turns import epochs_of  # here because a short run does without

            return epochs_of(program, (*self._conditions(), *settings), tables.values())

        self._epochs: Callable[[], Epochs] = epochs

    def _conditions(self) -> Iterator[ir.Condition | None]:
        """All conditions and exceptions of the rules in force."""
        for bound in self.rules.values():
            for rule in bound:
                for revision in rule.revisions:
                    yield from revision.conditions

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

    def setting_of(self, world: World) -> int:
        """A number for what lines are told apart by beside their own codes: fields of the claim, and whether there is
        any history."""
        key = (world.bare, self._claim_key.of(world.claim))
        found = self._settings.get(key)
        if found is None:
            self._settings = with_room(self._settings)
            # No number is given twice, not even by two threads: what is remembered under one is of one setting.
            found = self._settings.setdefault(key, next(self._numbers))
        return found

    def remembered(self, lines: int) -> Remembered:
        """What is known of codes so far. Asked once for a claim of so many lines: many lines pay for working out the
        epochs, and what tables say of each code."""
        self._lines += lines if lines < LONG else lines * lines // LONG
        if self._lines >= WORTH_EPOCHS and isinstance(self._remembered.epochs, EveryDay):
            remembered = Remembered(self._epochs(), Shelves(self._of_lines, lasting=True))
            self._sharing = {
                key: structs.replace(sharing, epochs=remembered.epochs) for key, sharing in self._sharing.items()
            }
            for bindings in self._bindings:
                bindings.worth_compiling = WORTH_COMPILING_LATER
            self._remembered = remembered
        return self._remembered

    def _sharing_of(self, scope: str, world: World) -> Sharing:
        return self._sharing[scope, world.bare]

    def _may_hold(self, setting: int, world: World, rule: BoundRule) -> bool:
        """Whether a rule could be anything but clear on a claim of this setting."""
        key = (rule, setting)
        found = self._possible.get(key)
        if found is None:
            day, world.day = world.day, None  # what depends on a day is unknown, and rules nothing out
            found = rule.may_hold(world, self._sharing_of("claim", world))
            world.day = day
            self._possible = kept(self._possible, key, found)
        return found

    def kinds(self, memory: Remembered, setting: int, world: World) -> Kinds:
        """The kinds of pair and of group rules, numbered, less the rules that are clear on every subject of such a
        claim: a surgery center's, say, on a physician's claim."""
        found = memory.kinds.get(setting)
        if found is None:
            of_groups = self.group_kinds_bare if world.bare else self.group_kinds
            found = self._left(self.pair_kinds, setting, world), self._left(of_groups, setting, world)
            memory.kinds = kept(memory.kinds, setting, found)
        return found

    def _left(self, kinds: tuple[Kind, ...], setting: int, world: World) -> tuple[tuple[int, Kind], ...]:
        left = (
            (number, (common, tuple(rule for rule in rules if self._may_hold(setting, world, rule))))
            for number, (common, rules) in enumerate(kinds)
        )
        return tuple((number, kind) for number, kind in left if kind[1])

    def for_line(self, memory: Remembered, key: tuple[Any, ...], world: World, line: LineView) -> LineRules:
        """What lines with this key could concern: it holds all that lines are told apart by, the epoch and the setting
        last. ``world.day`` is the line's."""
        epoch_and_setting = key[-2:]
        may_hold = partial(self._may_hold, key[-1], world)
        found = memory.shelves.line_rules(world, line, self._sharing_of("line", world), epoch_and_setting, may_hold)
        memory.lines = kept(memory.lines, key, found)
        return found

    def for_group(self, memory: Remembered, key: tuple[Any, ...], rules: tuple[BoundRule, ...], world: World,
                  group: Group) -> GroupRules:  # fmt: skip
        """Of the group rules of one kind those that groups with this key could concern. ``world.day`` is the group's.

        The key holds all that the sharing of groups goes by.
        """
        found = group_rules(rules, world, self._sharing_of("group", world), group)
        memory.groups = kept(memory.groups, key, found)
        return found

    def for_lone(self, memory: Remembered, key: tuple[Any, ...], kind: Kind, world: World, line: LineView
                 ) -> LoneRules | None:  # fmt: skip
        """What group rules of one kind ask of a line that is a group of its own; None where they have to be asked of
        the group. ``key`` is that of :meth:`for_group`."""
        if not self._sharing_of("group", world).lasting:
            return None
        timed = line.unit_basis == MINUTES
        mark = (*key, timed)
        known = memory.lone
        if mark in known:
            return known[mark]
        from scrubber.engine.plan.lone import lone_rules  # here because a short run does without

        keys, rules = kind
        of_group = memory.groups.get(key)
        if of_group is None:
            world.day = line.date
            of_group = self.for_group(memory, key, rules, world, group_type(keys.fields)((line,), line.date))
        found = lone_rules(of_group, timed)
        memory.lone = kept(memory.lone, mark, found)
        return found

    def for_pair(self, memory: Remembered, key: tuple[Any, ...], rules: tuple[BoundRule, ...], world: World,
                 line: LineView, other: LineView) -> Tests:  # fmt: skip
        """Of the pair rules of one kind those that pairs with this key could concern. ``world.day`` is the line's."""
        sharing = self._sharing_of("pair", world)
        facts = self._facts_of(rules, sharing, world, line, other)
        known = None if facts is None else (rules, facts, *key[-3:])
        found = None if known is None else memory.pairs.get(known)
        if found is None:
            tests = [
                (rule.test_on(world, line.date, sharing, line, other), rule)
                for rule in rules
                if rule.concerns(line.procedure, "line") and rule.concerns(other.procedure, "other")
            ]
            found = by_test(tests)
            if known is not None:
                memory.pairs = kept(memory.pairs, known, found)
        memory.pairs = kept(memory.pairs, key, found)
        return found

    def _facts_of(self, rules: tuple[BoundRule, ...], sharing: Sharing, world: World, line: LineView, other: LineView
                  ) -> tuple[Any, ...] | None:  # fmt: skip
        """What is known of the procedures of two lines, in a long run; None where it is not to be told."""
        if not sharing.lasting:
            return None
        if rules not in self._facts:
            from scrubber.engine.plan.pair_facts import pair_facts  # here because a short run does without

            self._facts[rules] = pair_facts(rules, sharing)
        facts = self._facts[rules]
        try:
            return None if facts is None else facts.on(world, line, other)
        except Exception:  # the rule that asks this will crash in its turn, and that is reported
            return None

    def candidates(self, scope: str, code: str | None) -> tuple[BoundRule, ...]:
        """The rules of a diagnosis scope that a diagnosis with this code could concern."""
        if code is None:
            return self.rules[scope]
        key = (scope, code)
        found = self._candidates.get(key)
        if found is None:
            variable = SCOPE_VARIABLES[scope][0]
            found = tuple(rule for rule in self.rules[scope] if rule.concerns(code, variable))
            self._candidates = kept(self._candidates, key, found)
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
                self._of_claim = kept(self._of_claim, code, found)
            if found:
                places |= found
        return [rules[place] for place in sorted(places)]
