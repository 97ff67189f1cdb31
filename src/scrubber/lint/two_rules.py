"""SCR904, SCR905 and SCR906: a rule that another covers, and rules that say the same with the same or other words."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.model import NOT_DECIDED, Note, found
from scrubber.lint.pairs import MOST_PAIRS, Pair, can_fire, covers, pairs

COVERED, SAME, TOLD_TWICE = "SCR904", "SCR905", "SCR906"


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Compares the revisions of rules about the same subjects, two by two."""
    for number, pair in enumerate(pairs(context)):
        if number == MOST_PAIRS:
            yield Note(COVERED, NOT_DECIDED, "", pair.one.place, f"more than {MOST_PAIRS:,} pairs of rules; the rest "
                       "were not compared")  # fmt: skip
            return
        yield from _compared(pair)


def _compared(pair: Pair) -> Iterator[tuple[str, Diagnostic]]:
    one, two = pair
    first, second = covers(one, two), covers(two, one)
    if not (first or second) or not can_fire(one) or not can_fire(two):
        return
    if not (first and second):
        wide, narrow = (one, two) if first else (two, one)
        yield _about(COVERED, narrow, wide, f"{wide.rule.id} fires wherever {narrow.rule.id} does.", "is covered",
                     "Remove the narrower rule, or take its claims out of the wider one.")  # fmt: skip
    elif one.source.message.value.strip() == two.source.message.value.strip():
        yield _about(SAME, two, one, f"{two.rule.id} says the same as {one.rule.id}.", "says the same",
                     "Remove one of the two.")  # fmt: skip
    else:
        yield _about(TOLD_TWICE, two, one, f"{two.rule.id} fires exactly where {one.rule.id} does, in other words.",
                     "the same claims, other words", "Keep one rule with one message, or set the conditions apart."
                     )  # fmt: skip


def _about(code: str, here: RevisionView, there: RevisionView, headline: str, label: str, help_: str
           ) -> tuple[str, Diagnostic]:  # fmt: skip
    return found(code, here.rule.id, headline, here.rule.source.place, label, help_,
                 (Label(there.rule.source.place, there.rule.id),))  # fmt: skip
