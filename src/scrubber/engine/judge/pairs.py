"""Every rule about two lines, on every pair of lines of a claim that it could concern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.world import World, is_long
from scrubber.engine.judge.alike import apart_by
from scrubber.engine.judge.doubted import Doubted
from scrubber.engine.judge.found import Crash, Found, ask, complete
from scrubber.engine.judge.hit import Hit, evaluate
from scrubber.engine.judge.keys import joined
from scrubber.engine.judge.lines import Lines
from scrubber.engine.judge.outcome import Outcome, Unsure
from scrubber.engine.judge.pair_tests import PairTests
from scrubber.engine.judge.published import (
    Pair,
    all_published,
    answers_for_all,
    beside_published,
    is_beside,
)
from scrubber.engine.judge.subjects import First, pairs_of
from scrubber.engine.plan.epochs import Epoch
from scrubber.engine.plan.line_rules import Tests
from scrubber.engine.plan.plan import Kind, Plan, Remembered
from scrubber.engine.plan.rule import BoundRule
from scrubber.engine.plan.tables import BoundTable

if TYPE_CHECKING:
    from scrubber.engine.judge.crowds import Crowds

MAY_LACK = frozenset({"no_history", "not_published"})
"""What a claim may lack and be clean."""


def pairs(found: Found, plan: Plan, memory: Remembered, setting: int, world: World, lines: Lines,
          kinds: Iterable[tuple[int, Kind]]) -> None:  # fmt: skip
    """Add the outcomes of pair rules of these kinds."""
    begins, epoch = lines.begins, lines.epoch
    for number, ((table, _), rules) in kinds:
        if table is not None:
            try:
                published = all_published(memory, table, world, epoch, setting)
                if published is None:
                    start, tests_of = len(found), PairTests(plan, memory, number, rules, setting, world)
                    _each_pair(found, tests_of, pairs_of(rules[0], world), world)
                    if not answers_for_all(table, world):
                        _unpublished(found, start, table, rules, tests_of, world)
                elif published:
                    _each_published(found, plan, memory, (number, epoch, setting), published, rules, world)
            except Exception as error:  # one rule's crash is one fault: here the pairs could not be told
                found += [Crash.of(rule, error) for rule in rules]
        elif begins:  # each rule has its own pairs
            codes = {line.procedure for line in world.claim.lines}
            for rule in rules:
                if rule in begins and _any_second(begins[rule], codes):
                    try:
                        tests_of = PairTests(plan, memory, rule, (rule,), setting, world)
                        crowds = _crowds(found, rule, tests_of, world) if is_long(world) else None
                        _each_pair(found, tests_of, pairs_of(rule, world, begins[rule], crowds), world)
                    except Exception as error:  # as above
                        found.append(Crash.of(rule, error))
    complete(found, world)


def _each_published(found: Found, plan: Plan, memory: Remembered, mark: tuple[int, Epoch, int],
                    published: Iterable[tuple[str, str]], rules: tuple[BoundRule, ...], world: World
                    ) -> None:  # fmt: skip
    """Ask of the lines whose codes are published as a pair, column 1 first, the rules that their codes leave open."""
    number, epoch, setting = mark
    fields, known = rules[0].pair_fields, memory.pairs
    lines = world.claim.lines
    for first, second in published:
        key = (number, second, first, epoch, epoch, setting)
        tests = known.get(key)
        if tests is not None and not tests:
            continue
        for line in lines:
            if line.procedure != second:
                continue
            for other in lines:
                if other.procedure != first or other is line:
                    continue
                met = joined(fields, line, other)
                if met is not False:
                    world.day = line.date
                    if tests is None:
                        tests = plan.for_pair(memory, key, rules, world, line, other)
                    _ask_of(found, tests, line, other, met, world)


def _any_second(firsts: Iterable[First], codes: Set[str | None]) -> bool:
    """Whether a line with one of these codes could be the second of a pair; one without a code could be any."""
    return None in codes or any(partners is None or not partners.isdisjoint(codes) for _, partners in firsts)


def _crowds(found: Found, rule: BoundRule, tests_of: PairTests, world: World) -> Crowds | None:
    from scrubber.engine.judge.crowds import Crowds  # here because few claims are long

    return Crowds.of(found, rule, tests_of, world)


def _each_pair(found: Found, tests_of: PairTests, pairs: Iterable[Pair], world: World) -> None:
    """Ask of each pair the rules whose test does not say that they are clear."""
    for line, other, met in pairs:
        world.day = line.date
        _ask_of(found, tests_of.of(line, other), line, other, met, world)


def _ask_of(found: Found, tests: Tests, line: LineView, other: LineView, together: bool | Unknown, world: World
              ) -> None:  # fmt: skip
    claim = world.claim
    for test, alike in tests:
        world.day = line.date
        try:
            met = test.run(world, claim, line, other)
        except Exception as error:  # one rule's crash is one fault, and the rest go on
            found += [Crash.of(rule, error) for rule in alike]
            continue
        if met is not False:
            for rule in alike:
                ask(found, rule, world, (line, other), met, together)


def _unpublished(found: Found, start: int, table: BoundTable, rules: tuple[BoundRule, ...], tests_of: PairTests,
                 world: World) -> None:  # fmt: skip
    """Ask the rules of which nothing was left open so far of all pairs that a table does not answer for, until one is
    unknown: not checked is never passed, whichever lines stand first. ``start`` is where their outcomes begin."""
    waiting = set(rules).difference(_left_open(found, start))
    if not waiting:
        return
    claim = world.claim
    fields = rules[0].pair_fields
    for line, others, together in beside_published(table, fields, world, apart_by(rules, world, tests_of.like)):
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
                    hit = evaluate(rule, world, (line, other), together, met)
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
