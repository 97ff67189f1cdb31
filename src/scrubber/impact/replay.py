"""The same claims under two versions of packs: what is found that was not, and what is no longer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct, structs

from scrubber.claims.model import Claim
from scrubber.core.money import format_money
from scrubber.findings.model import ClaimHeader, Fault, Finding, ScrubResult
from scrubber.report.summary import at_risk

Scrub = Callable[[Any, Sequence[Claim] | None, Sequence[Claim]], ScrubResult]
"""One claim, its history and its batch to a result."""


class Changed(Struct, frozen=True):
    """A finding that both versions have, and that says something else."""

    before: Finding
    after: Finding


class ClaimChange(Struct, frozen=True):
    """What changes for one claim. Findings of rules on trial (shadow) stand apart, and gaps are counted."""

    claim: ClaimHeader
    outcome: tuple[str, str]
    added: tuple[Finding, ...] = ()
    removed: tuple[Finding, ...] = ()
    changed: tuple[Changed, ...] = ()
    shadow_added: tuple[Finding, ...] = ()
    shadow_removed: tuple[Finding, ...] = ()
    gaps: tuple[int, int] = (0, 0)


class Totals(Struct, frozen=True):
    """Sums over all claims replayed. ``by_rule`` has added, removed and changed; money counts a line once."""

    claims: int
    touched: int
    added: int
    removed: int
    changed: int
    shadow_added: int
    shadow_removed: int
    by_rule: dict[str, dict[str, int]]
    dollars_at_risk_before: str
    dollars_at_risk_after: str


class Replay:
    """Runs claims through both versions; ``changes`` gives the claims that differ, and ``totals`` the sums after it.

    ``faults`` are those met on the way, one a rule: what the rule says of the claims was not compared.
    """

    def __init__(self, old: Scrub, new: Scrub) -> None:
        self._old, self._new = old, new
        self._claims = self._touched = self._before = self._after = 0
        self._sums: Counter[str] = Counter()
        self._rules: dict[str, Counter[str]] = {}
        self.faults: dict[str, Fault] = {}

    def changes(self, claims: Iterable[tuple[Any, Sequence[Claim] | None, Sequence[Claim]]]) -> Iterator[ClaimChange]:
        """Each claim for which something changes, in the order given."""
        for source, history, batch in claims:
            old, new = self._old(source, history, batch), self._new(source, history, batch)
            self.faults.update((fault.rule, fault) for fault in (*old.faults, *new.faults))
            self._claims += 1
            self._before += at_risk(source.claim, old.findings)
            self._after += at_risk(source.claim, new.findings)
            change = compared(old, new)
            if change is not None:
                self._touched += 1
                self._count(change)
                yield change

    def _count(self, change: ClaimChange) -> None:
        for kind in ("added", "removed", "changed", "shadow_added", "shadow_removed"):
            for item in getattr(change, kind):
                finding = item.after if isinstance(item, Changed) else item
                self._sums[kind] += 1
                self._rules.setdefault(finding.rule, Counter())[kind] += 1

    def totals(self) -> Totals:
        """The sums so far."""
        sums = self._sums
        return Totals(
            self._claims, self._touched, sums["added"], sums["removed"], sums["changed"], sums["shadow_added"],
            sums["shadow_removed"], {rule: dict(self._rules[rule]) for rule in sorted(self._rules)},
            format_money(self._before), format_money(self._after),
        )  # fmt: skip


def compared(old: ScrubResult, new: ScrubResult) -> ClaimChange | None:
    """What differs between two results of one claim; None where nothing does."""
    added, removed, changed = _sides(old.findings, new.findings)
    trial_added, trial_removed, _ = _sides(old.shadow, new.shadow)
    gaps = (len(old.undetermined) + len(old.not_evaluated), len(new.undetermined) + len(new.not_evaluated))
    if not (added or removed or changed or trial_added or trial_removed or old.outcome != new.outcome
            or gaps[0] != gaps[1]):  # fmt: skip
        return None
    return ClaimChange(new.claim, (old.outcome, new.outcome), added, removed, changed, trial_added, trial_removed, gaps)


def _sides(
    old: Sequence[Finding], new: Sequence[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Changed, ...]]:
    before, after = _keyed(old), _keyed(new)
    changed = tuple(Changed(before[key], after[key]) for key in after
                    if key in before and _meant(before[key]) != _meant(after[key]))  # fmt: skip
    return (tuple(after[key] for key in after if key not in before),
            tuple(before[key] for key in before if key not in after), changed)  # fmt: skip


def _keyed(findings: Sequence[Finding]) -> dict[tuple[Any, ...], Finding]:
    """Findings by what they are about; several of one rule on one line are numbered."""
    seen: Counter[tuple[Any, ...]] = Counter()
    found = {}
    for finding in findings:
        key = (finding.rule, finding.line, finding.lines, finding.diagnosis)
        seen[key] += 1
        found[*key, seen[key]] = finding
    return found


def _meant(finding: Finding) -> Finding:
    """A finding without what may differ though it says the same."""
    return structs.replace(finding, revision=0, pack="", fingerprint="", evidence=(), depends_on=None)
