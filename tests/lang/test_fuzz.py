"""Arbitrary text gives a condition or problems, never an exception; and what it gives is well formed."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from scrubber.core.types import code
from scrubber.lang.compile import compile_condition, compile_keys, compile_set, compile_template, compile_value
from scrubber.lang.problems import CODES, Problem

from .conformance import load_cases, subject_named
from .test_compile import DESIGN
from .worlds import World

WORDS = [
    "and",
    "or",
    "not",
    "in",
    "has",
    "any",
    "no",
    "all",
    "at",
    "least",
    "most",
    "exactly",
    "of",
    "none",
    "is",
    "missing",
    "present",
    "line",
    "lines",
    "other",
    "prior",
    "claim",
    "claims",
    "group",
    "on",
    "as",
    "with",
    "same",
    "within",
    "before",
    "after",
    "where",
    "satisfy",
    "between",
    "count",
    "distinct",
    "sum",
    "greatest",
    "over",
    "days",
    "day",
    "it",
    "day",
    "(",
    ")",
    "{",
    "}",
    ",",
    "=",
    "!=",
    "<",
    ">",
    "<=",
    "-",
    "+",
    "*",
    "/",
    "99213",
    "25",
    "E11.9",
    "E11.*",
    "99202-99215",
    "$1.50",
    "2024-01-31",
    "2024-02-31",
    "@minor-procedures",
    "@x",
    "line.procedure",
    "line.modifiers",
    "line.diagnoses",
    "line.date",
    "line.units",
    "line.charge",
    "claim.type",
    "policy.filing_limit",
    "it.units",
    "policy.same_provider",
    "mue(",
    "valid_npi(",
    ".units",
    "PROFESSIONAL",
    "AND",
    "==",
    "“",
    "’",
    "–",
    "#",
    '"',
    "'",
    ";",
    "[",
    "]",
    "1and",
    "lt",
    "is_visit",
    "round",
    "first",
    "3",
    "next_workday(",
    "federal",
    "as",
    "first",
    "first.units",
    "?",
    "!",
    "&",
    "|",
    "%",
    ":",
    ".",
    "\n",
    "\t",
    "\xa0",
]
SCOPES = ("line", "pair", "group", "claim", "diagnosis", "diagnosis_pair")
SEEDS = [text for _, text in DESIGN] + [case.text for case in load_cases()]


def _faults(text: str, problems: tuple[Problem, ...], there: bool) -> list[str]:
    """What is wrong with the answer to a text: what came of it, and the problems that were told."""
    faults = []
    if there == any(problem.severity == "error" for problem in problems):
        faults.append("an error and a result, or neither")
    for problem in problems:
        if problem.code not in CODES:
            faults.append(f"{problem.code} is no code")
        if not 0 <= problem.start <= problem.end <= len(text):
            faults.append(f"{problem.code} stands outside the text")
        if not problem.headline or not problem.help:
            faults.append(f"{problem.code} says nothing")
        if problem.edit is not None and not 0 <= problem.edit.start <= problem.edit.end <= len(text):
            faults.append(f"{problem.code} would edit outside the text")
    return faults


def test_the_check_sees_what_is_wrong() -> None:
    found = compile_condition("line.procedure == 99213", subject_named("line"), World()).problems
    assert found
    assert _faults("", found, there=False)
    assert _faults("line.procedure == 99213", found, there=True)
    assert _faults("anything", (), there=False)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), st.sampled_from(SCOPES))
def test_words_in_any_order(text: str, scope: str) -> None:
    compiled = compile_condition(text, subject_named(scope), World())
    assert _faults(text, compiled.problems, compiled.condition is not None) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
@example("satisfy")
@example("any line where")
def test_any_text(text: str) -> None:
    compiled = compile_condition(text, subject_named("line"), World())
    assert _faults(text, compiled.problems, compiled.condition is not None) == []
    value = compile_value(text, subject_named("line"), World())
    assert _faults(text, value.problems, value.value is not None) == []
    codes = compile_set(text, code("procedure"), subject_named("line"), World())
    assert _faults(text, codes.problems, codes.codes is not None) == []
    compile_keys([text], subject_named("line"), World())
    compile_template(text, subject_named("line"), World())


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_a_good_condition_with_something_changed(seed: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(seed)))
    cut = data.draw(st.integers(0, 6))
    put = data.draw(st.sampled_from([*WORDS, "", " "]))
    text = seed[:at] + put + seed[at + cut :]
    compiled = compile_condition(text, subject_named(data.draw(st.sampled_from(SCOPES))), World())
    assert _faults(text, compiled.problems, compiled.condition is not None) == []


def test_deep_nesting_is_a_message() -> None:
    for opening, closing in (
        ("(", ")"),
        ("not (", ")"),
        ("any line where (", ")"),
        ("count of lines where (", ") > 1"),
    ):
        for depth in (10, 45, 49, 50, 60, 500, 3000):
            text = opening * depth + "line.emergency" + closing * depth
            compiled = compile_condition(text, subject_named("line"), World())
            assert _faults(text, compiled.problems, compiled.condition is not None) == []


def test_many_slips_are_told_in_bounded_time() -> None:
    text = "line.procedure in {" + ", ".join(f"99{number % 10:03d}" for number in range(1000)) + "}"
    compiled = compile_condition(text, subject_named("line"), World())
    assert 0 < len(compiled.problems) <= 20


def test_definitions_that_multiply_are_a_message() -> None:
    class Many(World):
        def definition(self, name: str) -> str | None:
            number = int(name[1:]) if name[:1] == "d" and name[1:].isdigit() else 0
            return f"(d{number + 1} or d{number + 1})" if 0 < number < 60 else "line.emergency"

    compiled = compile_condition("d1", subject_named("line"), Many())
    assert compiled.condition is None
    assert {p.code for p in compiled.problems} <= {"SCR102", "SCR211", "SCR212"}
