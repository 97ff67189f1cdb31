"""Code lists bound for evaluation: exact codes, ranges, patterns, dated value sets and parameters as one matcher."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from datetime import date
from typing import Any

from scrubber.core.catalogue import CODE_OF_RECORD
from scrubber.core.logic import Reason, Truth, Unknown
from scrubber.packs.model import Window


class Version:
    """A code list over a window: its ``members``, and ``parts``, these one by one for ``has all of``.

    Few lists are asked so; ``spell`` takes them apart where one is. ``quicker`` makes of the members what is faster to
    ask and takes longer to make: without it they are that already.
    """

    __slots__ = ("_matcher", "_parts", "_quicker", "_spell", "members", "window")

    def __init__(
        self,
        window: Window,
        members: Container[Any],
        spell: Callable[[], tuple[Container[Any], ...]],
        quicker: Callable[[], Container[Any]] | None = None,
    ) -> None:
        self.window, self.members, self._spell, self._quicker = window, members, spell, quicker
        self._matcher: Container[Any] | None = None if quicker else members
        self._parts: tuple[Container[Any], ...] | None = None

    @property
    def matcher(self) -> Container[Any]:
        """The members for whoever asks often."""
        if self._matcher is None:
            self._matcher = self._quicker() if self._quicker else self.members
        return self._matcher

    @property
    def parts(self) -> tuple[Container[Any], ...]:
        """Each exact code, each range and each pattern as a list of its own."""
        if self._parts is None:
            self._parts = self._spell()
        return self._parts


class BoundCodes:
    """A code list whose members may depend on the day.

    ``unfilled`` names the ``@local`` sets in it that the practice has not filled: what is not found is then unknown.
    ``origin`` is the set as written in the program. ``alone``: it is the same on every day; ``fast``: membership is
    then simply ``in`` what ``always`` gives.
    """

    __slots__ = ("alone", "fast", "origin", "unfilled", "versions")

    def __init__(self, versions: Iterable[Version], unfilled: Iterable[str] = (), origin: Any = None) -> None:
        self.versions = tuple(versions)
        self.unfilled = tuple(sorted(set(unfilled)))
        self.origin = origin
        self.alone = len(self.versions) == 1
        self.fast = self.alone and not self.unfilled

    @property
    def always(self) -> Container[Any] | None:
        """The matcher where it is the same on every day."""
        return self.versions[0].matcher if self.alone else None

    @property
    def written(self) -> tuple[str, ...]:
        """The members as a message or a fix has them: codes, ranges and patterns one by one, value sets by name."""
        codes = self.origin
        days, ranges = [day.isoformat() for day in codes.dates], [f"{low}-{high}" for low, high in codes.ranges]
        names = [*[f"@{name}" for name in codes.sets], *[f"policy.{name}" for name in codes.parameters]]
        return (*codes.exact, *codes.numbers, *days, *ranges, *codes.patterns, *names)

    def holds(self, item: Any, day: date | None) -> Truth:
        """Whether ``item`` (a code, a number, a date, or a record that has a code) is a member on ``day``."""
        item = code_of(item)
        if item is None:
            return Unknown(Reason("missing_field", "code"))
        hits = [version.window for version in self.versions if item in version.members]
        if hits and (self.alone or (day is not None and any(window.holds(day) for window in hits))):
            return True
        if hits and day is None:
            return Unknown(Reason("missing_field", "line.date"))
        if self.unfilled:
            return Unknown(*(Reason("empty_list", f"@{name}") for name in self.unfilled))
        return False

    def all_met(self, items: Iterable[Any], day: date | None) -> Truth:
        """Whether every member (a code; some code of a range or pattern) is met by one of ``items``."""
        codes = [code_of(item) for item in items]
        if self.unfilled:
            return Unknown(*(Reason("empty_list", f"@{name}") for name in self.unfilled))
        if not self.alone and day is None:
            return Unknown(Reason("missing_field", "line.date"))
        parts = [
            part
            for version in self.versions
            if self.alone or (day is not None and version.window.holds(day))
            for part in version.parts
        ]
        met = [any(code in part for code in codes if code is not None) for part in parts]
        if not all(met) and None in codes:
            return Unknown(Reason("missing_field", "code"))
        return all(met)

    def may_hold(self, item: str) -> bool:
        """Whether a code could be a member on any day: what the trigger index asks."""
        return bool(self.unfilled) or any(item in version.members for version in self.versions)


def code_of(item: Any) -> Any:
    """The code a record is compared by; anything else is itself."""
    kind = getattr(item, "record", None)
    return getattr(item, CODE_OF_RECORD[kind]) if kind in CODE_OF_RECORD else item
