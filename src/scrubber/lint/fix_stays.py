"""SCR908: a fix after which the rule fires again."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from scrubber.core.diagnostics import Diagnostic
from scrubber.findings.model import Edit, Finding, Fix
from scrubber.fixes.apply import EditError, apply_edits
from scrubber.lint.algebra import TRUE, solve
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.model import NOT_DECIDED, Note, found
from scrubber.lint.witness import Judge, Witness, witness

CODE = "SCR908"
MOST_CHOICES = 12


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Makes a claim on which the rule fires, makes each fix, and asks the rule again."""
    judge = Judge(context.program, context.store)
    for revision in context.revisions():
        fixes = [fix for fix in revision.source.fixes if fix.kind != "advice"]
        if fixes and not revision.rule.source.rows:
            yield from _tried(revision, judge)


def _tried(revision: RevisionView, judge: Judge) -> Iterator[tuple[str, Diagnostic] | Note]:
    rule = revision.rule
    solution = solve([(revision.fires, TRUE)], rule.codes)
    if solution.verdict is False:
        return
    made = witness(solution, rule.compiled.scope, rule.codes)
    finding = next((item for item in judge.scrub(made, (rule.id,)).findings if item.rule == rule.id), None)
    if finding is None or finding.revision != revision.source.number:
        yield Note(CODE, NOT_DECIDED, rule.id, revision.place, "this lint made no claim on which the rule fires")
        return
    for fix in finding.fixes:
        stays = [choice for choice, edits in _ways(fix, made) if _stays(made, finding, edits, judge)]
        if not stays:
            continue
        written = next((item for item in revision.source.fixes if item.kind == fix.kind), None)
        place = written.place if written is not None and written.place is not None else rule.source.place
        which = f" with {', '.join(choice for choice in stays if choice)}" if any(stays) else ""
        yield found(CODE, rule.id, f"After this fix{which} the rule fires again.", place,
                    f"{fix.kind} leaves the finding", _advice(fix))  # fmt: skip


def _ways(fix: Fix, made: Witness) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edits of a fix, once for each choice; nothing where a person has to find the value."""
    if not fix.edits:
        return
    if all(edit.value is not None or edit.op == "remove" for edit in fix.edits):
        yield "", fix.edits
        return
    moved = any(edit.op == "move" for edit in fix.edits)
    held = {code for line in made.claim.lines for code in line.modifiers}
    for choice in [code for code in fix.choices if not moved or code in held][:MOST_CHOICES]:
        yield (
            choice,
            tuple(
                structs.replace(edit, value=choice) if edit.value is None and edit.op != "remove" else edit
                for edit in fix.edits
            ),
        )


def _stays(made: Witness, finding: Finding, edits: tuple[Edit, ...], judge: Judge) -> bool:
    try:
        claim = apply_edits(made.claim, edits)
    except EditError:
        return False
    again = judge.scrub(Witness(claim, made.payer, made.sent_on), (finding.rule,))
    return any((item.rule, item.line) == (finding.rule, finding.line) for item in again.findings)


def _advice(fix: Fix) -> str:
    if fix.kind == "add_modifier":
        listed = ", ".join(fix.choices[:6]) or "…"
        return f"Let the condition ask that it is absent: `and line.modifiers has none of {{{listed}}}`."
    return "Let the condition test what the fix changes, or offer another fix."
