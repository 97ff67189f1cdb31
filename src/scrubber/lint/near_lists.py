"""SCR913: long lists of codes that are nearly alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from scrubber.core.diagnostics import Diagnostic, Label
from scrubber.core.places import Place
from scrubber.lint.context import Context
from scrubber.lint.model import Note, found
from scrubber.lint.values import sets_of

CODE = "SCR913"
LONG, LOW, HIGH = 10, 0.80, 0.99
SHOWN = 6


class Listed(NamedTuple):
    """A list somewhere: its name (a value set's or the rule's), the rule it stands in, its members and its place."""

    name: str
    rule: str
    members: frozenset[str]
    place: Place


def check(context: Context) -> Iterator[tuple[str, Diagnostic] | Note]:
    """Compares value sets and the lists that stand in conditions, of ten members and more."""
    for one, two in combinations(_lists(context), 2):
        if not min(len(one.members), len(two.members)) / max(len(one.members), len(two.members)) >= LOW:
            continue
        shared = len(one.members & two.members) / len(one.members | two.members)
        if shared == 1 and one.name != two.name and (one.rule or two.rule):
            yield found(CODE, two.rule or one.rule, f"This list has the members of {one.name}.", two.place,
                        "the same list",
                        "Name the list once under `valuesets:` and write its @name in both places.",
                        (Label(one.place, one.name),))  # fmt: skip
        elif LOW <= shared <= HIGH:
            apart = sorted(one.members ^ two.members)
            listed = ", ".join(apart[:SHOWN]) + (" …" if len(apart) > SHOWN else "")
            yield found(CODE, two.rule, f"This list and {one.name} are {shared:.0%} alike.", two.place,
                        f"differs in {listed}", "If they are meant to be the same, use one value set; if one goes on "
                        "where the other ends, let it name the other: `members: [\"@other\", …]`.",
                        (Label(one.place, one.name),))  # fmt: skip


def _lists(context: Context) -> list[Listed]:
    found_: list[Listed] = []
    for pack in context.packs:
        for value_set in pack.value_sets:
            if len(value_set.versions) == 1:
                members = frozenset(member.value.strip() for member in value_set.versions[0].members)
                found_.append(Listed(f"@{value_set.name}", "", members, value_set.place))
    for revision in context.revisions():
        for clause in (*revision.clauses, *revision.exceptions):
            for codes in sets_of(clause.condition):
                members = frozenset((*codes.exact, *(f"{a}-{b}" for a, b in codes.ranges), *codes.patterns))
                found_.append(Listed(f"the list of {revision.rule.id}", revision.rule.id, members, clause.place(codes)))
    return [item for item in found_ if len(item.members) >= LONG]
