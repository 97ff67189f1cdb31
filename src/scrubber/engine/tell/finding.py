"""A finding, and a bypass, from the outcomes of a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import structs

from scrubber.claims.inputs import InputClaim
from scrubber.claims.line_view import LineView
from scrubber.core.money import format_money
from scrubber.core.sha256 import sha256
from scrubber.engine.evaluate.trace import Trace
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.hit import Hit
from scrubber.engine.plan.rule import BoundRule
from scrubber.engine.tell.place_of import location
from scrubber.engine.tell.subject import common, lines_of, numbers_of, pointed_at, position_of, subject_of
from scrubber.engine.tell.words import words_of
from scrubber.findings.model import Bypass, ClaimRef, Finding, Fix, Related

EXPLAINED = 20
"""A finding names every line it is about, and gives words, evidence and fixes for the first this many."""


class FindingTeller:
    """Tells what was found of one claim. ``references`` name other claims by the identity of the claim; ``salt`` is the
    installation's."""

    def __init__(self, world: World, source: InputClaim | None, salt: str, references: Mapping[int, ClaimRef]) -> None:
        self.world, self.source, self.salt, self.references = world, source, salt, references

    def finding(self, hits: list[Hit]) -> Finding:
        """One finding of all these hits."""
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
        words, subject = words_of(hit.revision), subject_of(hit)
        finding = words.finding
        lines = lines_of(subject)
        numbers, related = tuple([line.number for line in lines]), self._related(hits)
        return structs.replace(
            finding,
            line=numbers[0] if numbers else None, lines=numbers, diagnosis=position_of(hit),
            related=(*related, *self._earlier(trace)) if trace.earlier else related,
            message=" ".join(messages),
            location=location(finding.category, pointed_at(subject, trace), self.source, words.field_to_set),
            evidence=tuple(trace.found.values()), amount_at_risk=format_money(self._at_risk(lines)),
            fixes=tuple(fixes.values()), unchecked_exceptions=tuple(unchecked),
            fingerprint=self._fingerprint(hit.rule, subject, lines),
        )  # fmt: skip

    def bypass(self, hit: Hit) -> Bypass:
        """What an exception lifted."""
        self.world.day = hit.day
        words, values = words_of(hit.revision), (self.world.claim, *hit.subject)
        reason = words.reasons[hit.outcome.number](self.world, values)  # type: ignore[union-attr]  # it is lifted
        message = words.message(self.world, values)
        return Bypass(**common(hit), related=self._related([hit]), message=message, reason=reason)

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
        return tuple([Related(None, number) for number in sorted({n for other in others for n in numbers_of(other)})])

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
