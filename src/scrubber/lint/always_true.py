"""SCR902: a condition that holds for every claim the rule is for."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic
from scrubber.lint.algebra import FALSE, TRUE, solve
from scrubber.lint.context import Context
from scrubber.lint.model import NOT_DECIDED, Note, found

CODE = "SCR902"


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """A condition that cannot be false where the rule applies; a missing value may still leave it open."""
    for revision in context.revisions():
        if revision.compiled.when is None:
            continue
        answer = solve([(revision.reach, TRUE), (revision.when, FALSE)], revision.rule.codes)
        if answer.verdict is False:
            yield found(CODE, revision.rule.id, "This is true of every claim that the rule is for.", revision.place,
                        "always true", "Say what sets the claims apart that the rule is about; a comparison is turned "
                        "round, or `or` stands where `and` was meant.")  # fmt: skip
        elif answer.verdict is None and not answer.values and not answer.free:
            yield Note(CODE, NOT_DECIDED, revision.rule.id, revision.place, answer.why)
