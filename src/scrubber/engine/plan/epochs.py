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


class Epochs:
    """Days to numbers: two days with one number are in one epoch. Shared by threads."""

    __slots__ = ("_known", "_turns")

    def __init__(self, turns: Iterable[int]) -> None:
        self._turns = sorted(set(turns))
        self._known: dict[date | None, int | None] = {None: None}

    def of(self, day: date | None) -> Epoch:
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

    def of(self, day: date | None) -> Epoch:
        return day
