"""What the golden cases of a rule would not notice: each part of it is taken away in turn and the cases run again.

A part that can go without any case failing is untested. That says more than which parts were evaluated: a clause that
is evaluated in every case, and decides none, is as good as not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from msgspec import structs

from scrubber.engine.compile.program import CompiledRevision
from scrubber.lang import ir
from scrubber.packs.model import Window
from scrubber.testing.golden import Suite

Changed = tuple[str, CompiledRevision]
"""What was taken away, in words, and the revision without it."""


def unnoticed(suite: Suite) -> tuple[str, ...]:
    """The parts of the suite's rule that no case depends on, in the order of the rule; empty where all are tested.

    Looked at are the parts of ``when`` that are joined by and or or (two levels deep), each exception, and the first
    and last day of each revision.
    """
    found = []
    rule = suite.rule
    for at, revision in enumerate(rule.revisions):
        for what, changed in changes(revision):
            revisions = (*rule.revisions[:at], changed, *rule.revisions[at + 1 :])
            other = suite.with_rule(structs.replace(rule, revisions=revisions))
            if all(result.passed for result in other.run()):
                number = f"revision {revision.number}, " if len(rule.revisions) > 1 else ""
                found.append(number + what)
    return tuple(found)


def changes(revision: CompiledRevision) -> Iterator[Changed]:
    """The revision with one part less, for each part that can go."""
    for what, when in _conditions(revision):
        yield what, structs.replace(revision, when=when)
    for at, item in enumerate(revision.unless):
        rest = (*revision.unless[:at], *revision.unless[at + 1 :])
        yield f"unless {item.text}", structs.replace(revision, unless=rest)
    window, day = revision.window, timedelta(days=1)
    if window.first is not None:
        shorter = Window(window.first + day, window.last)
        yield f"first day {window.first}", structs.replace(revision, window=shorter)
    if window.last is not None:
        shorter = Window(window.first, window.last - day)
        yield f"last day {window.last}", structs.replace(revision, window=shorter)


def _conditions(revision: CompiledRevision) -> Iterator[tuple[str, ir.Condition]]:
    when = revision.when
    if not isinstance(when, ir.And | ir.Or):
        return
    one_each = len(revision.clauses) == len(when.items)
    for at, item in enumerate(when.items):
        what = f"when {revision.clauses[at]}" if one_each else f"part {at + 1} of when"
        rest = (*when.items[:at], *when.items[at + 1 :])
        yield what, _joined(when, rest)
        if isinstance(item, ir.And | ir.Or):
            for inner in range(len(item.items)):
                less = _joined(item, (*item.items[:inner], *item.items[inner + 1 :]))
                whole = (*when.items[:at], less, *when.items[at + 1 :])
                yield f"{what} (its part {inner + 1})", _joined(when, whole)


def _joined(like: ir.And | ir.Or, items: tuple[ir.Condition, ...]) -> ir.Condition:
    return items[0] if len(items) == 1 else type(like)(items=items)
