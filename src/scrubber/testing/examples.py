"""Examples made by the machine: the smallest claim on which a rule fires, and the nearest on which it is clear.

The search starts from a plain claim and changes one thing at a time, with values that the rule itself names, towards
what the rule asks for. What is found is checked by the compiled run and by the reference evaluator; what is not found
within the budget is said not to be found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from scrubber.core.diagnostics import RuleFileError
from scrubber.core.payers import ResolvedPayer
from scrubber.core.places import Place
from scrubber.engine.compile.program import CompiledRule, CompiledTable, Program
from scrubber.engine.judge.outcome import Fires, evaluator, settle
from scrubber.engine.judge.run import subject_day
from scrubber.engine.plan.rule import BoundRevision
from scrubber.engine.scrub import Engine, Options, rules_of
from scrubber.packs.yaml_nodes import Mapping as MappingNode
from scrubber.tables.memory import RowError
from scrubber.testing.distance import distance
from scrubber.testing.example_claims import OWN_PAYER, claim_of
from scrubber.testing.example_pools import Needs
from scrubber.testing.example_tables import ExampleTables, stored_tables, table_of
from scrubber.testing.golden import RUN, in_force, outcomes
from scrubber.testing.neighbours import after
from scrubber.testing.read import GoldenCase
from scrubber.testing.tell import subjects

BUDGET = 6000
"""So many claims are looked at before the search gives up."""
BEAM = 8
NOTHING = 1000.0
State = dict[str, Any]
Where = tuple[str, int | None]
"""``claim``, or ``history`` with the place of the earlier claim."""


class Example(Struct, frozen=True):
    """A claim on which the rule fires and one, a single change away, on which it is clear (None: not found).

    ``tables`` are made-up rows that stand for the published rows that the rule needs.
    """

    rule: str
    as_of: date
    payer: dict[str, str]
    tables: dict[str, list[dict[str, str]]]
    fires: State
    clear: State | None

    def text(self) -> str:
        """A golden file of the two cases, ready to paste."""
        head = [f"rule: {self.rule}", f"as_of: {self.as_of}", f"payer: {_flow(self.payer)}"]
        if self.tables:
            head.append("tables: # made-up rows: put published ones in their place")
            for name, rows in self.tables.items():
                filled = ({column: cell for column, cell in row.items() if cell} for row in rows)
                head += [f"  {name}:", *(f"    - {_flow(row)}" for row in filled)] if rows else [f"  {name}: []"]
        cases = ["", "cases:", *_case("the smallest claim that fires", self.fires, "fires")]
        if self.clear is not None:
            cases += ["", *_case("the nearest claim that is clear", self.clear, "clear")]
        return "\n".join([*head, *cases]) + "\n"


def _case(name: str, state: State, expect: str) -> list[str]:
    lines = [f"  - name: {name}", f"    claim: {_flow(state['claim'])}"]
    if "history" in state:
        lines.append(f"    history: {_flow(state['history'])}")
    return [*lines, f"    expect: {expect}"]


def _flow(value: Any) -> str:
    """YAML in braces; texts in quotes, so that none is taken for anything else."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def example_of(program: Program, rule: CompiledRule) -> Example | None:
    """An example of the newest version of a rule; None where none is found."""
    window = rule.revisions[-1].window
    day = date(2024, 8, 15)
    if not window.holds(day):
        day = window.first if window.first is not None and window.first > day else window.last or day
    needs = Needs(program, rule.pack, rule.revisions[-1], day)
    try:
        found = _Search(program, rule, needs, day).found()
        if found is None and needs.rows:
            needs.rows = {name: [] for name in needs.rows}  # the rule may be about what a table does not have
            found = _Search(program, rule, needs, day).found()
    except RowError:
        return None
    return found


class _Search:
    def __init__(self, program: Program, rule: CompiledRule, needs: Needs, day: date) -> None:
        self.rule, self.needs, self.day, self.left = rule, needs, day, BUDGET
        self.payer = _payer(rule)
        self.type = _choice(rule, "claim_type", "PROFESSIONAL")
        declared: dict[str, CompiledTable] = stored_tables(program)
        tables = {name: table_of(name, declared[name], {"rows": rows}) for name, rows in needs.rows.items()}
        own = ResolvedPayer(self.payer["payer"], self.payer["class"], self.payer.get("product", ""),
                            self.payer.get("state", ""))  # fmt: skip
        options = Options(statuses=RUN, only=frozenset({rule.id}))
        self.engine = Engine(program, ExampleTables(tables), lambda *_: own, options)
        self.seen: dict[str, float] = {}

    def found(self) -> Example | None:
        """Search, make small, look for the nearest claim that is clear."""
        start = self._start()
        fires = self._firing(start)
        if fires is None:
            return None
        fires = self._smallest(fires)
        clear = next((move for move in self._nearest(fires) if self._outcome(move) == ()), None)
        tables = {name: rows for name, rows in self.needs.rows.items() if self._needed(name)}
        return Example(self.rule.id, self.day, self.payer, tables, fires, clear)

    def _firing(self, start: State) -> State | None:
        """Best first, a few at a time; every claim is looked at once."""
        beam, known = [(self._score(start), start)], {json.dumps(start, sort_keys=True)}
        for _, state in beam:
            if self._outcome(state) == ("fires",):
                return state
        while beam and self.left > 0:
            more = []
            for _, state in beam:
                for move in self._moves(state):
                    key = json.dumps(move, sort_keys=True)
                    if key in known or self.left <= 0:
                        continue
                    known.add(key)
                    score = self._score(move)
                    if score == 0 and self._outcome(move) == ("fires",):
                        return move
                    if score < NOTHING:
                        more.append((score, move))
            beam = sorted(more, key=lambda each: each[0])[:BEAM]
        return None

    def _needed(self, name: str) -> bool:
        """Of the settings of a table, the one that this form of claim reads."""
        _, _, setting = name.partition("/")
        hospital = "hospital" in setting
        return not setting or hospital == (self.type == "INSTITUTIONAL")

    def _start(self) -> State:
        procedures = [*self._pool("line", "procedure"), *self._pool("group", "procedure"), "99213"]
        claim: State = {"type": self.type} if self.type != "PROFESSIONAL" else {}
        claim["lines"] = [{"procedure": procedures[0]}]
        state: State = {"claim": claim}
        if self.rule.scope == "pair":
            claim["lines"].append({"procedure": procedures[min(1, len(procedures) - 1)]})
        if self.rule.scope.startswith("diagnosis"):
            claim["diagnoses"] = [*self._pool("diagnosis", "code"), "E119", "I10"][:2]
        if self.needs.history:
            state["history"] = []
        return state

    def _pool(self, record: str, field: str) -> list[str]:
        return list(self.needs.pools.get((record, field), {}))

    # ---- how far a claim is from firing

    def _world(self, state: State) -> Any:
        case = GoldenCase("example", "fires", self.day, state, _NOWHERE, MappingNode((), _NOWHERE, True))
        fields = {"payer_id": OWN_PAYER}
        source = claim_of(case, {}, fields)
        earlier = None
        if "history" in state:
            earlier = [claim_of(case, {}, fields, ("history", at)).claim for at in range(len(state["history"]))]
        return source, earlier

    def _outcome(self, state: State) -> tuple[str, ...] | None:
        """The kinds of outcome by the compiled run; None where the reference evaluator does not agree."""
        try:
            source, earlier = self._world(state)
        except RuleFileError:
            return None
        kinds = tuple(outcomes(self.engine.scrub(source, self.day, earlier), self.rule.id))
        if not kinds and not in_force(
            self.engine, self.engine.world(source.claim, self.day, earlier, ()), self.rule.id
        ):
            return ("not_applicable",)
        return kinds if ("fires" in kinds) == self._fires(source, earlier) else None

    def _fires(self, source: Any, earlier: Any) -> bool:
        """Whether the rule fires on some subject by the reference evaluator."""
        world = self.engine.world(source.claim, self.day, earlier, ())
        bound = rules_of(self.engine.plan(world.claim)).get(self.rule.id)
        if bound is None:
            return False
        for _, variables, record in subjects(bound, world):
            world.day = subject_day(bound, world, record)
            revision = bound.revision_on(world.day)
            if isinstance(revision, BoundRevision) and isinstance(settle(revision, world, variables), Fires):
                return True
        return False

    def _score(self, state: State) -> float:
        key = json.dumps(state, sort_keys=True)
        if key not in self.seen:
            self.left -= 1
            self.seen[key] = self._measured(state)
        return self.seen[key]

    def _measured(self, state: State) -> float:
        try:
            source, earlier = self._world(state)
        except RuleFileError:
            return NOTHING
        world = self.engine.world(source.claim, self.day, earlier, ())
        bound = rules_of(self.engine.plan(world.claim)).get(self.rule.id)
        if bound is None:
            return NOTHING - 1
        best = NOTHING
        for _, variables, record in subjects(bound, world):
            world.day = subject_day(bound, world, record)
            revision = bound.revision_on(world.day)
            if not isinstance(revision, BoundRevision):
                best = min(best, NOTHING - 1)
                continue
            reference = evaluator(revision, world, variables)
            total = 0.0 if revision.when is None else distance(revision.when, reference, True)
            total += sum(distance(item.condition, reference, False) for item in revision.revision.unless)
            best = min(best, total)
        return NOTHING - 1 if best == NOTHING else best

    # ---- one change

    def _moves(self, state: State) -> Iterator[State]:
        claims: list[Where] = [("claim", None), *(("history", at) for at in range(len(state.get("history", ()))))]
        for where in claims:
            count = len(_claim_at(state, where)["lines"])
            for (record, field), values in self.needs.pools.items():
                for value in values:
                    if record in ("line", "group"):
                        yield from (_set(state, where, _put_line, number, field, value) for number in range(count))
                    elif record == "claim":
                        yield _set(state, where, _put, field, value)
                    elif record == "diagnosis" and field == "code":
                        yield from (_set(state, where, _diagnosis, place, value) for place in range(2))
                    elif record == "payer":
                        yield _set(state, where, _other_payer, field, value)
            for record, field in self.needs.missing:
                if record == "line":
                    yield from (_set(state, where, _without_line, number, field) for number in range(count))
                elif record == "claim":
                    yield _set(state, where, _without, _INPUT.get(field, field))
            for day in self._days():
                yield from (_set(state, where, _put_line, number, "date", day) for number in range(count))
        lines = state["claim"]["lines"]
        procedures = (*self._pool("line", "procedure"), lines[0].get("procedure", "99213"))
        if len(lines) < 3 and (self.needs.others or self.rule.scope in ("pair", "group")):
            yield from (_set(state, ("claim", None), _add_line, procedure) for procedure in procedures)
        if self.needs.history and not state.get("history"):
            for procedure in procedures:
                yield {**deepcopy(state), "history": [{"lines": [{"procedure": procedure}]}]}

    def _days(self) -> list[str]:
        steps = (1, -1, 30, 366, 3 * 366)
        return [(self.day - timedelta(days=step)).isoformat() for step in steps]

    def _smallest(self, state: State) -> State:
        """Without everything that it fires without."""
        again = True
        while again:
            again = False
            for less in _less(state):
                if self._outcome(less) == ("fires",):
                    state, again = less, True
                    break
        return state

    def _nearest(self, state: State) -> Iterator[State]:
        """Claims one change away: a value moved by one, something left out, a value of the rule's put in."""
        values = [
            (number, field, value)
            for number, line in enumerate(state["claim"]["lines"])
            for field, value in line.items()
            if isinstance(value, str) and field not in ("date", "date_to")
        ]
        for number, field, value in sorted(values, key=lambda each: each[1] != "units"):
            moved = str(int(value) - 1) if field == "units" and value.isdigit() else after(value)
            yield _set(state, ("claim", None), _put_line, number, field, moved)
        yield from _less(state)
        yield from self._moves(state)


_INPUT = {"first_diagnosis": "diagnoses"}
_NOWHERE = Place("example", 1, 1, 1, 1)


def _claim_at(state: State, where: Where) -> State:
    name, at = where
    found: State = state[name] if at is None else state[name][at]
    return found


def _set(state: State, where: Where, change: Callable[..., None], *values: Any) -> State:
    """A copy of the state with one of its claims changed."""
    other = deepcopy(state)
    change(_claim_at(other, where), *values)
    return other


def _put_line(claim: State, number: int, field: str, value: str) -> None:
    _put(claim["lines"][number], field, value)


def _without_line(claim: State, number: int, field: str) -> None:
    _without(claim["lines"][number], field)


def _add_line(claim: State, procedure: str) -> None:
    claim["lines"].append({"procedure": procedure})


def _other_payer(claim: State, field: str, value: str) -> None:
    known = (claim.get("other_payers") or [{"name": "OTHER PAYER"}])[0]
    claim["other_payers"] = [{**known, field: value}]


def _put(record: State, field: str, value: str) -> None:
    record.pop("without", None)
    record[field] = [value] if field in ("modifiers", "diagnoses", "diagnosis_pointers") else value


def _without(record: State, field: str) -> None:
    record.pop(field, None)
    record["without"] = [field]


def _diagnosis(claim: State, place: int, code: str) -> None:
    found = [*claim.get("diagnoses", ["E119"])]
    claim["diagnoses"] = [*found[:place], code, *found[place + 1 :]]


def _less(state: State) -> Iterator[State]:
    """The state without one thing."""
    if "history" in state:
        yield {name: value for name, value in deepcopy(state).items() if name != "history"}
    if state.get("history"):
        yield {**deepcopy(state), "history": []}
    for number, line in enumerate(state["claim"]["lines"]):
        if len(state["claim"]["lines"]) > 1:
            other = deepcopy(state)
            del other["claim"]["lines"][number]
            yield other
        for field in line:
            if field != "procedure" or len(line) > 1:
                other = deepcopy(state)
                del other["claim"]["lines"][number][field]
                yield other
    for field in state["claim"]:
        if field not in ("lines", "type"):
            other = deepcopy(state)
            del other["claim"][field]
            yield other


def _choice(rule: CompiledRule, name: str, default: str) -> str:
    refused = {value for each in rule.applies for value in getattr(each, name).none_of}
    listed = [getattr(each, name).any_of for each in rule.applies if getattr(each, name).any_of]
    common = [value for value in (listed[-1] if listed else ()) if all(value in each for each in listed)]
    return next((value for value in (*common, default, f"NOT_{default}") if value not in refused), default)


def _payer(rule: CompiledRule) -> dict[str, str]:
    class_ = _choice(rule, "payer_class", "COMMERCIAL")
    payer = {"payer": _choice(rule, "payer", "MEDICARE" if class_ == "MEDICARE" else "EXAMPLE"), "class": class_}
    for name in ("product", "state"):
        value = _choice(rule, name, "")
        payer |= {name: value} if value else {}
    return payer
