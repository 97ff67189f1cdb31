"""The procedures that a condition could hold of beside a line's own, where it asks that a table has a row of the two.

A rule of two lines, of add-on codes and their primaries say, is clear on every other pair and need not be asked of it,
and neither need a quantifier over lines look at any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.plan.tables import BoundTable
from scrubber.lang import ir
from scrubber.tables.kinds import PairTable

if TYPE_CHECKING:
    from scrubber.engine.plan.bindings import PackBindings

Partners = frozenset[str]


def partners_of(rule: BoundRule, world: World, line: LineView) -> Partners | None:
    """Of a pair rule, the procedures that ``other`` must carry where ``line`` is such a line; None where no table says,
    and a line without a procedure is asked of all. ``world.day`` is the line's."""
    bound = rule.revision_on(line.date) if rule.rule.basis == "from" else None
    if not isinstance(bound, BoundRevision) or bound.when is None:
        return None
    return partners_by(bound.when, rule.bindings, {"line": line}, "other", world)


def partners_by(condition: ir.Condition, bindings: PackBindings, lines: Mapping[str, Any], second: str, world: World,
                loose: Set[str] = frozenset()) -> Partners | None:  # fmt: skip
    """The procedures that a line named ``second`` must carry for a condition to be anything but False, by what it asks
    of the procedure of one of some other ``lines``, which have dates; None where no table says. ``loose`` are tables
    that may answer otherwise for lines that the same is remembered of. ``world.day`` is that of the subject."""
    for clause in ir.clauses(condition):
        found = _asked_for_a_row(clause, bindings, second)
        if found is None:
            continue
        table, first = found
        line = None if table.table.name in loose else lines.get(first)
        if not isinstance(line, LineView) or line.date is None or line.procedure is None:
            continue
        try:
            edition = table.edition(world, line.date, line)
            # A slice leaves rows out: of a pair that it does not hold nothing is known.
            if not isinstance(edition, Unknown) and not edition.edition.slice and edition.__class__ is PairTable:
                return frozenset(edition.partners(line.procedure))
        except Exception:  # the rule that asks this will crash in its turn, and that is reported
            return None
    return None


def _asked_for_a_row(clause: ir.Condition, bindings: PackBindings, second: str) -> tuple[BoundTable, str] | None:
    """The table of which a clause asks for the row of two procedures, the one named ``second`` last, on the day of the
    first, and the name of the first."""
    match clause:
        case ir.Missing(
            value=ir.Lookup(
                column="",
                at=None,
                keys=(
                    ir.FieldOf(variable=first, record="line", name="procedure"),
                    ir.FieldOf(variable=variable, name="procedure"),
                ),
            ) as lookup,
            negated=True,
        ) if variable == second:
            table = bindings.table(lookup.table)
            # Where no row means that nothing is known, the rule is not clear; a setting may go by more than the claim.
            return (table, first) if table.table.absent == "none" and table.fields is not None else None
    return None
