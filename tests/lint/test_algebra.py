"""The algebra's verdicts against brute force: every small claim, judged by the reference evaluator."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.claims.model import Claim, ServiceLine
from scrubber.claims.view import view
from scrubber.core.code_ranges import CodeMatcher
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.bindings import PackBindings
from scrubber.lang import ir
from scrubber.lang.compile import compile_condition
from scrubber.lang.environment import EmptyEnvironment, Subject
from scrubber.lint import algebra
from scrubber.lint.algebra_codes import cells

SUBJECT = Subject({"claim": "claim", "line": "line"}, "line", "line")
BINDINGS = PackBindings(None, None, {}, {})  # type: ignore[arg-type]

CODES = ("99201", "99202", "99203", "99204", "99205", "99206", "G0101", "G0102", None)
MODIFIERS = tuple(
    codes for size in range(5) for codes in combinations(("25", "59", "LT", "LA", "ZZ"), size)
)  # 837 2400 SV101-3 to -6: four at most
UNITS = (0, 1, Decimal("1.5"), 2, Decimal("2.5"), 3, 4, None)
DAYS = (*(date(2024, 7, day) for day in (1, 2, 3, 4, 5)), None)

TESTS = {
    "procedure": ("line.procedure in 99202-99204", "line.procedure = 99203", "line.procedure in {G0101, 99202}",
                  "line.procedure not in 99202-99205", "line.procedure in 992*", "line.procedure is missing",
                  "line.procedure != G0101", "line.procedure is present"),
    "modifiers": ("line.modifiers has 25", "line.modifiers has none of {25, 59}", "line.modifiers has any of {59, LT}",
                  "line.modifiers has all of {25, LT}", "line.modifiers is missing", "line.modifiers has any of L*"),
    "units": ("line.units > 1", "line.units <= 2", "line.units = 2", "line.units between 1 and 2", "line.units != 2",
              "line.units is missing", "line.units in {1, 3}"),
    "date": ("line.date < 2024-07-03", "line.date >= 2024-07-03", "line.date = 2024-07-02",
             "line.date between 2024-07-02 and 2024-07-04", "line.date not between 2024-07-02 and 2024-07-04"),
}  # fmt: skip
ATOMS = [text for texts in TESTS.values() for text in texts]


def compiled(text: str) -> ir.Condition:
    found = compile_condition(text, SUBJECT, EmptyEnvironment())
    assert found.condition is not None, (text, found.problems)
    return found.condition


PARTS = {text: compiled(text) for text in ATOMS}


def worlds() -> list[Reference]:
    """Every claim of one line over the small values; units also take the half between two constants."""
    made = []
    for procedure, modifiers, units, day in product(CODES, MODIFIERS, UNITS, DAYS):
        line = ServiceLine(number=1, procedure=procedure, modifiers=modifiers, units=units, date=day)
        claim = view(Claim(lines=(line,)), sent_on=date(2024, 8, 1), payer=None)
        made.append(Reference(World(claim), BINDINGS, {"claim": claim, "line": claim.lines[0]}))
    return made


WORLDS = worlds()
Column = tuple[int, int]
"""The claims on which something is true, and those on which it is false, a bit for each claim."""
EVERY = (1 << len(WORLDS)) - 1
TABLE: dict[str, Column] = {}


def truths(text: str) -> Column:
    """What the reference evaluator says of a test on every claim."""
    if text not in TABLE:
        true = false = 0
        for at, world in enumerate(WORLDS):
            truth = world.truth(PARTS[text])
            true |= (truth is True) << at
            false |= (truth is False) << at
        TABLE[text] = true, false
    return TABLE[text]


Tree = Any
TREES = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: (
        st.tuples(st.sampled_from(("and", "or")), st.lists(inner, min_size=2, max_size=3))
        | st.tuples(st.just("not"), st.lists(inner, min_size=1, max_size=1))
    ),
    max_leaves=5,
)


def condition(tree: Tree) -> ir.Condition:
    if isinstance(tree, str):
        return PARTS[tree]
    word, items = tree
    parts = tuple(condition(item) for item in items)
    return ir.Not(item=parts[0]) if word == "not" else ir.And(items=parts) if word == "and" else ir.Or(items=parts)


def column(tree: Tree) -> Column:
    """The truth of a tree on every claim, from the reference's truths of its leaves (Kleene)."""
    if isinstance(tree, str):
        return truths(tree)
    word, items = tree
    columns = [column(item) for item in items]
    if word == "not":
        true, false = columns[0]
        return false, true
    true, false = columns[0]
    for more_true, more_false in columns[1:]:
        true, false = (
            (true & more_true, false | more_false) if word == "and" else (true | more_true, false & more_false)
        )
    return true, false


@settings(max_examples=400, deadline=None)
@given(TREES)
def test_what_can_be_true_and_false_is_what_brute_force_finds(tree: Tree) -> None:
    true, false = column(tree)
    node = condition(tree)
    assert algebra.satisfiable(node, BINDINGS.codes) is (true != 0)
    assert algebra.refutable(node, BINDINGS.codes) is (false != 0)


@settings(max_examples=1000, deadline=None)
@given(TREES, TREES)
def test_implication_and_disjointness_are_what_brute_force_finds(one: Tree, two: Tree) -> None:
    ours, theirs = column(one)[0], column(two)[0]
    first, second = condition(one), condition(two)
    assert algebra.implies(first, second, BINDINGS.codes) is (ours & ~theirs & EVERY == 0)
    assert algebra.disjoint(first, second, BINDINGS.codes) is (ours & theirs == 0)


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_the_values_of_a_solution_meet_the_condition(tree: Tree) -> None:
    node = condition(tree)
    solution = algebra.solve([(node, algebra.TRUE)], BINDINGS.codes)
    if not solution.verdict:
        return
    values = {key.partition(".")[2]: value for key, value in solution.values.items()}
    claim = view(Claim(lines=(ServiceLine(number=1, **values),)), sent_on=date(2024, 8, 1), payer=None)
    assert Reference(World(claim), BINDINGS, {"claim": claim, "line": claim.lines[0]}).truth(node) is True


@pytest.mark.parametrize(
    "text",
    [
        "any other line where (it.procedure = 99213) and line.units > 0",
        "line.units * 2 > 3",
        "line.units_per_day > 1 and line.units < 1",
        "claim.date = 2024-07-01 and line.date = 2024-07-02",
    ],
)
def test_what_leans_on_other_lines_sums_or_dependent_fields_is_not_decided(text: str) -> None:
    assert algebra.satisfiable(compiled(text), BINDINGS.codes) is None


@pytest.mark.parametrize(
    "text",
    [
        "any other line where (it.procedure = 99213) and no other line where (it.procedure = 99213)",
        "line.units * 2 > 3 and not (line.units * 2 > 3)",
        "line.modifier_1 = 25 and line.modifiers has none of {25}",
        "line.modifier_2 = 25 and line.modifiers is missing",
        "claim.first_diagnosis in E08-E13 and claim.first_diagnosis not in {E08*, E09*, E10*, E11*, E12*, E13*}",
    ],
)
def test_what_no_claim_can_meet_is_decided_even_there(text: str) -> None:
    assert algebra.satisfiable(compiled(text), BINDINGS.codes) is False


def test_the_same_modifier_may_stand_twice() -> None:
    """837 2400 SV101-3 to -6: nothing keeps a modifier from being sent in two positions."""
    assert algebra.satisfiable(compiled("line.modifier_1 = 25 and line.modifier_2 = 25"), BINDINGS.codes) is True


DIAGNOSES = [f"{letter}{category:02d}{rest}" for letter in "DE" for category in (7, 8, 9, 10, 11)
             for rest in ("", "0", "1", "9", "A", "10", "11", "1A", "109")]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(DIAGNOSES), max_size=3),
    st.lists(st.sampled_from([("E08", "E10"), ("E09", "E09"), ("D07", "D11"), ("E110", "E119")]), max_size=2),
    st.lists(st.sampled_from(["E08*", "E09?*", "E1*", "E11?*", "D*", "E119*"]), max_size=2),
)
def test_diagnoses_in_every_combination_of_sets_are_found(
    exact: list[str], ranges: list[tuple[str, str]], patterns: list[str]
) -> None:
    """A category covers its children (SPEC: ranges and patterns of diagnoses)."""
    matchers = [
        *(frozenset({code}) for code in exact),
        *(CodeMatcher(ranges=[pair], system="diagnosis") for pair in ranges),
        *(CodeMatcher(patterns=[pattern], system="diagnosis") for pattern in patterns),
    ]
    found, complete = cells(matchers, "diagnosis")
    assert complete
    have = {tuple(code in matcher for matcher in matchers) for code in found}
    assert {tuple(code in matcher for matcher in matchers) for code in DIAGNOSES} <= have
