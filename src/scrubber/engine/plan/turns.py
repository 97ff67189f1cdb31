"""The days on which something turns for a plan, which part its epochs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from scrubber.engine.compile.program import Program
from scrubber.engine.plan.epochs import Epochs
from scrubber.engine.plan.tables import BoundTable
from scrubber.lang import ir
from scrubber.packs.model import Window


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
        turns.update(table.turns())
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
