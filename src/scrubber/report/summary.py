"""Counts over many claims, and the exit code that follows from them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from scrubber.claims.model import Claim
from scrubber.core.money import format_money
from scrubber.findings.model import DamagedTable, Finding, ScrubResult
from scrubber.packs.model import SEVERITIES

if TYPE_CHECKING:
    from scrubber.findings.waivers import Decisions

OUTCOMES = ("clean", "findings", "incomplete")
COUNTED = ("reject", "deny", "review")
CLEAN, FINDINGS, UNREADABLE, FAULT, INCOMPLETE = 0, 1, 2, 3, 4


class Summary(Struct, frozen=True):
    """Counts over all claims that could be read. By severity and rule, open findings are counted; rules on trial and
    waived findings are not. ``dollars_at_risk`` counts a line once, however many findings it has."""

    claims: int
    by_outcome: dict[str, int]
    by_severity: dict[str, int]
    by_rule: dict[str, int]
    dollars_at_risk: str
    waived: int = 0
    baselined: int = 0
    expired_waivers: tuple[str, ...] = ()


class Tally:
    """Adds up results one by one. ``fail_on`` is the least severity that makes for exit code 1; ``decisions`` are those
    that set findings aside, where any do."""

    def __init__(self, fail_on: str = "review", decisions: Decisions | None = None) -> None:
        self._decisions = decisions
        self._aside: Counter[str] = Counter()
        self._failing = frozenset(SEVERITIES[: SEVERITIES.index(fail_on) + 1])
        self._outcomes: Counter[str] = Counter()
        self._severities: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self.claims = self.cents = 0
        self.fails = self.faults = self.damaged = self.incomplete = False

    def add(self, claim: Claim, result: ScrubResult) -> None:
        """Count one claim and what was said of it."""
        self.claims += 1
        self._outcomes[result.outcome] += 1
        for finding in result.findings:
            if finding.state == "open":
                self._severities[finding.severity] += 1
                self._rules[finding.rule] += 1
                self.fails = self.fails or finding.severity in self._failing
        self._aside.update(finding.state for finding in result.waived)
        self.cents += at_risk(claim, result.findings)
        for fault in result.faults:
            if isinstance(fault, DamagedTable):
                self.damaged = True
            else:
                self.faults = True
        self.incomplete = self.incomplete or not result.complete

    def summary(self) -> Summary:
        """The sums so far."""
        return Summary(
            self.claims,
            {name: self._outcomes[name] for name in OUTCOMES},
            {name: self._severities[name] for name in SEVERITIES},
            {name: self._rules[name] for name in sorted(self._rules)},
            format_money(self.cents),
            self._aside["waived"],
            self._aside["baselined"],
            self._decisions.expired() if self._decisions is not None else (),
        )

    def exit_code(self, unreadable: bool) -> int:
        """0 clean, 1 findings, 2 unreadable input, 3 a fault of ours, 4 incomplete; 3 before 2 before 1 before 4."""
        if self.faults:
            return FAULT
        if unreadable or self.damaged:
            return UNREADABLE
        if self.fails:
            return FINDINGS
        return INCOMPLETE if self.incomplete else CLEAN


def at_risk(claim: Claim, findings: tuple[Finding, ...]) -> int:
    """Cents that hang on open findings of severity reject, deny or review: each line once; the whole claim where a
    finding is about the claim."""
    lines: set[int] = set()
    for finding in findings:
        if finding.state != "open" or finding.severity not in COUNTED or finding.amount_at_risk == "0.00":
            continue
        if not finding.lines:
            return claim.total_charge or sum(line.charge or 0 for line in claim.lines)
        lines.update(finding.lines)
    return sum(line.charge or 0 for at, line in enumerate(claim.lines, 1) if (line.number or at) in lines)
