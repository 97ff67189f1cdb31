"""Pairs of rules worth comparing, and how two revisions stand to each other. Shared by the lints about two rules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from scrubber.lang import ir
from scrubber.lang.unparse import unparse, unparse_key
from scrubber.lint.algebra import FALSE, TRUE, UNKNOWN, Bound, solve_across
from scrubber.lint.context import Context, RevisionView, RuleView
from scrubber.lint.values import fields_of

MOST_PAIRS = 4_000
"""Pairs that are looked at in one run; a note says where there are more."""


class Pair(NamedTuple):
    """Two revisions of different rules with the same subjects."""

    one: RevisionView
    two: RevisionView


def pairs(context: Context) -> Iterator[Pair]:
    """Revisions of rules with one scope and one kind of subject that a code could concern both of."""
    changed = {(override.rule, override.replacement) for pack in context.packs for override in pack.overrides}
    named = {name for pair in changed for name in pair if name}
    buckets: dict[tuple[str, ...], list[RuleView]] = {}
    for rule in context.rules:
        if rule.source.status != "retired" and not rule.source.rows and rule.id not in named:
            buckets.setdefault(_subjects(rule), []).append(rule)
    for rules in buckets.values():
        for one, two in combinations(rules, 2):
            for first in one.revisions:
                for second in two.revisions:
                    if _may_meet(first, second):
                        yield Pair(first, second)


def _subjects(rule: RuleView) -> tuple[str, ...]:
    made = rule.compiled
    keys = (*map(unparse_key, made.same), "|", *map(unparse_key, made.group_by))
    return (made.scope, made.basis, made.pair_table, *keys)


def _may_meet(one: RevisionView, two: RevisionView) -> bool:
    """Whether both could concern one subject: their trigger codes meet, and their conditions share what they read."""
    if one.compiled.when is None or two.compiled.when is None or _apart(one, two):
        return False
    for field in one.triggers.keys() & two.triggers.keys():
        left = {code for codes in one.triggers[field] for code in codes.exact}
        loose = any(
            c.ranges or c.patterns or c.sets or c.parameters for c in (*one.triggers[field], *two.triggers[field])
        )
        if not loose and not left & {code for codes in two.triggers[field] for code in codes.exact}:
            return False
    if one.triggers.keys() & two.triggers.keys() or text_of(one.when) == text_of(two.when):
        return True
    return bool(_reads(one) & _reads(two))


def _apart(one: RevisionView, two: RevisionView) -> bool:
    """Whether the two name different payers, classes or forms, or trigger codes that have none in common."""
    for left in one.rule.compiled.applies:
        for right in two.rule.compiled.applies:
            for name in ("payer", "payer_class", "claim_type"):
                ours, theirs = getattr(left, name).any_of, getattr(right, name).any_of
                if ours and theirs and not set(ours) & set(theirs):
                    return True
    for field in one.triggers.keys() & two.triggers.keys():
        mine, other = _trigger_codes(one, field), _trigger_codes(two, field)
        if mine is not None and other is not None and not mine & other:
            return True
    return False


def _trigger_codes(revision: RevisionView, field: str) -> frozenset[str] | None:
    """The trigger codes one by one; None where they cannot be told."""
    found: frozenset[str] = frozenset()
    for codes in revision.triggers[field]:
        bound_ = revision.rule.codes(codes) if not codes.parameters else None
        if bound_ is None or not bound_.fast or not isinstance(bound_.always, frozenset):
            return None
        found |= bound_.always
    return found


def _reads(revision: RevisionView) -> set[str]:
    return {f"{owner.variable}.{owner.name}" for owner in fields_of(revision.when)}


def text_of(condition: ir.Condition) -> str:
    """The condition in its one spelling, its parts in a fixed order."""
    if isinstance(condition, ir.And | ir.Or):
        word = " and " if isinstance(condition, ir.And) else " or "
        return f"({word.join(sorted(map(text_of, condition.items)))})"
    return unparse(condition)


def bound(revision: RevisionView) -> Bound:
    """The revision's sets and names."""
    return revision.rule.codes, revision.rule.pack.id


def covers(one: RevisionView, two: RevisionView) -> bool | None:
    """Whether a finding of ``one`` comes wherever ``two`` gives one."""
    asked = [(two.fires, TRUE, bound(two)), (one.fires, FALSE | UNKNOWN, bound(one))]
    verdict = solve_across(asked).verdict
    return None if verdict is None else not verdict


def can_fire(revision: RevisionView) -> bool:
    """Whether the revision is not already known never to fire."""
    return solve_across([(revision.fires, TRUE, bound(revision))]).verdict is not False
