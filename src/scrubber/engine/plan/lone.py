"""Group rules on a line that is a group of its own, as nearly every line is: what they ask can be asked of the line.

So no group has to be made of it, nor its units added up, to know that it is within a limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from scrubber.engine.evaluate.asking import ALWAYS, Asked, Test
from scrubber.engine.evaluate.operations import number
from scrubber.engine.plan.narrow import HOLDS
from scrubber.engine.plan.rule import BoundRevision, Lacking
from scrubber.lang import ir

if TYPE_CHECKING:
    from scrubber.engine.plan.bindings import PackBindings
    from scrubber.engine.plan.group_rules import GroupRules


class LoneRules(Struct, frozen=True):
    """What group rules ask of lines that are groups of their own: as :class:`GroupRules`, with tests that are functions
    of (world, claim, line)."""

    tests: tuple[Test, ...]
    without: frozenset[BoundRevision]
    lacking: tuple[Lacking, ...]


def lone_rules(rules: GroupRules, timed: bool) -> LoneRules | None:
    """What is asked of a line in place of its group; None where something cannot be asked of it. ``timed``: the lines
    count minutes; of others it is known that they do not."""
    tests: list[Test] = []
    for test, alike in rules.tests:
        own = _of_line(test, alike[0].bindings, timed)
        if own is None:
            return None
        tests.append(own)
    without, lacking = rules.without, []
    for lacks in rules.lacking:
        own = _of_line(lacks.test, lacks.revision.bindings, timed)
        if own is None:
            return None
        if own is ALWAYS:
            without |= {lacks.revision}
        else:
            lacking.append(structs.replace(lacks, test=own))
    return LoneRules(tuple(tests), without, tuple(lacking))


def _of_line(test: Test, bindings: PackBindings, timed: bool) -> Test | None:
    """A test of a group as one of its only line; None where it cannot be asked of the line."""
    condition = of_line(test.condition, timed) if isinstance(test, Asked) else None
    if condition is None:
        return None
    return ALWAYS if condition == HOLDS else bindings.asked(condition, ("claim", "line"))


def of_line(condition: ir.Condition, timed: bool) -> ir.Condition | None:
    """A condition about a group as it stands for a group of one ``line``; None where it asks of the group what is not
    known to be the line's."""
    match condition:
        case ir.And() | ir.Or():
            items = [of_line(item, timed) for item in condition.items]
            known = tuple(item for item in items if item is not None)
            return structs.replace(condition, items=known) if len(known) == len(items) else None
        case ir.Compare(op=">", left=ir.Aggregate(mode="sum") as total, right=ir.NumberConst(text=limit)):
            # Where the line does not count the sum is zero, which is more than no limit.
            if number(limit) < 0:
                return None
            counted = _counted(total.source, timed)
            if counted is None or not isinstance(total.value, ir.FieldOf) or total.value.record != "line":
                return None
            own = structs.replace(total.value, variable="line")
            more = structs.replace(condition, left=own)
            return ir.And(items=(*counted, more)) if counted else more
        case ir.Quantified(mode="any", source=source, count=None, satisfy=None):
            counted = _counted(source, timed)
            return None if counted is None else ir.And(items=counted)
    return None


def _counted(source: ir.Source, timed: bool) -> tuple[ir.Condition, ...] | None:
    """What a line must meet to count; None where that may be unknown, or is about more than the line."""
    if source.kind != "group_lines" or source.same or source.within is not None:
        return None
    clauses = () if source.where is None else tuple(ir.clauses(source.where))
    found = []
    for clause in clauses:
        if not isinstance(clause, ir.Missing) or not isinstance(clause.value, ir.FieldOf):
            return None
        if clause.value.variable != source.variable:
            return None
        if clause.value.name == "minutes" and not clause.negated and not timed:
            continue
        found.append(structs.replace(clause, value=structs.replace(clause.value, variable="line")))
    return tuple(found)
