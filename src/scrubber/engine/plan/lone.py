"""Group rules on a line that is a group of its own, as nearly every line is: what they ask can be asked of the line.

So no group has to be made of it, nor its units added up, to know that it is within a limit.
"""

from __future__ import annotations

from msgspec import structs

from scrubber.claims.line_view import LineView
from scrubber.engine.evaluate.asking import NEVER, Asked, Test
from scrubber.engine.evaluate.operations import number
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.doubts import Terms
from scrubber.engine.plan.line_rules import Tests
from scrubber.engine.plan.narrow import FAILS, HOLDS
from scrubber.lang import ir


def lone_tests(tests: Tests, terms: Terms, world: World, line: LineView) -> tuple[Test, ...] | None:
    """The tests of group rules as functions of (world, claim, line), for lines with one key that are groups of their
    own. None where one cannot be asked of a line. ``terms`` are those of line rules."""
    found = []
    for test, _ in tests:
        condition = of_line(test.condition) if isinstance(test, Asked) else None
        if condition is None:
            return None
        reference = terms.reference(world, (line,))
        agreed, rest = terms.sharing.split(condition)
        left = terms.sharing.residue(ir.And(items=(*agreed.items, *rest.items)), reference.value, reference.truth)
        if left != FAILS:
            found.append(terms.asked(ir.And(items=() if left == HOLDS else (left,))))
    return tuple(test for test in found if test is not NEVER)


def of_line(condition: ir.Condition) -> ir.Condition | None:
    """A condition about a group as it stands for a group of one ``line``; None where it asks of the group what is not
    known to be the line's."""
    match condition:
        case ir.And() | ir.Or():
            items = [of_line(item) for item in condition.items]
            known = tuple(item for item in items if item is not None)
            return structs.replace(condition, items=known) if len(known) == len(items) else None
        case ir.Compare(op=">", left=ir.Aggregate(mode="sum") as total, right=ir.NumberConst(text=limit)):
            # Where the line does not count the sum is zero, which is more than no limit.
            if number(limit) < 0:
                return None
            counted = _counted(total.source)
            if counted is None or not isinstance(total.value, ir.FieldOf) or total.value.record != "line":
                return None
            own = structs.replace(total.value, variable="line")
            return ir.And(items=(*counted, structs.replace(condition, left=own)))
    return None


def _counted(source: ir.Source) -> tuple[ir.Condition, ...] | None:
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
        found.append(structs.replace(clause, value=structs.replace(clause.value, variable="line")))
    return tuple(found)
