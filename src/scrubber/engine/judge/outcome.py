"""The outcome of one rule on one subject, decided from ``when`` and ``unless``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from scrubber.core.logic import NOT_SUPPLIED, Reason, Truth, Unknown, merge
from scrubber.engine.evaluate.asking import in_doubt
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import NO_HISTORY, SCOPE_VARIABLES, World
from scrubber.engine.plan.rule import BoundRevision


class Fires(Struct, frozen=True):
    """The rule holds. ``unchecked`` are the exceptions, from 0, that history or a table was lacking for."""

    unchecked: tuple[int, ...] = ()


class Bypassed(Struct, frozen=True):
    """The rule holds and an exception lifts it; ``number`` is the exception's place, from 0."""

    number: int


class Unsure(Struct, frozen=True):
    """Not decided: UNDETERMINED where a field of the claim is missing, NOT_EVALUATED otherwise."""

    reasons: frozenset[Reason]

    @property
    def undetermined(self) -> bool:
        """Whether a field of the claim is missing, which the biller can put right."""
        return any(reason.kind == "missing_field" for reason in self.reasons)


class Clear(Struct, frozen=True):
    """The rule does not hold."""


FIRES = Fires()
Outcome = Fires | Bypassed | Unsure | Clear


def variables_of(bound: BoundRevision, subject: tuple[Any, ...]) -> dict[str, Any]:
    """What a subject holds, by the names that conditions have for it."""
    return dict(zip(SCOPE_VARIABLES[bound.scope], subject, strict=False))  # of a pair sometimes the first line alone


def evaluator(bound: BoundRevision, world: World, variables: dict[str, Any], trace: Any = None) -> Reference:
    """The reference evaluator on one subject."""
    everything = {"claim": world.claim, "row": EMPTY_ROW, **variables}
    return Reference(world, bound.bindings, everything, trace)


def decided(bound: BoundRevision, world: World, subject: tuple[Any, ...]) -> Outcome:
    """The outcome of a rule whose ``when`` holds, as :func:`settle` has it: by its compiled exceptions, and by the
    reference evaluator for the reasons of those that are unknown."""
    if not bound.exceptions:
        return FIRES
    found = bound.lifted_by.run(world, world.claim, *subject)
    if found is None:
        return FIRES
    if found >= 0:
        return Bypassed(found)
    doubts = in_doubt(found)
    if world.bare and bound.exceptions_lacking.issuperset(doubts):
        return Fires(doubts)
    evaluate = evaluator(bound, world, variables_of(bound, subject))
    return _doubted({number: evaluate.truth(bound.revision.unless[number].condition) for number in doubts})


def _doubted(unknown: Mapping[int, Truth]) -> Outcome:
    """The outcome of a rule whose ``when`` holds and that no exception lifts for certain."""
    reasons = merge([truth for truth in unknown.values() if isinstance(truth, Unknown)]).reasons
    return Fires(tuple(unknown)) if all(reason.kind in NOT_SUPPLIED for reason in reasons) else Unsure(reasons)


LACKING = Unsure(NO_HISTORY.reasons)


def lacking_history(
    bound: BoundRevision, world: World, subject: tuple[Any, ...], needs: tuple[str, ...]
) -> Outcome | None:
    """The outcome of a rule that declares ``needs: [history]`` and is unknown where no history was supplied.

    Most claims come without history, so this is settled without asking why; None where history was supplied.
    """
    if "history" not in needs or world.complete:
        return None
    return Clear() if lifted(bound, world, subject) else LACKING


def lifted(bound: BoundRevision, world: World, subject: tuple[Any, ...]) -> bool:
    """Whether an exception lifts the rule for certain."""
    claim = world.claim
    # A loop: asked very often, and a generator for `any` would cost more than most exceptions do.
    for exception in bound.exceptions_bare if world.bare else bound.exceptions:
        if exception.run(world, claim, *subject) is True:
            return True
    return False


def doubted(bound: BoundRevision, world: World, subject: tuple[Any, ...], when: Unknown) -> Outcome:
    """The outcome of a rule whose ``when`` is unknown for reasons that are known, as :func:`settle` has it."""
    return Clear() if lifted(bound, world, subject) else Unsure(when.reasons)


def settle(bound: BoundRevision, world: World, variables: dict[str, Any], trace: Any = None) -> Outcome:
    """The outcome by the reference evaluator.

    ======== ============ ==================================================== ============
    when     unless true  unless unknown                                       unless false
    ======== ============ ==================================================== ============
    true     Bypassed     Unsure; Fires if only for lack of history or a table Fires
    unknown  Clear        Unsure                                               Unsure
    false    Clear        Clear                                                Clear
    ======== ============ ==================================================== ============
    """
    evaluate = evaluator(bound, world, variables, trace)
    holds: Truth = True if bound.when is None else evaluate.truth(bound.when)
    if holds is False:
        return Clear()
    exceptions = [evaluate.truth(item.condition) for item in bound.revision.unless]
    lifted = next((number for number, truth in enumerate(exceptions) if truth is True), None)
    if isinstance(holds, Unknown):
        return Clear() if lifted is not None else Unsure(holds.reasons)
    if lifted is not None:
        return Bypassed(lifted)
    doubts = {number: truth for number, truth in enumerate(exceptions) if isinstance(truth, Unknown)}
    return _doubted(doubts) if doubts else FIRES
