"""Epochs: the spans of days between which nothing that is published changes.

What a plan remembers of a procedure on one day holds on every day of the same epoch: no revision, no version of a value
set, no edition and no row of a table begins or ends inside one, and no day that a condition names lies there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from scrubber.engine.compile.program import Program
from scrubber.engine.plan.tables import BoundTable
from scrubber.lang import ir
from scrubber.packs.model import Window

DAYS_KEPT = 65_536


class Epochs:
    """Days to numbers: two days with one number are in one epoch. Shared by threads."""

    __slots__ = ("_known", "_turns")

    def __init__(self, turns: Iterable[int]) -> None:
        self._turns = sorted(set(turns))
        self._known: dict[date | None, int | None] = {None: None}

    def of(self, day: date | None) -> int | None:
        """The epoch of a day; None for no day."""
        try:
            return self._known[day]
        except KeyError:
            assert day is not None
            found = bisect_right(self._turns, day.toordinal())
            if len(self._known) >= DAYS_KEPT:
                self._known = {None: None}
            self._known[day] = found
            return found


class EveryDay(Epochs):
    """Each day is its own epoch: right for a short run, which would not earn back what working them out takes."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(())

    def of(self, day: date | None) -> int | None:
        return None if day is None else day.toordinal()


def epochs_of(program: Program, conditions: Iterable[ir.Condition | None], tables: Iterable[BoundTable]) -> Epochs:
    """The epochs of a program's revisions and value sets, of the days that conditions name, and of tables."""
    turns: set[int] = set()
    for rule in program.rules:
        for revision in rule.revisions:
            turns.update(_of_window(revision.window))
    for value_set in program.sets.values():
        for version in value_set.versions:
            turns.update(_of_window(version.window))
    for condition in conditions:
        for day in _named(condition):
            turns.update((day.toordinal(), day.toordinal() + 1))
    for table in tables:
        turns.update(table.turning_days())
    return Epochs(turns)


def _of_window(window: Window) -> Iterator[int]:
    if window.first:
        yield window.first.toordinal()
    if window.last:
        yield window.last.toordinal() + 1


def _named(node: Any) -> Iterator[date]:
    """The days that a condition names."""
    if isinstance(node, ir.DateConst):
        yield node.value
    elif isinstance(node, tuple):
        for item in node:
            yield from _named(item)
    elif isinstance(node, ir.Node | ir.Key):
        for field in node.__struct_fields__:
            yield from _named(getattr(node, field))
