"""What pair rules know of two procedures: what tables say of them, and in which lists they stand.

Practices meet many pairs of codes, each seldom; tables say few different things of them. So what is found out of two
codes is remembered by what is said of them as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.access import Access, access
from scrubber.engine.evaluate.lists import BoundCodes
from scrubber.engine.evaluate.world import SCOPE_VARIABLES, World
from scrubber.engine.plan.likeness import asked_of_codes
from scrubber.engine.plan.narrow import Sharing
from scrubber.lang import ir

if TYPE_CHECKING:
    from scrubber.engine.plan.rule import BoundRule

_NAMES = ("claim", *SCOPE_VARIABLES["pair"])


class PairFacts:
    """All that the conditions of some pair rules ask of the procedures of two lines. May be shared by threads."""

    __slots__ = ("_cells", "_lists", "_named")

    def __init__(self, cells: Iterable[Access], lists: Iterable[BoundCodes], named: Iterable[str]) -> None:
        self._cells, self._lists, self._named = tuple(cells), tuple(lists), frozenset(named)

    def on(self, world: World, line: LineView, other: LineView) -> tuple[Any, ...] | None:
        """The same for lines of whose procedures the same is known; None where something is unknown. ``world.day`` is
        the first line's."""
        codes, day = (line.procedure, other.procedure), line.date
        if day is None or None in codes:
            return None
        values = (world.claim, line, other)
        facts = [read(world, values) for read in self._cells]
        facts += [bound.holds(code, day) for bound in self._lists for code in codes]
        if any(fact is None or isinstance(fact, Unknown) for fact in facts):
            return None
        return (*facts, *[code if code in self._named else "" for code in codes])


def pair_facts(rules: Sequence[BoundRule], sharing: Sharing) -> PairFacts | None:
    """What rules ask of two procedures; None where they ask more than what tables and lists say, or go by a day that is
    not the line's."""
    cells: dict[Any, Access] = {}
    lists: dict[int, BoundCodes] = {}
    named: set[str] = set()
    for rule in rules:
        if rule.rule.basis != "from":
            return None
        for bound in rule.revisions:
            asked = asked_of_codes(bound.when, rule.bindings)
            if asked is None:
                return None
            lists.update({id(each): each for each in asked.lists})
            named |= asked.named
            for node in ir.nodes_of(bound.when):
                if isinstance(node, ir.Lookup) and _reads_procedure(node):
                    if not sharing.fixes(node):
                        return None
                    cells.setdefault((rule.bindings.table(node.table), node), access(node, rule.bindings, _NAMES))
    return PairFacts(cells.values(), lists.values(), named)


def _reads_procedure(node: ir.Lookup) -> bool:
    return any(isinstance(key, ir.FieldOf) and key.name == "procedure" for key in node.keys)
