"""The levels above a claim: billing provider (2000A), subscriber (2000B) and patient (2000C)."""

from __future__ import annotations

from typing import Any

from scrubber.claims.inputs import Deviation
from scrubber.claims.x12.blocks import Block
from scrubber.claims.x12.scope import Scope
from scrubber.claims.x12.segments import Buffer
from scrubber.core.diagnostics import InputProblem
from scrubber.core.sha256 import sha256


class Level:
    """A hierarchical level: its HL01, what its loops say, and its bytes once it has ended."""

    __slots__ = ("_scope", "block", "extra", "file", "id", "loop", "values")

    def __init__(self, file: str, loop: str, id: str, block: Block) -> None:
        self.file = file
        self.loop = loop
        self.id = id
        self.block = block
        """Where it starts; its bytes are filled in when it has ended."""
        self.values: dict[str, Any] = {}
        self.extra: dict[str, Any] = {}
        self._scope: Scope | None = None

    @property
    def scope(self) -> Scope:
        """What the careful reading adds to."""
        if self._scope is None:
            self._scope = Scope(self.file, "claim", 0, {})
            self._scope.values, self._scope.extra = self.values, self.extra
        return self._scope

    def told(self, problems: list[InputProblem], deviations: list[Deviation]) -> None:
        """Add what is wrong or untidy in this level; only a level that was read with care can have any."""
        if self._scope is not None:
            problems += self._scope.problems
            deviations += self._scope.deviations


class Levels:
    """The levels a claim would stand under here, and what they say together."""

    __slots__ = ("_together", "billing", "patient", "subscriber")

    def __init__(self) -> None:
        self.billing: Level | None = None
        self.subscriber: Level | None = None
        self.patient: Level | None = None
        self._together: Above | None = None

    def of(self, letter: str) -> Level | None:
        """The level of a loop such as 2010BA, by the letter in its name."""
        return {"A": self.billing, "B": self.subscriber, "C": self.patient}.get(letter)

    def above(self, letter: str) -> Level | None:
        """The level that a new one of this letter has to name."""
        return {"B": self.billing, "C": self.subscriber}.get(letter)

    def enter(self, level: Level) -> None:
        """A new level; those below it are gone."""
        self._together = self.patient = None
        if level.loop == "2000C":
            self.patient = level
            return
        self.subscriber = None
        if level.loop == "2000B":
            self.subscriber = level
        else:
            self.billing = level

    def close(self, data: Buffer, end: int) -> None:
        """The level entered last, if it has not ended, ends here."""
        level = self.patient or self.subscriber or self.billing
        if level is not None and not level.block.raw:
            level.block.raw = bytes(data[level.block.offset : end])

    def together(self) -> Above:
        """What they say of a claim below them. All levels have ended."""
        if self._together is None:
            self._together = Above(self.billing, self.subscriber, self.patient)
        return self._together


class Above:
    """What the levels above a claim say of it."""

    __slots__ = ("blocks", "deviations", "problems", "values")

    def __init__(self, billing: Level | None, subscriber: Level | None, patient: Level | None) -> None:
        values = billing.values.copy() if billing is not None else {}
        if subscriber is not None:
            own = subscriber.values
            if patient is not None:
                own = {name: value for name, value in own.items() if not name.startswith("patient_")}
            values.update(own)
        if patient is not None:
            values.update(patient.values)
            values["patient_is_subscriber"] = False
        person = patient or subscriber
        values["patient_key"] = patient_key(values, person.extra if person is not None else {})
        self.values = values
        self.problems: list[InputProblem] = []
        self.deviations: list[Deviation] = []
        blocks: list[Block] = []
        for level in (billing, subscriber, patient):
            if level is not None:
                level.told(self.problems, self.deviations)
                blocks.append(level.block)
        self.blocks = tuple(blocks)


def patient_key(values: dict[str, Any], names: dict[str, Any]) -> str | None:
    """A digest of member number, patient name and birth date: links a patient's claims and can be read by nobody."""
    member, birth = values.get("subscriber_id") or "", values.get("patient_birth_date")
    last = names.get("_last", "")
    if not member or not (last or birth):
        return None
    parts = (member.upper(), last, names.get("_first", ""), birth.isoformat() if birth else "")
    return "sha256:" + sha256("\x1f".join(parts).encode()).hexdigest()
