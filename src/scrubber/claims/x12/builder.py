"""Building a claim from what was gathered of it and of the levels above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim, Diagnosis, IcdProcedure, OtherPayer, ServiceLine
from scrubber.claims.origin import Key, Mark, Origin
from scrubber.claims.values import BadValueError, count
from scrubber.claims.x12.blocks import Block
from scrubber.claims.x12.fields import SILENCE_IS_NO
from scrubber.claims.x12.guides import Guide
from scrubber.claims.x12.levels import Levels
from scrubber.claims.x12.scope import MOST_PROBLEMS, Scope, diagnoses_of, icd_procedures_of, problem_at
from scrubber.claims.x12.segments import Segment
from scrubber.core.diagnostics import InputProblem


def claim_of(
    form: str,
    above: dict[str, Any],
    own: dict[str, Any],
    diagnoses: tuple[Diagnosis, ...],
    lines: list[dict[str, Any]],
    payers: list[dict[str, Any]],
    decided: list[tuple[str, date]],
    icd_procedures: tuple[IcdProcedure, ...] = (),
) -> Claim:
    """The claim of a ``form``: what the levels ``above`` it say, its ``own`` values, its lines and other payers.

    ``decided`` are the days on which payers adjudicated lines: the last is the day that payer decided the claim.
    """
    values = {"attachment": False, **above, **own}
    if values.pop("_discharge_hour", False) and form == "INSTITUTIONAL" and "discharge_date" not in values:
        # 837I sends the hour of discharge (DTP*096*TM); its day is the last of the statement period.
        until = values.get("statement_to") or values.get("statement_from")
        if until is not None:
            values["discharge_date"] = until
    return Claim(
        type=form,
        diagnoses=diagnoses,
        icd_procedures=icd_procedures,
        lines=tuple([ServiceLine(**line) for line in lines]),
        other_payers=_other_payers(payers, decided) if payers else (),
        **values,
    )


def _other_payers(payers: list[dict[str, Any]], decided: list[tuple[str, date]]) -> tuple[OtherPayer, ...]:
    days: dict[str, date] = {}
    for payer, on in decided:
        days[payer] = max(on, days.get(payer, on))
    held: list[OtherPayer] = []
    for values in payers:
        day = days.get(values.get("id", ""))
        held.append(OtherPayer(**values) if day is None else OtherPayer(**{"paid_date": day, **values}))
    return tuple(held)


class ClaimBuilder:
    """Gathers one claim: 2300 and everything below it."""

    def __init__(self, file: str, guide: Guide, segment: Segment) -> None:
        self.file = file
        self.guide = guide
        self.first = self.last = segment
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

    def build(self, index: int, block: Block, levels: Levels, transaction: Segment) -> InputClaim:
        """The claim, under the levels it stands under; ``block`` is its stretch of the file."""
        above, silent = levels.together(), SILENCE_IS_NO.get(self.guide.form, {})
        diagnoses = diagnoses_of(self.scope, self.guide.form == "INSTITUTIONAL")
        procedures = icd_procedures_of(self.scope)
        if not self.lines:
            self.scope.problem(self.first, 0, 0, "starts a claim that has no service line (loop 2400).")
        claim = claim_of(
            self.guide.form,
            above.values,
            {**self.scope.values, **self.scope.extra},
            diagnoses,
            [{**silent, **line.values} for line in self.lines],
            [payer.values for payer in self.payers],
            [decided for line in self.lines for decided in line.decided],
            procedures,
        )
        scopes = [self.scope, *self.payers, *self.lines]
        found = above.problems + [problem for scope in scopes for problem in scope.problems]
        untidy = above.deviations + [one for s in scopes if s.record != "payer" for one in s.deviations]
        return InputClaim(
            claim=claim,
            file=self.file,
            index=index,
            origin=Origin(self.guide.name, above.blocks, block, transaction),
            problems=told(found, self.control_number),
            deviations=tuple(dict.fromkeys(untidy)),
        )

    def misplaced(self, segment: Segment, message: str) -> None:
        """A segment that has no place where it stands."""
        line = self.lines[-1].number if self.lines else None
        if len(self.scope.problems) < MOST_PROBLEMS:
            self.scope.problems.append(problem_at(self.file, segment, 0, 0, message, line))


def told(problems: list[InputProblem], name: str | None) -> tuple[InputProblem, ...]:
    """The problems as those of the claim of this control number."""
    return tuple([replace(problem, claim=name) for problem in problems[:MOST_PROBLEMS]])
