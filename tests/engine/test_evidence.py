"""The evidence that is read for a finding is what the reference evaluator reads when it decides the rule."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.engine.generated import claims, conditions
from tests.engine.test_evaluators_agree import BINDINGS, NAMES, SUBJECT, _world

from scrubber.claims.model import Claim
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.row.evidence import compile_reading
from scrubber.engine.evaluate.trace import Trace
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
    world = _world(claim, prior, complete)
    read = compile_reading([condition], BINDINGS, ("claim", "line"))
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
