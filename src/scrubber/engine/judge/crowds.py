"""Pairs of lines of a long claim, asked once for all that a rule cannot tell apart.

A rule that is unknown on every pair of hundreds of lines says so of each line, and need not be asked of each pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.alike import apart_by
from scrubber.engine.judge.doubted import noted
from scrubber.engine.judge.pair_tests import PairTests
from scrubber.engine.plan.rule import BoundRule

Alike = list[Any]
"""Of lines that are alike: what they share, the first, and the second or None."""


class Crowds:
    """What one pair rule says of lines that are alike. ``found`` takes what there is to tell."""

    def __init__(self, found: list[Any], rule: BoundRule, tests: PairTests, world: World,
                 apart: Callable[[LineView], Any]) -> None:  # fmt: skip
        self._found, self._rule, self._tests, self._world, self._apart = found, rule, tests, world, apart
        self._met: dict[tuple[Any, Any], bool | Unknown | None] = {}

    @classmethod
    def of(cls, found: list[Any], rule: BoundRule, tests: PairTests, world: World) -> Crowds | None:
        """None of a short claim, and where the rule can tell any two lines apart."""
        apart = apart_by((rule,), world, tests.like)
        return None if apart is None else cls(found, rule, tests, world, apart)

    def crowd(self, lines: Iterable[LineView]) -> list[Alike]:
        """Lines by what the rule can know of them."""
        found: dict[Any, list[Any]] = {}
        for line in lines:
            mark = self._apart(line)
            if mark not in found:
                found[mark] = [mark, line, None]
            elif found[mark][2] is None:
                found[mark][2] = line
        return list(found.values())

    def settled(self, line: LineView, crowd: Sequence[Alike]) -> bool:
        """Whether all is said of the pairs of a line with others: the rule is clear on them, or unknown in one way and
        that is noted."""
        mark = self._apart(line)
        unknown: Unknown | None = None
        doubtful: list[LineView] = []
        for theirs, other, twin in crowd:
            if other is line:
                other = twin
                if other is None:
                    continue
            met = self._truth(mark, theirs, line, other)
            if met is False:
                continue
            if not isinstance(met, Unknown) or (unknown is not None and met is not unknown):
                return False
            unknown = met
            doubtful.append(other)
        if unknown is None:
            return True
        # Each is noted: an exception may lift the rule from one and not from another.
        told = [noted(self._found, self._rule, self._world, (line, other), unknown) for other in doubtful]
        return all(told)

    def _truth(self, mark: Any, theirs: Any, line: LineView, other: LineView) -> bool | Unknown | None:
        """The truth of the rule's condition on pairs that are alike; None where it is not known."""
        key = (mark, theirs)
        try:
            return self._met[key]
        except KeyError:
            self._world.day = line.date
            met: bool | Unknown | None = False
            try:
                for test, _ in self._tests.of(line, other):
                    met = test.run(self._world, self._world.claim, line, other)
            except Exception:  # each pair will crash in its turn, and that is reported
                met = None
            if isinstance(met, Unknown) and any(reason.line is not None for reason in met.reasons):
                met = None  # of another pair it is unknown for its own lines
            self._met[key] = met
            return met
