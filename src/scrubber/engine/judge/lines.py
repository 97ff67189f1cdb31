"""Every rule about a line, on every line of a claim."""

from __future__ import annotations

from typing import NamedTuple

from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.found import Crash, Found, ask
from scrubber.engine.judge.hit import Hit
from scrubber.engine.judge.lacking import with_lacking
from scrubber.engine.judge.outcome import LACKING
from scrubber.engine.judge.subjects import First
from scrubber.engine.plan.epochs import Epoch
from scrubber.engine.plan.line_rules import LineRules
from scrubber.engine.plan.plan import Plan, Remembered, Revisions
from scrubber.engine.plan.rule import BoundRule

Begins = dict[BoundRule, list[First]]
"""Of a pair rule without a table: the lines a pair could begin with."""


class Lines(NamedTuple):
    """What is known of the lines once they are looked at: what each could concern, the lines that pairs could begin
    with, and the epoch of all, which is None where they are of several or one lacks a day."""

    rules: list[LineRules]
    begins: Begins
    epoch: Epoch
    without: Revisions


def lines(found: Found, plan: Plan, memory: Remembered, setting: int, world: World) -> Lines:
    """Add the outcomes of line rules."""
    of_lines: list[LineRules] = []
    begins: Begins = {}
    claim, epochs, known = world.claim, memory.epochs, memory.lines
    # Where no history was supplied, a rule that needs it and is unknown lacks it for every such line: once is enough.
    incomplete = not world.complete
    asked: set[BoundRule] = set()
    without: Revisions = frozenset()
    sole = epochs[claim.lines[0].date] if claim.lines else None
    for line in claim.lines:
        day = world.day = line.date
        epoch = epochs[day]
        if epoch != sole:
            sole = None
        # All that lines are told apart by (`SHARED`): what is found of one holds for each with the same key.
        key = (line.procedure, line.modifiers, line.place_of_service, line.revenue_code, line.unit_basis, epoch,
               setting)  # fmt: skip
        rules = known.get(key) or plan.for_line(memory, key, world, line)
        of_lines.append(rules)
        for test, alike in rules.tests:
            try:
                met = test.run(world, claim, line)
            except Exception as error:  # one rule's crash is one fault, and the rest go on
                found += [Crash.of(rule, error) for rule in alike]
                continue
            if met is False:
                continue
            for rule in alike:
                if met is not True and rule in asked and day is not None:
                    continue
                ask(found, rule, world, (line,), met)
                world.day = day
                if incomplete and met is not True and "history" in rule.rule.needs and _lacks_history(found, rule):
                    asked.add(rule)
        if rules.begins:
            for rule, partners in rules.begins:
                begins.setdefault(rule, []).append((line, partners))
        if rules.lacking or not rules.without <= without:
            without = with_lacking(without, rules, found, memory, world, line)
    return Lines(of_lines, begins, sole, without)


def _lacks_history(found: Found, rule: BoundRule) -> bool:
    """Whether a rule has just been found to lack history, and will be where it is unknown again: of several revisions
    each is noted, and of a rule that goes by another day nothing is known beforehand."""
    last = found[-1] if found else None
    lacks = isinstance(last, Hit) and last.rule is rule and last.outcome == LACKING
    return lacks and len(rule.revisions) == 1 and rule.rule.basis == "from"
