"""Every conformance case parses and types, or is refused, as it says. Evaluating them is the engine's test."""

from __future__ import annotations

import pytest

from scrubber.lang.compile import compile_condition, compile_value

from .conformance import Case, load_cases

CASES = load_cases()


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 150
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    compile_ = compile_value if case.is_value else compile_condition
    compiled = compile_(case.text, case.subject, case.environment)
    errors = [p for p in compiled.problems if p.severity == "error"]
    if case.error:
        assert [p.code for p in errors][:1] == [case.error]
        assert case.text[errors[0].start : errors[0].end] == case.expect["at"]
        return
    assert not errors
    if case.warning:
        assert [(p.code, case.text[p.start : p.end]) for p in compiled.problems] == [(case.warning, case.expect["at"])]
    else:
        assert not compiled.problems
        assert case.truth is not None or case.reasons is not None or case.value is not None
