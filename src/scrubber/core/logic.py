"""Unknown, and why: the third truth value of the language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

ReasonKind = Literal[
    "missing_field", "no_table", "no_edition", "no_history", "not_published", "ambiguous",
    "unmapped_payer", "empty_list",
]  # fmt: skip

NAMES_A_DAY: Final = frozenset({"no_edition"})
"""Kinds that are told with a day: another day hears of itself."""
NOT_SUPPLIED: Final = frozenset({"no_table", "no_edition", "no_history", "not_published", "ambiguous", "empty_list"})
"""Reasons that lie outside the claim: an exception unknown for one of these alone does not stop a finding."""


class Reason(Struct, frozen=True):
    """Why a value is unknown: the kind, and what is missing (a field, a table with its date, a list)."""

    kind: ReasonKind
    what: str
    line: int | None = None


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons in a fixed order; of one field that of a line without a number first."""
    return sorted(reasons, key=lambda reason: (reason.kind, reason.what, reason.line is not None, reason.line or 0))


class Unknown:
    """The unknown truth value, or an unknown value, with every reason that made it so."""

    __slots__ = ("reasons",)

    def __init__(self, *reasons: Reason) -> None:
        self.reasons: frozenset[Reason] = frozenset(reasons)

    def __bool__(self) -> bool:
        raise TypeError("an unknown has no truth value: ask `is True`, `is False` or isinstance")

    def __repr__(self) -> str:
        return f"Unknown({', '.join(f'{r.kind}: {r.what}' for r in sorted(self.reasons, key=str))})"


Truth = bool | Unknown
"""True, False, or an :class:`Unknown` with its reasons."""


def merge(unknowns: list[Unknown]) -> Unknown:
    """One unknown with the reasons of all."""
    return Unknown(*frozenset().union(*(u.reasons for u in unknowns)))


def all_of(truths: list[Truth]) -> Truth:
    """Kleene conjunction: false if any is false, else unknown if any is unknown."""
    return _joined(truths, False)


def any_of(truths: list[Truth]) -> Truth:
    """Kleene disjunction: true if any is true, else unknown if any is unknown."""
    return _joined(truths, True)


def _joined(truths: list[Truth], decisive: bool) -> Truth:
    unknowns: list[Unknown] = []
    for truth in truths:
        if truth is decisive:
            return decisive
        if isinstance(truth, Unknown):
            unknowns.append(truth)
    return merge(unknowns) if unknowns else not decisive


def negate(truth: Truth) -> Truth:
    """Kleene negation."""
    return truth if isinstance(truth, Unknown) else not truth


class _Absent:
    """The value of every column of a row that its table declares not to exist: no comparison with it holds."""

    __slots__ = ()

    def _never(self, _other: object) -> bool:
        return False

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _never

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
