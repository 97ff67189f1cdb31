"""The claims of golden cases: short to write, whole when they are run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scrubber.claims.inputs import InputClaim
from scrubber.claims.json_careful import claim_from_mapping
from scrubber.claims.model import Claim, ServiceLine
from scrubber.core.diagnostics import Diagnostic, RuleFileError
from scrubber.packs.suggest import nearest
from scrubber.testing.read import GoldenCase, node_at

NUMBER = "GOLDEN"
"""The patient control number of every case's claim."""
OWN_PAYER = "GOLDEN-PAYER"
"""The payer id of a claim whose payer is written out in the file."""

_CLAIM = {
    "PROFESSIONAL": {"billing_npi": "1234567893", "place_of_service": "11", "frequency": "1", "payer_sequence": "P"},
    "INSTITUTIONAL": {"billing_npi": "1234567893", "bill_type": "131", "frequency": "1", "payer_sequence": "P"},
    "DENTAL": {"billing_npi": "1234567893", "place_of_service": "11", "frequency": "1", "payer_sequence": "P"},
}
_LINE = {"units": "1", "unit_basis": "UN", "charge": "100.00"}
_SHORT = re.compile(
    r"(?P<procedure>[A-Z0-9]+)(?P<modifiers>(-[A-Z0-9]+)*)"
    r"(\s+x(?P<units>[0-9.]+))?"
    r"(\s+(?P<date>\d{4}-\d\d-\d\d)(\.\.(?P<date_to>\d{4}-\d\d-\d\d))?)?"
    r"(\s+\$(?P<charge>[0-9.]+))?"
)
SHORT_FORM = "write CODE-MODIFIER-… xUNITS DATE..DATE $CHARGE, of which only the code must be there: 97110-GP-59 x2"


def claim_of(
    case: GoldenCase, defaults: Mapping[str, Any], payer: Mapping[str, str], keys: tuple[str | int, ...] = ("claim",)
) -> InputClaim:
    """The claim that stands at ``keys`` of the case, with the defaults of the file and of all golden files.

    A professional claim has a valid billing provider, one diagnosis and place of service 11, its lines one unit for 100
    dollars on the case's ``as_of`` and a pointer to the diagnosis; the total is that of the lines. ``without:`` names
    what a claim or a line does not have.

    Raises:
        RuleFileError: a field that is none, or a value that cannot be read.
    """
    value: Any = case.values
    for key in keys:
        value = value[key]
    whole = _whole(case, dict(value), defaults, payer, keys)
    found = claim_from_mapping(whole, pointer="")
    problems = [found] if not isinstance(found, InputClaim) else list(found.problems)
    if problems or not isinstance(found, InputClaim):
        raise RuleFileError([
            Diagnostic("SCR803", problem.message.rstrip("."),
                       node_at(case.node, (*keys, *_steps(problem.element or ""))).place, help=problem.help)
            for problem in problems
        ])  # fmt: skip
    return found


def _whole(
    case: GoldenCase, given: dict[str, Any], defaults: Mapping[str, Any], payer: Mapping[str, str],
    keys: tuple[str | int, ...],
) -> dict[str, Any]:  # fmt: skip
    own = {**(defaults.get("claim") or {}), **given}
    kind = own.get("type", "PROFESSIONAL")
    lines = own.pop("lines", [])
    without = _without(case, own, Claim, "claim", keys)
    claim: dict[str, Any] = {"type": kind, "patient_control_number": NUMBER, **_CLAIM.get(kind, {})}
    if kind != "DENTAL":
        claim["diagnoses"] = ["E119"]
    if not {"payer_id", "payer_name", "filing_indicator"} & set(own):
        claim.update(payer)
    claim.update(own)
    pointers = {"diagnosis_pointers": ["1"]} if kind == "PROFESSIONAL" and claim.get("diagnoses") else {}
    line_defaults = {**_LINE, **pointers, **_dated(case.as_of), **(defaults.get("line") or {})}
    if isinstance(lines, Sequence) and not isinstance(lines, str):
        claim["lines"] = [_line(case, line, line_defaults, (*keys, "lines", at)) for at, line in enumerate(lines)]
        if "total_charge" not in claim:
            total = _total(claim["lines"])
            claim.update({"total_charge": total} if total else {})
    else:
        claim["lines"] = lines
    return {name: value for name, value in claim.items() if name not in without}


def _dated(day: date) -> dict[str, str]:
    return {"date": day.isoformat()}


def _line(case: GoldenCase, given: Any, defaults: Mapping[str, Any], keys: tuple[str | int, ...]) -> Any:
    if isinstance(given, str):
        short = _SHORT.fullmatch(given.strip())
        if short is None:
            raise RuleFileError([Diagnostic("SCR803", "this is no line in the short form",
                                            node_at(case.node, keys).place, help=SHORT_FORM)])  # fmt: skip
        given = {name: text for name, text in short.groupdict().items() if text}
        modifiers = given.pop("modifiers", "")
        given |= {"modifiers": modifiers.strip("-").split("-")} if modifiers else {}
    if not isinstance(given, Mapping):
        return given
    line = {**defaults, **given}
    without = _without(case, line, ServiceLine, "line", keys)
    return {name: value for name, value in line.items() if name not in without}


def _without(case: GoldenCase, given: dict[str, Any], model: type[Claim | ServiceLine], record: str,
             keys: tuple[str | int, ...]) -> frozenset[str]:  # fmt: skip
    """The fields that a claim or line is to lack. A name that is none would leave in place what the case is about."""
    names, known = given.pop("without", ()), model.__struct_fields__
    names = (names,) if isinstance(names, str) else tuple(names)
    for at, name in enumerate(names):
        if name not in known:
            near = nearest(name.removeprefix(f"{record}."), known)
            raise RuleFileError([Diagnostic("SCR803", f"a {record} has no field of this name",
                                            node_at(case.node, (*keys, "without", at)).place,
                                            help=f"did you mean {near}?" if near else "")])  # fmt: skip
    return frozenset(names)


def _total(lines: Sequence[Any]) -> str:
    cents = 0
    for line in lines:
        charge = line.get("charge") if isinstance(line, Mapping) else None
        found = re.fullmatch(r"(\d+)(?:\.(\d\d?))?", str(charge or "0"))
        if found is None:
            return ""
        cents += int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    return f"{cents // 100}.{cents % 100:02d}"


def _steps(pointer: str) -> tuple[str | int, ...]:
    """``.lines[1].modifiers`` as keys and positions."""
    return tuple(int(at) if at else name for name, at in re.findall(r"([a-z_]+)|\[(\d+)\]", pointer))
