"""What a condition is asked of: one claim, what came before it, and the bindings of a plan."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from functools import cache, partial
from typing import Any, Protocol

from scrubber.claims.line_view import LineView
from scrubber.claims.view import ClaimView
from scrubber.claims.worked_out import worked_out
from scrubber.core.logic import Reason, Unknown
from scrubber.engine.evaluate.lists import BoundCodes

SCOPE_VARIABLES: dict[str, tuple[str, ...]] = {
    "line": ("line",),
    "pair": ("line", "other"),
    "group": ("group",),
    "diagnosis": ("diagnosis",),
    "diagnosis_pair": ("diagnosis", "other"),
    "claim": (),
}
"""The variables each scope gives to a rule's conditions, beside ``claim``."""


class Group:
    """The subject of a group rule: its lines, and its day where it is of one. The keys its lines share are fields of
    its :func:`group_type`."""

    record = "group"
    number = None
    date: Any = None
    __slots__ = ("__dict__", "day", "lines")

    def __init__(self, lines: tuple[LineView, ...], day: date | None) -> None:
        self.lines = lines
        self.day = day

    def __contains__(self, line: object) -> bool:
        return any(line is mine for mine in self.lines)


@cache
def group_type(names: tuple[str, ...]) -> type[Group]:
    """The groups of lines that share these keys, each a field; a key that no line has is None."""
    kind = type("Group", (Group,), {"__slots__": ()})
    worked_out(kind, {name: partial(_shared, name) for name in names})
    return kind


def _shared(name: str, group: Group) -> Any:
    if name == "date" and group.day is not None:
        return group.day
    return next((value for line in group.lines if (value := getattr(line, name)) is not None), None)


def first_and_last(record: str) -> tuple[str, str]:
    """The fields that hold the first and the last day that an element or a group covers, for the key ``day``."""
    return ("day", "day") if record == "group" else ("date", "date_to")


class TableReader(Protocol):
    """A declared table, bound to the editions at hand."""

    def value(self, world: World, keys: tuple[Any, ...], column: str, day: date | None, subject: Any) -> Any:
        """The cell; ABSENT where the row is declared not to exist; :class:`Unknown` otherwise. Column "": the row."""

    def stored_name(self, world: World, subject: Any) -> Hashable:
        """Which of the imported tables answers for a subject: of a table in settings the one of its setting."""

    def alike(self, world: World, day: date, subject: Any) -> Hashable:
        """The same wherever the table gives the same answers."""

    def edition_name(self, world: World, day: date, subject: Any) -> str:
        """Which edition answers on ``day``, for evidence; empty where none does."""


class Bindings(Protocol):
    """What a plan binds for one rule: tables, code lists and parameters, by the names the rule uses.

    ``worth_compiling`` is how often a condition is asked before it is compiled.
    """

    worth_compiling: int

    def table(self, name: str) -> TableReader: ...

    def codes(self, codes: Any) -> BoundCodes: ...

    def parameter(self, name: str) -> Any: ...


class World:
    """One claim under check. ``prior`` are earlier claims of the patient; ``complete``: the caller supplied history.

    ``day`` is the day of the subject under evaluation, which decides dated value sets and default look-ups.
    """

    __slots__ = ("bare", "claim", "complete", "day", "memo", "prior", "prior_lines")

    def __init__(self, claim: ClaimView, prior: tuple[ClaimView, ...] = (), complete: bool = False) -> None:
        self.claim = claim
        self.prior = prior
        self.prior_lines = tuple([line for earlier in prior for line in earlier.lines]) if prior else ()
        self.complete = complete
        self.bare = not complete and not prior  # nothing is known of earlier claims
        self.day: date | None = None
        self.memo: dict[Any, Any] = {}


LONG = 20
"""Claims of fewer lines are decided line by line: that is quicker than to look whether two are alike."""


def is_long(world: World) -> bool:
    """Whether a claim has so many lines that it pays to look which of them are alike."""
    return len(world.claim.lines) >= LONG


NO_HISTORY = Unknown(Reason("no_history", "history"))
