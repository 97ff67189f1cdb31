"""Gaps: what was not checked and why, each told once. Many claims have the same ones, so they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrubber.core.logic import Reason, in_order
from scrubber.core.memo import kept
from scrubber.engine.judge.doubted import Doubted
from scrubber.engine.judge.found import hits_of
from scrubber.engine.judge.hit import Hit
from scrubber.engine.judge.outcome import LACKING, Unsure
from scrubber.engine.plan.rule import BoundRevision
from scrubber.engine.tell.ordered import ordered
from scrubber.engine.tell.subject import common, numbers, subject_of
from scrubber.findings.model import Gap

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
ONCE_A_CLAIM = frozenset({"no_table", "no_edition", "no_history", "unmapped_payer", "empty_list"})

GAPS_KEPT = 16_384

Unsures = dict[tuple[Any, ...], list[Hit | Doubted]]
"""What is unsure, by what is told as one."""


class Gaps:
    """Makes gaps, and keeps those made before; kept itself by an engine. May be shared by threads.

    ``require_history``: a lack of history keeps a claim from being called clean.
    """

    __slots__ = ("_lacking", "_marks", "_other", "_require_history")

    def __init__(self, require_history: bool) -> None:
        self._require_history = require_history
        self._lacking: dict[frozenset[BoundRevision], list[Gap]] = {}
        """For want of history, by the revisions that lacked it."""
        self._other: dict[tuple[Any, ...], Gap] = {}
        """For other wants of rules, by revision, lines and reasons."""
        self._marks: dict[frozenset[Reason], str | None] = {}
        """Reasons that are told once a claim, by what they are, else None."""

    def add(self, gaps: Unsures, hit: Hit, outcome: Unsure) -> None:
        """Add what is unsure to what it is told with."""
        kind, rule = self._once(outcome), hit.rule.rule.id
        mark = (rule, numbers(hit)[:1], outcome.undetermined) if kind is None else (rule, None, kind)
        gaps.setdefault(mark, []).append(hit)

    def add_doubted(self, gaps: Unsures, doubted: Doubted) -> None:
        """Add what is unknown on some subjects for the same reasons: as one where that is told once a claim."""
        kind = self._once(doubted.outcome)
        if kind is not None:
            gaps.setdefault((doubted.rule.rule.id, None, kind), []).append(doubted)
            return
        for hit in hits_of(doubted):
            self.add(gaps, hit, doubted.outcome)

    def _once(self, outcome: Unsure) -> str | None:
        """What reasons are that are told once a claim; None of others."""
        reasons = outcome.reasons
        try:
            return self._marks[reasons]
        except KeyError:
            once = not outcome.undetermined and all(reason.kind in ONCE_A_CLAIM for reason in reasons)
            kind = in_order(reasons)[0].kind if once else None
            self._marks = kept(self._marks, reasons, kind, GAPS_KEPT)
            return kind

    def lacking(self, revisions: frozenset[BoundRevision]) -> list[Gap]:
        """The gaps of rules that lack history, in order: the same for many claims, so they are kept."""
        found = self._lacking.get(revisions)
        if found is None:
            # Lines of a claim may be of two revisions of a rule: the first speaks for both.
            latest = sorted(revisions, key=lambda each: each.revision.number, reverse=True)
            of_rules = {each.rule.rule.id: each for each in latest}
            gaps = [self._made([Hit(each.rule, each, (), LACKING, None)], LACKING) for each in of_rules.values()]
            found = ordered(gaps)
            self._lacking = kept(self._lacking, revisions, found, GAPS_KEPT)
        return found

    def gap(self, hits: Sequence[Hit | Doubted], outcome: Unsure) -> Gap:
        """A gap: all it says is said by the rule, the lines and the reasons, but where it is about a diagnosis."""
        hit = hits[0]
        if isinstance(hit, Hit) and getattr(subject_of(hit), "record", "") == "diagnosis":
            return self._made(hits, outcome)
        key = (hit.revision, *[(each.outcome, *numbers(each)) for each in hits])
        found = self._other.get(key)
        if found is None:
            found = self._made(hits, outcome)
            self._other = kept(self._other, key, found, GAPS_KEPT)
        return found

    def _made(self, hits: Sequence[Hit | Doubted], outcome: Unsure) -> Gap:
        hit, rule = hits[0], hits[0].rule.rule
        reasons = in_order(outcome.reasons.union(*(h.outcome.reasons for h in hits if isinstance(h.outcome, Unsure))))
        leading = next((r for r in reasons if r.kind == "missing_field"), reasons[0]) if reasons else None
        kind = leading.kind if leading else "missing_field"
        entry = common(hit)
        if kind in ONCE_A_CLAIM:
            entry["line"] = entry["diagnosis"] = None
        lines = {number for each in hits for number in numbers(each)}
        entry["lines"] = () if outcome == LACKING else tuple(sorted(lines))
        missing = tuple(dict.fromkeys(reason.what for reason in reasons if reason.kind == kind))
        said = "; ".join(dict.fromkeys(say_reason(reason) for reason in reasons if reason.kind == kind))
        return Gap(**entry, message=f"{rule.title}: not checked, because {said}.", blocking=self._blocks(hit, kind),
                   reason=kind, missing=missing)  # fmt: skip

    def _blocks(self, hit: Hit | Doubted, kind: str) -> bool:
        """Whether a gap keeps the claim from being called clean."""
        if hit.rule.rule.status == "shadow" or hit.revision.severity == "info" or kind == "not_published":
            return False
        return self._require_history if kind == "no_history" else True


def say_reason(reason: Reason) -> str:
    """A reason in words: ``line.units is missing on line 2``."""
    said = _REASON_SAYS[reason.kind].format(what=reason.what)
    return f"{said} on line {reason.line}" if reason.line is not None else said
