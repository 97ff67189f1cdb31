"""Asking the two evaluators what a rule does with a claim that is being made up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from msgspec import structs

from scrubber.core.diagnostics import RuleFileError
from scrubber.core.payers import ResolvedPayer
from scrubber.core.places import Place
from scrubber.engine.compile.program import CompiledRule, Program
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.hit import subject_day
from scrubber.engine.judge.outcome import Fires, evaluator, settle
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.scrub import Engine, Options, rules_of
from scrubber.findings.model import Finding
from scrubber.lang import ir
from scrubber.packs.payer_map import PayerMap
from scrubber.packs.type_names import iso_date
from scrubber.packs.yaml_nodes import Mapping as MappingNode
from scrubber.tables.memory import RowError
from scrubber.testing.distance import distance
from scrubber.testing.example_claims import OWN_PAYER, claim_of
from scrubber.testing.example_repairs import Repairs
from scrubber.testing.example_state import State, paths_of
from scrubber.testing.example_tables import ExampleTables, stored_tables, table_of
from scrubber.testing.example_values import Values
from scrubber.testing.golden import RUN, in_force, outcomes
from scrubber.testing.read import GoldenCase
from scrubber.testing.tell import subjects

ENGINES_KEPT = 64
CODES_TRIED = 3
LENGTH = 5
"""Of a HCPCS code."""
_NOWHERE = Place("example", 1, 1, 1, 1)


class Asked(NamedTuple):
    """One subject of the rule on a claim: how far it is from firing and from being clear, and what would mend it."""

    bound: BoundRule
    revision: BoundRevision
    repairs: Repairs
    to_fire: float
    to_clear: float


class ExampleWorld:
    """One rule, and the claims that it is asked of."""

    def __init__(self, program: Program, rule: CompiledRule, payers: PayerMap, day: date) -> None:
        # The rule's own pack may be switched off for some payer by another: what is shown is the rule as it stands.
        self.program = structs.replace(program, rules=(rule,))
        self.rule, self.payers, self.day = rule, payers, day
        self.declared = stored_tables(program)
        self._engines: dict[str, Engine | None] = {}

    def engine(self, state: State) -> Engine | None:
        """The engine with the tables, the payer and the parameters of the state; None where a row does not fit."""
        key = json.dumps([state["tables"], state["payer"], state["parameters"]], sort_keys=True)
        if key not in self._engines:
            if len(self._engines) >= ENGINES_KEPT:
                self._engines = {}
            self._engines[key] = self._made(state)
        return self._engines[key]

    def _made(self, state: State) -> Engine | None:
        try:
            tables = {name: table_of(name, self.declared[name], {"rows": rows})
                      for name, rows in state["tables"].items()}  # fmt: skip
        except RowError:
            return None
        payer: Mapping[str, str] = state["payer"]
        own = ResolvedPayer(payer["payer"], payer["class"], payer.get("product", ""), payer.get("state", ""))

        def resolve(payer_id: str | None, name: str | None, indicator: str | None) -> ResolvedPayer | None:
            return own if payer_id == OWN_PAYER else self.payers.resolve(payer_id, name, indicator)

        parameters: dict[str, tuple[str, ...]] = {name: (value,) for name, value in state["parameters"].items()}
        options = Options(parameters=parameters, statuses=RUN, only=frozenset({self.rule.id}))
        return Engine(self.program, ExampleTables(tables), resolve, options)

    def asked_of(self, state: State) -> tuple[Engine, Any, date, list[Any] | None] | None:
        """The engine, the claim, the day it is sent and its history; None where they cannot be read."""
        engine = self.engine(state)
        as_of = iso_date(state.get("as_of") or self.day.isoformat())
        if engine is None or as_of is None:
            return None
        case = GoldenCase("example", "fires", as_of, state, _NOWHERE, MappingNode((), _NOWHERE, True))
        fields = {"payer_id": OWN_PAYER}
        try:
            source = claim_of(case, {}, fields)
            earlier = None
            if "history" in state:
                each = range(len(state["history"]))
                earlier = [claim_of(case, {}, fields, ("history", at)).claim for at in each]
        except (RuleFileError, OverflowError):
            return None
        return engine, source, as_of, earlier

    def outcome(self, state: State) -> tuple[str, ...] | None:
        """The kinds of outcome by the compiled rule, none where it is clear; None where that cannot be asked, or where
        the reference evaluator says otherwise."""
        asked = self.asked_of(state)
        if asked is None:
            return None
        engine, source, as_of, earlier = asked
        kinds = tuple(outcomes(engine.scrub(source, as_of, earlier), self.rule.id))
        world = engine.world(source.claim, as_of, earlier, ())
        if not kinds and not in_force(engine, world, self.rule.id):
            return ("not_applicable",)
        fires = any(isinstance(settle(revision, world, variables), Fires)
                    for revision, variables in self._revisions(engine, world))  # fmt: skip
        return kinds if ("fires" in kinds) == fires else None

    def findings(self, state: State) -> tuple[Finding, ...]:
        """What the engine says of a claim by the rule."""
        asked = self.asked_of(state)
        if asked is None:
            return ()
        engine, source, as_of, earlier = asked
        result = engine.scrub(source, as_of, earlier)
        return tuple(each for each in (*result.findings, *result.shadow) if each.rule == self.rule.id)

    def _revisions(self, engine: Engine, world: World) -> Iterator[tuple[BoundRevision, dict[str, Any]]]:
        bound = self.bound(engine, world)
        for _, variables, record in subjects(bound, world) if bound is not None else ():
            world.day = subject_day(bound, world, record)  # type: ignore[arg-type]
            revision = bound.revision_on(world.day)  # type: ignore[union-attr]
            if isinstance(revision, BoundRevision):
                yield revision, variables

    def bound(self, engine: Engine, world: World) -> BoundRule | None:
        """The rule in the plan for the claim's payer and form; None where it is not about them."""
        return rules_of(engine.plan(world.claim)).get(self.rule.id)

    def codes(self, state: State) -> list[str]:
        """Procedures that the rule names: without one of them it may not be asked at all."""
        asked = self.asked_of(state)
        if asked is None:
            return []
        engine, source, as_of, earlier = asked
        world = engine.world(source.claim, as_of, earlier, ())
        bound = self.bound(engine, world)
        found: dict[str, None] = {}
        for revision in bound.revisions if bound is not None else ():
            world.day = self.day
            values = Values(evaluator(revision, world, {}), revision.bindings, {}, self.day)
            for node in ir.nodes_of(revision.when):
                if isinstance(node, ir.In) and isinstance(node.value, ir.FieldOf) and node.value.name == "procedure":
                    found.update(dict.fromkeys(values.members(node.codes, node.value.type)[:CODES_TRIED]))
                elif isinstance(node, ir.Compare) and isinstance(node.right, ir.CodeConst):
                    found[node.right.value] = None
        return [code for code in found if isinstance(code, str) and len(code) == LENGTH]

    def subjects(self, state: State) -> Iterator[Asked]:
        """Every subject of the rule on the claim. Each is to be used before the next is asked for."""
        asked = self.asked_of(state)
        if asked is None:
            return
        engine, source, as_of, earlier = asked
        world = engine.world(source.claim, as_of, earlier, ())
        paths = paths_of(world.claim, world.prior)
        bound = self.bound(engine, world)
        for revision, variables in self._revisions(engine, world) if bound is not None else ():
            assert bound is not None
            reference = evaluator(revision, world, variables)
            unless = [item.condition for item in revision.revision.unless]
            fire = 0.0 if revision.when is None else distance(revision.when, reference, True)
            clear = 1.0 if revision.when is None else distance(revision.when, reference, False)
            fire += sum(distance(condition, reference, False) for condition in unless)
            yield Asked(bound, revision, Repairs(reference, revision.bindings, paths, self.day), fire, clear)
