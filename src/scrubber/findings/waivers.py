"""The one place that decides whether a finding is set aside: by a waiver, or because it was there before (baseline).

A finding that is set aside is never lost: it moves to ``waived`` of the result, with its state, and counts apart. An
expired waiver sets nothing aside, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from msgspec import Struct, structs

from scrubber.claims.model import Claim
from scrubber.findings.model import Finding, ScrubResult

COUNTED = frozenset({"reject", "deny", "review"})
"""The severities whose open findings decide a claim's outcome."""
MATCHES = ("fingerprint", "patient_control_number", "payer", "billing_npi", "rendering_npi", "procedure",
           "place_of_service")  # fmt: skip
"""What a waiver may be narrowed by. A finding has to meet all that are given, each by one of its values."""


class Waiver(Struct, frozen=True):
    """A decision of people to let findings of one rule stand. ``expires`` is the last day it holds.

    ``match`` narrows it: name to the values allowed; never empty.
    """

    rule: str
    match: dict[str, tuple[str, ...]]
    reason: str
    owner: str
    approver: str
    expires: date
    place: str = ""

    def covers(self, claim: Claim, payer: str | None, finding: Finding) -> bool:
        """Whether it is about this finding, expired or not."""
        return finding.rule == self.rule and all(
            values_of(name, claim, payer, finding) & set(allowed) for name, allowed in self.match.items()
        )


class Known(Struct, frozen=True):
    """A finding of a baseline. One that has become more severe since is new."""

    rule: str
    severity: str


def pruned(before: Mapping[str, Known], found: Mapping[str, Known], unsure: Callable[[str], bool]) -> dict[str, Known]:
    """What stays of a baseline: what is still found as it was, and what may be there unseen.

    ``unsure`` says of a rule whether it went unchecked somewhere: what was not looked for has not gone.
    """
    return {mark: known for mark, known in before.items()
            if found.get(mark) == known or (mark not in found and unsure(known.rule))}  # fmt: skip


class Decisions:
    """Applies waivers and a baseline to results, one by one, and keeps count.

    ``day`` is the day the claims are to be sent: it decides which waivers have expired.
    """

    def __init__(self, waivers: tuple[Waiver, ...], baseline: Mapping[str, Known], day: date) -> None:
        self.waivers, self.baseline, self.day = waivers, baseline, day
        self._back: Counter[int] = Counter()

    def decide(self, claim: Claim, result: ScrubResult) -> ScrubResult:
        """The result with each finding that is set aside moved to ``waived``, and its outcome without them."""
        aside: list[Finding] = []
        open_: list[Finding] = []
        for finding in result.findings:
            state = self._state(claim, result.claim.payer, finding)
            if state == "open":
                open_.append(finding)
            else:
                aside.append(structs.replace(finding, state=state))
        if not aside:
            return result
        counted = any(finding.severity in COUNTED for finding in open_)
        outcome = "findings" if counted else "clean" if result.complete else "incomplete"
        return structs.replace(result, findings=tuple(open_), waived=(*result.waived, *aside), outcome=outcome)

    def _state(self, claim: Claim, payer: str | None, finding: Finding) -> str:
        expired = []
        for place, waiver in enumerate(self.waivers):
            if waiver.covers(claim, payer, finding):
                if waiver.expires >= self.day:
                    return "waived"
                expired.append(place)
        known = self.baseline.get(finding.fingerprint)
        if known is not None and (known.rule, known.severity) == (finding.rule, finding.severity):
            return "baselined"
        self._back.update(expired)
        return "open"

    def expired(self) -> tuple[str, ...]:
        """A sentence for each expired waiver whose findings are back, for the results so far."""
        return tuple(
            f"The waiver of {waiver.rule} by {waiver.owner} expired on {waiver.expires.isoformat()}: "
            f"{count} finding{'' if count == 1 else 's'} {'is' if count == 1 else 'are'} back."
            for place, waiver in enumerate(self.waivers) if (count := self._back[place])
        )  # fmt: skip


def values_of(name: str, claim: Claim, payer: str | None, finding: Finding) -> set[str]:
    """What a finding has to show to a field of ``match``: of the claim, or of the lines it is about (all, where it is
    about the claim)."""
    if name == "fingerprint":
        return {finding.fingerprint}
    if name == "payer":
        return {payer} if payer else set()
    if name == "patient_control_number":
        return {claim.patient_control_number} if claim.patient_control_number else set()
    found = set() if name == "procedure" else {getattr(claim, name)}
    if name != "billing_npi":
        lines = [line for at, line in enumerate(claim.lines, 1)
                 if not finding.lines or (line.number or at) in finding.lines]  # fmt: skip
        own = {getattr(line, name) for line in lines}
        found = own - {None} or found
    return {value for value in found if value}
