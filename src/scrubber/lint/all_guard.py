"""SCR922: `all … satisfy` over a list that may be empty, of which it is then true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from scrubber.core.diagnostics import Diagnostic
from scrubber.lang import ir
from scrubber.lang.unparse import unparse, unparse_value
from scrubber.lint.context import Clause, Context
from scrubber.lint.model import Note, found

CODE = "SCR922"
NEVER_EMPTY = frozenset({"lines", "group_lines"})


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Each `all`, unless a clause beside it asks that there is something."""
    for revision in context.revisions():
        beside = [clause.condition for clause in revision.required]
        for clause in (*revision.clauses, *revision.exceptions):
            for node in _unguarded(clause.condition, beside):
                yield _told(revision.rule.id, clause, node)


def _unguarded(node: ir.Condition, beside: Sequence[ir.Condition]) -> Iterator[ir.Quantified]:
    match node:
        case ir.And():
            for item in node.items:
                yield from _unguarded(item, [*beside, *node.items])
        case ir.Or():
            for item in node.items:
                yield from _unguarded(item, beside)
        case ir.Quantified(mode="all", source=source):
            bare = source.kind in NEVER_EMPTY and source.where is None and not source.same and source.within is None
            if not bare and not any(_guards(other, source) for other in beside):
                yield node


def _guards(other: ir.Condition, source: ir.Source) -> bool:
    match other:
        case ir.Quantified(mode="any" | "at_least" | "exactly"):
            return unparse(_any(other.source)) == unparse(_any(source)) or _wider(other.source, source)
        case ir.Missing(negated=True) | ir.Has(mode="any" | "all"):
            items = other.value if isinstance(other, ir.Missing) else other.items
            return (
                source.items is not None
                and source.where is None
                and unparse_value(items) == unparse_value(source.items)
            )
        case ir.Compare(op=">" | ">=" | "=", left=ir.Aggregate() as counted):
            return unparse(_any(counted.source)) == unparse(_any(source))
    return False


def _wider(other: ir.Source, source: ir.Source) -> bool:
    """Whether something in ``other`` is surely in ``source``: the same list, of which ``source`` asks no more."""
    return source.where is None and unparse(_any(structs.replace(other, where=None))) == unparse(_any(source))


def _any(source: ir.Source) -> ir.Quantified:
    return ir.Quantified(mode="any", source=structs.replace(source, variable="it"))


def _told(rule: str, clause: Clause, node: ir.Quantified) -> tuple[str, Diagnostic]:
    guard = unparse(ir.Quantified(mode="any", source=node.source))
    return found(CODE, rule, "This is true where there is none at all.", clause.place(node), "true of an empty list",
                 f"If there must be one, add `{guard} and` in front.")  # fmt: skip
