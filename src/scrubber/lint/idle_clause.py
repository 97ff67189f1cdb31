"""SCR903: a clause or an exception that could be taken away without any change."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic
from scrubber.lang import ir
from scrubber.lint.algebra import FALSE, TRUE, UNKNOWN, solve
from scrubber.lint.context import Clause, Context, RevisionView
from scrubber.lint.model import Note, found

CODE = "SCR903"
MOST_CLAUSES = 12


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Clauses that others imply, alternatives that others cover, exceptions that never get their turn."""
    for revision in context.revisions():
        yield from _clauses(revision)
        for clause in revision.clauses:
            if isinstance(clause.condition, ir.And | ir.Or):
                yield from _parts(revision, clause, clause.condition)
        yield from _exceptions(revision)


def _clauses(revision: RevisionView) -> Iterator[tuple[str, Diagnostic]]:
    clauses = revision.required
    if not 1 < len(clauses) <= MOST_CLAUSES:
        return
    whole = ir.And(items=tuple(clause.condition for clause in clauses))
    for at, clause in enumerate(clauses):
        others = ir.And(items=tuple(other.condition for other in clauses if other is not clause))
        if not isinstance(clause.condition, ir.Missing) and _same(revision, others, whole):
            if any(_same(revision, clause.condition, other.condition) for other in clauses[at + 1 :]):
                continue  # of two that say the same the later one is told
            yield found(CODE, revision.rule.id, "The other clauses imply this one: it changes nothing.",
                        clause.text.place, "holds whenever the others do",
                        "Remove it, or check its values: it may have been meant to be narrower.")  # fmt: skip


def _parts(revision: RevisionView, clause: Clause, whole: ir.And | ir.Or) -> Iterator[tuple[str, Diagnostic]]:
    if len(whole.items) > MOST_CLAUSES:
        return
    for item in whole.items:
        rest = tuple(other for other in whole.items if other is not item)
        others: ir.Condition = ir.And(items=rest) if isinstance(whole, ir.And) else ir.Or(items=rest)
        if not isinstance(item, ir.Missing) and _same(revision, others, whole):
            word = "implies" if isinstance(whole, ir.And) else "covers"
            yield found(CODE, revision.rule.id, f"The rest {word} this part: it changes nothing.", clause.place(item),
                        "changes nothing", "Remove it, or check its values.")  # fmt: skip
            return


def _same(revision: RevisionView, first: ir.Condition, second: ir.Condition) -> bool:
    """Whether two conditions have the same truth value on every claim, unknown included."""
    return all(
        solve([(first, bits), (second, (TRUE | FALSE | UNKNOWN) & ~bits)], revision.rule.codes).verdict is False
        for bits in (TRUE, FALSE, UNKNOWN)
    )


def _exceptions(revision: RevisionView) -> Iterator[tuple[str, Diagnostic]]:
    codes = revision.rule.codes
    earlier: list[ir.Condition] = []
    holds = [(revision.reach, TRUE), (revision.when, TRUE)]
    if solve(holds, codes).verdict is False:
        return
    for exception in revision.exceptions:
        if solve([*holds, (exception.condition, TRUE)], codes).verdict is False:
            yield found(CODE, revision.rule.id, "This exception never applies where the rule fires.",
                        exception.text.place, "never holds together with `when`",
                        "Remove it, or check its values against `when`.")  # fmt: skip
        elif earlier and solve(
            [*holds, (exception.condition, TRUE), (ir.Or(items=tuple(earlier)), FALSE | UNKNOWN)], codes
        ).verdict is False:  # fmt: skip
            yield found(CODE, revision.rule.id, "An earlier exception always comes first: this one is never reached.",
                        exception.text.place, "never reached", "Remove it, or put it first.")  # fmt: skip
        earlier.append(exception.condition)
