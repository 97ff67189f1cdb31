"""A run over files: each claim with the other claims of its patient, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from scrubber.claims.history import History
from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim
from scrubber.core.diagnostics import InputProblem
from scrubber.engine.scrub import Engine
from scrubber.findings.model import ClaimRef, ScrubResult

Items = Iterable[InputClaim | InputProblem]
KEPT = 1000
"""So many claims are kept as they were read; of more, the files are read a second time."""


class Batch:
    """The claims of a run and what is known of their patients.

    ``read`` gives the claims of all files from the start, each time it is called. ``problems`` are those that stand for
    no claim; ``count`` is the number of claims. Claims are linked as :class:`scrubber.claims.history.History` says.
    """

    def __init__(self, read: Callable[[], Items], history: Iterable[Claim] | None, together: bool) -> None:
        self._read = read
        self._supplied = None if history is None else tuple(history)
        self.count = 0
        self.problems: list[InputProblem] = []
        self._first: list[InputClaim] = []
        self._of_run: dict[int, Claim] = {}
        self._places: dict[int, ClaimRef] = {}
        kept = self._survey(together)
        self._of_run = {place: msgspec.msgpack.decode(data, type=Claim) for place, data in kept.items()}
        self._references = {id(claim): self._places[place] for place, claim in self._of_run.items()}
        self._prior = frozenset(id(claim) for claim in self._supplied or ())
        self._known = History((*(self._supplied or ()), *self._of_run.values()), self._supplied is not None)

    def _survey(self, together: bool) -> dict[int, bytes]:
        """Read everything once: count, keep the first claims, and find patients with several claims."""
        seen: Counter[Any] = Counter()
        all_: list[tuple[tuple[Any, ...], bytes]] = []
        for item in self._read():
            if isinstance(item, InputProblem):
                self.problems.append(item)
                continue
            if self.count < KEPT:
                self._first.append(item)
            self.count += 1
            if together:
                marks = _marks(item.claim)
                seen.update(marks)
                self._places[len(all_)] = ClaimRef(item.file, item.index, item.claim.patient_control_number)
                all_.append((marks, msgspec.msgpack.encode(item.claim)))
        shared = {place for place, (marks, _) in enumerate(all_) if any(seen[mark] > 1 for mark in marks)}
        self._places = {place: self._places[place] for place in shared}
        return {place: all_[place][1] for place in sorted(shared)}

    def _claims(self) -> Iterator[InputClaim]:
        if self.count <= KEPT:
            yield from self._first
            return
        self._first = []
        for item in self._read():
            if isinstance(item, InputClaim):
                yield item

    def scrub(self, engine: Engine, as_of: date) -> Iterator[tuple[InputClaim, ScrubResult]]:
        """Each claim, in the order of the files, with everything to be said of it."""
        for place, source in enumerate(self._claims()):
            history, batch = self.known_of(place, source.claim)
            yield source, engine.scrub(source, as_of, history, batch, self._references)

    def each(self) -> Iterator[tuple[InputClaim, Sequence[Claim] | None, Sequence[Claim]]]:
        """Each claim, the history supplied for it (None: none was), and its patient's other claims of the run."""
        for place, source in enumerate(self._claims()):
            yield (source, *self.known_of(place, source.claim))

    def known_of(self, place: int, claim: Claim) -> tuple[tuple[Claim, ...] | None, tuple[Claim, ...]]:
        """History supplied for the claim at ``place`` of the run, and the patient's other claims of the run."""
        mine = self._of_run.get(place, claim)
        others = self._known.of(mine)
        batch = tuple(other for other in others if id(other) not in self._prior)
        if self._supplied is None:
            return None, batch
        return tuple(other for other in others if id(other) in self._prior), batch


def _marks(claim: Claim) -> tuple[int, ...]:
    """What may link the claim to others, as hashes: the patient key, and member number with birth date."""
    marks = [] if claim.patient_key is None else [hash(("key", claim.patient_key))]
    if claim.subscriber_id is not None and claim.patient_birth_date is not None:
        marks.append(hash((claim.subscriber_id.strip().upper(), claim.patient_birth_date)))
    return tuple(marks)
