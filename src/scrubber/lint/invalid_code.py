"""SCR911: a code that is on no list of valid codes on the days the rule holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.core.diagnostics import Diagnostic
from scrubber.lang import ir
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.model import SKIPPED, Note, found
from scrubber.lint.valid_codes import TABLES, covering, known, lists, needs
from scrubber.tables.table import OpenTable

CODE = "SCR911"


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Exact codes of conditions against the list in force on the first day of the rule, else the newest list."""
    lacking: set[str] = set()
    for revision in context.revisions():
        for clause in (*revision.clauses, *revision.exceptions):
            for node in ir.nodes_of(clause.condition):
                system, codes = _exact(node)
                if not codes or system not in TABLES:
                    continue
                days: list[date | None] = [*_days(revision)] or [None]
                asked = [(day, lists(context.store, system, day)) for day in days]
                if not any(tables for _, tables in asked):
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


def _valid(code: str, asked: list[tuple[date | None, list[OpenTable]]]) -> bool:
    """Whether a list at hand has the code on one of the days; where no list would have it, nothing is said of it."""
    fitting = [(day, fit) for day, tables in asked if (fit := covering(tables, code))]
    return not fitting or any(known(tables, code, day) for day, tables in fitting)
