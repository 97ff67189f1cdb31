"""Running golden cases: what a rule was to do with a claim, what it did, and where the two part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim
from scrubber.claims.view import Resolve
from scrubber.core.diagnostics import Diagnostic, RuleFileError
from scrubber.core.payers import ResolvedPayer
from scrubber.core.places import Place
from scrubber.engine.compile.program import CompiledRule
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.hit import subject_day
from scrubber.engine.scrub import Engine, Options, rules_of
from scrubber.findings.model import Entry, Fault, ScrubResult
from scrubber.packs.parameters import value_problem
from scrubber.testing.compare import differences
from scrubber.testing.example_claims import OWN_PAYER, claim_of
from scrubber.testing.example_tables import ExampleTables, example_tables
from scrubber.testing.files import golden_files
from scrubber.testing.programs import Loaded, Programs, rule_of
from scrubber.testing.read import GoldenCase, GoldenFile, read_golden, unknown_name
from scrubber.testing.tell import told

RUN = frozenset({"draft", "shadow", "active"})
"""The states of a rule in which its golden cases run: a draft runs in its tests only."""


class CaseResult(Struct, frozen=True):
    """How a case went. ``differences`` is empty where it passed; ``message`` is what to show where it did not."""

    file: str
    rule: str
    case: str
    place: Place
    expected: str
    came: tuple[str, ...]
    differences: tuple[str, ...]
    message: str

    @property
    def passed(self) -> bool:
        """Whether the rule did what the case expects, all of it and no more."""
        return not self.differences


class Suite:
    """The cases of one golden file, ready to run. Make it once; each case is independent of the others."""

    def __init__(self, golden: GoldenFile, programs: Programs) -> None:
        """Raises RuleFileError where the file names a rule, pack, table or parameter that is not there."""
        self.golden = golden
        self.loaded: Loaded = programs.of(golden)
        self.rule: CompiledRule = rule_of(golden, self.loaded)
        self.tables: ExampleTables = example_tables(golden, self.loaded.program)
        self._engines: dict[tuple[Any, ...], Engine] = {}

    def with_rule(self, rule: CompiledRule) -> Suite:
        """The same cases on a changed rule: for finding out what the cases notice."""
        program = self.loaded.program
        rules = tuple(rule if each.id == rule.id else each for each in program.rules)
        other = copy(self)
        other.rule, other._engines = rule, {}
        other.loaded = Loaded(structs.replace(program, rules=rules), {**self.loaded.rules, rule.id: rule},
                              self.loaded.payers)  # fmt: skip
        return other

    @property
    def cases(self) -> tuple[GoldenCase, ...]:
        """The cases, in file order."""
        return self.golden.cases

    def missing_sides(self) -> list[str]:
        """What a rule that is not a draft lacks: a case on which it fires, a case on which it is clear."""
        if self.rule.status == "draft":
            return []
        seen = {case.expect for case in self.cases}
        return [side for side in ("fires", "clear") if side not in seen]

    def run(self) -> Iterator[CaseResult]:
        """Every case, in file order."""
        for case in self.cases:
            yield run_case(self, case)

    def engine(self, case: GoldenCase) -> tuple[Engine, dict[str, str]]:
        """The engine for a case, with what its claims say of their payer where they say nothing themselves."""
        payer = case.values.get("payer", self.golden.values.get("payer"))
        parameters = {**(self.golden.values.get("parameters") or {}), **(case.values.get("parameters") or {})}
        own, fields = self._payer(case, payer)
        key = (own, *sorted((name, tuple(_listed(value))) for name, value in parameters.items()))
        found = self._engines.get(key)
        if found is None:
            options = Options(parameters=self._parameters(case, parameters), statuses=RUN,
                              only=frozenset({self.rule.id, *self._beside()}))  # fmt: skip
            found = self._engines[key] = Engine(self.loaded.program, self.tables, self._resolver(own), options)
        return found, fields

    def _payer(self, case: GoldenCase, payer: Any) -> tuple[ResolvedPayer | None, dict[str, str]]:
        if payer is None:
            return None, {}
        if isinstance(payer, Mapping):
            own = ResolvedPayer(payer["payer"], payer["class"], payer.get("product", ""), payer.get("state", ""))
            return own, {"payer_id": OWN_PAYER}
        if self.loaded.payers.resolve(None, payer) is None:
            place = case.node.place if "payer" in case.values else self.golden.place_of("payer")
            help_ = "use a name of the bundled payer map, or write payer: {payer: NAME, class: COMMERCIAL}"
            raise RuleFileError([Diagnostic("SCR804", "the payer map does not know this payer", place, help=help_)])
        return None, {"payer_name": payer}

    def _parameters(self, case: GoldenCase, given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        known = {key.partition(":")[2]: parameter for key, parameter in self.loaded.program.parameters.items()}
        values = {name: tuple(_listed(value)) for name, value in given.items()}
        for name, value in values.items():
            if name not in known:
                raise RuleFileError([unknown_name("SCR807", "parameter", name, sorted(known), case.place)])
            problem = value_problem(value, known[name].type)
            if problem:
                said = f"parameter {name}: {problem}"
                raise RuleFileError([Diagnostic("SCR709", said, case.place, help="correct the value")])
        return values

    def _beside(self) -> list[str]:
        """The rules that run with the one tested, each known."""
        names: list[str] = self.golden.values.get("beside") or []
        for at, name in enumerate(names):
            if name not in self.loaded.rules:
                place = self.golden.place_of("beside", at)
                raise RuleFileError([unknown_name("SCR801", "rule", name, sorted(self.loaded.rules), place)])
        return names

    def _resolver(self, own: ResolvedPayer | None) -> Resolve:
        def resolve(payer_id: str | None, name: str | None, indicator: str | None) -> ResolvedPayer | None:
            return own if payer_id == OWN_PAYER else self.loaded.payers.resolve(payer_id, name, indicator)

        return resolve


def load_suite(path: Path | str, programs: Programs | None = None) -> Suite:
    """The cases of the file at ``path``.

    Raises:
        RuleFileError: with everything that is wrong with the file.
        OSError: it cannot be read.
    """
    return Suite(read_golden(Path(path)), programs or Programs())


def run_case(suite: Suite, case: GoldenCase) -> CaseResult:
    """Run one case.

    Raises:
        RuleFileError: the case's claim, payer or parameters cannot be read.
    """
    engine, source, earlier, batch = asked(suite, case)
    world = engine.world(source.claim, case.as_of, earlier, batch)
    came = outcomes(engine.scrub(source, case.as_of, earlier, batch), suite.rule.id)
    seen = _kinds(suite, engine, world, came)
    wrong = differences(case.expect, case.values, seen, came)
    message = told(suite, case, engine, world, source, seen, came, wrong) if wrong else ""
    return CaseResult(
        suite.golden.path.as_posix(), suite.rule.id, case.id, case.place, case.expect, seen, wrong, message
    )


Outcomes = dict[str, Sequence[Entry | Fault]]


def asked(suite: Suite, case: GoldenCase) -> tuple[Engine, InputClaim, list[Claim] | None, list[Claim]]:
    """What a case is run with: the engine, its claim, the earlier claims, None where it gives no history, and the
    claims that go out together with it.

    Raises:
        RuleFileError: the case's claim, payer or parameters cannot be read.
    """
    engine, payer = suite.engine(case)
    defaults = suite.golden.values.get("defaults") or {}
    source = claim_of(case, defaults, payer)

    def claims(key: str) -> list[Claim]:
        count = len(case.values.get(key) or ())
        return [claim_of(case, defaults, payer, (key, at)).claim for at in range(count)]

    return engine, source, claims("history") if "history" in case.values else None, claims("batch")


def observed(suite: Suite, case: GoldenCase) -> tuple[tuple[str, ...], Outcomes]:
    """The kinds of outcome that the rule has on a case, and its entries; nothing is compared."""
    engine, source, earlier, batch = asked(suite, case)
    came = outcomes(engine.scrub(source, case.as_of, earlier, batch), suite.rule.id)
    return _kinds(suite, engine, engine.world(source.claim, case.as_of, earlier, batch), came), came


def _kinds(suite: Suite, engine: Engine, world: World, came: Outcomes) -> tuple[str, ...]:
    return tuple(came) or ("clear" if in_force(engine, world, suite.rule.id) else "not_applicable",)


def outcomes(result: ScrubResult, rule: str) -> Outcomes:
    """The entries of one rule by kind of outcome; kinds without entries are left out."""
    kinds: dict[str, Sequence[Entry | Fault]] = {
        "fires": (*result.findings, *result.shadow), "bypassed": result.bypassed,
        "undetermined": result.undetermined, "not_evaluated": result.not_evaluated, "fault": result.faults,
    }  # fmt: skip
    found = {kind: [entry for entry in entries if entry.rule == rule] for kind, entries in kinds.items()}
    return {kind: entries for kind, entries in found.items() if entries}


def in_force(engine: Engine, world: World, rule: str) -> bool:
    """Whether the rule is about this payer and form, and has a version for a day of the claim."""
    bound = rules_of(engine.plan(world.claim)).get(rule)
    if bound is None:
        return False
    days = {subject_day(bound, world, subject) for subject in (None, *world.claim.lines)}
    return any(bound.revision_on(day) is not None for day in days)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


__all__ = [
    "CaseResult", "GoldenCase", "GoldenFile", "InputClaim", "Programs", "Suite", "golden_files",
    "load_suite", "outcomes", "run_case",
]  # fmt: skip
