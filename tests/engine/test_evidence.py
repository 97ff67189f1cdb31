"""The evidence that is read for a finding is what the reference evaluator reads when it decides the rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.engine.generated import claims, conditions
from tests.engine.test_evaluators_agree import BINDINGS, NAMES, SUBJECT, _world

from scrubber.claims.model import Claim, ServiceLine
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.row.telling import compile_telling
from scrubber.engine.evaluate.trace import Trace
from scrubber.engine.evaluate.world import World
from scrubber.lang.compile import compile_condition


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=conditions(), claim=claims(), prior=st.lists(claims(), max_size=1), complete=st.booleans())
def test_evidence_is_what_the_reference_evaluator_reads(
    text: str, claim: Claim, prior: list[Claim], complete: bool
) -> None:
    """Design section 4: evidence is gathered of every value and every table row read, in order."""
    condition = compile_condition(text, SUBJECT, NAMES).condition
    assume(condition is not None)
    assert condition is not None
    _read_alike(condition, _world(claim, prior, complete), text)


def _read_alike(condition: Any, world: World, text: str) -> None:
    read = compile_telling(None, [condition], [], str, BINDINGS, ("claim", "line"))
    for line in world.claim.lines:
        world.day = line.date
        variables = {"claim": world.claim, "line": line, "row": EMPTY_ROW}
        trace, compiled = Trace(), Trace()
        Reference(world, BINDINGS, dict(variables), trace).truth(condition)
        read(compiled.found, compiled.earlier, compiled.procedures, world, world.claim, line)
        assert compiled.found == trace.found, text
        assert compiled.evidence() == trace.evidence(), text
        assert list(compiled.earlier.values()) == list(trace.earlier.values()), text
        assert list(compiled.procedures.values()) == list(trace.procedures.values()), text


NESTED = (
    "any line as x where (any other line as y with same date where (y.procedure = x.procedure and y.units > line.units))",
    "any line as x where (any other line with same (date, procedure) where (it.charge > $0.00))",
    "count of line as x where (any other line as y with same date where (x.units > 1)) > 0 and any line as x where (x.units > 1)",
    "sum of x.units over line as x where (no line as y where (y.charge > x.charge)) >= 1",
    "any prior line as x within 3 days before line.date where (count of x.modifiers where (it in {25, 59}) > 0)",
    "all other line as x with same date where (x.procedure = 99213) satisfy (x.units = line.units)",
    "any line on any claim as x with same procedure where (greatest of y.charge over other line as y with same date > x.charge)",
    "any line on any claim as x where (any prior line as y where (y.procedure = x.procedure))",
    "any prior line as x where (any line on any claim as y with same date where (y.units >= x.units)) or any prior line",
)


@pytest.mark.parametrize("text", NESTED)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(claim=claims(), prior=st.lists(claims(), max_size=1))
def test_evidence_of_loops_in_loops(text: str, claim: Claim, prior: list[Claim]) -> None:
    """An element may have the name of one of another loop, share keys with the element of a loop outside, or be a line that
    was read before."""
    compiled = compile_condition(text, SUBJECT, NAMES)
    assert compiled.condition is not None, compiled.problems
    _read_alike(compiled.condition, _world(claim, prior, True), text)


THREE = Claim(
    type="PROFESSIONAL",
    lines=(
        ServiceLine(procedure="11103", date=date(2024, 8, 1), units=1),
        ServiceLine(procedure="80048", date=date(2024, 8, 1), units=2),
        ServiceLine(procedure="99213", date=date(2024, 8, 2), units=3),
    ),
)
BEHIND = (
    ("line.procedure = 99292 and line.units > 0", {("line.procedure", 1)}, {("line.units", 1)}),
    (
        "any other line as x with same date where (x.procedure = 11102 and x.units > 0)",
        {("line.date", 1), ("line.date", 2), ("line.date", 3), ("line.procedure", 2)},
        {("line.procedure", 3), ("line.units", 2), ("line.units", 3)},
    ),
    (
        "all other line as x where (x.procedure = 99213) satisfy (x.units > 1)",
        {("line.procedure", 2), ("line.procedure", 3), ("line.units", 3)},
        {("line.units", 2)},
    ),
    ("line.procedure = 11103 or line.units > 0", {("line.procedure", 1), ("line.units", 1)}, set()),
)


@pytest.mark.parametrize(("text", "read", "left"), BEHIND)
def test_nothing_is_read_behind_a_false_clause(text: str, read: set[Any], left: set[Any]) -> None:
    """Design section 6: evidence is every value read. What stands behind a false clause is read by nobody but
    ``explain``, which shows every clause."""
    condition = compile_condition(text, SUBJECT, NAMES).condition
    assert condition is not None
    world = _world(THREE, [], True)
    line = world.claim.lines[0]
    world.day = line.date
    for thorough in (False, True):
        trace = Trace(thorough)
        variables = {"claim": world.claim, "line": line, "row": EMPTY_ROW}
        Reference(world, BINDINGS, variables, trace).truth(condition)
        assert {(each.name, each.line) for each in trace.evidence()} == (read | left if thorough else read)
    _read_alike(condition, world, text)


def test_what_is_found_within_an_element_stands_before_it_and_not_before_all() -> None:
    """Design section 6: a finding names the earlier lines that it rests on, in one order, whichever evaluator tells it."""
    condition = compile_condition(
        "any line on any claim as x where (any prior line as y where (y.units < x.units))", SUBJECT, NAMES
    ).condition
    assert condition is not None
    world = _world(THREE, [THREE], True)
    world.day = date(2024, 8, 1)
    trace = Trace()
    Reference(world, BINDINGS, {"claim": world.claim, "line": world.claim.lines[0]}, trace).truth(condition)
    own, earlier = world.claim.lines, world.prior_lines
    found = [earlier[0], own[1], earlier[1], own[2], earlier[2]]
    assert list(map(id, trace.earlier.values())) == list(map(id, found))
    _read_alike(condition, world, "")
