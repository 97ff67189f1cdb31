"""The engine: a program, its tables, and its plans. One claim in, everything to be said of it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from types import MappingProxyType
from typing import Any

from msgspec import Struct, structs

from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim
from scrubber.claims.view import ClaimView, Resolve, view
from scrubber.core.memo import kept
from scrubber.core.payers import ResolvedPayer
from scrubber.engine.compile.program import CompiledTable, Program
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.found import Found, found_nothing
from scrubber.engine.judge.run import run
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.plan import RUNNING, Plan
from scrubber.engine.plan.rule import BoundRule
from scrubber.engine.plan.tables import BoundTable
from scrubber.engine.plan.who import Who
from scrubber.engine.tell.coverage import covered
from scrubber.engine.tell.finding import FindingTeller
from scrubber.engine.tell.gaps import Gaps
from scrubber.engine.tell.linking import link
from scrubber.engine.tell.reading import reading_findings
from scrubber.engine.tell.tell import Told, tell
from scrubber.findings.model import ClaimHeader, ClaimRef, Coverage, ScrubResult
from scrubber.tables.schema import TableSchema
from scrubber.tables.store import TableStore
from scrubber.tables.table import OpenTable

BLOCKING = frozenset({"reject", "deny", "review"})
PLANS_KEPT = 512
PAYERS_KEPT = 4_096
SILENT_KEPT = 4_096
NOBODY: Mapping[int, ClaimRef] = MappingProxyType({})


class Options(Struct, frozen=True):
    """What a caller decides for every claim. ``parameters`` go over what packs set; ``salt`` is the installation's."""

    parameters: dict[str, tuple[str, ...]] = {}
    statuses: frozenset[str] = RUNNING
    only: frozenset[str] | None = None
    salt: str = ""
    require_history: bool = False


class Engine:
    """Immutable but for its memos of plans; safe to share between threads."""

    def __init__(self, program: Program, store: TableStore, resolve: Resolve, options: Options) -> None:
        self.program, self.store, self.resolve, self.options = program, store, resolve, options
        packs = {pack.id: pack for pack in program.packs}
        defaults = {key: parameter.default for key, parameter in program.parameters.items()}
        self.tables: dict[str, BoundTable] = {}
        for key, table in program.tables.items():
            own = own_table(table) if table.rows is not None else None
            bindings = PackBindings(program, packs[table.pack], self.tables, defaults)
            self.tables[key] = BoundTable(table, store, own, bindings)
        self._plans: dict[tuple[str | None, ...], Plan] = {}
        self._payers: dict[tuple[str | None, ...], ResolvedPayer | None] = {}
        self._views: dict[int, ClaimView] = {}
        self._gaps = Gaps(options.require_history)
        self._covered: dict[tuple[Plan, str], Coverage] = {}
        self._incomplete = tuple(
            edition for name in store.table_names() for edition in store.editions(name) if edition.left_out
        )
        self._silent: dict[tuple[Any, ...], ScrubResult] = {}
        """Results of claims of which nothing is found, by plan, other claims at hand and what lacks history."""

    def plan(self, claim: ClaimView) -> Plan:
        """The plan for the claim's payer and form."""
        key = (claim.payer, claim.payer_class, claim.product, claim.payer_state, claim.type)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= PLANS_KEPT:  # and with them what is remembered of their rules, which would hold them
                self._plans, self._covered, self._silent, self._gaps = {}, {}, {}, Gaps(self.options.require_history)
            found = Plan(self.program, Who(*key), self.tables, self.options.parameters, self.options.statuses,
                         self.options.only)  # fmt: skip
            self._plans[key] = found
        return found

    def world(self, claim: Claim, as_of: date, history: Sequence[Claim] | None, batch: Sequence[Claim]) -> World:
        """The claim as rules see it, with its patient's earlier claims. ``batch`` claims are prior but not complete."""
        earlier = (*(history or ()), *batch)
        prior = self._earlier(earlier, as_of) if earlier else ()
        viewed = self.view(claim, as_of)
        if claim.claim_status is not None:
            viewed.claim_status = None  # what became of a claim is known of earlier ones: it is not sent yet
        return World(viewed, prior, history is not None)

    def _earlier(self, claims: Sequence[Claim], as_of: date) -> tuple[ClaimView, ...]:
        """The views of a patient's other claims. They are kept for the same patient's next claim, and no longer: of
        many claims each would be viewed anew for each."""
        known = self._views
        views = []
        for claim in claims:
            found = known.get(id(claim))
            current = found is not None and found.source is claim and found.sent_on == as_of
            views.append(found if current and found is not None else self.view(claim, as_of))
        self._views = {id(found.source): found for found in views}
        return tuple(views)

    def view(self, claim: Claim, as_of: date) -> ClaimView:
        """The view of one claim, its payer resolved."""
        named = (claim.payer_id, claim.payer_name, claim.filing_indicator)
        try:
            payer = self._payers[named]
        except KeyError:
            payer = self.resolve(*named)
            self._payers = kept(self._payers, named, payer, PAYERS_KEPT)
        return view(claim, sent_on=as_of, payer=payer, resolve=self.resolve)

    def scrub(self, source: InputClaim, as_of: date, history: Sequence[Claim] | None = None,
              batch: Sequence[Claim] = (), references: Mapping[int, ClaimRef] = NOBODY) -> ScrubResult:  # fmt: skip
        """Everything to be said of one claim sent on ``as_of``. ``references`` name the patient's other claims."""
        world = self.world(source.claim, as_of, history, batch)
        claim, plan = world.claim, self.plan(world.claim)
        found = run(plan, world)
        looked_at = "supplied" if history is not None else "this batch" if batch else "this claim only"
        if found_nothing(found) and not source.problems and not source.deviations:
            # So it is with most claims, and of all of one plan that lack history alike the same is said.
            key = (plan, looked_at, *found)
            silent = self._silent.get(key)
            if silent is None:
                silent = self._told(source, world, plan, found, looked_at, references)
                self._silent = kept(self._silent, key, silent, SILENT_KEPT)
            result = structs.replace(silent, claim=header(source, claim))
        else:
            result = self._told(source, world, plan, found, looked_at, references)
        # The view and its lines hold each other. Parted, they go at once, and not when the collector comes by.
        claim.lines = ()
        return result

    def _told(self, source: InputClaim, world: World, plan: Plan, found: Found, looked_at: str,
              references: Mapping[int, ClaimRef]) -> ScrubResult:  # fmt: skip
        """What was found, in words. ``looked_at`` names the other claims that were there to look at."""
        told = tell(found, FindingTeller(world, source, self.options.salt, references), self._gaps)
        if told.findings:
            told.findings = link(told.findings)
        if source.problems or source.deviations:
            told.findings = [*reading_findings(source, self.options.salt), *told.findings]
        undecided = {gap.rule for gap in told.undetermined + told.not_evaluated if gap.blocking}
        coverage = self._coverage(plan, looked_at, undecided)
        return envelope(source, world.claim, told, coverage, bool(undecided))

    def _coverage(self, plan: Plan, label: str, undecided: Set[str]) -> Coverage:
        """What was checked: the same for all claims of a plan but for the rules that could not be decided."""
        found = self._covered.get((plan, label))
        if found is None:
            found = covered(plan, label, self._incomplete)
            self._covered = kept(self._covered, (plan, label), found, PLANS_KEPT)
        if not undecided:
            return found
        said = f"{len(undecided)} rules could not be decided; they are listed."
        return structs.replace(found, not_checked=(*found.not_checked, said))


def envelope(source: InputClaim, claim: ClaimView, told: Told, coverage: Coverage, undecided: bool) -> ScrubResult:
    """The result with its outcome: findings first, then incomplete, then clean. ``undecided``: a rule could not be."""
    findings = told.findings
    blocked = findings and any(finding.severity in BLOCKING and finding.state == "open" for finding in findings)
    incomplete = undecided or bool(told.faults) or not coverage.payer_packs
    outcome = "findings" if blocked else "incomplete" if incomplete else "clean"
    return ScrubResult(
        claim=header(source, claim), outcome=outcome, complete=not incomplete, coverage=coverage,
        findings=tuple(findings), bypassed=tuple(told.bypassed), undetermined=tuple(told.undetermined),
        not_evaluated=tuple(told.not_evaluated), shadow=tuple(told.shadow), faults=tuple(told.faults),
    )  # fmt: skip


def header(source: InputClaim, claim: ClaimView) -> ClaimHeader:
    """Which claim a result is about."""
    own = source.claim
    return ClaimHeader(
        source.file or None, source.index, own.patient_control_number, own.type, claim.payer, claim.payer_class
    )


def own_table(table: CompiledTable) -> OpenTable:
    """The rows a pack carries, as a table that can be asked like an imported one."""
    from scrubber.tables.memory import memory_table  # here because no bundled pack carries a table

    keys = tuple((name, type_) for name, type_ in table.keys.items())
    schema = TableSchema(
        table.name,
        keys,
        table.columns,
        True,
        table.match,
    )
    rows: list[dict[str, Any]] = [
        {
            **row.values,
            "effective": row.window.first.isoformat() if row.window.first else "",
            "deletion": row.window.last.isoformat() if row.window.last else "",
        }
        for row in table.rows or ()
    ]
    return memory_table(schema, rows, source=f"{table.pack} list")


def rules_of(plan: Plan) -> Mapping[str, BoundRule]:
    """The rules of a plan by id; of a rule over rows, the first row."""
    return {rule.rule.id: rule for rules in plan.rules.values() for rule in reversed(rules)}
