"""The conformance cases of the language, through both evaluators: the meaning of the language is what they agree on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.worlds import bindings_of, world_of
from tests.lang.conformance import Case, load_cases

from scrubber.core.logic import Unknown
from scrubber.core.money import format_money
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.row.conditions import compile_condition as to_function
from scrubber.lang import compile as language

CASES = [case for case in load_cases() if not case.error and not case.warning]
CONDITIONS = [case for case in CASES if not case.is_value]
VALUES = [case for case in CASES if case.is_value]


def _by_id(case: Case) -> str:
    return case.id


@pytest.mark.parametrize("case", CONDITIONS, ids=_by_id)
def test_reference(case: Case) -> None:
    """The reference evaluator gives the truth, or the unknown with its reasons."""
    condition = language.compile_condition(case.text, case.subject, case.environment).condition
    assert condition is not None
    world, variables = world_of(case)
    found = Reference(world, bindings_of(case.environment.raw), variables).truth(condition)
    if case.truth is not None:
        assert found is case.truth
        return
    assert isinstance(found, Unknown)
    assert case.reasons is not None
    assert {reason.kind for reason in found.reasons} == {kind for kind, _ in case.reasons}
    for kind, what in case.reasons:
        if what:
            # A case names the variable the author wrote (`it.units`); a reason names its record (`line.units`).
            said = [reason.what for reason in found.reasons if reason.kind == kind]
            wanted = what.rpartition(".")[2].lstrip("@")
            assert any(wanted in text for text in said), (what, said)


@pytest.mark.parametrize("case", CONDITIONS, ids=_by_id)
def test_compiled(case: Case) -> None:
    """The compiled evaluator gives the same: True, False, or None for unknown."""
    condition = language.compile_condition(case.text, case.subject, case.environment).condition
    assert condition is not None
    world, variables = world_of(case)
    del variables["row"]
    function = to_function(condition, bindings_of(case.environment.raw), tuple(variables))
    found = function(world, *variables.values())
    assert found is case.truth


@pytest.mark.parametrize("case", VALUES, ids=_by_id)
def test_value(case: Case) -> None:
    """The reference evaluator gives the value."""
    value = language.compile_value(case.text, case.subject, case.environment).value
    assert value is not None
    world, variables = world_of(case)
    found = Reference(world, bindings_of(case.environment.raw), variables).value(value)
    kind = getattr(getattr(value, "type", None), "kind", "")
    assert _text(found, kind) == case.value


def _text(value: Any, kind: str) -> str:
    if isinstance(value, Unknown):
        return "missing"
    if kind == "money":
        return f"${format_money(int(value))}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
