"""Why a rule says what it says of a line: decided anew without index and without compiled conditions, and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim
from scrubber.core.diagnostics import UsageError
from scrubber.core.logic import Unknown, all_of, in_order
from scrubber.core.suggest import did_you_mean
from scrubber.engine.compile.program import CompiledRule
from scrubber.engine.evaluate.trace import PRIVATE
from scrubber.engine.evaluate.world import World
from scrubber.engine.explain.conditions import clauses_of, exceptions_of
from scrubber.engine.explain.explanation import Explanation, SubjectExplained
from scrubber.engine.explain.layers import applies_of, layers_of, parameters_of, tables_of
from scrubber.engine.judge.hit import never_holds, subject_day
from scrubber.engine.judge.keys import joined
from scrubber.engine.judge.outcome import Bypassed, Clear, Fires, Outcome, Unsure, settle
from scrubber.engine.judge.subjects import groups_of
from scrubber.engine.plan.bindings import PackBindings
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.plan.tables import beyond_slice
from scrubber.engine.plan.who import applies
from scrubber.engine.scrub import Engine
from scrubber.engine.tell.gaps import say_reason
from scrubber.engine.tell.words import words_of
from scrubber.lang.unparse import unparse_key
from scrubber.packs.model import Window

ROWS_SHOWN = 20


def explain(
    engine: Engine,
    source: InputClaim,
    rule_id: str,
    line: int | None,
    as_of: date,
    history: Sequence[Claim] | None = None,
    batch: Sequence[Claim] = (),
) -> Explanation:
    """What ``rule_id`` makes of the claim, or of one line of it (LX01).

    Raises:
        UsageError: no loaded pack has the rule, or the claim has no such line.
    """
    rule = _rule(engine, rule_id)
    world = engine.world(source.claim, as_of, history, batch)
    if line is not None and line not in {item.number for item in world.claim.lines}:
        known = ", ".join(str(item.number) for item in world.claim.lines)
        raise UsageError(f"The claim has no line {line}. Its lines are {known or 'none'}.")
    plan = engine.plan(world.claim)
    pack = next(item for item in engine.program.packs if item.id == rule.pack)
    bindings = PackBindings(engine.program, pack, engine.tables, plan.parameters)
    met = all_of([applies(criteria, plan.who) for criteria in rule.applies])
    override = plan.replaced.get(rule.id)
    subjects: tuple[SubjectExplained, ...] = ()
    if met is False:
        state = "not applicable"
    elif override is not None and override[1].action in ("disable", "replace"):
        state = f"{override[1].action}d by pack {override[0].id}"
    else:
        state = "in force" if rule.status in engine.options.statuses else f"not run: its status is {rule.status}"
        if lacking := bindings.not_loaded(rule.waits_for):
            state = f"not run: no table {' or '.join(lacking)} is loaded"
        doubt = met if isinstance(met, Unknown) else None
        retuned = override if override and override[1].severity else None
        found: list[SubjectExplained] = []
        for row in rule.rows or (None,):
            bound = BoundRule(rule, row, bindings, doubt, retuned)
            bound.triggers = {variable: {} for variable in bound.triggers}  # no index: every subject is looked at
            found += _subjects(bound, world, line)
        subjects = _worth_showing(found, bool(rule.rows))
    return Explanation(
        rule=rule.id, title=rule.title, pack=f"{pack.id} {pack.version}", status=rule.status, scope=rule.scope,
        why=rule.why.strip(), patient_control_number=world.claim.patient_control_number, line=line, as_of=as_of,
        state=state, applies=applies_of(rule, plan), layers=layers_of(rule, engine.program, plan),
        parameters=parameters_of(rule, engine, plan), tables=tables_of(rule, engine, world, bindings),
        revisions=tuple(f"{item.number}: {window_said(item.window)}" for item in rule.revisions), subjects=subjects,
        notes=tuple(_notes(engine, source, rule, line, world, subjects, as_of, history, batch)),
    )  # fmt: skip


def _rule(engine: Engine, rule_id: str) -> CompiledRule:
    rules = {rule.id: rule for rule in engine.program.rules}
    found = rules.get(rule_id) or rules.get(rule_id.upper())
    if found is None:
        hint = did_you_mean(rule_id, rules) or f"There are {len(rules)} rules, for example {', '.join([*rules][:3])}."
        raise UsageError(f"No loaded pack has a rule {rule_id}. {hint}")
    return found


# ---- subjects ----


def _subjects(rule: BoundRule, world: World, line: int | None) -> Iterator[SubjectExplained]:
    claim = world.claim
    chosen = [item for item in claim.lines if line is None or item.number == line]
    match rule.rule.scope:
        case "line":
            for item in chosen:
                yield _one(rule, world, {"line": item}, (_number(item),))
        case "pair":
            fields = rule.pair_fields
            for item in chosen:
                for other in claim.lines:
                    if other is not item:
                        yield _pair(rule, world, item, other, fields)
        case "group":
            for group, missing in groups_of(rule.group_keys, world):
                if any(item in chosen for item in group.lines):
                    numbers = tuple(_number(item) for item in group.lines)
                    yield _one(rule, world, {"group": group}, numbers, True if missing is None else missing)
        case "diagnosis" | "diagnosis_pair":
            yield from _diagnoses(rule, world, chosen, line)
        case _:
            yield _one(rule, world, {}, ())


def _number(line: Any) -> int:
    """LX01, or the line's place where it has none, as findings number lines."""
    number: int = line.number
    return number


def _diagnoses(rule: BoundRule, world: World, chosen: Sequence[Any], line: int | None) -> Iterator[SubjectExplained]:
    """A line's diagnoses are those it points to; without a line, all of the claim's."""
    wanted = {id(item) for each in chosen for item in each.diagnoses}
    for diagnosis in world.claim.diagnoses:
        if line is not None and id(diagnosis) not in wanted:
            continue
        if rule.rule.scope == "diagnosis":
            yield _one(rule, world, {"diagnosis": diagnosis}, ())
            continue
        for other in world.claim.diagnoses:
            if other is not diagnosis:
                yield _one(rule, world, {"diagnosis": diagnosis, "other": other}, ())


def _pair(rule: BoundRule, world: World, line: Any, other: Any, fields: Sequence[str]) -> SubjectExplained:
    numbers = (_number(line),)
    met = joined(fields, line, other)
    if met is False:
        differ = [name for name in fields if getattr(line, name) != getattr(other, name)]
        places = f"lines {line.number} and {other.number}"
        said = [
            f"{name} differs on {places}"
            if name in PRIVATE
            else f"{name} is {getattr(line, name)} and {getattr(other, name)} on {places}"
            for name in differ
        ]
        return SubjectExplained(lines=numbers, other=other.number, outcome="not joined",
                                reason=f"The lines are no pair: {'; '.join(said)}.")  # fmt: skip
    table_name = rule.rule.pair_table
    if table_name and None in (line.procedure, other.procedure):
        bare = line if line.procedure is None else other
        lacks = f"Line {bare.number} has no procedure, and the table has pairs of procedures."
        return SubjectExplained(lines=numbers, other=other.number, outcome="not joined", reason=lacks)
    if table_name and line.date is not None:
        edition = rule.bindings.table(table_name).edition(world, line.date, line)
        keys = (other.procedure, line.procedure)
        if not isinstance(edition, Unknown) and not beyond_slice(edition, keys) and not edition.has_key(keys):
            of = f"{edition.edition.table} {edition.edition.id}"
            return SubjectExplained(lines=numbers, other=other.number, outcome="clear",
                                    reason=f"{keys[0]} with {keys[1]} is not a pair of {of}.")  # fmt: skip
    return _one(rule, world, {"line": line, "other": other}, numbers, met)


def _one(
    rule: BoundRule, world: World, variables: dict[str, Any], numbers: tuple[int, ...], met: bool | Unknown = True
) -> SubjectExplained:
    subject = next(iter(variables.values()), None)
    other = getattr(variables.get("other"), "number", None) or getattr(variables.get("other"), "position", None)
    common: dict[str, Any] = {
        "lines": numbers, "other": other, "diagnosis": getattr(variables.get("diagnosis"), "position", None),
        "row": rule.row.place.line if rule.row else None,
    }  # fmt: skip
    day = subject_day(rule, world, subject)
    bound = rule.revision_on(day)
    if bound is None:
        windows = "; ".join(window_said(item.window) for item in rule.rule.revisions)
        said = f"No revision is in force on {day}: the rule holds {windows}."
        return SubjectExplained(**common, outcome="not applicable", reason=said, day=day)
    world.day = day
    if isinstance(bound, Unknown):
        said = f"{next(iter(bound.reasons)).what} is missing, so which revision is in force is not known"
        clear = never_holds(rule, world, tuple(variables.values()))
        said += "; the condition is false in each." if clear else "."
        return SubjectExplained(**common, outcome="clear" if clear else "undetermined", reason=said)
    outcome = settle(bound, world, variables)
    doubts = [doubt for doubt in (rule.doubt, met) if isinstance(doubt, Unknown)]
    if doubts and not isinstance(outcome, Clear):
        outcome = Unsure(frozenset().union(*(doubt.reasons for doubt in doubts)))
    return SubjectExplained(
        **common, outcome=_name(outcome), reason=_reason(outcome, bound, world, variables), day=day,
        revision=bound.revision.number, window=window_said(bound.revision.window), severity=bound.severity,
        when=clauses_of(bound, world, variables), unless=exceptions_of(bound, world, variables),
    )  # fmt: skip


def _name(outcome: Outcome) -> str:
    match outcome:
        case Fires():
            return "fires"
        case Bypassed():
            return "bypassed"
        case Unsure():
            return "undetermined" if outcome.undetermined else "not evaluated"
    return "clear"


def _reason(outcome: Outcome, bound: BoundRevision, world: World, variables: dict[str, Any]) -> str:
    words, values = words_of(bound), (world.claim, *variables.values())
    match outcome:
        case Fires():
            said = words.message(world, values)
            lifts = " ".join(words.reasons[n](world, values) for n in outcome.unchecked)
            return f"{said} What would lift it, and could not be looked at: {lifts}" if lifts else said
        case Bypassed():
            return words.reasons[outcome.number](world, values)
        case Unsure():
            said = "; ".join(dict.fromkeys(say_reason(reason) for reason in in_order(outcome.reasons)))
            return f"{said[:1].upper()}{said[1:]}."
    return "Its condition does not hold."


def _worth_showing(found: list[SubjectExplained], rows: bool) -> tuple[SubjectExplained, ...]:
    """All subjects; of a rule over a list, the rows that say something, or else the first."""
    if not rows:
        return tuple(found)
    telling = [item for item in found if item.outcome not in ("clear", "not applicable")]
    return tuple((telling or found[:1])[:ROWS_SHOWN])


# ---- silence ----


def _notes(
    engine: Engine, source: InputClaim, rule: CompiledRule, line: int | None, world: World,
    subjects: Sequence[SubjectExplained], as_of: date, history: Sequence[Claim] | None, batch: Sequence[Claim],
) -> Iterator[str]:  # fmt: skip
    """What else accounts for a finding that is or is not there."""
    if rule.scope == "pair":
        if len(world.claim.lines) < 2:
            yield "The claim has one line only, so there is no second line to pair it with."
        elif line is not None:
            yield (f"A finding of this rule stands on the column 2 line. Pairs in which line {line} is the other one "
                   "are explained with that line's number.")  # fmt: skip
        keys = ", ".join(unparse_key(key) for key in rule.same)
        if keys:
            yield f"Two lines are a pair where they have the same {keys}."
    if rule.scope == "group" and not subjects:
        yield "No group of lines holds this line."
    if "history" in rule.needs and history is None:
        yield "No earlier claims of the patient were given."
    result = engine.scrub(source, as_of, history, batch)
    reported = {(finding.rule, finding.lines) for finding in (*result.findings, *result.shadow, *result.waived)}
    for subject in subjects:
        if subject.outcome == "fires" and (rule.id, subject.lines) not in reported and rule.status != "draft":
            yield ("The condition holds, and no finding is reported: it stands only where the line it depends on "
                   "fails itself.")  # fmt: skip
            return


def window_said(window: Window) -> str:
    """``from 2019-07-01 to 2020-12-31``."""
    if window.first is None and window.last is None:
        return "on every day"
    first = f"from {window.first.isoformat()}" if window.first else ""
    last = f"to {window.last.isoformat()}" if window.last else ""
    return " ".join(part for part in (first, last) if part)
