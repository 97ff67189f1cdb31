"""A thousand pairs of generated rules: what the lints say of them, against brute force over every small claim."""

from __future__ import annotations

import random
import re
from itertools import combinations
from typing import Any

import pytest

from scrubber.lang.compile import compile_condition
from scrubber.lang.environment import EmptyEnvironment
from scrubber.lint.context import Context, RevisionView
from scrubber.lint.contradiction import _shared
from scrubber.lint.pack_check import check_all
from scrubber.lint.run import lint

from .conftest import Write
from .test_algebra import ATOMS, EVERY, SUBJECT, TESTS, WORLDS, Column, column

RULES, SEED = 46, 20240815
"""46 rules are 1,035 pairs."""
ALWAYS, NEVER, COVERED, SAME, TOLD_TWICE, CONTRADICT = "SCR902", "SCR901", "SCR904", "SCR905", "SCR906", "SCR907"
_PAIR = {
    COVERED: r"(?P<wide>\S+) fires wherever (?P<narrow>\S+) does",
    TOLD_TWICE: r"(?P<wide>\S+) fires exactly where (?P<narrow>\S+) does",
    CONTRADICT: r"No claim satisfies both (?P<wide>\S+) and (?P<narrow>[A-Z0-9-]+)",
}
Tree = Any


def tree(chance: random.Random) -> Tree:
    """A condition of one to three tests. Most ask for a procedure first, as rules do."""
    parts: list[Tree] = [chance.choice(ATOMS) for _ in range(chance.choice((1, 1, 2)))]
    if chance.random() < 0.75:
        parts.insert(0, chance.choice(TESTS["procedure"][:5]))
    if len(parts) > 1 and chance.random() < 0.2:
        parts = [("or", parts)]
    if chance.random() < 0.15:
        parts = [*parts[:-1], ("not", [parts[-1]])]
    return parts[0] if len(parts) == 1 else ("and", parts)


def text(made: Tree) -> str:
    if isinstance(made, str):
        return made
    word, items = made
    return f"not ({text(items[0])})" if word == "not" else f" {word} ".join(f"({text(item)})" for item in items)


def generated() -> list[Tree]:
    """Rules that compile: two codes asked of one line, say, are refused before a lint sees them."""
    chance, found = random.Random(SEED), []
    while len(found) < RULES:
        made = tree(chance)
        if compile_condition(text(made), SUBJECT, EmptyEnvironment()).condition is not None:
            found.append(made)
    return found


TREES = generated()
NAMES = [f"GEN-{number:02d}" for number in range(RULES)]


@pytest.fixture
def context_and_found(pack: Write) -> tuple[Context, set[tuple[str, ...]]]:
    """The rules as a pack, and what the lints say: code and rules, of pairs the wider one first."""
    rules = "".join(f"  - id: {name}\n    when: {text(made)!r}\n    message: {name}\n"
                    for name, made in zip(NAMES, TREES, strict=True))  # fmt: skip
    folder = pack(f"rules:\n{rules}")
    checked = check_all([folder])
    assert checked.program is not None, [str(item) for item in checked.found]
    codes = frozenset({ALWAYS, NEVER, COVERED, SAME, TOLD_TWICE, CONTRADICT})
    result = lint(checked.packs, checked.program, None, codes, [folder])
    assert [note for note in result.notes if note.code != CONTRADICT] == []
    places = {rule.place.line: rule.id for pack in checked.packs for rule in pack.rules}
    found: set[tuple[str, ...]] = set()
    for item in result.found:
        said = re.search(_PAIR.get(item.code, "$"), item.headline)
        if said is not None and said.groupdict():
            pair = said["wide"], said["narrow"]
            found.add((item.code, *(pair if item.code == COVERED else sorted(pair))))
        else:
            owner = max(line for line in places if line <= item.place.line)
            found.add((item.code, places[owner]))
    return Context(checked.packs, checked.program), found


def scope_of(one: RevisionView, two: RevisionView) -> int | None:
    """The claims that two rules are both about, by brute force; None where one of them has no codes to be about."""
    asked = _shared(one, two)
    if asked is None:
        return None
    return sum(all(world.truth(part) is True for part in asked) << at for at, world in enumerate(WORLDS))


def by_brute_force(context: Context, columns: dict[str, Column]) -> set[tuple[str, ...]]:
    """What holds of the rules and pairs, on every small claim."""
    found: set[tuple[str, ...]] = set()
    for name, (true, false) in columns.items():
        found |= {(ALWAYS, name)} if false == 0 else set()
        found |= {(NEVER, name)} if true == 0 else set()
    revisions = {rule.id: rule.revisions[0] for rule in context.rules}
    for one, two in combinations(NAMES, 2):
        (first, not_first), (second, not_second) = columns[one], columns[two]
        if first and second:
            wider, narrower = second & ~first & EVERY == 0, first & ~second & EVERY == 0
            if wider and narrower:
                found.add((TOLD_TWICE, one, two))
            elif wider or narrower:
                found.add((COVERED, one, two) if wider else (COVERED, two, one))
        shared = scope_of(revisions[one], revisions[two])
        if shared and not shared & not_first & not_second and shared & not_first and shared & not_second:
            found.add((CONTRADICT, one, two))
    return found


def test_verdicts_on_a_thousand_pairs_are_those_of_brute_force(
    context_and_found: tuple[Context, set[tuple[str, ...]]],
) -> None:
    context, found = context_and_found
    expected = by_brute_force(context, {name: column(made) for name, made in zip(NAMES, TREES, strict=True)})
    assert len(list(combinations(NAMES, 2))) >= 1000
    assert found - expected == set(), "said of rules of which it does not hold"
    assert expected - found == set(), "not said of rules of which it holds"
    kinds = {code: sum(each[0] == code for each in expected) for code in (ALWAYS, NEVER, COVERED, CONTRADICT)}
    assert min(kinds.values()) > 0, kinds
