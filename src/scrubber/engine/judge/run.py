"""One claim through one plan: every rule on every subject it concerns, each outcome other than clear given back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Reason, Unknown
from scrubber.engine.evaluate.world import World, is_long
from scrubber.engine.judge.alike import apart_by
from scrubber.engine.judge.doubted import Doubted, noted
from scrubber.engine.judge.hit import Hit, evaluate
from scrubber.engine.judge.outcome import LACKING, Outcome, Unsure
from scrubber.engine.judge.pair_tests import PairTests
from scrubber.engine.judge.published import (
    Pair,
    all_published,
    answers_for_all,
    beside_published,
    is_beside,
    joined_lines,
)
from scrubber.engine.judge.subjects import groups, pairs
from scrubber.engine.plan.epochs import Epoch
from scrubber.engine.plan.line_rules import Tests
from scrubber.engine.plan.plan import Plan, Remembered
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.plan.tables import BoundTable

if TYPE_CHECKING:
    from scrubber.engine.judge.crowds import Crowds


class Crash(Struct, frozen=True):
    """A rule that could not be run, and the kind of error. The error's own text is left out: it may quote a claim."""

    rule: BoundRule
    kind: str


class WithoutHistory(Struct, frozen=True):
    """Revisions that lack history on one or another line. Each is told once a claim, and for the same reason."""

    revisions: frozenset[BoundRevision]


class Lacks(Struct):
    """All that the pairs of one line lack: the first of them, where it stands, and the reasons of all."""

    hit: Hit
    place: int
    reasons: set[Reason]


def hits_of(doubted: Doubted) -> list[Hit]:
    """The outcomes of a rule that is unknown on some subjects, one by one."""
    return [Hit(doubted.rule, doubted.revision, (first,), doubted.outcome, None) for first in doubted.subjects]


Found = list[Hit | Crash | WithoutHistory | Doubted]


def run(plan: Plan, world: World) -> Found:
    """Every outcome that is not clear, in a fixed order: lines, pairs, groups, diagnoses, the claim."""
    found: Found = []
    memory, setting = plan.remembered(len(world.claim.lines)), plan.setting_of(world)
    begins = _lines(found, plan, memory, setting, world)
    if len(world.claim.lines) > 1:
        _pairs(found, plan, memory, setting, world, begins)
        for lacks in world.memo.get(Lacks, {}).values():
            if len(lacks.reasons) > len(lacks.hit.outcome.reasons):
                found[lacks.place] = structs.replace(lacks.hit, outcome=Unsure(frozenset(lacks.reasons)))
    _groups(found, plan, memory, setting, world)
    _diagnoses(found, plan, world)
    if plan.rules["claim"]:
        for rule in plan.candidates_of_claim([line.procedure for line in world.claim.lines]):
            _ask(found, rule, world, ())
    return found


MAY_LACK = frozenset({"no_history", "not_published"})
"""What a claim may lack and be clean."""

Begins = dict[BoundRule, list[LineView]]
"""Of a pair rule without a table: the lines a pair could begin with."""


def _lines(found: Found, plan: Plan, memory: Remembered, setting: int, world: World) -> Begins:
    begins: Begins = {}
    claim = world.claim
    # Where no history was supplied, a rule that needs it and is unknown lacks it for every such line: once is enough.
    incomplete = not world.complete
    asked: set[BoundRule] = set()
    without: frozenset[BoundRevision] = frozenset()
    for line in claim.lines:
        day = world.day = line.date
        rules = plan.for_line(memory, setting, world, line)
        for test, alike in rules.tests:
            try:
                met = test.run(world, claim, line)
            except Exception as error:  # one rule's crash is one fault, and the rest go on
                found += [Crash(rule, type(error).__name__) for rule in alike]
                continue
            if met is False:
                continue
            for rule in alike:
                if met is not True and rule in asked and day is not None:
                    continue
                _ask(found, rule, world, (line,), met)
                world.day = day
                if incomplete and met is not True and "history" in rule.rule.needs and _lacks_history(found, rule):
                    asked.add(rule)
        if rules.begins:
            for rule in rules.begins:
                begins.setdefault(rule, []).append(line)
        if not rules.without <= without:  # of the first line it is taken as it is: it is hashed already
            without = without | rules.without if without else rules.without
        for lacks in rules.lacking:
            if lacks.revision not in without:
                try:
                    met = lacks.test.run(world, claim, line)
                except Exception as error:  # as above
                    found.append(Crash(lacks.revision.rule, type(error).__name__))
                    continue
                if met is not False:
                    without |= {lacks.revision}
    if without:
        found.append(WithoutHistory(without))
    return begins


def _lacks_history(found: Found, rule: BoundRule) -> bool:
    last = found[-1] if found else None
    return isinstance(last, Hit) and last.rule is rule and last.outcome == LACKING


def _pairs(found: Found, plan: Plan, memory: Remembered, setting: int, world: World, begins: Begins
           ) -> None:  # fmt: skip
    epochs = {memory.epochs.of(day) for day in {line.date for line in world.claim.lines}}
    epoch = epochs.pop() if len(epochs) == 1 else None
    for number, ((table, _), rules) in plan.kinds(memory, "pair", setting, world):
        if table is not None:
            try:
                published = all_published(memory, table, world, epoch, setting)
                if published is None:
                    start, tests_of = len(found), PairTests(plan, memory, number, rules, setting, world)
                    _each_pair(found, tests_of, pairs(rules[0], world), world)
                    if not answers_for_all(table, world):
                        _unpublished(found, start, table, rules, tests_of, world)
                elif published:
                    _each_published(found, plan, memory, (number, epoch, setting), published, rules, world)
            except Exception as error:  # one rule's crash is one fault: here the pairs could not be told
                found += [Crash(rule, type(error).__name__) for rule in rules]
        elif begins:  # each rule has its own pairs
            for rule in rules:
                if rule in begins:
                    try:
                        tests_of = PairTests(plan, memory, rule, (rule,), setting, world)
                        crowds = _crowds(found, rule, tests_of, world) if is_long(world) else None
                        _each_pair(found, tests_of, pairs(rule, world, begins[rule], crowds), world)
                    except Exception as error:  # as above
                        found.append(Crash(rule, type(error).__name__))


def _each_published(found: Found, plan: Plan, memory: Remembered, mark: tuple[int, Epoch, int],
                    published: Iterable[tuple[str, str]], rules: tuple[BoundRule, ...], world: World) -> None:  # fmt: skip
    """Ask of the lines whose codes are published as a pair, column 1 first, the rules that their codes leave open."""
    number, epoch, setting = mark
    fields, known = rules[0].pair_fields, memory.pairs
    for first, second in published:
        key = (number, second, first, epoch, epoch, setting)
        tests = known.get(key)
        if tests is not None and not tests:
            continue
        for line, other, joined in joined_lines(first, second, fields, world):
            if tests is None:
                world.day = line.date
                tests = plan.for_pair(memory, key, rules, world, line, other)
            _ask_pair(found, tests, line, other, joined, world)


def _crowds(found: Found, rule: BoundRule, tests_of: PairTests, world: World) -> Crowds | None:
    from scrubber.engine.judge.crowds import Crowds  # here because few claims are long

    return Crowds.of(found, rule, tests_of, world)


def _each_pair(found: Found, tests_of: PairTests, pairs: Iterable[Pair], world: World) -> None:
    """Ask of each pair the rules whose test does not say that they are clear."""
    for line, other, joined in pairs:
        world.day = line.date
        _ask_pair(found, tests_of.of(line, other), line, other, joined, world)


def _ask_pair(found: Found, tests: Tests, line: LineView, other: LineView, joined: bool | Unknown, world: World
              ) -> None:  # fmt: skip
    claim = world.claim
    for test, alike in tests:
        world.day = line.date
        try:
            met = test.run(world, claim, line, other)
        except Exception as error:  # one rule's crash is one fault, and the rest go on
            found += [Crash(rule, type(error).__name__) for rule in alike]
            continue
        if met is not False:
            for rule in alike:
                _ask(found, rule, world, (line, other), met, joined)


def _unpublished(found: Found, start: int, table: BoundTable, rules: tuple[BoundRule, ...], tests_of: PairTests,
                 world: World) -> None:  # fmt: skip
    """Ask the rules of which nothing was left open so far of all pairs that a table does not answer for, until one is
    unknown: not checked is never passed, whichever lines stand first. ``start`` is where their outcomes begin."""
    waiting = set(rules).difference(_left_open(found, start))
    if not waiting:
        return
    claim = world.claim
    fields = rules[0].pair_fields
    for line, others, joined in beside_published(table, fields, world, apart_by(rules, world, tests_of.like)):
        day, first = line.date, line.procedure
        world.day = day
        for other in others:
            second = other.procedure
            if first == second or first is None or second is None:  # no table publishes these
                continue
            for test, alike in tests_of.of(line, other):
                if waiting.isdisjoint(alike):
                    continue
                met = test.run(world, claim, line, other)
                # True of a pair that no table publishes, a rule is not about the table.
                if met is False or met is True or not is_beside(table, world, line, other):
                    continue
                for rule in [each for each in alike if each in waiting]:
                    hit = evaluate(rule, world, (line, other), joined, met)
                    world.day = day
                    if hit is not None and _is_open(hit.outcome):
                        found.append(hit)
                        waiting.discard(rule)
                if not waiting:
                    return


def _left_open(found: Found, start: int) -> Iterator[BoundRule]:
    """The rules of which an outcome from ``start`` on leaves something open."""
    for item in found[start:]:
        if isinstance(item, Crash) or (isinstance(item, Doubted | Hit) and _is_open(item.outcome)):
            yield item.rule


def _is_open(outcome: Outcome) -> bool:
    """Whether an outcome is undecided for want of more than a claim may lack and be clean."""
    return isinstance(outcome, Unsure) and any(reason.kind not in MAY_LACK for reason in outcome.reasons)


def _groups(found: Found, plan: Plan, memory: Remembered, setting: int, world: World) -> None:
    epoch_of, known, claim = memory.epochs.of, memory.groups, world.claim
    for number, (keys, rules) in plan.kinds(memory, "group", setting, world):
        try:
            for group, unknown in groups(keys, world):
                day = world.day = group.day
                # Of a group that spans procedures no condition asks for one; triggers go by its first line's.
                key = (number, group.lines[0].procedure, epoch_of(day), setting)
                tests = known.get(key)
                if tests is None:
                    tests = plan.for_group(memory, key, rules, world, group)
                    known = memory.groups
                for test, alike in tests:
                    try:
                        met = test.run(world, claim, group)
                    except Exception as error:  # one rule's crash is one fault, and the rest go on
                        found += [Crash(rule, type(error).__name__) for rule in alike]
                        continue
                    if met is not False:
                        for rule in alike:
                            _ask(found, rule, world, (group,), met, True if unknown is None else unknown)
                        world.day = day
        except Exception as error:  # here the groups could not be told
            found += [Crash(rule, type(error).__name__) for rule in rules]


def _diagnoses(found: Found, plan: Plan, world: World) -> None:
    diagnoses = world.claim.diagnoses if plan.rules["diagnosis"] or plan.rules["diagnosis_pair"] else ()
    for diagnosis in diagnoses:
        for rule in plan.candidates("diagnosis", diagnosis.code):
            _ask(found, rule, world, (diagnosis,))
        for rule in plan.candidates("diagnosis_pair", diagnosis.code):
            for second in diagnoses:
                if second is not diagnosis and rule.concerns(second.code, "other"):
                    _ask(found, rule, world, (diagnosis, second))


def _ask(found: Found, rule: BoundRule, world: World, subject: tuple[Any, ...],
         met: bool | Unknown | None = None, joined: bool | Unknown = True) -> None:  # fmt: skip
    """Add what there is to tell of a rule on a subject; ``met`` is the truth of its condition where that is known."""
    try:
        if isinstance(met, Unknown) and joined is True and noted(found, rule, world, subject, met):
            return
        hit = evaluate(rule, world, subject, joined, met)
    except Exception as error:  # one rule's crash is one fault, and the rest go on
        found.append(Crash(rule, type(error).__name__))
        return
    if hit is not None and not (isinstance(hit.outcome, Unsure) and _said(found, hit, hit.outcome, world)):
        found.append(hit)


def _said(found: Found, hit: Hit, outcome: Unsure, world: World) -> bool:
    """Whether what a pair lacks is said of its line already: it is told of the line, whatever the other line is."""
    if hit.rule.rule.scope != "pair":
        return False
    said: dict[Any, Lacks] = world.memo.setdefault(Lacks, {})
    mark = (hit.rule, hit.subject[0].index, True if outcome.undetermined else outcome)
    lacks = said.get(mark)
    if lacks is None:
        said[mark] = Lacks(hit, len(found), set(outcome.reasons))
        return False
    lacks.reasons |= outcome.reasons
    return True
