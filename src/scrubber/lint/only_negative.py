"""SCR915: a rule whose only condition on codes is that some are not there."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic
from scrubber.lang import ir
from scrubber.lint.context import Context
from scrubber.lint.model import Note, found
from scrubber.lint.values import fields_of, sets_of

CODE = "SCR915"
ASKED = frozenset({
    "procedure", "procedures", "same_day_procedures", "diagnoses", "first_diagnosis", "other_diagnoses", "code",
    "modifiers", "modifier_1", "revenue_code", "ndc",
})  # fmt: skip


SAYS_WHERE = frozenset({"place_of_service", "bill_type"})
"""Codes that narrow a rule where they are asked for, and say nothing of what was done where they are not."""


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Rules that reject or deny without one positive condition on a code."""
    for revision in context.revisions():
        if revision.source.severity not in ("reject", "deny") or revision.compiled.when is None:
            continue
        signs = list(signs_of(revision.when, True))
        if signs and not any(signs) and not revision.rule.compiled.pair_table:
            yield found(CODE, revision.rule.id, "The rule only says which codes must not be there: it fires on every "
                        "claim without them.", revision.place, "only negative conditions on codes",
                        "Say which codes the rule is about, or cap it with `severity: review`.")  # fmt: skip


def signs_of(node: ir.Condition, positive: bool) -> Iterator[bool]:
    """For each test of codes, whether it asks that they are there."""
    match node:
        case ir.And() | ir.Or():
            for item in node.items:
                yield from signs_of(item, positive)
        case ir.Not():
            yield from signs_of(node.item, not positive)
        case _ if any(isinstance(inner, ir.Lookup) for inner in ir.nodes_of(node)) and not isinstance(
            node, ir.Quantified
        ):
            # A table answers for some codes only. That a code is on no list is no condition on which code it is.
            if not isinstance(node, ir.Missing) or node.negated:
                yield positive
        case ir.Quantified():
            inside = positive if node.mode != "no" else not positive
            if node.source.where is not None:
                yield from signs_of(node.source.where, inside)
            if node.satisfy is not None:
                yield from signs_of(node.satisfy, inside)
        case ir.In():
            yield from _sign(node, positive is not node.negated)
        case ir.Has():
            yield from _sign(node, positive is (node.mode != "none"))
        case ir.Compare():
            yield from _sign(node, positive is (node.op != "!="))


def _sign(node: ir.Condition, positive: bool) -> Iterator[bool]:
    if _codes(node, ASKED) or (positive and _codes(node, SAYS_WHERE)):
        yield positive


def _codes(node: ir.Condition, asked: frozenset[str]) -> bool:
    """Whether a test is of codes that say what was done or why."""
    names = {owner.name for owner in fields_of(node)}
    constants = isinstance(node, ir.Compare) and (
        isinstance(node.left, ir.CodeConst) or isinstance(node.right, ir.CodeConst)
    )
    listed = isinstance(node, ir.In | ir.Has) and (any(sets_of(node.codes)) or isinstance(node.codes, ir.ListOf))
    return bool(names & asked) and (constants or listed)
