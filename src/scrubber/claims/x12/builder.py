"""One claim as it is gathered from its segments, and the levels above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim, OtherPayer, ServiceLine
from scrubber.claims.origin import Key, Mark, Origin
from scrubber.claims.values import BadValueError, count
from scrubber.claims.x12.guides import Guide
from scrubber.claims.x12.scope import MOST_PROBLEMS, Scope, diagnoses_of, problem_at
from scrubber.claims.x12.segments import Segment
from scrubber.core.sha256 import sha256


class Level:
    """A hierarchical level: its HL01, and what its loops say."""

    __slots__ = ("id", "scope")

    def __init__(self, file: str, segment: Segment) -> None:
        self.id = segment.element(1).strip()
        self.scope = Scope(file, "claim", 0, {})


class ClaimBuilder:
    """Gathers one claim: 2300 and everything below it."""

    def __init__(self, file: str, guide: Guide, segment: Segment, transaction: Segment) -> None:
        self.file = file
        self.guide = guide
        self.first = self.last = segment
        self.transaction = transaction
        self.marks: dict[Key, Mark] = {}
        self.scope = Scope(file, "claim", 0, self.marks)
        self.lines: list[Scope] = []
        self.payers: list[Scope] = []
        self.extents: dict[int, tuple[int, int]] = {}
        self.taken: set[int] = set()

    @property
    def control_number(self) -> str | None:
        """CLM01, for naming the claim in problems."""
        value = self.scope.values.get("patient_control_number")
        return value[:38] if isinstance(value, str) else None

    def start_line(self, segment: Segment) -> None:
        """A new 2400 loop. A line whose number is unreadable or repeated is given the next free one."""
        self.end_line(segment.offset)
        message = ""
        try:
            number = count(segment.element(1).strip())
            if number in self.taken or number == 0:
                message = "repeats the number of an earlier line." if number else "is zero; lines count from 1."
        except BadValueError as error:
            number, message = 0, f"{error}." if segment.element(1).strip() else "is empty, and it is required."
        if message:
            number = max(self.taken, default=0) + 1
        self.taken.add(number)
        line = Scope(self.file, "line", number, self.marks)
        line.values["number"] = number
        if message:
            line.problem(segment, 1, 0, message, "Number the lines of a claim 1, 2, 3.")
        self.lines.append(line)
        self.extents[number] = (segment.offset, segment.offset)

    def end_line(self, offset: int) -> None:
        """The last line ends where the segment at ``offset`` starts."""
        if self.lines:
            number = self.lines[-1].number
            self.extents[number] = (self.extents[number][0], offset)

    def start_payer(self) -> None:
        """A new 2320 loop."""
        self.payers.append(Scope(self.file, "payer", len(self.payers), {}))

    def build(
        self, index: int, end: int, billing: Level | None, subscriber: Level | None, patient: Level | None
    ) -> InputClaim:
        """The claim, with the levels above it; ``end`` is the byte where the segment after it starts."""
        self.end_line(end)
        values: dict[str, Any] = {"type": self.guide.form}
        marks: dict[Key, Mark] = {}
        scopes = [level.scope for level in (billing, subscriber, patient) if level is not None]
        for scope in scopes:
            own = scope.values
            if patient is not None and subscriber is not None and scope is subscriber.scope:
                own = {name: value for name, value in own.items() if not name.startswith("patient_")}
                kept = {key: mark for key, mark in scope.marks.items() if not key[2].startswith("patient_")}
            else:
                kept = scope.marks
            values.update(own)
            marks.update(kept)
        if patient is not None:
            values["patient_is_subscriber"] = False
        institutional = self.guide.form == "INSTITUTIONAL"
        values["diagnoses"] = diagnoses_of(self.scope, institutional)
        marks.update(self.marks)
        values.update(self.scope.values)
        values.setdefault("attachment", False)
        self._discharge(values, marks, institutional)
        if not self.lines:
            self.scope.problem(self.first, 0, 0, "starts a claim that has no service line (loop 2400).")
        values["lines"] = tuple([self._line(line) for line in self.lines])
        values["other_payers"] = self._other_payers()
        values["patient_key"] = _patient_key(values, subscriber, patient)
        scopes += [self.scope, *self.payers, *self.lines]
        name = self.control_number
        problems = [replace(p, claim=name) for scope in scopes for p in scope.problems][:MOST_PROBLEMS]
        return InputClaim(
            claim=Claim(**values),
            file=self.file,
            index=index,
            origin=Origin(marks, self.extents, self.first, self.last, self.transaction),
            problems=tuple(problems),
            deviations=tuple(dict.fromkeys(d for s in scopes if s.record != "payer" for d in s.deviations)),
        )

    def _discharge(self, values: dict[str, Any], marks: dict[Key, Mark], institutional: bool) -> None:
        """837I sends the discharge hour (DTP*096*TM); its day is the last of the statement period."""
        if institutional and "discharge_date_hour" in self.scope.extra and "discharge_date" not in values:
            until = values.get("statement_to") or values.get("statement_from")
            if until is not None:
                values["discharge_date"] = until
                marks[("claim", 0, "discharge_date")] = marks[("claim", 0, "statement_from")]

    def _line(self, line: Scope) -> ServiceLine:
        if self.guide.form == "PROFESSIONAL":
            # SV109, SV111 and SV112 are sent only where the answer is yes: silence is a no.
            for flag in ("emergency", "epsdt", "family_planning"):
                line.values.setdefault(flag, False)
        return ServiceLine(**line.values)

    def _other_payers(self) -> tuple[OtherPayer, ...]:
        decided: dict[str, date] = {}
        for line in self.lines:
            for payer, on in line.extra.get("_decided", ()):
                decided[payer] = max(on, decided.get(payer, on))
        held: list[OtherPayer] = []
        for scope in self.payers:
            on = decided.get(scope.values.get("id", ""))
            if on is not None:
                scope.values.setdefault("paid_date", on)
            held.append(OtherPayer(**scope.values))
        return tuple(held)

    def misplaced(self, segment: Segment, message: str) -> None:
        """A segment that has no place where it stands."""
        line = self.lines[-1].number if self.lines else None
        if len(self.scope.problems) < MOST_PROBLEMS:
            self.scope.problems.append(problem_at(self.file, segment, 0, 0, message, line))


def _patient_key(values: dict[str, Any], subscriber: Level | None, patient: Level | None) -> str | None:
    """A digest of member number, patient name and birth date: links a patient's claims and can be read by nobody."""
    extra = patient.scope.extra if patient is not None else subscriber.scope.extra if subscriber is not None else {}
    member, birth = values.get("subscriber_id") or "", values.get("patient_birth_date")
    parts = (member.upper(), extra.get("_last", ""), extra.get("_first", ""), birth.isoformat() if birth else "")
    if not member or not (parts[1] or birth):
        return None
    return "sha256:" + sha256("\x1f".join(parts).encode()).hexdigest()
