"""Every rule about lines that share keys, on every group of lines of a claim."""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.world import Group, World, group_type
from scrubber.engine.judge.found import Crash, Found, ask
from scrubber.engine.judge.lacking import with_lacking
from scrubber.engine.judge.lines import Lines
from scrubber.engine.judge.subjects import each_alone, groups_of
from scrubber.engine.plan.plan import Kind, Plan, Remembered, Revisions
from scrubber.engine.plan.rule import BoundRule


def groups(found: Found, plan: Plan, memory: Remembered, setting: int, world: World, lines: Lines,
           kinds: Iterable[tuple[int, Kind]]) -> Revisions:  # fmt: skip
    """Add the outcomes of group rules of these kinds; the revisions that lack history, those of the lines included."""
    without = lines.without
    for number, kind in kinds:
        keys, rules = kind
        try:
            if each_alone(world.claim.lines, keys):
                without = _lone(found, plan, memory, setting, world, lines, number, kind, without)
                continue
            for group, unknown in groups_of(keys, world):
                without = _ask_of(found, plan, memory, setting, world, number, rules, group, unknown, without)
        except Exception as error:  # here the groups could not be told
            found += [Crash.of(rule, error) for rule in rules]
    return without


def _lone(found: Found, plan: Plan, memory: Remembered, setting: int, world: World, lines: Lines, number: int,
          kind: Kind, without: Revisions) -> Revisions:  # fmt: skip
    """Ask the rules of one kind of lines of which each is a group of its own. As a group is asked what is not certainly
    clear when the line is asked."""
    keys, rules = kind
    claim = world.claim
    for line, known in zip(claim.lines, lines.rules, strict=True):
        if number in known.lone:
            lone = known.lone[number]
        else:
            key = (number, line.procedure, memory.epochs[line.date], setting)
            lone = known.lone[number] = plan.for_lone(memory, key, kind, world, line)
        if lone is not None:
            try:
                for test in lone.tests:
                    if test.run(world, claim, line) is not False:
                        break
                else:
                    if lone.lacking or not lone.without <= without:
                        without = with_lacking(without, lone, found, memory, world, line)
                    continue
            except Exception:  # asked of the group, the rule crashes in its turn, and that is reported
                pass
        group = group_type(keys.fields)((line,), line.date)
        without = _ask_of(found, plan, memory, setting, world, number, rules, group, None, without)
    return without


def _ask_of(found: Found, plan: Plan, memory: Remembered, setting: int, world: World, number: int,
            rules: tuple[BoundRule, ...], group: Group, unknown: Unknown | None, without: Revisions
            ) -> Revisions:  # fmt: skip
    """Ask the rules of one kind of a group; ``unknown`` is what is missing where a key of its lines is. ``without`` are
    the revisions that are known to lack history; given back with those of the group."""
    claim = world.claim
    day = world.day = group.day
    # Of a group that spans procedures no condition asks for one; triggers go by its first line's.
    key = (number, group.lines[0].procedure, memory.epochs[day], setting)
    known = memory.groups.get(key)
    if known is None:
        known = plan.for_group(memory, key, rules, world, group)
    for test, alike in known.tests:
        try:
            met = test.run(world, claim, group)
        except Exception as error:  # one rule's crash is one fault, and the rest go on
            found += [Crash.of(rule, error) for rule in alike]
            continue
        if met is not False:
            for rule in alike:
                ask(found, rule, world, (group,), met, True if unknown is None else unknown)
            world.day = day
    if unknown is None:
        return with_lacking(without, known, found, memory, world, group)
    for revision in (*known.without, *[lacks.revision for lacks in known.lacking]):
        ask(found, revision.rule, world, (group,), None, unknown)  # whether it is a group comes first
        world.day = day
    return without
