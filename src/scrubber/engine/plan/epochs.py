"""Epochs: the spans of days between which nothing that is published changes.

What a plan remembers of a procedure on one day holds on every day of the same epoch: no revision, no version of a value
set, no edition and no row of a table begins or ends inside one, and no day that a condition names lies there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

DAYS_KEPT = 65_536
Epoch = int | date | None
"""The number of an epoch, or a day that is its own; None for no day."""


class Epochs(dict[date | None, Epoch]):
    """Days to numbers: two days with one number are in one epoch. None, for no day, is in none. Shared by threads."""

    __slots__ = ("_turns",)

    def __init__(self, turns: Iterable[int]) -> None:
        super().__init__({None: None})
        self._turns = sorted(set(turns))

    def __missing__(self, day: date) -> Epoch:
        found = bisect_right(self._turns, day.toordinal())
        if len(self) < DAYS_KEPT:
            self[day] = found
        return found


class EveryDay(Epochs):
    """Each day is its own epoch: right for a short run, which would not earn back what working them out takes."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(())

    def __missing__(self, day: date) -> Epoch:
        return day
