"""What parses and types but can hardly be meant: two codes asked of one field, and negatives joined by `or`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from scrubber.core.code_overlap import disjoint
from scrubber.core.code_ranges import CodeMatcher
from scrubber.lang import ir
from scrubber.lang.problems import Edit
from scrubber.lang.scope import Base

MAX_COMPARED = 40
"""Conditions at one level that are compared with each other."""


class Asked(NamedTuple):
    """One field asked whether it is, or is not, one of some codes."""

    field: ir.FieldOf
    codes: ir.Codes
    negated: bool
    item: ir.Condition


def check_meaning(checker: Base, conjunction: bool, items: Sequence[ir.Condition]) -> None:
    """Looks at the parts of one `and` or `or`."""
    asked = [a for a in map(_asked, items[:MAX_COMPARED]) if a is not None]
    for first, second in combinations(asked, 2):
        if (first.field.variable, first.field.name) != (second.field.variable, second.field.name):
            continue
        if first.field.type.many:
            if not conjunction and first.negated and second.negated:
                _negative_lists(checker, first, second, len(items))
                return
            continue
        one, two = _matcher(checker, first.codes), _matcher(checker, second.codes)
        if one is None or two is None or not disjoint(one, two):
            continue
        if conjunction and not first.negated and not second.negated:
            _two_codes(checker, first, second)
            return
        if not conjunction and first.negated and second.negated:
            _negatives(checker, first, second, len(items))
            return


def _asked(item: ir.Condition) -> Asked | None:
    if isinstance(item, ir.Not):
        inner = _asked(item.item)
        return inner._replace(negated=not inner.negated, item=item) if inner else None
    if isinstance(item, ir.Compare) and item.op in ("=", "!="):
        field, code = item.left, item.right
        if isinstance(field, ir.CodeConst):
            field, code = code, field
        if isinstance(field, ir.FieldOf) and isinstance(code, ir.CodeConst):
            return Asked(field, ir.Codes(exact=(code.value,), system=field.type.of), item.op == "!=", item)
    if isinstance(item, ir.In) and isinstance(item.value, ir.FieldOf) and isinstance(item.codes, ir.Codes):
        return Asked(item.value, item.codes, item.negated, item)
    if isinstance(item, ir.Has) and isinstance(item.items, ir.FieldOf) and isinstance(item.codes, ir.Codes):
        if item.mode == "none":
            return Asked(item.items, item.codes, True, item)
        if item.mode == "any":
            return Asked(item.items, item.codes, False, item)
    return None


def _matcher(checker: Base, codes: ir.Codes) -> CodeMatcher | None:
    """The codes of a set where they are all known, else None."""
    exact = list(codes.exact)
    for name in codes.sets:
        members = checker.environment.value_set_members(name)
        if members is None:
            return None
        exact.extend(members)
    if codes.parameters or codes.numbers or codes.dates or not (exact or codes.ranges or codes.patterns):
        return None
    return CodeMatcher(exact, codes.ranges, codes.patterns, codes.system)


def _two_codes(checker: Base, first: Asked, second: Asked) -> None:
    field, span = second.field, second.item.span
    path, text = f"{field.variable}.{field.name}", checker.text[span[0] : span[1]]
    edit, help_ = None, f"Join them with `or`, or put the codes into one set: `{path} in {{...}}`."
    if field.record == "line" and field.variable == checker.subject.line and text.startswith(path):
        moved = f"any other line where (it.{field.name}{text[len(path) :]})"
        edit = Edit(*span, moved)
        help_ = f"If another line is meant, write `{moved}`; if either code will do, join them with `or`."
    checker.problem("SCR401", span, f"`{path}` holds one code, and it cannot be in both sets: this is never true.",
                    help_,
                    "and this", edit=edit, labels=((*first.item.span, "both this"),))  # fmt: skip


def _negatives(checker: Base, first: Asked, second: Asked, count: int) -> None:
    path = f"{first.field.variable}.{first.field.name}"
    edit = None
    if count == 2 and _plain(first.codes) and _plain(second.codes):
        edit = Edit(first.item.span[0], second.item.span[1], f"{path} not in {_braces(checker, first, second)}")
    checker.problem("SCR402", second.item.span, f"`{path}` is always one or the other of these: this is always true.",
                    f"Join them with `and`, or write `{path} not in {{...}}`.", "or this",
                    labels=((*first.item.span, "this"),), edit=edit)  # fmt: skip


def _negative_lists(checker: Base, first: Asked, second: Asked, count: int) -> None:
    path = f"{first.field.variable}.{first.field.name}"
    edit = None
    if count == 2 and _plain(first.codes) and _plain(second.codes):
        edit = Edit(first.item.span[0], second.item.span[1], f"{path} has none of {_braces(checker, first, second)}")
    checker.problem("SCR402", second.item.span, "Negatives joined by `or` are true unless both codes are there.",
                    f"If neither may be there, write `{path} has none of {{...}}`; if not both, write "
                    f"`not ({path} has all of {{...}})`.", "or this", labels=((*first.item.span, "this"),), edit=edit,
                    severity="warning")  # fmt: skip


def _plain(codes: ir.Codes) -> bool:
    return bool(codes.exact) and not (codes.ranges or codes.patterns or codes.sets or codes.parameters)


def _braces(checker: Base, first: Asked, second: Asked) -> str:
    from scrubber.lang.unparse import unparse_set

    both = ir.Codes(exact=tuple(dict.fromkeys(first.codes.exact + second.codes.exact)), system=first.codes.system)
    return unparse_set(both)
