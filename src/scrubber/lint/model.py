"""What a lint is, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from scrubber.core.diagnostics import Diagnostic, Label, Replacement
from scrubber.core.places import Place

if TYPE_CHECKING:
    from scrubber.lint.context import Context

NOT_DECIDED, SKIPPED = "not decided", "skipped"


class Note(Struct, frozen=True):
    """A lint that could not say yes or no of a rule. ``kind``: ``not decided`` or ``skipped`` (a table is lacking)."""

    code: str
    kind: str
    rule: str
    place: Place
    why: str


class Lint(Struct, frozen=True):
    """One thing to look for. ``check`` looks at all the packs and gives what it finds, in any order, under one of
    ``codes``."""

    codes: tuple[str, ...]
    check: Callable[[Context], Iterable[tuple[str, Diagnostic] | Note]]


def found(
    code: str, rule: str, headline: str, place: Place, label: str = "", help_: str = "",
    labels: tuple[Label, ...] = (), edit: Replacement | None = None,
) -> tuple[str, Diagnostic]:  # fmt: skip
    """A finding about a rule (its id; empty of what belongs to no rule), as every lint gives it: a warning."""
    return rule, Diagnostic(code, headline, place, label, help_, labels, edit, "warning")
