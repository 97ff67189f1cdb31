"""Examples made by the machine: the smallest claim on which a rule fires, and the nearest on which it is clear.

The search starts from a plain claim and mends one clause at a time. Rows of tables that the rule looks up are made up
with it. What is found is confirmed by the compiled rule and by the reference evaluator; of what is not found it is said
which clauses stand in the way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from scrubber.core.logic import Unknown
from scrubber.engine.compile.program import CompiledRule, Program
from scrubber.findings.model import Finding
from scrubber.lang import ir
from scrubber.packs.payer_map import PayerMap
from scrubber.testing.example_fields import SPARE
from scrubber.testing.example_search import BUDGET, NOTHING, Search
from scrubber.testing.example_state import State
from scrubber.testing.example_world import ExampleWorld

DAY = date(2024, 8, 15)
"""The day of service, where the rule is in force on it."""


class Example(Struct, frozen=True):
    """A claim on which the rule fires and the nearest on which it is clear (None: none was found).

    ``tables`` are made-up rows that stand for the published rows that the rule looks up; ``parameters`` are values
    that the packs leave open. ``findings`` are what the engine says of the firing claim.
    """

    rule: str
    as_of: date
    payer: dict[str, str]
    tables: dict[str, list[dict[str, str]]]
    parameters: dict[str, str]
    fires: State
    clear: State | None
    findings: tuple[Finding, ...]

    def text(self) -> str:
        """A golden file of the two cases, ready to paste."""
        head = [f"rule: {self.rule}", f"as_of: {self.as_of}", f"payer: {flow(self.payer)}"]
        if self.parameters:
            head.append(f"parameters: {flow(self.parameters)}")
        if self.tables:
            head += ["tables: # made-up rows: put published ones in their place", *self._rows()]
        return "\n".join([*head, "", "cases:", self.cases()])

    def cases(self) -> str:
        """The two cases, as a golden file lists them."""
        cases = _case("the smallest claim that fires", self.fires, "fires")
        if self.clear is not None:
            cases += ["", *_case("the nearest claim that is clear", self.clear, "clear")]
        return "\n".join(cases) + "\n"

    def _rows(self) -> Iterator[str]:
        for name, rows in self.tables.items():
            yield f"  {name}:" if rows else f"  {name}: []"
            for row in rows:
                yield f"    - {flow({column: cell for column, cell in row.items() if cell})}"


class NotDecided(Struct, frozen=True):
    """No example was found, and why: the clauses that no claim met together with the others."""

    rule: str
    reason: str


def _case(name: str, state: State, expect: str) -> list[str]:
    lines = [f"  - name: {name}", f"    claim: {flow(state['claim'])}"]
    if "history" in state:
        lines.append(f"    history: {flow(state['history'])}")
    if "as_of" in state:
        lines.append(f"    as_of: {state['as_of']}")
    return [*lines, f"    expect: {expect}"]


def flow(value: Any) -> str:
    """YAML in braces; texts in quotes, so that none is taken for anything else."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def example_of(program: Program, rule: CompiledRule, payers: PayerMap) -> Example | NotDecided:
    """An example of the newest version of a rule, or why there is none."""
    window = rule.revisions[-1].window
    day = DAY
    if not window.holds(day):
        day = window.first if window.first is not None and window.first > day else window.last or day
    world = ExampleWorld(program, rule, payers, day)
    search = Search(world, _start(world, rule))
    fires = search.firing()
    if fires is None:
        return NotDecided(rule.id, _why_not(world, *search.nearest))
    both = search.clear(fires)
    fires, clear = both if both is not None else (fires, None)
    return Example(rule.id, day, fires["payer"], fires["tables"], fires["parameters"], fires, clear,
                   world.findings(fires))  # fmt: skip


def _why_not(world: ExampleWorld, score: float, state: State) -> str:
    """What stands in the way on the claim that came nearest."""
    if score == NOTHING:
        return "no claim was found that the rule can be asked of: see its `applies`, `effective` and `scope`"
    nearest = min(world.subjects(state), key=lambda each: each.to_fire)
    # The variables of the reference are those of the nearest subject only while its claim is looked at.
    revision, reference = nearest.revision.revision, nearest.repairs.reference
    when = revision.when
    items = when.items if isinstance(when, ir.And) and len(when.items) == len(revision.clauses) > 1 else (when,)
    texts = revision.clauses if len(items) == len(revision.clauses) else (" · ".join(revision.clauses),)
    said = [f"`{text}`{_lacks(reference.truth(item))}" for text, item in zip(texts, items, strict=True)
            if item is not None and reference.truth(item) is not True]  # fmt: skip
    said += [f"`unless {item.text}` is not false{_lacks(reference.truth(item.condition))}" for item in revision.unless
             if reference.truth(item.condition) is not False]  # fmt: skip
    if not said:
        return _nothing_in_the_way(world, state)
    return f"none of the claims looked at ({BUDGET:,} at most) meets {' and '.join(said)} together with the rest"


def _nothing_in_the_way(world: ExampleWorld, state: State) -> str:
    outcome = world.outcome(state)
    if world.rule.category == "ncci-add-on" and outcome is None:  # see scrubber.engine.tell.linking
        return ("its condition holds on the claim that came nearest, but its finding is kept only beside a finding of "
                "another rule on the primary line; write a golden file by hand, with `beside:`")  # fmt: skip
    if outcome is None:
        return "the compiled rule and the reference evaluator do not agree on the claim that came nearest: report this"
    return f"on the claim that came nearest the rule also ends {' and '.join(outcome) or 'clear'}"


def _lacks(truth: Any) -> str:
    if not isinstance(truth, Unknown):
        return ""
    return f" (not known: {', '.join(sorted({reason.what for reason in truth.reasons}))})"


def _start(world: ExampleWorld, rule: CompiledRule) -> State:
    """A plain claim of the payer and the form that the rule is about, and empty tables in place of those it reads."""
    kind = _choice(rule, "claim_type", "PROFESSIONAL")
    claim: State = {"type": kind} if kind != "PROFESSIONAL" else {}
    lines = 2 if rule.scope == "pair" else 1
    claim["lines"] = [{"procedure": SPARE["procedure"][2 - number]} for number in range(lines)]
    if rule.scope == "diagnosis_pair":
        claim["diagnoses"] = [*SPARE["diagnosis"]]
    state: State = {"claim": claim, "payer": _payer(rule, world.payers), "parameters": {}, "tables": {}}
    pack = next(each for each in world.program.packs if each.id == rule.pack)
    waited = {f"{pack.tables.get(name, '')}:{name}" for name in (*rule.waits_for, rule.pair_table) if name}
    state["tables"] = {stored: [] for stored, table in world.declared.items()
                       if f"{table.pack}:{table.name}" in waited}  # fmt: skip
    if "history" in rule.needs:
        state["history"] = []
    return state


def _choice(rule: CompiledRule, name: str, default: str) -> str:
    refused = {value for each in rule.applies for value in getattr(each, name).none_of}
    listed = [getattr(each, name).any_of for each in rule.applies if getattr(each, name).any_of]
    common = [value for value in (listed[-1] if listed else ()) if all(value in each for each in listed)]
    last = f"NOT_{default}" if name == "payer" else "MEDICAID" if name == "payer_class" else default
    return next((value for value in (*common, default, last) if value not in refused), default)


def _payer(rule: CompiledRule, payers: PayerMap) -> dict[str, str]:
    """A payer that the rule is about, of the class that the payer map gives it where the rule names none."""
    class_ = _choice(rule, "payer_class", "")
    name = _choice(rule, "payer", "MEDICARE" if class_ == "MEDICARE" else "EXAMPLE")
    mapped = (each.payer_class for each in payers.names.values() if each.payer == name)
    payer = {"payer": name, "class": class_ or next(mapped, "COMMERCIAL")}
    for field in ("product", "state"):
        value = _choice(rule, field, "")
        payer |= {field: value} if value else {}
    return payer
