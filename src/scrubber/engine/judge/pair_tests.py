"""What is still to be asked of pairs of lines, by what the plan remembers of their codes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from scrubber.claims.line_view import LineView
from scrubber.engine.evaluate.world import World, is_long
from scrubber.engine.judge.alike import codes_alike
from scrubber.engine.plan.line_rules import Tests
from scrubber.engine.plan.plan import Plan, Remembered
from scrubber.engine.plan.rule import BoundRule

if TYPE_CHECKING:
    from scrubber.engine.plan.likeness import Likeness


class PairTests:
    """The tests of pair rules that are asked together. ``mark`` is what they are remembered by; ``like`` tells the
    procedures of a long claim apart."""

    __slots__ = ("_before", "_epochs", "_mark", "_memory", "_plan", "_rules", "_setting", "_world", "like")

    def __init__(self, plan: Plan, memory: Remembered, mark: Any, rules: tuple[BoundRule, ...], setting: int,
                 world: World) -> None:  # fmt: skip
        self._plan, self._memory, self._mark, self._rules = plan, memory, mark, rules
        self._setting, self._world = setting, world
        self._epochs = memory.epochs
        self._before: tuple[LineView, str | None, date | None, Tests] | None = None
        self.like: Likeness | None = codes_alike(rules, world) if is_long(world) else None

    def of(self, line: LineView, other: LineView) -> Tests:
        """The tests of two lines. ``world.day`` is the first one's."""
        first, second = line.procedure, other.procedure
        before = self._before
        if before is not None and before[0] is line and before[1] == second and before[2] == other.date:
            return before[3]  # a long claim repeats few codes
        like = self.like
        if like is not None:
            first, second = like.of(first), like.of(second)
        key = (self._mark, first, second, self._epochs[line.date], self._epochs[other.date], self._setting)
        tests = self._memory.pairs.get(key)
        if tests is None:
            tests = self._plan.for_pair(self._memory, key, self._rules, self._world, line, other)
        self._before = (line, other.procedure, other.date, tests)
        return tests
