"""Outcomes to findings, bypasses and gaps: merged so that one problem is one entry, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from scrubber.claims.inputs import InputClaim
from scrubber.claims.line_view import LineView
from scrubber.core.diagnostics import InputError
from scrubber.core.logic import Reason, in_order
from scrubber.core.money import format_money
from scrubber.core.sha256 import sha256
from scrubber.engine.evaluate.trace import Trace
from scrubber.engine.evaluate.world import Group, World
from scrubber.engine.judge.doubted import Doubted
from scrubber.engine.judge.found import Found, WithoutHistory, hits_of
from scrubber.engine.judge.hit import Hit
from scrubber.engine.judge.outcome import LACKING, Bypassed, Fires, Unsure
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.tell.place_of import location
from scrubber.engine.tell.words import words_of
from scrubber.findings.model import Bypass, ClaimRef, Fault, Finding, Fix, Gap, Related
from scrubber.packs.model import SEVERITIES

_REASON_SAYS = {
    "missing_field": "{what} is missing",
    "no_table": "no table is loaded for {what}",
    "no_edition": "no edition of {what} is loaded",
    "no_history": "no history of the patient was given",
    "not_published": "{what} has no published value",
    "ambiguous": "{what} has rows that disagree",
    "unmapped_payer": "the payer is not in the payer map ({what})",
    "empty_list": "{what} has not been filled",
}
_RANK = {severity: place for place, severity in enumerate(SEVERITIES)}
ONCE_A_CLAIM = frozenset({"no_table", "no_edition", "no_history", "unmapped_payer", "empty_list"})

EXPLAINED = 20
"""A finding names every line it is about, and gives words, evidence and fixes for the first this many."""


MOST_POSITIONS = 25
"""Contract: the position of a diagnosis is 1 to 25."""

GAPS_KEPT = 16_384


class Gaps:
    """Gaps told before, kept by an engine: many claims have the same ones. May be shared by threads."""

    __slots__ = ("lacking", "marks", "other")

    def __init__(self) -> None:
        self.lacking: dict[tuple[bool, frozenset[BoundRevision]], list[Gap]] = {}
        """For want of history, by the revisions that lacked it."""
        self.other: dict[tuple[Any, ...], Gap] = {}
        """For other wants of rules, by revision, lines and reasons."""
        self.marks: dict[frozenset[Reason], str | None] = {}
        """Reasons that are told once a claim, by what they are, else None."""


class Told(Struct):
    """Everything said of one claim, not yet in its envelope."""

    findings: list[Finding] = []
    shadow: list[Finding] = []
    bypassed: list[Bypass] = []
    undetermined: list[Gap] = []
    not_evaluated: list[Gap] = []
    faults: list[Fault] = []


class Teller:
    """Turns the outcomes of one claim into entries. ``references`` name other claims by the identity of the claim."""

    def __init__(self, world: World, source: InputClaim | None, salt: str, require_history: bool,
                 references: Mapping[int, ClaimRef], kept: Gaps) -> None:  # fmt: skip
        self.world, self.source, self.salt, self.require_history = world, source, salt, require_history
        self.references, self.kept = references, kept

    def tell(self, outcomes: Found) -> Told:
        """All entries, merged and sorted."""
        fires: dict[tuple[Any, ...], list[Hit]] = {}
        lifted: list[Hit] = []
        gaps: dict[tuple[Any, ...], list[Hit | Doubted]] = {}
        faults: dict[str, Fault] = {}
        lacking: frozenset[BoundRevision] = frozenset()
        for hit in outcomes:
            if isinstance(hit, Hit):
                outcome = hit.outcome
                if isinstance(outcome, Fires):
                    fires.setdefault(self._mark(hit), []).append(hit)
                elif isinstance(outcome, Bypassed):
                    lifted.append(hit)
                elif outcome is LACKING:
                    lacking |= {hit.revision}
                elif isinstance(outcome, Unsure):
                    gaps.setdefault(self._gap_mark(hit, outcome), []).append(hit)
            elif isinstance(hit, WithoutHistory):
                lacking = lacking | hit.revisions if lacking else hit.revisions  # nearly always one, already hashed
            elif isinstance(hit, Doubted):
                self._doubted(gaps, hit)
            else:
                _fault(faults, hit.rule, hit.kind)
        told = Told()
        for hits in sorted(fires.values(), key=lambda hits: _row(hits[0])):
            entries = told.shadow if hits[0].rule.rule.status == "shadow" else told.findings
            try:
                entries.append(self._finding(hits))
            except Exception as error:  # words may ask what the condition did not: one fault, and the rest is told
                _fault(faults, hits[0].rule, type(error).__name__)
        for hit in sorted(lifted, key=_row):
            try:
                told.bypassed.append(self._bypass(hit))
            except Exception as error:  # as above
                _fault(faults, hit.rule, type(error).__name__)
        for unsure in gaps.values():
            wanting = unsure[0].outcome
            assert isinstance(wanting, Unsure)
            (told.undetermined if wanting.undetermined else told.not_evaluated).append(self._gap(unsure, wanting))
        if fires:
            told.findings, told.shadow = _sorted(told.findings), _sorted(told.shadow)
        if lifted:
            told.bypassed = _sorted(told.bypassed)
        if lacking:
            told.not_evaluated += self._lacking(lacking)
        if gaps:
            told.undetermined, told.not_evaluated = _sorted(told.undetermined), _sorted(told.not_evaluated)
        if faults:
            told.faults = [faults[key] for key in sorted(faults)]
        return told

    # ---- what belongs together ----

    def _mark(self, hit: Hit) -> tuple[Any, ...]:
        """Findings with one mark are one: hits of a pair rule on one line, of a group rule on the same lines, and the
        rows of one list on one subject."""
        subject, row = _subject(hit), hit.rule.row
        of_group = tuple([line.index for line in subject.lines]) if isinstance(subject, Group) else None
        return (hit.rule.rule.id, row and row.place, of_group or id(subject))

    def _gap_mark(self, hit: Hit, outcome: Unsure) -> tuple[Any, ...]:
        kind = self._once(outcome)
        rule = hit.rule.rule.id
        return (rule, _numbers(hit)[:1], outcome.undetermined) if kind is None else (rule, None, kind)

    def _once(self, outcome: Unsure) -> str | None:
        """What reasons are that are told once a claim; None of others."""
        reasons, marks = outcome.reasons, self.kept.marks
        try:
            return marks[reasons]
        except KeyError:
            if len(marks) >= GAPS_KEPT:
                marks = self.kept.marks = {}
            once = not outcome.undetermined and all(reason.kind in ONCE_A_CLAIM for reason in reasons)
            kind = marks[reasons] = in_order(reasons)[0].kind if once else None
            return kind

    def _doubted(self, gaps: dict[tuple[Any, ...], list[Hit | Doubted]], doubted: Doubted) -> None:
        """Add what is unknown on some subjects for the same reasons: as one where that is told once a claim."""
        kind = self._once(doubted.outcome)
        if kind is not None:
            gaps.setdefault((doubted.rule.rule.id, None, kind), []).append(doubted)
            return
        for hit in hits_of(doubted):
            gaps.setdefault(self._gap_mark(hit, doubted.outcome), []).append(hit)

    # ---- entries ----

    def _common(self, hit: Hit | Doubted) -> dict[str, Any]:
        rule, numbers = hit.rule.rule, _numbers(hit)
        return {
            "rule": rule.id, "revision": hit.revision.revision.number, "pack": rule.pack, "category": rule.category,
            "severity": hit.revision.severity, "line": numbers[0] if numbers else None, "lines": numbers,
            "diagnosis": _position(hit),
        }  # fmt: skip

    def _earlier(self, trace: Trace) -> tuple[Related, ...]:
        """Lines and claims of the patient's other claims that the finding rests on."""
        found = []
        for item in trace.earlier.values():
            claim = item.claim if item.record == "line" else item
            if claim is not self.world.claim:
                unnamed = ClaimRef(None, None, claim.patient_control_number)
                reference = self.references.get(id(claim.source), unnamed)
                found.append(Related(reference, item.number if item.record == "line" else None))
        return tuple(found)

    def _related(self, hits: Sequence[Hit]) -> tuple[Related, ...]:
        others = [each.subject[1] for each in hits if len(each.subject) == 2]
        if not others:
            return ()
        if len(others) == 1 and others[0].__class__ is LineView:  # nearly always
            return (Related(None, others[0].number),)
        return tuple([Related(None, number) for number in sorted({n for other in others for n in _numbers_of(other)})])

    def _finding(self, hits: list[Hit]) -> Finding:
        hit, world = hits[0], self.world
        trace = Trace()
        unchecked: dict[str, None] = {}
        messages: dict[str, None] = {}
        fixes: dict[str, Fix] = {}
        for each in hits[:EXPLAINED]:
            world.day = each.day
            words, values = words_of(each.revision), (world.claim, *each.subject)
            messages[words.told.on(trace, world, values)] = None
            for number in each.outcome.unchecked:  # type: ignore[union-attr]  # it fires
                unchecked[words.reasons[number](world, values)] = None
            for proposal in words.fixes:
                fix = proposal.on(world, values)
                if fix is not None:
                    fixes.setdefault(fix.text, fix)
        finding, subject = words_of(hit.revision).finding, _subject(hit)
        lines = _lines_of(subject)
        numbers, related = tuple([line.number for line in lines]), self._related(hits)
        return structs.replace(
            finding,
            line=numbers[0] if numbers else None, lines=numbers, diagnosis=_position(hit),
            related=(*related, *self._earlier(trace)) if trace.earlier else related,
            message=" ".join(messages),
            location=location(finding.category, _place_subject(subject, trace), self.source),
            evidence=tuple(trace.found.values()), amount_at_risk=format_money(self._at_risk(lines)),
            fixes=tuple(fixes.values()), unchecked_exceptions=tuple(unchecked),
            fingerprint=self._fingerprint(hit.rule, subject, lines),
        )  # fmt: skip

    def _bypass(self, hit: Hit) -> Bypass:
        self.world.day = hit.day
        words, values = words_of(hit.revision), (self.world.claim, *hit.subject)
        reason = words.reasons[hit.outcome.number](self.world, values)  # type: ignore[union-attr]  # it is lifted
        message = words.message(self.world, values)
        return Bypass(**self._common(hit), related=self._related([hit]), message=message, reason=reason)

    def _lacking(self, revisions: frozenset[BoundRevision]) -> list[Gap]:
        """The gaps of rules that lack history, in order: the same for many claims, so they are kept."""
        key = (self.require_history, revisions)
        found = self.kept.lacking.get(key)
        if found is None:
            if len(self.kept.lacking) >= GAPS_KEPT:
                self.kept.lacking = {}
            # Lines of a claim may be of two revisions of a rule: the first speaks for both.
            ordered = sorted(revisions, key=lambda each: each.revision.number, reverse=True)
            of_rules = {each.rule.rule.id: each for each in ordered}
            gaps = [self._made([Hit(each.rule, each, (), LACKING, None)], LACKING) for each in of_rules.values()]
            found = self.kept.lacking[key] = _sorted(gaps)
        return found

    def _gap(self, hits: Sequence[Hit | Doubted], outcome: Unsure) -> Gap:
        """A gap: all it says is said by the rule, the lines and the reasons, but where it is about a diagnosis."""
        hit = hits[0]
        if isinstance(hit, Hit) and getattr(_subject(hit), "record", "") == "diagnosis":
            return self._made(hits, outcome)
        key = (self.require_history, hit.revision, *[(each.outcome, *_numbers(each)) for each in hits])
        found = self.kept.other.get(key)
        if found is None:
            if len(self.kept.other) >= GAPS_KEPT:
                self.kept.other = {}
            found = self.kept.other[key] = self._made(hits, outcome)
        return found

    def _made(self, hits: Sequence[Hit | Doubted], outcome: Unsure) -> Gap:
        hit, rule = hits[0], hits[0].rule.rule
        reasons = in_order(outcome.reasons.union(*(h.outcome.reasons for h in hits if isinstance(h.outcome, Unsure))))
        leading = next((r for r in reasons if r.kind == "missing_field"), reasons[0]) if reasons else None
        kind = leading.kind if leading else "missing_field"
        common = self._common(hit)
        numbers = sorted({number for each in hits for number in _numbers(each)})
        if kind in ONCE_A_CLAIM:
            common["line"] = common["diagnosis"] = None
        common["lines"] = () if outcome == LACKING else tuple(numbers)
        missing = tuple(dict.fromkeys(reason.what for reason in reasons if reason.kind == kind))
        said = "; ".join(dict.fromkeys(say_reason(reason) for reason in reasons if reason.kind == kind))
        return Gap(**common, message=f"{rule.title}: not checked, because {said}.", blocking=self._blocks(hit, kind),
                   reason=kind, missing=missing)  # fmt: skip

    def _blocks(self, hit: Hit | Doubted, kind: str) -> bool:
        """Whether a gap keeps the claim from being called clean."""
        if hit.rule.rule.status == "shadow" or hit.revision.severity == "info" or kind == "not_published":
            return False
        return self.require_history if kind == "no_history" else True

    def _at_risk(self, lines: Sequence[LineView]) -> int:
        """Cents: what is charged for the lines, or for the whole claim where a finding is of none."""
        if lines:
            return sum([line.charge or 0 for line in lines])
        return self.world.claim.total_charge or sum([line.charge or 0 for line in self.world.claim.lines])

    def _fingerprint(self, rule: BoundRule, subject: Any, lines: Sequence[LineView]) -> str:
        """Stable over re-runs of the same claim: made of the rule, the claim's number and what the subject is."""
        row = rule.row.place.line if rule.row else ""
        text = f"{self.salt}\x1f{rule.rule.id}\x1f{row}\x1f{self.world.claim.patient_control_number or ''}"
        for line in lines:
            text += f"\x1f{line.number}|{line.procedure}|{line.date}"
        if not lines and getattr(subject, "record", "") == "diagnosis":
            text += f"\x1f{subject.code}"
        return sha256(text.encode()).hexdigest()[:20]


def say_reason(reason: Reason) -> str:
    """A reason in words: ``line.units is missing on line 2``."""
    said = _REASON_SAYS[reason.kind].format(what=reason.what)
    return f"{said} on line {reason.line}" if reason.line is not None else said


def _subject(hit: Hit) -> Any:
    """What a hit is told of: its first line, its group or its diagnosis; None for the claim."""
    return hit.subject[0] if hit.subject else None


def _fault(faults: dict[str, Fault], bound: BoundRule, kind: str) -> None:
    """Add that a rule crashed: once, whatever of it did."""
    rule = bound.rule
    # A check maps tables without reading them whole, so damage among the rows shows only here.
    said = (" because a table file is damaged. Find it with: scrubber tables verify"
            if kind == InputError.__name__ else f" ({kind}).")  # fmt: skip
    faults.setdefault(rule.id, Fault(rule.id, rule.pack, f"The rule could not be run{said}"))


def _row(hit: Hit) -> int:
    """Where the row that a hit is of stands in its list: rows with one test are asked together, out of order."""
    row = hit.rule.row
    return row.place.line if row else 0


def _position(hit: Hit | Doubted) -> int | None:
    """The position of the diagnosis a hit is about, as far as the forms count. A hospital's bill may hold 25 diagnoses,
    and causes beside them; of those that stand later only the place and the message tell."""
    subject: Any = _subject(hit) if isinstance(hit, Hit) else None
    of_diagnosis = getattr(subject, "record", "") == "diagnosis" and subject.position <= MOST_POSITIONS
    return subject.position if of_diagnosis else None


def _place_subject(subject: Any, trace: Trace) -> Any:
    """What a finding points at: the first line of a group; of the claim, the ICD procedure that was found."""
    if subject is None:
        return next(iter(trace.procedures.values()), None)
    return subject.lines[0] if isinstance(subject, Group) else subject


def _numbers(hit: Hit | Doubted) -> tuple[int, ...]:
    subjects = hit.subjects if isinstance(hit, Doubted) else hit.subject[:1]
    return tuple([number for subject in subjects for number in _numbers_of(subject)])


def _numbers_of(subject: Any) -> tuple[int, ...]:
    if isinstance(subject, LineView):
        return (subject.number,)
    return tuple([line.number for line in _lines_of(subject)])


def _lines_of(subject: Any) -> tuple[LineView, ...]:
    if isinstance(subject, LineView):
        return (subject,)
    return subject.lines if isinstance(subject, Group) else ()


def _sorted(entries: list[Any]) -> list[Any]:
    if len(entries) < 2:
        return entries
    return sorted(entries, key=lambda e: (_RANK[e.severity], e.line is None, e.line or 0, e.rule, e.lines,
                                          [r.line or 0 for r in e.related]))  # fmt: skip
