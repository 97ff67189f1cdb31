"""SCR911: a code that is on no list of valid codes on the days the rule holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.core.diagnostics import Diagnostic
from scrubber.lang import ir
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.model import SKIPPED, Note, found
from scrubber.lint.valid_codes import TABLES, known, lists, needs
from scrubber.lint.values import nodes_of
from scrubber.tables.table import OpenTable

CODE = "SCR911"


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Exact codes of conditions against the list in force on the first day of the rule, else the newest list."""
    lacking: set[str] = set()
    for revision in context.revisions():
        for clause in (*revision.clauses, *revision.exceptions):
            for node in nodes_of(clause.condition):
                system, codes = _exact(node)
                if not codes or system not in TABLES:
                    continue
                days = _days(revision)
                asked = [lists(context.store, system, day) for day in days] if days else [lists(context.store, system)]
                if not any(asked):
                    if system not in lacking:
                        lacking.add(system)
                        yield Note(CODE, SKIPPED, "", clause.text.place, needs(system))
                    continue
                for code in codes:
                    if not _valid(code, asked):
                        yield found(CODE, revision.rule.id, f"{code} is no valid {system.replace('_', ' ')} code on "
                                    "the rule's dates.", clause.place(node), "not on the list",
                                    "Check the code and its dates; end the rule when the code ends.")  # fmt: skip


def _exact(node: object) -> tuple[str, tuple[str, ...]]:
    match node:
        case ir.Codes():
            return node.system, node.exact
        case ir.CodeConst():
            return node.type.of, (node.value,)
    return "", ()


def _days(revision: RevisionView) -> list[date]:
    window = revision.compiled.window
    return [day for day in (window.first, window.last) if day is not None]


def _valid(code: str, asked: list[list[OpenTable]]) -> bool:
    """Whether some list at hand has the code; days without a list say nothing."""
    return any(known(tables, code) for tables in asked if tables)
