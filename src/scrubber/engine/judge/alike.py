"""Subjects of a long claim that a rule cannot tell apart: what is decided of one holds of each.

A rule over the other lines is asked of every line, and where a table is not loaded the reference evaluator is asked for
the reasons as well: on a claim of hundreds of lines, hundreds of thousands of times. Such claims repeat few codes on
few days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from scrubber.engine.compile.reads import fields_of_line
from scrubber.engine.evaluate.world import World, is_long
from scrubber.engine.judge.outcome import Outcome, Unsure
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.lang import ir

if TYPE_CHECKING:
    from scrubber.engine.plan.likeness import Likeness


def mark_of(bound: BoundRevision, world: World, subject: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """What a revision can know of lines, on a long claim: of subjects with one mark the outcome is the same. None where
    lines are not to be compared."""
    if not is_long(world) or bound.scope not in ("line", "pair"):
        return None
    read: Callable[[Any], Any] | None
    if bound in world.memo:
        read = world.memo[bound]
    else:
        fields = _told_apart_by(bound)
        read = world.memo[bound] = attrgetter(*fields) if fields else None
    return None if read is None else (bound, world.day, *map(read, subject))


def codes_alike(rules: Sequence[BoundRule], world: World) -> Likeness | None:
    """The procedures of a long claim by what pair rules of one kind know of them; None where any two may be told
    apart."""
    from scrubber.engine.plan.likeness import AskedOfCodes, likeness  # here because few claims are long

    asked = [bound.asked_of_codes for rule in rules for bound in rule.revisions]
    table = rules[0].pair_table
    if table is not None:
        asked.append(AskedOfCodes((), (table,), ()) if table.fields is not None else None)
    return likeness(asked, world)


def apart_by(rules: Iterable[BoundRule], world: World, like: Likeness | None) -> Callable[[Any], Any] | None:
    """What rules can know of lines, on a long claim, read of a line; None where lines are not to be compared."""
    if not is_long(world):
        return None
    fields: set[str] = {"date"}
    for rule in rules:
        for bound in rule.revisions:
            read = _told_apart_by(bound)
            if not read:
                return None
            fields.update(read)
    if like is None:
        return attrgetter("procedure", *fields)
    values, code = attrgetter("date_to", *fields - {"procedure"}), like.of
    return lambda line: (code(line.procedure), values(line))


def keep(mark: tuple[Any, ...], world: World, outcome: Outcome) -> None:
    """Keep the outcome of the subjects of a mark, unless it names the line of one."""
    if not (isinstance(outcome, Unsure) and any(reason.line is not None for reason in outcome.reasons)):
        world.memo[mark] = outcome


def kept(mark: tuple[Any, ...], world: World) -> Outcome | None:
    """The outcome that was kept of subjects with this mark."""
    found: Outcome | None = world.memo.get(mark)
    return found


def _told_apart_by(bound: BoundRevision) -> tuple[str, ...]:
    """The fields of lines on which an outcome may depend; empty where two lines are never alike, or it is not known."""
    conditions = bound.conditions
    read = fields_of_line(conditions, bound.bindings.parameter, others=True)
    tables = (node.table for node in ir.nodes_of(conditions) if isinstance(node, ir.Lookup))
    if "number" in read or any(bound.bindings.table(name).fields is None for name in tables):
        return ()
    # A look-up is as of a line's date, and a source may ask when a line was.
    return tuple(sorted({"date" if name == "day" else name for name in read} | {"date", "date_to"}))
