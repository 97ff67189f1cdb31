"""SCR914: a message that says something else than the condition asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrubber.core.diagnostics import Diagnostic
from scrubber.core.places import Place
from scrubber.engine.plan.bindings import PackBindings
from scrubber.lang import ir
from scrubber.lint.algebra_terms import FLIPPED, constant
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.model import Note, found
from scrubber.lint.values import fields_of, sets_of

CODE = "SCR914"
_AGES: tuple[tuple[str, str], ...] = (
    (r"(\d+)(?: years(?: of age)?)? (?:and|or) (?:older|over|above)", ">="),
    (r"at least (\d+) years", ">="),
    (r"(?:older than|over the age of|above the age of) (\d+)", ">"),
    (r"(\d+)(?: years(?: of age)?)? (?:and|or) (?:younger|under)", "<="),
    (r"(?:younger than|under the age of|under age|below the age of) (\d+)", "<"),
)
_CODE = re.compile(r"(?<![\w.{-])(?:[0-9]{5}|[A-Z][0-9]{4}|[0-9]{4}[A-Z]|[A-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4})(?![\w-])")
_FIRST = re.compile(r"\b(?:primary|principal|first[- ]listed|first) diagnosis\b", re.IGNORECASE)
OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
WHOLE = {">": (">=", 1), "<": ("<=", -1)}


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Ages, codes and the first diagnosis in messages, against what the condition reads."""
    for revision in context.revisions():
        if revision.compiled.when is not None:
            yield from _ages(revision)
            yield from _codes(revision)
            yield from _first(revision)


def _at(revision: RevisionView, match: re.Match[str]) -> Place:
    return revision.source.message.at(match.start(), match.end())


def _fixed(revision: RevisionView) -> str:
    """The message with what is filled in blanked out, so that places stay."""
    return re.sub(r"\{[^{}]*\}", lambda found_: " " * len(found_[0]), revision.source.message.value)


def _ages(revision: RevisionView) -> Iterator[tuple[str, Diagnostic]]:
    tested = {_whole(op, number) for op, number in _comparisons(revision)}
    if not tested:
        return
    for pattern, op in _AGES:
        for match in re.finditer(pattern, _fixed(revision), re.IGNORECASE):
            said = int(match[1])
            # A rule may test those the message names, or those it leaves out.
            if {_whole(op, said), _whole(OPPOSITE[op], said)} & tested:
                continue
            asked = " and ".join(sorted(f"{sign} {number}" for sign, number in _comparisons(revision)))
            yield found(CODE, revision.rule.id, f"The message says \"{match[0]}\"; the condition asks `{asked}`.",
                        _at(revision, match), "the condition differs",
                        f"\"{match[0]}\" is `{op} {said}`, its opposite is `{OPPOSITE[op]} {said}`.")  # fmt: skip


def _whole(op: str, number: Any) -> tuple[str, Any]:
    """Ages are whole: ``> 20`` is ``>= 21``."""
    sign, step = WHOLE.get(op, (op, 0))
    return sign, number + step


def _comparisons(revision: RevisionView) -> Iterator[tuple[str, Any]]:
    for node in ir.nodes_of(revision.when):
        match node:
            case ir.Compare(op=op, left=ir.FieldOf(name="patient_age"), right=ir.NumberConst() as right):
                yield op, constant(right)
            case ir.Compare(op=op, left=ir.NumberConst() as left, right=ir.FieldOf(name="patient_age")):
                yield FLIPPED[op], constant(left)
            case ir.Between(
                value=ir.FieldOf(name="patient_age"), low=ir.NumberConst() as low, high=ir.NumberConst() as top
            ):
                yield from ((">=", constant(low)), ("<=", constant(top)))


def _codes(revision: RevisionView) -> Iterator[tuple[str, Diagnostic]]:
    parts = (revision.when, *(item.condition for item in revision.exceptions))
    bindings = revision.rule.bindings
    literal = {node.value for part in parts for node in ir.nodes_of(part) if isinstance(node, ir.CodeConst)}
    sets = [codes for part in parts for codes in sets_of(part)]
    if not literal and not sets:
        return
    offered = {code for fix in revision.compiled.fixes for code in fix.choose}
    advised = " ".join(fix.because for fix in revision.compiled.fixes)
    for match in _CODE.finditer(_fixed(revision)):
        code = match[0].replace(".", "")
        known = code in literal or code in offered or match[0] in advised
        if not known and not any(_holds(bindings, codes, code) for codes in sets):
            yield found(CODE, revision.rule.id, f"The message names {match[0]}, and the condition never asks for it.",
                        _at(revision, match), "not in the condition",
                        "Add the code to the condition, or take it out of the message.")  # fmt: skip


def _holds(bindings: PackBindings, codes: ir.Codes, code: str) -> bool:
    if not (codes.exact or codes.ranges or codes.patterns or codes.sets or codes.parameters):
        return False
    return bindings.codes(codes).may_hold(code)


def _first(revision: RevisionView) -> Iterator[tuple[str, Diagnostic]]:
    match = _FIRST.search(_fixed(revision))
    reads = {owner.name for owner in fields_of(revision.when)}
    if match is None or not reads & {"diagnoses", "other_diagnoses", "code"}:
        return
    if not reads & {"first_diagnosis", "position", "diagnosis_pointers"}:
        yield found(CODE, revision.rule.id, f"The message says \"{match[0]}\"; the condition looks at any diagnosis.",
                    _at(revision, match), "not what is asked",
                    "Ask `claim.first_diagnosis` or `line.first_diagnosis`, or say \"a diagnosis\".")  # fmt: skip
