"""The outcome of one rule on one subject: in the revision of its day, decided as quickly as what is known allows."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct

from scrubber.claims.line_view import LineView
from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.alike import keep, kept, mark_of
from scrubber.engine.judge.outcome import (
    Clear,
    Outcome,
    Unsure,
    decided,
    doubted,
    lacking_history,
    settle,
    variables_of,
)
from scrubber.engine.plan.rule import BoundRevision, BoundRule


class Hit(Struct, frozen=True, gc=False):
    """An outcome worth telling: of a rule, in a revision, on a subject, on a day. ``subject`` holds what its scope is
    about: a line, two lines, a group, a diagnosis, two; nothing where it is the claim."""

    rule: BoundRule
    revision: BoundRevision
    subject: tuple[Any, ...]
    outcome: Outcome
    day: date | None


def subject_day(rule: BoundRule, world: World, subject: Any) -> date | None:
    """The day that decides the revision: by the rule's basis, of a line, a group or the claim."""
    claim, basis = world.claim, rule.rule.basis
    if basis == "sent":
        return claim.sent_on
    if basis == "discharge":
        return claim.discharge_date
    if basis == "to":
        return getattr(subject, "date_to", None) or getattr(subject, "day", None) or claim.date_to
    if subject is None:
        return claim.date
    day = getattr(subject, "date", None) or getattr(subject, "day", None)
    return day or (None if getattr(subject, "record", "") == "line" else claim.date)


def evaluate(rule: BoundRule, world: World, subject: tuple[Any, ...], joined: bool | Unknown = True,
             met: bool | Unknown | None = None) -> Hit | None:  # fmt: skip
    """The outcome of one rule on one subject; None where it is clear or no revision is in force.

    ``met`` is the truth of its condition where that is known already.
    The compiled conditions decide wherever nothing is unknown; the rest is settled by the reference evaluator, which
    knows the reasons.
    """
    first = subject[0] if subject else None
    day = first.date if first.__class__ is LineView and rule.rule.basis == "from" else subject_day(rule, world, first)
    bound = rule.revision_on(day)
    if bound is None:
        return None
    world.day = day
    if isinstance(bound, Unknown):
        if never_holds(rule, world, subject):
            return None
        return Hit(rule, rule.revisions[-1], subject, Unsure(bound.reasons), day)
    if met is True:
        outcome = decided(bound, world, subject)
    elif met is None:
        outcome = _alike_outcome(rule, bound, world, subject)
    else:
        outcome = _outcome(rule, bound, world, subject, met)
    if outcome.__class__ is Clear:
        return None
    if joined is not True or rule.doubt is not None:
        doubts = [doubt for doubt in (rule.doubt, joined) if isinstance(doubt, Unknown)]
        if doubts:
            outcome = Unsure(frozenset().union(*(doubt.reasons for doubt in doubts)))
    return Hit(rule, bound, subject, outcome, day)


def _alike_outcome(rule: BoundRule, bound: BoundRevision, world: World, subject: tuple[Any, ...]) -> Outcome:
    """The outcome of a revision that is in force: on a long claim that of a subject the rule cannot tell apart."""
    mark = mark_of(bound, world, subject)
    outcome = kept(mark, world) if mark is not None else None
    if outcome is None:
        outcome = _outcome(rule, bound, world, subject, None)
        if mark is not None:
            keep(mark, world, outcome)
    return outcome


def _outcome(rule: BoundRule, bound: BoundRevision, world: World, subject: tuple[Any, ...],
             met: bool | Unknown | None) -> Outcome:  # fmt: skip
    """The outcome of a revision that is in force; ``met`` as for :func:`evaluate`."""
    if met is None:
        met = bound.test.run(world, world.claim, *subject)
    if met is False:
        return Clear()
    if met is True:
        return decided(bound, world, subject)
    lacking = lacking_history(bound, world, subject, rule.rule.needs)
    if lacking is not None:
        return lacking
    if isinstance(met, Unknown):
        return doubted(bound, world, subject, met)
    return settle(bound, world, variables_of(bound, subject))


def never_holds(rule: BoundRule, world: World, subject: tuple[Any, ...]) -> bool:
    """Whether a rule is clear on a subject without a day, whichever of its revisions is in force."""
    return all(bound.test.run(world, world.claim, *subject) is False for bound in rule.revisions)
