"""A run over files: each claim with the other claims of its patient, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

import msgspec

from scrubber.claims.history import History
from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim
from scrubber.core.diagnostics import InputProblem
from scrubber.engine.scrub import Engine
from scrubber.findings.model import ClaimRef, ScrubResult

Items = Iterable[InputClaim | InputProblem]
KEPT = 5000
"""So many claims are kept as they were read; of more, the files are read a second time. The 837 guides recommend that a
transaction set holds no more (CLM segment), so that most files are read once."""
KEPT_BYTES = 128 * 1024 * 1024
"""Of more claims so many bytes are kept, to link them; beyond that, claims that are linked are read once more."""


class _Run:
    """The claims of a run that have others of the same patient, by their place in it."""

    def __init__(self) -> None:
        self.claims: dict[int, Claim] = {}
        self.references: dict[int, ClaimRef] = {}
        """By the identity of the claim, as the engine asks for them."""

    def add(self, place: int, claim: Claim, file: str, index: int) -> None:
        self.claims[place] = claim
        self.references[id(claim)] = ClaimRef(file, index, claim.patient_control_number)


class Batch:
    """The claims of a run and what is known of their patients.

    ``read`` gives the claims of all files from the start, each time it is called. ``problems`` are those that stand for
    no claim; ``count`` is the number of claims. Claims are linked as :class:`scrubber.claims.history.History` says.
    """

    def __init__(self, read: Callable[[], Items], history: Iterable[Claim] | None, together: bool) -> None:
        self._read = read
        supplied = None if history is None else tuple(history)
        self.count = 0
        self.problems: list[InputProblem] = []
        self._first: list[InputClaim] = []
        self._of_run = self._survey(together)
        run = self._of_run.claims.values()
        # A replacement ends the claim it names wherever either was given.
        self._known = History(run, False, supplied or ())
        self._prior = None if supplied is None else History(supplied, True, run)

    def _survey(self, together: bool) -> _Run:
        """Read everything once: count, keep the first claims, and find patients with several claims."""
        linking = _Linking()
        for item in self._read():
            if isinstance(item, InputProblem):
                self.problems.append(item)
                continue
            if self.count == KEPT and together:
                for first in self._first:
                    linking.keep(first)
            if self.count < KEPT:
                self._first.append(item)
            elif together:
                linking.keep(item)
            self.count += 1
            if together:
                linking.mark(item.claim)
        run = _Run()
        shared = linking.shared()
        if self.count <= KEPT:
            for place in shared:
                run.add(place, self._first[place].claim, self._first[place].file, self._first[place].index)
            return run
        self._first = []
        if linking.kept is not None:
            decode = msgspec.msgpack.Decoder(Claim).decode
            for place in shared:
                data, file, index = linking.kept[place]
                run.add(place, decode(data), file, index)
        elif shared:
            wanted = frozenset(shared)
            for place, again in enumerate(self._claims()):
                if place in wanted:
                    run.add(place, again.claim, again.file, again.index)
        return run

    def _claims(self) -> Iterator[InputClaim]:
        if self.count <= KEPT:
            yield from self._first
            return
        for item in self._read():
            if isinstance(item, InputClaim):
                yield item

    def scrub(self, engine: Engine, as_of: date) -> Iterator[tuple[InputClaim, ScrubResult]]:
        """Each claim, in the order of the files, with everything to be said of it."""
        for place, source in enumerate(self._claims()):
            history, batch = self.known_of(place, source.claim)
            yield source, engine.scrub(source, as_of, history, batch, self._of_run.references)

    def each(self) -> Iterator[tuple[InputClaim, Sequence[Claim] | None, Sequence[Claim]]]:
        """Each claim, the history supplied for it (None: none was), and its patient's other claims of the run."""
        for place, source in enumerate(self._claims()):
            yield (source, *self.known_of(place, source.claim))

    def known_of(self, place: int, claim: Claim) -> tuple[Sequence[Claim] | None, Sequence[Claim]]:
        """History supplied for the claim at ``place`` of the run, and the patient's other claims of the run."""
        mine = self._of_run.claims.get(place, claim)
        return None if self._prior is None else self._prior.of(mine), self._known.of(mine)


class _Linking:
    """Finds the claims of a run that may be of one patient."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, str, int]] | None = []
        """The claims in a compact form; None where they were too many to keep."""
        self._bytes = 0
        self._encode = msgspec.msgpack.Encoder().encode
        self._marks: list[int] = []
        """What may link each claim to others, two hashes a claim: patient key; member number with birth date."""
        self._seen: set[int] = set()
        self._twice: set[int] = set()

    def keep(self, item: InputClaim) -> None:
        """Keep the next claim."""
        if self.kept is None:
            return
        data = self._encode(item.claim)
        self.kept.append((data, item.file, item.index))
        self._bytes += len(data)
        if self._bytes > KEPT_BYTES:
            self.kept = None

    def mark(self, claim: Claim) -> None:
        """Take note of the next claim's patient."""
        key = hash(("key", claim.patient_key)) if claim.patient_key is not None else 0
        person = 0
        if claim.subscriber_id is not None and claim.patient_birth_date is not None:
            person = hash((claim.subscriber_id.strip().upper(), claim.patient_birth_date))
        for mark in (key, person):
            self._marks.append(mark)
            if mark:
                (self._twice if mark in self._seen else self._seen).add(mark)

    def shared(self) -> list[int]:
        """The places of the claims that share a mark with another."""
        marks, twice = self._marks, self._twice
        return [at // 2 for at in range(0, len(marks), 2) if marks[at] in twice or marks[at + 1] in twice]
