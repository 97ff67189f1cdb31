"""SCR909: one modifier position tested where any was meant."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.core.diagnostics import Diagnostic, Replacement
from scrubber.lang import ir
from scrubber.lang.unparse import unparse_set
from scrubber.lint.context import Context, walk
from scrubber.lint.model import Note, found
from scrubber.lint.values import fields_of

CODE = "SCR909"
POSITIONS = frozenset({"modifier_1", "modifier_2", "modifier_3", "modifier_4"})


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Every test of a single position."""
    for revision in context.revisions():
        for clause in (*revision.clauses, *revision.exceptions):
            for node in walk(clause.condition):
                if isinstance(node, ir.And | ir.Or | ir.Not | ir.Quantified):
                    continue
                owner = next((item for item in fields_of(node) if item.name in POSITIONS), None)
                if owner is None:
                    continue
                better = _better(node, owner)
                edit = Replacement(clause.place(node), better) if better else None
                help_ = f"If any position will do, write `{better}`." if better else \
                    f"If any position will do, ask `{owner.variable}.modifiers`."  # fmt: skip
                yield found(CODE, revision.rule.id, f"This looks at modifier position {owner.name[-1]} only.",
                            clause.place(node), "one of four positions", help_, edit=edit)  # fmt: skip


def _better(node: ir.Condition, owner: ir.FieldOf) -> str:
    path = f"{owner.variable}.modifiers"
    match node:
        case ir.Compare(op="=" | "!=", left=ir.FieldOf(), right=ir.CodeConst() as code):
            return f"{path} has {code.value}" if node.op == "=" else f"{path} has none of {{{code.value}}}"
        case ir.In(value=ir.FieldOf(), codes=ir.Codes() as codes):
            return f"{path} has {'none' if node.negated else 'any'} of {unparse_set(codes)}"
    return ""
