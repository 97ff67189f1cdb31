"""Every rule about lines that share keys, on every group of lines of a claim."""

from __future__ import annotations

from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.found import Crash, Found, ask
from scrubber.engine.judge.subjects import groups_of
from scrubber.engine.plan.plan import Plan, Remembered


def groups(found: Found, plan: Plan, memory: Remembered, setting: int, world: World) -> None:
    """Add the outcomes of group rules."""
    epochs, known, claim = memory.epochs, memory.groups, world.claim
    for number, (keys, rules) in plan.kinds(memory, "group", setting, world):
        try:
            for group, unknown in groups_of(keys, world):
                day = world.day = group.day
                # Of a group that spans procedures no condition asks for one; triggers go by its first line's.
                key = (number, group.lines[0].procedure, epochs[day], setting)
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
                            ask(found, rule, world, (group,), met, True if unknown is None else unknown)
                        world.day = day
        except Exception as error:  # here the groups could not be told
            found += [Crash(rule, type(error).__name__) for rule in rules]
