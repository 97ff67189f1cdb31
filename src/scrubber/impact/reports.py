"""A difference of packs as text, Markdown for a review, and JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from scrubber.findings.model import Finding
from scrubber.impact.meaning import Change
from scrubber.impact.replay import Changed, ClaimChange, Totals

SCHEMA = "scrubber-diff/1"
CLAIMS_SHOWN = 50
_KINDS = {"pack": "Packs", "rule": "Rules", "set": "Value sets", "table": "Tables", "parameter": "Parameters"}


def as_json(changes: Sequence[Change], claims: Sequence[ClaimChange], totals: Totals | None) -> bytes:
    """One JSON document (schema ``scrubber-diff/1``); without claims, ``claims`` is empty and ``summary`` null."""
    document: dict[str, Any] = {"schema": SCHEMA, "changes": changes, "claims": claims, "summary": totals}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def as_text(changes: Sequence[Change], claims: Sequence[ClaimChange], totals: Totals | None) -> Iterator[str]:
    """For a terminal."""
    for change in changes:
        yield f"{change.kind} {change.name}: {_what(change)}"
        if change.part:
            yield f"  - {change.before or '(nothing)'}"
            yield f"  + {change.after or '(nothing)'}"
    if not changes:
        yield "No change in meaning."
    if totals is None:
        return
    for claim in claims[:CLAIMS_SHOWN]:
        yield f"claim {claim.claim.patient_control_number or claim.claim.index}: {' → '.join(claim.outcome)}"
        yield from (f"  {sign} {text}" for sign, text in _lines(claim))
    if len(claims) > CLAIMS_SHOWN:
        yield f"… and {len(claims) - CLAIMS_SHOWN} more claims"
    yield _summary(totals)


def as_markdown(changes: Sequence[Change], claims: Sequence[ClaimChange], totals: Totals | None) -> Iterator[str]:
    """For a pull request: what changed in meaning, then what it does to claims."""
    yield "## What changes in meaning\n"
    if not changes:
        yield "Nothing.\n"
    for kind, title in _KINDS.items():
        found = [change for change in changes if change.kind == kind]
        if found:
            yield f"### {title}\n"
            yield "| name | what | before | after |\n|---|---|---|---|"
            yield from (f"| {change.name} | {_what(change)} | {_cell(change.before)} | {_cell(change.after)} |"
                        for change in found)  # fmt: skip
            yield ""
    if totals is None:
        return
    yield f"## What it does to claims\n\n{_summary(totals)}\n"
    if totals.by_rule:
        yield "| rule | added | removed | changed | on trial, added | on trial, removed |\n|---|---|---|---|---|---|"
        for rule, counts in totals.by_rule.items():
            kinds = ("added", "removed", "changed", "shadow_added", "shadow_removed")
            yield f"| {rule} | {' | '.join(str(counts.get(kind, 0)) for kind in kinds)} |"
        yield ""
    for claim in claims[:CLAIMS_SHOWN]:
        yield f"- claim {claim.claim.patient_control_number or claim.claim.index}: {' → '.join(claim.outcome)}"
        yield from (f"    - `{sign}` {text}" for sign, text in _lines(claim))
    if len(claims) > CLAIMS_SHOWN:
        yield f"- … and {len(claims) - CLAIMS_SHOWN} more claims"


def _what(change: Change) -> str:
    if change.part:
        return change.part
    return f"added, {change.after}" if change.after else f"removed, {change.before}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "–"


def _lines(claim: ClaimChange) -> Iterator[tuple[str, str]]:
    for sign, findings in (("+", claim.added), ("-", claim.removed)):
        yield from ((sign, _finding(finding)) for finding in findings)
    for changed in claim.changed:
        yield "~", f"{_finding(changed.after)} (was: {_was(changed)})"
    for sign, findings in (("+", claim.shadow_added), ("-", claim.shadow_removed)):
        yield from ((sign, f"on trial: {_finding(finding)}") for finding in findings)


def _finding(finding: Finding) -> str:
    where = f"line {finding.line}" if finding.line is not None else "claim"
    return f"{finding.rule} {finding.severity}, {where}: {finding.message}"


def _was(changed: Changed) -> str:
    before, after = changed.before, changed.after
    if before.severity != after.severity:
        return before.severity
    return before.message if before.message != after.message else "other fixes, denial or related lines"


def _summary(totals: Totals) -> str:
    return (
        f"{totals.claims} claims replayed, {totals.touched} touched: {totals.added} findings added, {totals.removed} "
        f"removed, {totals.changed} changed;\non trial {totals.shadow_added} added, {totals.shadow_removed} removed. "
        f"Dollars at risk: {totals.dollars_at_risk_before} before, {totals.dollars_at_risk_after} after."
    )
