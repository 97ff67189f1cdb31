"""Findings that follow from other findings: worked out after the run, because no condition can see an outcome."""

from __future__ import annotations

from msgspec import structs

from scrubber.findings.model import Finding

FAILS = frozenset({"reject", "deny"})


def link(findings: list[Finding]) -> list[Finding]:
    """Findings of rules that follow from a failed line, kept only where that line fails.

    A rule of category ``ncci-add-on`` that names other lines of the claim says "this add-on rests on that primary": it
    stands only where the primary has a finding of its own that denies it, and then points at that finding (contract:
    ``depends_on``). Lines of earlier claims, which a finding may name as well, are nothing that it rests on.
    """
    if not any(finding.category == "ncci-add-on" and finding.related for finding in findings):
        return findings
    failing: dict[int | None, str] = {
        line: finding.fingerprint
        for finding in reversed(findings)
        if finding.severity in FAILS
        for line in finding.lines  # a finding about a group denies all its lines
    }
    kept = []
    for finding in findings:
        primaries = [related.line for related in finding.related if related.claim is None]
        if finding.category != "ncci-add-on" or not primaries:
            kept.append(finding)
            continue
        # One sound primary is enough for the add-on to stand.
        if all(line in failing for line in primaries):
            kept.append(structs.replace(finding, depends_on=failing[primaries[0]]))
    return kept
