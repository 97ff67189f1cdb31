"""The procedures that a pair rule could concern beside a line's own, where it asks that a table has a row of the two.

Such a rule, of add-on codes and their primaries say, is clear on every other pair, and need not be asked of it.
"""

from __future__ import annotations

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.plan.tables import BoundTable
from scrubber.lang import ir
from scrubber.tables.kinds import PairTable

Partners = frozenset[str]


def partners_of(rule: BoundRule, world: World, line: LineView) -> Partners | None:
    """Of a pair rule, the procedures that ``other`` must carry where ``line`` is such a line; None where no table says,
    and a line without a procedure is asked of all. ``world.day`` is the line's."""
    day = line.date
    bound = rule.revision_on(day) if rule.rule.basis == "from" else None
    if not isinstance(bound, BoundRevision) or bound.when is None or day is None or line.procedure is None:
        return None
    for clause in ir.clauses(bound.when):
        table = _asked_for_a_row(clause, rule)
        if table is None:
            continue
        try:
            edition = table.edition(world, day, line)
            # A slice leaves rows out: of a pair that it does not hold nothing is known.
            if not isinstance(edition, Unknown) and not edition.edition.slice and edition.__class__ is PairTable:
                return frozenset(edition.partners(line.procedure))
        except Exception:  # the rule that asks this will crash in its turn, and that is reported
            return None
    return None


def _asked_for_a_row(clause: ir.Condition, rule: BoundRule) -> BoundTable | None:
    """The table of which a clause asks for the row of the two procedures, the line's first, on the day of the line."""
    match clause:
        case ir.Missing(
            value=ir.Lookup(
                column="",
                at=None,
                keys=(ir.FieldOf(variable="line", name="procedure"), ir.FieldOf(variable="other", name="procedure")),
            ) as lookup,
            negated=True,
        ):
            table = rule.bindings.table(lookup.table)
            # Where no row means that nothing is known, the rule is not clear; a setting may go by more than the claim.
            return table if table.table.absent == "none" and table.fields is not None else None
    return None
