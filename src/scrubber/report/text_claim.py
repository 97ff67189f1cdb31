"""One claim as a biller reads it: findings with where, why, what to expect and what to do; then the gaps."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.inputs import InputClaim
from scrubber.findings.model import Bypass, DamagedTable, Finding, Fix, ScrubResult
from scrubber.packs.model import SEVERITIES
from scrubber.report.style import SEVERITY_COLOUR, Style, clean, dollars, lines_said, listed
from scrubber.report.unchecked import Unchecked

_MAY = {
    "SAFE": "safe to do: only the form of the value changes",
    "CONFIRM": "do it if it is right: needs your yes",
    "MANUAL": "a person must decide",
}
_CODES_NAMED = 12
"""So many related lines are named with their codes; of more, the numbers of the first say enough."""
_LEFT = 5
_COLUMN = 9


def claim_block(style: Style, source: InputClaim, result: ScrubResult, gaps: Unchecked) -> Iterator[str]:
    """The lines of one claim."""
    header = result.claim
    who = header.payer or "payer not known"
    kind = (header.type or "form not known").lower()
    yield style.rule(f"Claim {claim_label(result)}", f"{kind}, {who}")
    if not result.findings:
        yield from style.wrap(
            "No findings." if result.outcome == "clean" else "No findings, but not everything was checked.", "  "
        )
    for finding in sorted(result.findings, key=lambda entry: SEVERITIES.index(entry.severity)):
        yield ""
        yield from _finding(style, source, finding)
    if result.shadow:
        yield ""
        yield from style.wrap("Rules on trial, which count for nothing yet:", "  ")
        for finding in result.shadow:
            yield from style.wrap(f"{_place(finding)}{finding.message} ({finding.rule})", "   - ")
    yield from _bypasses(style, result.bypassed)
    if result.waived:
        yield ""
        names = listed([f"{entry.rule} ({_place(entry).removesuffix(': ')})" for entry in result.waived], 20)
        yield from style.wrap(f"Set aside by a waiver or the baseline: {names}.", "  ")
    for fault in result.faults:
        yield ""
        whose = "NOT CHECKED" if isinstance(fault, DamagedTable) else "Fault in scrubber, not in the claim"
        yield from style.wrap(f"{whose}: {fault.rule} of {fault.pack}. {fault.message}", "  ")
    yield from _not_checked(style, gaps)
    yield ""


def claim_label(result: ScrubResult) -> str:
    """What a person calls the claim: its patient control number, else its place in the file."""
    number = result.claim.patient_control_number
    return clean(number) if number else f"number {(result.claim.index or 0) + 1} (no patient control number)"


def _finding(style: Style, source: InputClaim, finding: Finding) -> Iterator[str]:
    word = finding.severity.upper().ljust(6)
    parts = [_subject(source, finding)]
    box = _box(source, finding)
    if box:
        parts.append(box)
    if finding.amount_at_risk != "0.00" and finding.severity != "info":
        parts.append(f"{dollars(finding.amount_at_risk)} at risk")
    head = f"  {style.paint(word, 'bold', SEVERITY_COLOUR[finding.severity])} {style.paint(' · '.join(parts), 'bold')}"
    yield head
    yield from style.wrap(finding.message, " " * _LEFT)
    said = [("Policy", why_said(finding)), ("Expect", _denial_said(finding)), ("With", _related_said(source, finding))]
    for label, text in said:
        if text:
            yield from style.labelled(label, text, _LEFT, _COLUMN)
    yield from _fixes(style, finding.fixes)
    for text in finding.unchecked_exceptions:
        yield from style.labelled("Unless", f"{text} (Could not be looked at.)", _LEFT, _COLUMN)
    if finding.depends_on:
        yield from style.labelled("Note", "This follows from the finding on the related line; put that right first.",
                                  _LEFT, _COLUMN)  # fmt: skip
    if finding.state != "open":
        yield from style.labelled("State", finding.state, _LEFT, _COLUMN)
    yield from style.labelled("Rule", f"{finding.rule} ({finding.title})", _LEFT, _COLUMN)


def _subject(source: InputClaim, finding: Finding) -> str:
    if len(finding.lines) > 1:
        return lines_said(list(finding.lines)).capitalize()
    if finding.line is None:
        return f"Diagnosis {finding.diagnosis}" if finding.diagnosis else "Whole claim"
    code = _code(source, finding.line)
    return f"Line {finding.line} · {code}" if code else f"Line {finding.line}"


def _line_said(source: InputClaim, number: int) -> str:
    code = _code(source, number)
    return f"line {number} ({code})" if code else f"line {number}"


def _code(source: InputClaim, number: int) -> str:
    """Procedure and modifiers of a line, or its revenue code; empty where it has neither."""
    for at, line in enumerate(source.claim.lines, 1):
        if (line.number or at) == number:
            parts = [line.procedure, *line.modifiers] if line.procedure else [line.revenue_code or ""]
            return clean("-".join(part for part in parts if part))
    return ""


def _box(source: InputClaim, finding: Finding) -> str:
    if finding.category == "structure":
        # What could not be read has no box: the segment or the JSON pointer is what a person can look up.
        segment = f", segment {finding.location.segment}" if finding.location.segment is not None else ""
        return f"{finding.location.field}{segment}" if finding.location.field else segment.removeprefix(", ")
    paper = finding.location.ub04 if source.claim.type == "INSTITUTIONAL" else finding.location.cms1500
    if not paper:
        return ""
    return f"UB-04 FL {paper}" if source.claim.type == "INSTITUTIONAL" else f"box {paper}"


def why_said(finding: Finding) -> str:
    """The authority in one phrase."""
    about = finding.authority
    if about is None:
        return ""
    edition = f"edition {about.edition}" if about.edition else ""
    return ", ".join(part for part in (about.title, about.section, edition) if part) + "."


def _denial_said(finding: Finding) -> str:
    denial = finding.denial
    parts = [f"CARC {', '.join(denial.carc)}"] if denial.carc else []
    parts += [f"RARC {', '.join(denial.rarc)}"] if denial.rarc else []
    parts += [f"277CA {', '.join(denial.claim_status)}"] if denial.claim_status else []
    words = {"reject": "the claim comes back unprocessed", "deny": "the line is denied"}.get(finding.severity, "")
    codes = f"({'; '.join(parts)})" if words and parts else "; ".join(parts)
    return f"{words} {codes}".strip() + "." if words or codes else ""


def _related_said(source: InputClaim, finding: Finding) -> str:
    numbers = [r.line for r in finding.related if r.claim is None and r.line is not None]
    few = len(numbers) <= _CODES_NAMED
    own = [_line_said(source, number) for number in numbers] if few else [lines_said(numbers)]
    others = [
        f"claim {clean(r.claim.patient_control_number or '')}" + ("" if r.line is None else f", line {r.line}")
        for r in finding.related
        if r.claim is not None
    ]
    return "; ".join([*own, *(others if len(others) <= _CODES_NAMED else [listed(others, _CODES_NAMED)])])


def _fixes(style: Style, fixes: tuple[Fix, ...]) -> Iterator[str]:
    if not fixes:
        return
    kinds = {fix.applicability for fix in fixes}
    one = _MAY[fixes[0].applicability] if len(kinds) == 1 else ""
    parts = [part for part in ("one of these" if len(fixes) > 1 else "", one) if part]
    yield from style.labelled("To fix", f"{'; '.join(parts)}:", _LEFT, _COLUMN)
    for fix in fixes:
        more = "" if one else f" [{_MAY[fix.applicability]}]"
        yield from style.wrap(fix.text + more, " " * (_LEFT + _COLUMN) + "- ")


def _bypasses(style: Style, bypassed: tuple[Bypass, ...]) -> Iterator[str]:
    if not bypassed:
        return
    yield ""
    yield from style.wrap("Not reported, because an exception applies (keep the record at hand):", "  ")
    for entry in bypassed:
        yield from style.wrap(f"{_place(entry)}{entry.reason} ({entry.rule})", "   - ")


def _place(entry: Bypass | Finding) -> str:
    related = [r.line for r in entry.related if r.claim is None and r.line is not None]
    here = lines_said(list(entry.lines)).capitalize() if entry.lines else "Claim"
    return f"{here} with {lines_said(related)}: " if related else f"{here}: "


def _not_checked(style: Style, gaps: Unchecked) -> Iterator[str]:
    if gaps.blocking:
        yield ""
        yield from style.wrap("NOT CHECKED, so this claim cannot be called clean:", "  ")
        for text in gaps.blocking:
            yield from style.wrap(text, "   - ")
    if gaps.other:
        yield ""
        yield from style.wrap(f"Also not checked: {' '.join(gaps.other)}", "  ")
