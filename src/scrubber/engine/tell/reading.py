"""Findings about how a claim was written: what could not be read, and what was normalised on the way in."""

from __future__ import annotations

from scrubber.claims.inputs import Deviation, InputClaim
from scrubber.core.diagnostics import InputProblem
from scrubber.core.money import format_money
from scrubber.core.sha256 import sha256
from scrubber.engine.tell.place_of import field_location, spoken
from scrubber.findings.model import Edit, Finding, Fix, Location
from scrubber.packs.model import Denial

_KIND_SAYS = {"case": "has lower-case letters", "dot": "has a dot", "padding": "has white space around it"}


def reading_findings(source: InputClaim, salt: str) -> list[Finding]:
    """One ``structure`` finding a problem, one ``format`` finding a field that deviates."""
    found = [_structure(problem, source, salt) for problem in source.problems]
    seen: set[tuple[str, int | None, int | None, int | None]] = set()
    for deviation in source.deviations:
        mark = (deviation.field, deviation.line, deviation.diagnosis, deviation.icd_procedure)
        if mark not in seen:
            seen.add(mark)
            found.append(_format(deviation, source, salt))
    return found


def _structure(problem: InputProblem, source: InputClaim, salt: str) -> Finding:
    location = Location(
        field=problem.element or "", x12=problem.element, segment=problem.segment, offset=problem.offset
    )
    fixes = (Fix("advice", "MANUAL", problem.help),) if problem.help else ()
    return Finding(
        rule="ENGINE-STRUCTURE", revision=1, pack="engine", category="structure", severity="reject", line=problem.line,
        lines=(problem.line,) if problem.line is not None else (), message=problem.message,
        title="Part of the claim could not be read", location=location, evidence=(), authority=None,
        denial=Denial(claim_status=("A7:21",)), bypassable=None, amount_at_risk=_risk(source, problem.line),
        fixes=fixes,
        fingerprint=_mark(salt, source, "ENGINE-STRUCTURE", str(problem.element), str(problem.segment)),
    )  # fmt: skip


def _format(deviation: Deviation, source: InputClaim, salt: str) -> Finding:
    record, _, name = deviation.field.partition(".")
    number = deviation.line or deviation.diagnosis or deviation.icd_procedure or 0
    numbers = [line.number or at for at, line in enumerate(source.claim.lines, 1)]
    index = numbers.index(number) if record == "line" and number in numbers else max(number - 1, 0)
    noun = "modifier" if name == "modifiers" else spoken(name)
    where = f" of line {deviation.line}" if deviation.line is not None else ""
    value = _held(source, record, index, name)
    edits = (Edit(deviation.line, edited_field(deviation), "set", value),)
    fix = Fix("normalise", "SAFE", "Write it in upper case, without dots and blanks.", (), edits)
    return Finding(
        rule="ENGINE-FORMAT", revision=1, pack="engine", category="format", severity="info", line=deviation.line,
        lines=(deviation.line,) if deviation.line is not None else (), diagnosis=deviation.diagnosis,
        message=f"The {noun}{where} {_KIND_SAYS[deviation.kind]}; it was checked as if written properly.",
        title="A value is not written as it should be sent",
        location=field_location(record, number, index, name, source), evidence=(), authority=None, denial=Denial(),
        bypassable=None, amount_at_risk="0.00", fixes=(fix,),
        fingerprint=_mark(salt, source, "ENGINE-FORMAT", deviation.field, str(number)),
    )  # fmt: skip


def edited_field(deviation: Deviation) -> str:
    """The field that an edit names to put a deviation right: ``modifiers``, ``diagnoses[2].code``."""
    record, _, name = deviation.field.partition(".")
    if record == "diagnosis":
        return f"diagnoses[{deviation.diagnosis}].{name}"
    if record == "icd_procedure":
        return f"icd_procedures[{deviation.icd_procedure}].{name}"
    return name


def _held(source: InputClaim, record: str, index: int, name: str) -> object:
    """The value as the claim holds it: written properly."""
    claim = source.claim
    owners: tuple[object, ...] = {
        "line": claim.lines, "diagnosis": claim.diagnoses, "icd_procedure": claim.icd_procedures,
    }.get(record, (claim,))  # fmt: skip
    value = getattr(owners[index], name, None) if index < len(owners) else None
    return list(value) if isinstance(value, tuple) else value


def _risk(source: InputClaim, line: int | None) -> str:
    charges = [item.charge or 0 for at, item in enumerate(source.claim.lines, 1) if line in (None, item.number or at)]
    return format_money(sum(charges))


def _mark(salt: str, source: InputClaim, *parts: str) -> str:
    text = "\x1f".join((salt, source.claim.patient_control_number or "", *parts))
    return sha256(text.encode()).hexdigest()[:20]
