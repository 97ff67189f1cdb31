"""Rules that are unknown on many subjects for the same reasons: a table of which only a slice is loaded says nothing of
most lines, and one entry can say so of all of them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.outcome import Unsure, lifted
from scrubber.engine.plan.rule import BoundRevision, BoundRule


class Doubted(Struct, frozen=True):
    """That a rule is unknown on some subjects, in order, for the same reasons. ``subjects`` are lines and groups; of
    pairs their first lines, which is where they are told."""

    rule: BoundRule
    revision: BoundRevision
    outcome: Unsure
    subjects: list[Any]


def noted(found: list[Any], rule: BoundRule, world: World, subject: tuple[Any, ...], when: Unknown) -> bool:
    """Note that a rule's ``when`` is unknown on a subject, unless an exception lifts the rule, beside the subjects of
    the same claim on which it is unknown for the same reasons. False: the rule has more to be looked at, and nothing is
    noted.
    """
    key = (rule, when)
    known: Doubted | None = world.memo.get(key)
    if known is None and (
        rule.doubt is not None or len(rule.revisions) != 1 or ("history" in rule.rule.needs and not world.complete)
    ):
        return False
    bound = rule.revisions[0]
    if bound.exceptions and lifted(bound, world, subject):
        return True
    first = subject[0]
    if known is None:
        known = world.memo[key] = Doubted(rule, bound, Unsure(when.reasons), [first])
        found.append(known)
    elif known.subjects[-1] is not first:
        known.subjects.append(first)
    return True
