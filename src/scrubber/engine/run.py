"""One claim through one plan: every rule on every subject it concerns, each outcome other than clear given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from scrubber.core.logic import Unknown
from scrubber.engine.outcome import Clear, Outcome, Unsure, decided, settle
from scrubber.engine.plan import BoundRevision, BoundRule, Plan
from scrubber.engine.subjects import groups, pairs
from scrubber.engine.world import World


class Hit(NamedTuple):
    """An outcome worth telling: of a rule, in a revision, on a subject (its variables), on a day."""

    rule: BoundRule
    revision: BoundRevision
    variables: dict[str, Any]
    outcome: Outcome
    day: date | None


class Crash(NamedTuple):
    """A rule that could not be run, and the kind of error. The error's own text is left out: it may quote a claim."""

    rule: BoundRule
    kind: str


def subject_day(rule: BoundRule, world: World, subject: Any) -> date | None:
    """The day that decides the revision: by the rule's basis, of a line, a group or the claim."""
    claim, basis = world.claim, rule.rule.basis
    if basis == "sent":
        return claim.sent_on
    if basis == "discharge":
        return claim.discharge_date
    if basis == "to":
        return getattr(subject, "date_to", None) or getattr(subject, "day", None) or claim.date_to
    day = getattr(subject, "date", None) or getattr(subject, "day", None)
    return day or (None if getattr(subject, "record", "") == "line" else claim.date)


def run(plan: Plan, world: World) -> Iterator[Hit | Crash]:
    """Every outcome that is not clear, in a fixed order: lines, pairs, groups, diagnoses, the claim."""
    claim, settings = world.claim, plan.settings_of(world.claim)
    for line in claim.lines:
        world.day = line.date
        for test, rule in plan.for_line(world, line, settings):
            try:
                clear = test(world, claim, line) is False
            except Exception as error:  # one rule's crash is one fault, and the rest go on
                yield Crash(rule, type(error).__name__)
                continue
            if not clear:
                yield from _one(rule, world, {"line": line}, (line,))
                world.day = line.date
    for rule in plan.rules["pair"]:
        yield from _guarded(_pairs, rule, world, plan, settings)
    for rule in plan.rules["group"]:
        yield from _guarded(_groups, rule, world, plan, settings)
    diagnoses = claim.diagnoses if plan.rules["diagnosis"] or plan.rules["diagnosis_pair"] else ()
    for diagnosis in diagnoses:
        for rule in plan.candidates("diagnosis", diagnosis.code):
            yield from _one(rule, world, {"diagnosis": diagnosis}, (diagnosis,))
        for rule in plan.candidates("diagnosis_pair", diagnosis.code):
            for other in diagnoses:
                if other is not diagnosis and rule.concerns(other.code, "other"):
                    yield from _one(rule, world, {"diagnosis": diagnosis, "other": other}, (diagnosis, other))
    for rule in plan.candidates_of_claim(line.procedure for line in claim.lines):
        yield from _one(rule, world, {}, ())


def _pairs(rule: BoundRule, world: World, plan: Plan, settings: tuple[Any, ...]) -> Iterator[Hit | Crash]:
    for line, other, met in pairs(rule, world):
        test = plan.for_pair(rule, world, line, other, settings)
        if test is not None and test(world, world.claim, line, other) is not False:
            yield from _one(rule, world, {"line": line, "other": other}, (line, other), met)


def _groups(rule: BoundRule, world: World, plan: Plan, settings: tuple[Any, ...]) -> Iterator[Hit | Crash]:
    for group, unknown in groups(rule, world):
        test = plan.for_group(rule, world, group, settings)
        if test is not None and test(world, world.claim, group) is not False:
            yield from _one(rule, world, {"group": group}, (group,), True if unknown is None else unknown)


def _guarded(source: Any, rule: BoundRule, world: World, *more: Any) -> Iterator[Hit | Crash]:
    try:
        yield from source(rule, world, *more)
    except Exception as error:  # one rule's crash is one fault, and the rest go on
        yield Crash(rule, type(error).__name__)


def _one(rule: BoundRule, world: World, variables: dict[str, Any], subject: tuple[Any, ...],
         joined: bool | Unknown = True) -> Iterator[Hit | Crash]:  # fmt: skip
    try:
        hit = evaluate(rule, world, variables, subject, joined)
    except Exception as error:  # one rule's crash is one fault, and the rest go on
        yield Crash(rule, type(error).__name__)
        return
    if hit is not None:
        yield hit


def evaluate(rule: BoundRule, world: World, variables: dict[str, Any], subject: tuple[Any, ...],
             joined: bool | Unknown = True) -> Hit | None:  # fmt: skip
    """The outcome of one rule on one subject; None where it is clear or no revision is in force.

    The compiled conditions decide wherever nothing is unknown; the rest is settled by the reference evaluator, which
    knows the reasons.
    """
    day = subject_day(rule, world, subject[0] if subject else None)
    bound = rule.revision_on(day)
    if bound is None:
        return None
    world.day = day
    if isinstance(bound, Unknown):
        return Hit(rule, rule.revisions[-1], variables, Unsure(bound.reasons), day)
    met = bound.test(world, world.claim, *subject)
    if met is False:
        return None
    outcome = decided(bound, world, subject) if met else None
    if outcome is None:
        outcome = settle(bound, world, variables)
    if isinstance(outcome, Clear):
        return None
    doubts = [doubt for doubt in (rule.doubt, joined) if isinstance(doubt, Unknown)]
    if doubts:
        outcome = Unsure(frozenset().union(*(doubt.reasons for doubt in doubts)))
    return Hit(rule, bound, variables, outcome, day)
