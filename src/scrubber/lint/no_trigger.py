"""SCR919: a costly rule that no code keeps from running on every claim."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic
from scrubber.lang import ir
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.model import Note, found

CODE = "SCR919"
LINES = frozenset({
    "lines", "other_lines", "lines_on_any_claim", "other_lines_on_any_claim", "prior_lines", "prior_claims",
})  # fmt: skip


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Rules that compare lines with lines, and ask for no procedure, modifier, place or diagnosis first."""
    for revision in context.revisions():
        why = _cost(revision)
        if why and not revision.triggers and not _by_table(revision) and not _same_code(revision):
            yield found(CODE, revision.rule.id, f"{why}, and no code says which lines it is about.",
                        revision.place, "no trigger code", "Begin with the codes the rule is about, for example "
                        "`line.procedure in @name`, as a clause of its own.")  # fmt: skip


def _by_table(revision: RevisionView) -> bool:
    """Whether a clause asks a table first, which answers for some codes only."""
    return revision.compiled.when is None or any(
        isinstance(node, ir.Lookup)
        for clause in revision.required
        if not isinstance(clause.condition, ir.Not)
        and not (isinstance(clause.condition, ir.Quantified) and clause.condition.mode != "any")
        and not (isinstance(clause.condition, ir.Missing) and not clause.condition.negated)
        for node in ir.nodes_of(clause.condition)
    )


def _same_code(revision: RevisionView) -> bool:
    """Whether lines are compared only with lines of the same procedure, which leaves few."""
    keys = {key.field for key in revision.rule.compiled.same}
    for node in ir.nodes_of(revision.when):
        if isinstance(node, ir.Source):
            keys |= {key.field for key in node.same}
        if isinstance(node, ir.Compare) and node.op == "=":
            sides = (node.left, node.right)
            keys |= {"procedure"} if all(isinstance(s, ir.FieldOf) and s.name == "procedure" for s in sides) else set()
    return "procedure" in keys


def _cost(revision: RevisionView) -> str:
    compiled = revision.rule.compiled
    ranges = [node for node in ir.nodes_of(revision.when) if isinstance(node, ir.Source) and node.kind in LINES]
    if compiled.scope == "pair" and not compiled.pair_table:
        return "The rule compares every two lines that share its keys"
    if compiled.scope in ("line", "group") and ranges:
        return "The rule compares each line with the others"
    nested = any(isinstance(inner, ir.Source) and inner.kind in LINES for source in ranges for inner in
                 ir.nodes_of(source.where))  # fmt: skip
    return "The rule compares lines with lines" if nested else ""
