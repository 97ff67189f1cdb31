"""One canonical spelling: IR to text and back is the same IR, and the text of it is a fixed point."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from scrubber.lang.compile import compile_condition, compile_value
from scrubber.lang.unparse import unparse, unparse_value

from .conformance import Case, load_cases, subject_named
from .test_compile import DESIGN
from .worlds import World


def without_spans(node: Any) -> Any:
    """The node as plain data, spans left out."""
    if isinstance(node, dict):
        return {key: without_spans(value) for key, value in node.items() if key != "span"}
    if isinstance(node, list | tuple):
        return [without_spans(item) for item in node]
    if isinstance(node, msgspec.Struct):
        return type(node), without_spans({name: getattr(node, name) for name in node.__struct_fields__})
    return node


WITHOUT_DEFINITIONS = [case for case in load_cases() if not case.error]


@pytest.mark.parametrize("case", WITHOUT_DEFINITIONS, ids=lambda case: case.id)
def test_round_trip_of_conformance_cases(case: Case) -> None:
    line = case.subject.line
    if case.is_value:
        value = compile_value(case.text, case.subject, case.environment).value
        assert value is not None
        text = unparse_value(value, line)
        again_value = compile_value(text, case.subject, case.environment).value
        assert without_spans(again_value) == without_spans(value)
        return
    condition = compile_condition(case.text, case.subject, case.environment).condition
    assert condition is not None
    text = unparse(condition, line)
    again = compile_condition(text, case.subject, case.environment).condition
    assert without_spans(again) == without_spans(condition)
    assert again is not None
    assert unparse(again, line) == text


@pytest.mark.parametrize(("scope", "text"), DESIGN, ids=[text[:50] for _, text in DESIGN])
def test_examples_of_the_design_are_canonical(scope: str, text: str) -> None:
    subject = subject_named(scope)
    condition = compile_condition(text, subject, World()).condition
    assert condition is not None
    assert unparse(condition, subject.line) == " ".join(text.split()).replace("{99202-99205}", "99202-99205")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("any line where (it.units > 1) with same date", "any line with same date where (it.units > 1)"),
        ("((line.units > 1))", "line.units > 1"),
        ("line.charge > $5", "line.charge > $5.00"),
        ("line.first_diagnosis = E119", "line.first_diagnosis = E11.9"),
        ("line.modifiers has any of {25}", "line.modifiers has 25"),
        ("line.procedure in {992*}", "line.procedure in 992*"),
        ("not (line.emergency)", "not line.emergency"),
        ("any lines", "any line"),
        ("all line satisfy (it.units = 1)", "all lines satisfy (it.units = 1)"),
        ("line.date > claim.date + 1 days", "line.date > claim.date + 1 day"),
        ("line.first_diagnosis in {S72.?1XA, E11.6*, E11?}", "line.first_diagnosis in {S72.?1XA, E11.6*, E11.?}"),
    ],
)
def test_one_spelling(text: str, canonical: str) -> None:
    condition = compile_condition(text, subject_named("line"), World()).condition
    assert condition is not None
    assert unparse(condition) == canonical
