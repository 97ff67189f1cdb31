"""The plain reading of edits across claims: pairs, units and add-on codes with lines of earlier claims.

Edits hold for all codes of one provider, patient and day, on one claim or on several (Medicare NCCI Policy Manual,
chapter I); a facility's bill and a practitioner's claim are of two providers. A denied claim is as if it had not been
sent: no text was read on it, and the project says the same by default. Imports nothing of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from ncci_oracle import (
    ANATOMIC,
    COLUMN_2_ONLY,
    DME_SUPPLIERS,
    EITHER_LINE,
    VISIT_ONLY,
    Found,
    Line,
    Oracle,
    SimpleClaim,
    Verdict,
    a_day,
    covered,
    days_of,
    is_facility,
    is_visit,
    pair_setting,
    provider_of,
    sides_apart,
)
from ncci_raw import Raw

Earlier = list[tuple[SimpleClaim, Line]]


class HistoryOracle(Oracle):
    """Answers for a claim with the patient's earlier claims, of which there are no others."""

    def __init__(self, raw: Raw) -> None:
        super().__init__(raw)
        self.earlier: Sequence[SimpleClaim] = ()

    def judge_with(self, claim: SimpleClaim, earlier: Sequence[SimpleClaim]) -> Verdict:
        """Everything that is right for the claim by itself and beside the earlier ones."""
        self.earlier = earlier
        verdict = self.judge(claim)
        self.earlier = ()
        return verdict

    def _across_claims(self, claim: SimpleClaim, verdict: Verdict) -> None:
        for line in claim.lines if self.earlier else ():
            if covered(line.day):
                self._pairs_before(claim, line, verdict)
                self._overlaps_before(claim, line, verdict)
        if self.earlier:
            self._units_before(claim, verdict)

    def _standing(self, claim: SimpleClaim) -> Earlier:
        """Lines of earlier claims on the same form, but for those of denied claims."""
        return [
            (whose, other) for whose in self.earlier
            if whose.status != "DENIED" and (whose.bill_type is None) == (claim.bill_type is None)
            for other in whose.lines
        ]  # fmt: skip

    def _before(self, claim: SimpleClaim, line: Line) -> Earlier:
        """Those that begin on the day of a line."""
        return [(whose, other) for whose, other in self._standing(claim) if other.day == line.day]

    def _pairs_before(self, claim: SimpleClaim, line: Line, verdict: Verdict) -> None:
        if not pair_setting(claim, line) or (claim.bill_type is None and claim.billing_taxonomy in DME_SUPPLIERS):
            return
        mark = "HX" if is_facility(claim) else "X"
        never, lifted_by_this, column_1 = set(), set(), set()
        own = set(line.modifiers)
        own_visit = is_visit(line.code) and own & VISIT_ONLY
        for whose, other in self._before(claim, line):
            same = same_of(claim, line, whose, other, is_facility(claim))
            down = self._indicator(claim, other.code, line.code, line.day)
            up = self._indicator(claim, line.code, other.code, line.day)
            marks = set(other.modifiers)
            if down == 0:
                never.add(same)
            visit = is_visit(other.code) and marks & VISIT_ONLY
            if down == 1 and not marks & (ANATOMIC | EITHER_LINE) and not visit:
                lifted_by_this.add(same)
            lifted_by_that = bool(marks & (ANATOMIC | EITHER_LINE | COLUMN_2_ONLY) or visit)
            if up == 0 or (up == 1 and not lifted_by_that and not own & (ANATOMIC | EITHER_LINE) and not own_visit):
                column_1.add(same)
        lifted = bool(own & (ANATOMIC | EITHER_LINE | COLUMN_2_ONLY) or own_visit)
        for rule, answers, excused in (
            ("00", never, False), ("01", lifted_by_this, lifted), ("02", column_1, False),
        ):  # fmt: skip
            name = f"NCCI-PTP-{mark}{rule}"
            if True in answers:
                (verdict.bypassed if excused else verdict.findings).add(Found(name, (line.number,)))
            elif None in answers and not excused:
                verdict.unsure.add((name, line.number))

    def _overlaps_before(self, claim: SimpleClaim, line: Line, verdict: Verdict) -> None:
        """Pairs, either way round, with lines that begin on another day and share one."""
        if not pair_setting(claim, line) or (claim.bill_type is None and claim.billing_taxonomy in DME_SUPPLIERS):
            return
        answers = set()
        for whose, other in self._standing(claim):
            if other.day == line.day or not (is_on(line, other.day) or is_on(other, line.day)):
                continue
            marks = {*line.modifiers, *other.modifiers}
            known = {
                self._indicator(claim, first, second, line.day)
                for first, second in ((line.code, other.code), (other.code, line.code))
            }
            if 0 in known or (1 in known and not marks & (ANATOMIC | EITHER_LINE | COLUMN_2_ONLY | VISIT_ONLY)):
                answers.add(same_of(claim, line, whose, other, is_facility(claim)))
        name = f"NCCI-PTP-{'HX' if is_facility(claim) else 'X'}SP01"
        if True in answers:
            verdict.findings.add(Found(name, (line.number,)))
        elif None in answers:
            verdict.unsure.add((name, line.number))

    def _units_before(self, claim: SimpleClaim, verdict: Verdict) -> None:
        """On each day the units of a provider's lines here and before: of a line of several days, those of one."""
        facility = is_facility(claim)
        provider = partial(provider_of, facility=facility)
        for code in {line.code for line in claim.lines}:
            limit = self._limit(claim, code)
            if limit is None or limit.units == 0 or limit.indicator == 1:
                continue
            rule = f"NCCI-MUE-{'HX' if facility else 'X'}0{limit.indicator}"
            mine = [line for line in claim.lines if line.code == code and line.basis != "MJ"]
            alike = [(whose, line) for whose, line in self._standing(claim) if line.code == code and line.basis != "MJ"]
            for day in days_of(mine) if mine else ():
                here = [line for line in mine if covered(day) and is_on(line, day)]
                before = [(provider(whose, line), line) for whose, line in alike if is_on(line, day)]
                for who in {provider(claim, line) for line in here}:
                    his = [line for line in here if provider(claim, line) == who]
                    earlier = [line for his_too, line in before if his_too == who]
                    if who is None or (len(earlier) < len(before) and any(other is None for other, _ in before)):
                        known = () if who is None else earlier
                        enough = sum(map(a_day, his)) + max(map(a_day, known), default=0) > limit.units
                        if known and enough and not facility:
                            verdict.findings.add(Found(rule, tuple(sorted(line.number for line in his))))
                        elif before:
                            verdict.unsure |= {(rule, line.number) for line in his}
                    elif earlier and sum(map(a_day, (*his, *earlier))) > limit.units:
                        apart = sides_apart(claim, code, [*his, *earlier], limit)
                        (verdict.bypassed if apart else verdict.findings).add(
                            Found(rule, tuple(sorted(line.number for line in his)))
                        )

    def _billed_before(self, claim: SimpleClaim, line: Line, type_: int, primaries: set[str], facility: bool
                       ) -> bool | None:  # fmt: skip
        answers = {
            same_of(claim, line, whose, other, facility) for whose, other in self._standing(claim)
            if is_on(other, line.day) and self._serves(claim, type_, primaries, other)
        }  # fmt: skip
        return True if True in answers else None if None in answers else False

    def _practitioners_before(self, claim: SimpleClaim, line: Line) -> Earlier:
        return self._before(claim, line)


def is_on(line: Line, day: date) -> bool:
    """Whether a line has a day among its days."""
    return line.day <= day <= (line.day_to or line.day)


def same_of(claim: SimpleClaim, line: Line, whose: SimpleClaim, other: Line, facility: bool) -> bool | None:
    """Whether a line and one of another claim are the work of one provider; None where nobody can say."""
    mine, his = provider_of(claim, line, facility), provider_of(whose, other, facility)
    return None if mine is None or his is None else mine == his
