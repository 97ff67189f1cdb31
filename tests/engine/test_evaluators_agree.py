"""The reference evaluator, the compiled one, and the indexed run say the same of generated conditions and claims."""

from __future__ import annotations

from datetime import date
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.engine.generated import claims, conditions
from tests.engine.worlds import bindings_of
from tests.lang.conformance import CaseEnvironment, subject_named

from scrubber.claims.model import Claim
from scrubber.claims.view import view
from scrubber.core.logic import Unknown
from scrubber.core.places import Place, Text
from scrubber.engine.compile.compile import compile_packs
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.row.conditions import compile_condition as to_function
from scrubber.engine.evaluate.row.conditions import compile_value as to_value
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.doubted import Doubted
from scrubber.engine.judge.found import hits_of
from scrubber.engine.judge.hit import Hit
from scrubber.engine.judge.outcome import Clear, settle
from scrubber.engine.judge.run import run
from scrubber.engine.plan.plan import Plan
from scrubber.engine.plan.who import Who
from scrubber.lang import ir
from scrubber.lang.compile import compile_condition
from scrubber.packs.model import Pack, Revision, Rule, Tree, Window

ENVIRONMENT: dict[str, Any] = {
    "value_sets": {"visits": {"of": "procedure", "members": ["99202-99215"]}},
    "parameters": {
        "drugs": {"type": "list of procedure", "value": ["J*", "97110"]},
        "provider": {"type": "fields", "value": ["rendering_npi"]},
    },
    "tables": {
        "mue": {"keys": {"procedure": "procedure"}, "columns": {"units": "number"}, "absent": "not_published",
                "covers": {"from": "2024-07-31", "to": "2024-12-31"},
                "rows": [{"procedure": "97110", "units": "4"}, {"procedure": "99213", "units": ""}]},
        "pair": {"keys": {"a": "procedure", "b": "procedure"}, "columns": {"indicator": "number"}, "absent": "none",
                 "rows": [{"a": "11055", "b": "99213", "indicator": "1"}]},
    },
}  # fmt: skip
BINDINGS = bindings_of(ENVIRONMENT)
NAMES = CaseEnvironment(ENVIRONMENT)
SUBJECT = subject_named("line")
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def _world(claim: Claim, prior: list[Claim], complete: bool) -> World:
    views = tuple(view(earlier, sent_on=date(2024, 8, 15), payer=None) for earlier in prior)
    return World(view(claim, sent_on=date(2024, 8, 15), payer=None), views, complete)


@QUICK
@given(text=conditions(), claim=claims(), prior=st.lists(claims(), max_size=1), complete=st.booleans())
def test_compiled_equals_reference(text: str, claim: Claim, prior: list[Claim], complete: bool) -> None:
    """Design section 4: evaluators of one IR are held equal."""
    compiled = compile_condition(text, SUBJECT, NAMES)
    # A condition that can never hold is refused (SCR4xx); anything else that is refused is a mistake of the generator.
    assert compiled.condition or {problem.code[:4] for problem in compiled.problems} == {"SCR4"}, (
        text,
        compiled.problems,
    )
    assume(compiled.condition is not None)
    assert compiled.condition is not None
    world = _world(claim, prior, complete)
    function = to_function(compiled.condition, BINDINGS, ("claim", "line"))
    for line in world.claim.lines:
        world.day = line.date
        truth = Reference(world, BINDINGS, {"claim": world.claim, "line": line, "row": EMPTY_ROW}).truth(
            compiled.condition
        )
        expected = None if isinstance(truth, Unknown) else truth
        assert function(world, world.claim, line) is expected, text


def _compared(node: Any) -> list[Any]:
    """The operands of comparisons, outside of loops: they read the variables of the subject alone."""
    match node:
        case ir.And() | ir.Or():
            return [value for item in node.items for value in _compared(item)]
        case ir.Not():
            return _compared(node.item)
        case ir.Compare():
            return [node.left, node.right]
    return []


@QUICK
@given(text=conditions(), claim=claims(), prior=st.lists(claims(), max_size=1), complete=st.booleans())
def test_compiled_values_equal_the_references(text: str, claim: Claim, prior: list[Claim], complete: bool) -> None:
    """Messages and fixes say values that were worked out: the same before and after they are worth compiling."""
    condition = compile_condition(text, SUBJECT, NAMES).condition
    values = _compared(condition)
    assume(values)
    world = _world(claim, prior, complete)
    for value in values:
        function = to_value(value, BINDINGS, ("claim", "line"))
        for line in world.claim.lines:
            world.day = line.date
            found = Reference(world, BINDINGS, {"claim": world.claim, "line": line, "row": EMPTY_ROW}).value(value)
            expected = None if isinstance(found, Unknown) else found
            assert function(world, world.claim, line) == expected, (text, value)


def _told(plan: Plan, world: World) -> set[tuple[str, int | None]]:
    """The rules and lines that a run has something to tell of."""
    found: set[tuple[str, int | None]] = set()
    for item in run(plan, world):
        for hit in hits_of(item) if isinstance(item, Doubted) else [item]:
            if isinstance(hit, Hit):
                found.add((hit.rule.rule.id, hit.subject[0].number))
    return found


@QUICK
@given(texts=st.lists(conditions(), min_size=1, max_size=6), claim=claims())
def test_index_is_invisible(texts: list[str], claim: Claim) -> None:
    """Running only the candidates of a code finds what running every rule on every line finds, in a short and a long run."""
    place = Place("generated", 1, 1, 1, 1)
    plain = [
        text
        for text in texts
        if "policy." not in text and "@" not in text and "mue(" not in text and "pair(" not in text
    ]
    rules = tuple(
        Rule(
            id=f"R-{n}", pack="p", title="t", category="procedure", status="active", scope="line", place=place,
            revisions=(Revision(1, Window(), "review", Text("m", place), Tree("text", Text(text, place))),),
        )
        for n, text in enumerate(plain)
    )  # fmt: skip
    assume(all(compile_condition(text, SUBJECT, NAMES).condition is not None for text in plain))
    program, _ = compile_packs([Pack("p", "1.0.0", "p", ".", "", rules=rules)])
    plan = Plan(program, Who("P", "MEDICARE", None, None, "PROFESSIONAL"), {}, {})
    world = _world(claim, [], True)
    short = _told(plan, world)
    with patch("scrubber.engine.plan.plan.WORTH_EPOCHS", 1):
        long = _told(plan, world)
    every = set()
    for rule in plan.rules["line"]:
        for line in world.claim.lines:
            world.day = line.date
            if not isinstance(settle(rule.revisions[0], world, {"line": line}), Clear):
                every.add((rule.rule.id, line.number))
    assert short == every
    assert long == every
