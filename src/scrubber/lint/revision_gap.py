"""SCR917: days between two revisions of a rule on which it does not hold. (Revisions that overlap are SCR623.)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.lint.context import Context
from scrubber.lint.model import Note, found

CODE = "SCR917"


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Neighbouring revisions that do not meet."""
    for rule in context.rules:
        for one, two in pairwise(rule.revisions):
            end, start = one.source.window.last, two.source.window.first
            if end is None or start is None or start <= end + timedelta(days=1):
                continue
            first, last = end + timedelta(days=1), start - timedelta(days=1)
            days = f"{first}" if first == last else f"{first} to {last}"
            yield found(CODE, rule.id, f"No revision of {rule.id} holds on {days}.", two.source.message.place
                        if two.source.message.value else rule.source.place, f"this revision starts on {start}",
                        f"End the earlier revision on {last}, or start this one on {first}; if the policy was "
                        "suspended, say so with `lint_off`.", (Label(one.source.message.place, f"ends on {end}"),)
                        )  # fmt: skip
