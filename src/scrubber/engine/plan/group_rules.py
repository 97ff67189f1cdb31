"""What groups with the same codes could concern, found out once and remembered."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from scrubber.engine.evaluate.asking import ALWAYS, NEVER, Test
from scrubber.engine.evaluate.world import Group, World
from scrubber.engine.plan.line_rules import Tests, by_test
from scrubber.engine.plan.narrow import Sharing
from scrubber.engine.plan.rule import BoundRevision, BoundRule, Lacking


class GroupRules(Struct, frozen=True):
    """What groups with one key could concern.

    ``tests`` are rules by test; ``without`` are the revisions that lack history on every such group, ``lacking`` those
    that do where their test does not say otherwise.
    """

    tests: Tests
    without: frozenset[BoundRevision]
    lacking: tuple[Lacking, ...]


def group_rules(rules: Iterable[BoundRule], world: World, sharing: Sharing, group: Group) -> GroupRules:
    """What is still to be asked of groups that share this one's key. ``world.day`` is the group's."""
    procedure, day = group.lines[0].procedure, world.day
    tests: list[tuple[Test | None, BoundRule]] = []
    without: list[BoundRevision] = []
    lacking: list[Lacking] = []
    for rule in rules:
        if not rule.concerns(procedure, "group"):
            continue
        lacks = rule.lacking_on(world, day, sharing, group)
        if lacks is None:
            tests.append((rule.test_on(world, day, sharing, group), rule))
        elif lacks.test is ALWAYS:
            without.append(lacks.revision)
        elif lacks.test is not NEVER:
            lacking.append(lacks)
    return GroupRules(by_test(tests), frozenset(without), tuple(lacking))
