"""What is found of one claim, and the asking of a rule, which adds to it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from scrubber.core.diagnostics import InputError, InputProblem
from scrubber.core.logic import Reason, Unknown
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.doubted import Doubted, noted
from scrubber.engine.judge.hit import Hit, evaluate
from scrubber.engine.judge.outcome import Unsure
from scrubber.engine.plan.rule import BoundRevision, BoundRule


class Crash(Struct, frozen=True):
    """A rule that could not be run, and the kind of error. The error's own text is left out: it may quote a claim.

    ``file`` is what is wrong with a table file, where that is why; it holds nothing of a claim.
    """

    rule: BoundRule
    kind: str
    file: InputProblem | None = None

    @classmethod
    def of(cls, rule: BoundRule, error: Exception) -> Crash:
        """What is kept of an error that a rule ended with."""
        return cls(rule, type(error).__name__, error.problem if isinstance(error, InputError) else None)


class WithoutHistory(Struct, frozen=True):
    """Revisions that lack history on one or another line. Each is told once a claim, and for the same reason."""

    revisions: frozenset[BoundRevision]


class Lacks(Struct):
    """All that the pairs of one line lack: the first of them, where it stands, and the reasons of all."""

    hit: Hit
    place: int
    reasons: set[Reason]


Found = list[Hit | Crash | WithoutHistory | Doubted]


def found_nothing(found: Found) -> bool:
    """Whether nothing was found but rules that lack history."""
    return not found or (len(found) == 1 and found[0].__class__ is WithoutHistory)


def hits_of(doubted: Doubted) -> list[Hit]:
    """The outcomes of a rule that is unknown on some subjects, one by one."""
    return [Hit(doubted.rule, doubted.revision, (first,), doubted.outcome, None) for first in doubted.subjects]


def ask(found: Found, rule: BoundRule, world: World, subject: tuple[Any, ...],
        met: bool | Unknown | None = None, joined: bool | Unknown = True) -> None:  # fmt: skip
    """Add what there is to tell of a rule on a subject; ``met`` is the truth of its condition where that is known."""
    try:
        if met is not True and isinstance(met, Unknown) and joined is True and noted(found, rule, world, subject, met):
            return
        hit = evaluate(rule, world, subject, joined, met)
    except Exception as error:  # one rule's crash is one fault, and the rest go on
        found.append(Crash.of(rule, error))
        return
    if hit is not None and not (isinstance(hit.outcome, Unsure) and _said_of_line(found, hit, hit.outcome, world)):
        found.append(hit)


def _said_of_line(found: Found, hit: Hit, outcome: Unsure, world: World) -> bool:
    """Whether what a pair lacks is said of its line already: it is told of the line, whatever the other line is."""
    if hit.rule.rule.scope != "pair":
        return False
    said: dict[Any, Lacks] = world.memo.setdefault(Lacks, {})
    mark = (hit.rule, hit.subject[0].index, True if outcome.undetermined else outcome)
    lacks = said.get(mark)
    if lacks is None:
        said[mark] = Lacks(hit, len(found), set(outcome.reasons))
        return False
    lacks.reasons |= outcome.reasons
    return True


def complete(found: Found, world: World) -> None:
    """Let what the pairs of a line lack name the reasons of all of them."""
    for lacks in world.memo[Lacks].values() if Lacks in world.memo else ():
        if len(lacks.reasons) > len(lacks.hit.outcome.reasons):
            found[lacks.place] = structs.replace(lacks.hit, outcome=Unsure(frozenset(lacks.reasons)))
