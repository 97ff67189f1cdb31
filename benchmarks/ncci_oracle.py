"""A second, plain reading of the NCCI edits for simple claims, to hold the rules against.

Written from the manual's meaning alone (Medicare NCCI Policy Manual, Introduction and chapter I; Claims Processing
Manual CR 11168) and from the files that :mod:`ncci_raw` reads. Imports nothing of the project.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from ncci_raw import COVER, Limit, Raw, number

ANATOMIC = frozenset({
    "E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "TA", "T1", "T2", "T3", "T4",
    "T5", "T6", "T7", "T8", "T9", "LT", "RT", "LC", "LD", "RC", "LM", "RI",
})  # fmt: skip
EITHER_LINE = frozenset({"59", "XE", "XS", "XP", "XU"})
VISIT_ONLY = frozenset({"24", "25", "57"})
COLUMN_2_ONLY = frozenset({"27", "58", "78", "79", "91"})
LIFTING = ANATOMIC | EITHER_LINE | VISIT_ONLY | COLUMN_2_ONLY
HOSPITAL = frozenset({"13", "14", "85", "87"})
THERAPY = frozenset({"22", "23", "34", "74", "75"})
SURGERY_CENTERS = frozenset({"261QA1903X"})
REVIEW = frozenset({
    "NCCI-AOC-02", "NCCI-AOC-03", "NCCI-AOC-H01", "NCCI-AOC-H02", "NCCI-AOC-H03", "NCCI-PTP-SP01", "NCCI-PTP-HSP01",
    "NCCI-PTP-X02", "NCCI-PTP-HX02", "NCCI-SITE-01", "NCCI-SITE-H01",
})  # fmt: skip
"""Rules whose findings a person should look at: they deny nothing."""
DME_SUPPLIERS = frozenset(
    {"332B00000X", "332BC3200X", "332BD1200X", "332BN1400X", "332BP3500X", "332BX2000X", "335E00000X"}
)


@dataclass(frozen=True)
class Line:
    """A service line. ``day_to`` None: one day. ``basis`` MJ: ``units`` are minutes."""

    number: int
    code: str
    modifiers: tuple[str, ...] = ()
    day: date = COVER[0]
    day_to: date | None = None
    units: int | Fraction = 1
    basis: str = "UN"
    npi: str | None = None
    taxonomy: str | None = None
    charge: int = 10_000


@dataclass(frozen=True)
class SimpleClaim:
    """A claim to Medicare. ``bill_type`` None: professional. ``status``: what became of it, where that is known."""

    lines: tuple[Line, ...]
    bill_type: str | None = None
    billing_npi: str | None = None
    billing_taxonomy: str | None = None
    npi: str | None = None
    taxonomy: str | None = None
    status: str | None = None


class Found(NamedTuple):
    """One finding or bypass: the rule, the lines it lands on, and the lines it conflicts with."""

    rule: str
    lines: tuple[int, ...]
    others: tuple[int, ...] = ()


@dataclass
class Verdict:
    """What is right of a claim. ``unsure``: (rule, line) that a missing provider leaves open."""

    findings: set[Found] = field(default_factory=set)
    bypassed: set[Found] = field(default_factory=set)
    unsure: set[tuple[str, int]] = field(default_factory=set)


def sides_apart(claim: SimpleClaim, code: str, lines: Sequence[Line], limit: Limit) -> bool:
    """Whether a surgery center reports an operation on both sides on lines of their own, neither above the limit."""
    if claim.bill_type is not None or claim.billing_taxonomy not in SURGERY_CENTERS or not "10004" <= code <= "69990":
        return False
    marked = all({"LT", "RT"} & set(line.modifiers) for line in lines)
    return marked and all(
        sum(a_day(line) for line in lines if side in line.modifiers) <= limit.units for side in ("LT", "RT")
    )


def is_visit(code: str) -> bool:
    """Evaluation and management: 99202-99499, eye visits, and Medicare's own visit codes."""
    if code.isdigit() and 99202 <= int(code) <= 99499:
        return True
    return code in {
        "92002", "92004", "92012", "92014", "G0245", "G0246", "G0380", "G0381", "G0382", "G0383", "G0384", "G0402",
        "G0406", "G0407", "G0408", "G0425", "G0426", "G0427", "G0438", "G0439", "G0463", "G0508", "G0509",
    }  # fmt: skip


class Oracle:
    """Answers for one claim at a time, by going through everything."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw

    def judge(self, claim: SimpleClaim) -> Verdict:
        """Every pair, unit and add-on finding that is right for the claim, and every bypass."""
        verdict = Verdict()
        self._pairs(claim, verdict)
        self._units(claim, verdict)
        self._add_ons(claim, verdict)
        self._across_claims(claim, verdict)
        self._add_ons_of_failed_primaries(claim, verdict)
        return verdict

    def _across_claims(self, claim: SimpleClaim, verdict: Verdict) -> None:
        """What is right beside earlier claims: nothing, where there are none."""

    # ---- pairs ----

    def _pairs(self, claim: SimpleClaim, verdict: Verdict) -> None:
        if claim.bill_type is None and claim.billing_taxonomy in DME_SUPPLIERS:
            return  # Medicare has no pair edits for suppliers
        mark = "H" if is_facility(claim) else ""
        hits: dict[tuple[str, int], list[int]] = {}
        for second in claim.lines:
            for first in claim.lines:
                if first is second or first.code == second.code or not covered(second.day):
                    continue
                overlap = first.day <= (second.day_to or second.day) and second.day <= (first.day_to or first.day)
                if first.day != second.day and not overlap:
                    continue
                if not pair_setting(claim, second):
                    continue
                indicator = self._indicator(claim, first.code, second.code, second.day)
                if indicator is None:
                    continue
                # Lines of several days that overlap without starting together: a person should look.
                rule = f"NCCI-PTP-{mark}0{indicator}" if first.day == second.day else f"NCCI-PTP-{mark}SP01"
                same = same_provider(claim, first, second, is_facility(claim))
                if first.day == second.day and indicator == 1:
                    self._site(f"NCCI-SITE-{mark or '0'}{'01' if mark else '1'}", first, second, same, verdict, hits)
                if same is None:
                    verdict.unsure.add((rule, second.number))
                elif same and indicator == 1 and lifted(first, second):
                    verdict.bypassed.add(Found(rule, (second.number,), (first.number,)))
                elif same:
                    hits.setdefault((rule, second.number), []).append(first.number)
        for (rule, line), others in hits.items():
            verdict.findings.add(Found(rule, (line,), tuple(sorted(set(others)))))

    def _site(self, rule: str, first: Line, second: Line, same: bool | None, verdict: Verdict,
              hits: dict[tuple[str, int], list[int]]) -> None:  # fmt: skip
        """The same anatomic modifier on both lines of a pair lifts it, and says that both were done on one site."""
        if not set(first.modifiers) & set(second.modifiers) & ANATOMIC:
            return
        said = set(second.modifiers) & (EITHER_LINE | COLUMN_2_ONLY) or set(first.modifiers) & EITHER_LINE
        if same is None:
            verdict.unsure.add((rule, second.number))
        elif same and said:
            verdict.bypassed.add(Found(rule, (second.number,), (first.number,)))
        elif same:
            hits.setdefault((rule, second.number), []).append(first.number)

    def _indicator(self, claim: SimpleClaim, first: str, second: str, day: date) -> int | None:
        table = self.raw.pairs["practitioner" if claim.bill_type is None else "outpatient"]
        inside = [row for row in table.get((first, second), ()) if row.first <= number(day) <= row.last]
        values = {row.indicator for row in inside}
        return values.pop() if len(values) == 1 else None

    # ---- units ----

    def _limit(self, claim: SimpleClaim, code: str) -> Limit | None:
        if claim.bill_type is not None:
            return self.raw.limits["outpatient"].get(code) if claim.bill_type[:2] in HOSPITAL else None
        supplier = claim.billing_taxonomy in DME_SUPPLIERS
        return self.raw.limits["dme" if supplier else "practitioner"].get(code)

    def _units(self, claim: SimpleClaim, verdict: Verdict) -> None:
        mark = "" if claim.bill_type is None else "H"
        by_day = "H" if is_facility(claim) else ""  # a surgery center is the provider of all its lines
        for line in claim.lines:
            limit = self._limit(claim, line.code)
            if limit is None or line.basis == "MJ" or not covered(line.day):
                continue
            supplier = self.raw.limits["dme"].get(line.code)
            if limit.units == 0 and line.units > 0:
                if not mark and claim.billing_taxonomy is None and supplier and supplier.units:
                    verdict.unsure.add(("NCCI-MUE-00", line.number))  # payable, if it is a supplier that bills
                else:
                    verdict.findings.add(Found(f"NCCI-MUE-{mark}00", (line.number,)))
            elif limit.units and limit.indicator == 1 and a_day(line) > limit.units:
                verdict.findings.add(Found(f"NCCI-MUE-{mark}01", (line.number,)))
        for code in {line.code for line in claim.lines}:
            limit = self._limit(claim, code)
            if limit is None or limit.units == 0 or limit.indicator == 1:
                continue
            rule = f"NCCI-MUE-{by_day}0{limit.indicator}"
            mine = [line for line in claim.lines if line.code == code and line.basis != "MJ"]
            for day in days_of(mine) if mine else ():
                here = [line for line in mine if covered(day) and line.day <= day <= (line.day_to or line.day)]
                sums: dict[str | None, int | Fraction] = {None: 0}
                sums |= {provider_of(claim, line, is_facility(claim)): 0 for line in here}
                for line in here:
                    sums[provider_of(claim, line, is_facility(claim))] += a_day(line)
                for provider, units in sums.items():
                    his = [line for line in here if provider_of(claim, line, is_facility(claim)) == provider]
                    if provider is not None and units > limit.units:
                        apart = sides_apart(claim, code, his, limit)
                        (verdict.bypassed if apart else verdict.findings).add(
                            Found(rule, tuple(sorted(line.number for line in his)))
                        )
                # Lines of nobody known may all be the work of one provider, of this claim's or of another.
                nobodys = [line.number for line in here if provider_of(claim, line, is_facility(claim)) is None]
                if nobodys and sums.pop(None) + max(sums.values(), default=0) > limit.units:
                    verdict.unsure |= {(rule, number_) for number_ in nobodys}

    # ---- add-on codes ----

    def _add_on(self, claim: SimpleClaim, code: str, day: date) -> tuple[int, set[str], bool] | None:
        """Type, primaries that count on this form, and whether only facilities report the add-on code."""
        rows = [row for row in self.raw.add_ons.get(code, ()) if row.first <= day <= row.last]
        types = {row.type for row in rows}
        if len(types) != 1:
            return None
        keep = "facilities" if claim.bill_type is None else "practitioner"
        kept_out = {row.primary for row in rows if row.note.startswith(row.primary) and keep in row.note.lower()}
        facilities = any(row.note == f"{code} may be reported by facilities only" for row in rows)
        return types.pop(), {row.primary for row in rows} - kept_out - {"CCCCC"}, facilities

    def _add_ons(self, claim: SimpleClaim, verdict: Verdict) -> None:
        mark = ""
        if claim.bill_type is not None:
            if claim.bill_type[:2] not in HOSPITAL:
                return
            mark = "H"
        for line in claim.lines:
            known = self._add_on(claim, line.code, line.day) if covered(line.day) else None
            if known is None:
                continue
            type_, primaries, facilities = known
            if facilities and not mark:
                if claim.billing_taxonomy not in SURGERY_CENTERS:
                    verdict.findings.add(Found("NCCI-AOC-05", (line.number,)))
                if type_ != 2:
                    continue
            rule = f"NCCI-AOC-{mark}0{type_}"
            that_day = [other for other in claim.lines if other is not line and other.day == line.day]
            may = [other for other in that_day if self._serves(claim, type_, primaries, other)]
            answers = {same_provider(claim, line, other, bool(mark)) for other in may}
            if True in answers:
                continue
            if None in answers:
                verdict.unsure.add((rule, line.number))
            else:
                excused = {self._billed_before(claim, line, type_, primaries, bool(mark))}
                excused |= {
                    same_provider(claim, line, other, bool(mark)) for other in claim.lines
                    if other.day_to is not None and other.day < line.day <= other.day_to
                    and (self._add_on(claim, other.code, line.day) is None if type_ == 2 else other.code in primaries)
                }  # fmt: skip
                if line.code == "99292" and not mark:
                    alike = [(claim, other) for other in that_day] + self._practitioners_before(claim, line)
                    excused |= {
                        same_specialty(claim, line, whose, other) for whose, other in alike if other.code == "99291"
                    }
                if True in excused:
                    verdict.bypassed.add(Found(rule, (line.number,)))
                elif None in excused:
                    verdict.unsure.add((rule, line.number))
                else:
                    verdict.findings.add(Found(rule, (line.number,)))

    def _billed_before(self, claim: SimpleClaim, line: Line, type_: int, primaries: set[str], facility: bool
                       ) -> bool | None:  # fmt: skip
        """Whether an earlier claim holds what an add-on can be added to: not, where there are none."""
        return False

    def _practitioners_before(self, claim: SimpleClaim, line: Line) -> list[tuple[SimpleClaim, Line]]:
        """The lines of practitioners' earlier claims for the day of a line, with their claims."""
        return []

    def _serves(self, claim: SimpleClaim, type_: int, primaries: set[str], other: Line) -> bool:
        """Whether another line of the day can be what an add-on of this type is added to."""
        return self._add_on(claim, other.code, other.day) is None if type_ == 2 else other.code in primaries

    def _add_ons_of_failed_primaries(self, claim: SimpleClaim, verdict: Verdict) -> None:
        """An add-on is payable only if a listed primary is: one whose every primary line is denied falls with it."""
        mark = "" if claim.bill_type is None else "H"
        failed = {n for found in verdict.findings if found.rule not in REVIEW for n in found.lines}
        for line in claim.lines:
            marks = set(line.modifiers)
            if "59" in marks and (is_visit(line.code) or line.code == "77427"):
                failed.add(line.number)  # 59 on a visit, or on radiation treatment management, is itself denied
        for line in claim.lines:
            known = self._add_on(claim, line.code, line.day) if covered(line.day) else None
            if known is None or known[0] == 2 or (claim.bill_type is not None and claim.bill_type[:2] not in HOSPITAL):
                continue
            same = [o for o in claim.lines if o is not line and o.day == line.day and o.code in known[1]]
            mine = [other.number for other in same if same_provider(claim, line, other, bool(mark))]
            if mine and all(number_ in failed for number_ in mine):
                verdict.findings.add(Found(f"NCCI-AOC-{mark}04", (line.number,), tuple(sorted(mine))))


def covered(day: date) -> bool:
    """Whether the files at hand say anything of the day."""
    return COVER[0] <= day <= COVER[1]


def pair_setting(claim: SimpleClaim, line: Line) -> bool:
    """Whether pair edits are checked at all: not on inpatient bills, on other providers' bills for therapy only."""
    if claim.bill_type is None:
        return True
    kind = claim.bill_type[:2]
    return kind in HOSPITAL or (kind in THERAPY and bool({"GN", "GO", "GP"} & set(line.modifiers)))


def is_facility(claim: SimpleClaim) -> bool:
    """Whether a facility bills: a hospital or the like, or an ambulatory surgery center on the practitioners' form."""
    return claim.bill_type is not None or claim.billing_taxonomy in SURGERY_CENTERS


def provider_of(claim: SimpleClaim, line: Line, facility: bool) -> str | None:
    """The provider that counts: of a facility the billing one, else the line's, the claim's or the billing one."""
    return claim.billing_npi if facility else line.npi or claim.npi or claim.billing_npi


def taxonomy_of(claim: SimpleClaim, line: Line) -> str | None:
    """The specialty of the provider that counts."""
    return line.taxonomy if line.npi else claim.taxonomy if claim.npi else claim.billing_taxonomy


def same_provider(claim: SimpleClaim, one: Line, two: Line, facility: bool) -> bool | None:
    """Whether two lines are the work of one provider; None where nobody can say."""
    mine, his = provider_of(claim, one, facility), provider_of(claim, two, facility)
    return None if mine is None or his is None else mine == his


def same_specialty(claim: SimpleClaim, one: Line, whose: SimpleClaim, two: Line) -> bool | None:
    """Whether two lines are the work of one specialty of one group; None where nobody can say."""
    keys = [(taxonomy_of(claim, one), taxonomy_of(whose, two)), (claim.billing_npi, whose.billing_npi)]
    if any(mine and his and mine != his for mine, his in keys):
        return False
    return None if any(not mine or not his for mine, his in keys) else True


def lifted(first: Line, second: Line) -> bool:
    """Whether a modifier of either line lifts an edit of indicator 1. All days of the cover are after 2019-07-01."""
    if set(second.modifiers) & (ANATOMIC | EITHER_LINE | COLUMN_2_ONLY) or set(first.modifiers) & (
        ANATOMIC | EITHER_LINE
    ):
        return True
    return any(is_visit(line.code) and VISIT_ONLY & set(line.modifiers) for line in (first, second))


def a_day(line: Line) -> int | Fraction:
    """Units a day: those of a span divided by its days, to the nearest whole number, a half upwards."""
    days = ((line.day_to or line.day) - line.day).days + 1
    if days == 1:
        return line.units
    whole, rest = divmod(Fraction(line.units), days)
    return int(whole) + (2 * rest >= days)


def days_of(lines: Sequence[Line]) -> Iterator[date]:
    """Every day that some line covers."""
    day, last = min(line.day for line in lines), max(line.day_to or line.day for line in lines)
    while day <= last:
        yield day
        day += timedelta(days=1)
