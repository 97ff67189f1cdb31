"""What is told of one revision of a rule whenever it speaks, made when it first does."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from scrubber.engine.plan.rule import BoundRevision
from scrubber.engine.tell.evidence import EvidenceReader
from scrubber.engine.tell.fixing import Proposal
from scrubber.engine.tell.wording import Wording


class Words:
    """The message, the reasons of exceptions, the fixes and the evidence of a revision, bound to its pack's names."""

    def __init__(self, bound: BoundRevision) -> None:
        self._bound = bound

    @cached_property
    def message(self) -> Wording:
        """What is wrong."""
        return Wording(self._bound.revision.message, self._bound.bindings)

    @cached_property
    def reasons(self) -> tuple[Wording, ...]:
        """Why each exception lifts the rule."""
        return tuple(Wording(item.reason, self._bound.bindings) for item in self._bound.revision.unless)

    @cached_property
    def fixes(self) -> tuple[Proposal, ...]:
        """What can be done."""
        bound = self._bound
        return tuple(Proposal(fix, bound.scope, bound.bindings) for fix in bound.revision.fixes)

    @cached_property
    def evidence(self) -> EvidenceReader:
        """What the condition and its exceptions read."""
        bound = self._bound
        conditions = [] if bound.when is None else [bound.when]
        return EvidenceReader(
            [*conditions, *(item.condition for item in bound.revision.unless)], bound.scope, bound.bindings
        )


def words_of(bound: BoundRevision) -> Words:
    """The words of a revision, kept with it."""
    words: Any = bound.words
    if words is None:
        words = bound.words = Words(bound)
    return words  # type: ignore[no-any-return]
