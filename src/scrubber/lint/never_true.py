"""SCR901: a condition that no claim can meet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.lang import ir
from scrubber.lint.algebra import TRUE, solve
from scrubber.lint.context import Context, RevisionView, walk
from scrubber.lint.model import NOT_DECIDED, Note, found

CODE = "SCR901"
HELP = (
    "Check the values and the and/or between the clauses. If another line is meant, write `any other line where (…)`."
)


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Every revision's condition, alone and with its dates and payers, and every `where` inside it."""
    for revision in context.revisions():
        yield from _inside(revision)
        codes = revision.rule.codes
        whole = solve([(revision.when, TRUE)], codes)
        if whole.verdict is False:
            yield _whole(revision)
        elif whole.verdict is None and not whole.values and not whole.free:
            yield Note(CODE, NOT_DECIDED, revision.rule.id, revision.place, whole.why)
        elif solve([(revision.reach, TRUE), (revision.when, TRUE)], codes).verdict is False:
            yield found(CODE, revision.rule.id,
                        "This is never true for the payers, the claim types and the days that the rule is for.",
                        revision.place, "never true here", "Compare it with `applies:` and `effective:`.")  # fmt: skip
        elif revision.compiled.unless and solve([(revision.fires, TRUE)], codes).verdict is False:
            yield found(CODE, revision.rule.id, "An exception holds wherever the condition does: this never fires.",
                        revision.exceptions[0].text.place, "lifts every finding",
                        "Narrow the exception, or remove the rule.")  # fmt: skip


def _whole(revision: RevisionView) -> tuple[str, Diagnostic]:
    """Points at the clause, or the two clauses, that cannot be."""
    codes = revision.rule.codes
    for clause in revision.required:
        if solve([(clause.condition, TRUE)], codes).verdict is False:
            parts = clause.condition.items if isinstance(clause.condition, ir.And) else ()
            for one, two in combinations(parts, 2):
                if solve([(one, TRUE), (two, TRUE)], codes).verdict is False:
                    return found(CODE, revision.rule.id, "These two never hold together.", clause.place(two),
                                 "and this", HELP, (Label(clause.place(one), "this"),))  # fmt: skip
            return found(CODE, revision.rule.id, "This is never true.", clause.text.place, "never true", HELP)
    for first, second in combinations(revision.required, 2):
        if solve([(first.condition, TRUE), (second.condition, TRUE)], codes).verdict is False:
            return found(CODE, revision.rule.id, "These two clauses never hold together.", second.text.place,
                         "and this", HELP, (Label(first.text.place, "this"),))  # fmt: skip
    return found(CODE, revision.rule.id, "The condition is never true.", revision.place, "never true", HELP)


def _inside(revision: RevisionView) -> Iterator[tuple[str, Diagnostic]]:
    for clause in (*revision.clauses, *revision.exceptions):
        for node in walk(clause.condition):
            if not isinstance(node, ir.Quantified) or node.source.where is None:
                continue
            if solve([(node.source.where, TRUE)], revision.rule.codes).verdict is False:
                yield found(CODE, revision.rule.id, "Nothing can ever meet what `where` asks here.", clause.place(node),
                            "never met", HELP)  # fmt: skip
