"""SCR912: rules that differ in their payer only, or in their codes only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.core.types import Type
from scrubber.lang import ir
from scrubber.lang.unparse import unparse
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.model import Note, found
from scrubber.packs.model import Choice

CODE = "SCR912"
FEWEST_ROWS = 4
SHOWN = 4


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Groups rules by what is left of them when payers, or codes and numbers, are taken out."""
    by_payer: dict[tuple[object, ...], list[RevisionView]] = {}
    by_codes: dict[tuple[object, ...], list[RevisionView]] = {}
    for revision in context.revisions():
        if revision.compiled.when is None or len(revision.rule.revisions) > 1 or revision.rule.source.rows:
            continue
        by_payer.setdefault(_without_payer(revision), []).append(revision)
        by_codes.setdefault(_without_codes(revision), []).append(revision)
    told: set[str] = set()
    for group in by_payer.values():
        payers = {revision.rule.source.applies.payer.any_of for revision in group}
        if len(group) > 1 and len(payers) == len(group) and () not in payers:
            told |= {revision.rule.id for revision in group}
            yield _told(group, "differ in their payer only",
                        f"Write one rule: `applies: {{payer: {{any_of: [{_listed(group)}]}}}}`.")  # fmt: skip
    for group in by_codes.values():
        left = [revision for revision in group if revision.rule.id not in told]
        if len(left) >= FEWEST_ROWS:
            yield _told(left, "differ in their codes and numbers only",
                        "Write one rule with `for_each_row: list.csv`, or one value set.")  # fmt: skip


def _told(group: Sequence[RevisionView], says: str, help_: str) -> tuple[str, Diagnostic]:
    first, rest = group[0], group[1:]
    labels = tuple(Label(item.rule.source.place, item.rule.id) for item in rest[:SHOWN])
    headline = f"{first.rule.id} and {len(rest)} other rule{'s' if len(rest) > 1 else ''} {says}."
    return found(CODE, first.rule.id, headline,
                 first.rule.source.place, "one of several near-copies", help_, labels)  # fmt: skip


def _listed(group: Sequence[RevisionView]) -> str:
    return ", ".join(payer for revision in group for payer in revision.rule.source.applies.payer.any_of)


def _without_payer(revision: RevisionView) -> tuple[object, ...]:
    applies = structs.replace(revision.rule.source.applies, payer=Choice())
    return (_frame(revision), unparse(revision.when), tuple(unparse(c.condition) for c in revision.exceptions),
            str(applies))  # fmt: skip


def _without_codes(revision: RevisionView) -> tuple[object, ...]:
    exceptions = tuple(unparse(blank(c.condition)) for c in revision.exceptions)
    return (_frame(revision), unparse(blank(revision.when)), exceptions, str(revision.rule.source.applies))


def _frame(revision: RevisionView) -> tuple[object, ...]:
    compiled = revision.rule.compiled
    return (compiled.pack, compiled.scope, compiled.pair_table, str(compiled.same), str(compiled.group_by),
            revision.source.severity)  # fmt: skip


def blank(node: ir.Condition) -> ir.Condition:
    """The condition with every constant the same: its shape. Value sets count as constants."""
    made: ir.Condition = _blank(node)  # type: ignore[assignment]
    return made


def _blank(node: object) -> object:
    match node:
        case ir.Codes():
            return ir.Codes(exact=("X",))
        case ir.CodeConst():
            return ir.CodeConst(value="X", type=Type("code"))
        case ir.NumberConst():
            return ir.NumberConst(text="0")
        case ir.MoneyConst():
            return ir.MoneyConst(cents=0)
        case ir.Node():
            return structs.replace(node, **{name: _blank(getattr(node, name)) for name in node.__struct_fields__})
        case tuple():
            return tuple(_blank(item) for item in node) if node and isinstance(node[0], ir.Node) else node
    return node
