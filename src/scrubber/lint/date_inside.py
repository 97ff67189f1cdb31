"""SCR916: the day from which a policy holds, written as a condition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scrubber.core.diagnostics import Diagnostic
from scrubber.lang import ir
from scrubber.lint.context import Context
from scrubber.lint.model import Note, found

CODE = "SCR916"
BOUNDS = {">=": ("from", 0), ">": ("from", 1), "<=": ("to", 0), "<": ("to", -1)}


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Conditions that all claims must meet and that only compare the rule's own date with a day."""
    for revision in context.revisions():
        for clause in revision.required:
            for node in ir.clauses(clause.condition):
                said = _since(node)
                if said is not None:
                    whole = node is clause.condition
                    yield found(CODE, revision.rule.id, said[0], clause.text.place if whole else clause.place(node),
                                "belongs in `effective:`", said[1])  # fmt: skip


def _since(node: ir.Condition) -> tuple[str, str] | None:
    """Headline and help, where a condition says since when or until when a policy holds."""
    if not (isinstance(node, ir.Compare) and node.op in BOUNDS and isinstance(node.right, ir.DateConst)):
        return None
    if not (isinstance(node.left, ir.FieldOf) and node.left.name in ("date", "day")
            and node.left.variable in ("line", "claim", "group")):  # fmt: skip
        return None
    key, step = BOUNDS[node.op]
    day = node.right.value + timedelta(days=step)
    says = f" `>` leaves out {node.right.value} itself." if node.op == ">" else ""
    return (
        f"This clause says since when, or until when, the policy holds.{says}",
        f"Write `effective: {{{key}: {day}}}`; both ends are included. If the policy starts on {node.right.value}, "
        "write that day.",
    )
