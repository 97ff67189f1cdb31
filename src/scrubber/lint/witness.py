"""A claim made from values that the algebra found, and what the engine says of it: the engine has the last word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct, structs

from scrubber.claims.inputs import InputClaim
from scrubber.claims.model import Claim, Diagnosis, IcdProcedure, ServiceLine
from scrubber.core.dates import add_duration
from scrubber.core.payers import ResolvedPayer
from scrubber.engine.compile.program import Program
from scrubber.engine.scrub import Engine, Options
from scrubber.findings.model import ScrubResult
from scrubber.lang import ir
from scrubber.lint.algebra import Codes, Solution, solve
from scrubber.lint.algebra_terms import TRUE
from scrubber.tables.store import TableStore

DAY = date(2024, 8, 1)
LINE_FIELDS = frozenset(ServiceLine.__struct_fields__)
CLAIM_FIELDS = frozenset(Claim.__struct_fields__)
DEFAULT_PROCEDURE = "99999"
RUNNING = frozenset({"draft", "shadow", "active"})


class Witness(Struct, frozen=True):
    """A claim, who pays it, and the day it is sent."""

    claim: Claim
    payer: ResolvedPayer | None
    sent_on: date


def witness(solution: Solution, scope: str, codes: Codes) -> Witness:
    """A claim with the values of a solution; what they do not say is ordinary."""
    values = dict(solution.values)
    day = _day(values)
    claim: dict[str, Any] = {
        "type": values.get("claim.type", "PROFESSIONAL"), "patient_control_number": "LINT", "billing_npi": "1234567893",
        "payer_sequence": "P", "frequency": "1", "place_of_service": "11",
        "diagnoses": (Diagnosis(code="E119"),),
    }  # fmt: skip
    if claim["type"] == "INSTITUTIONAL":
        claim.update(place_of_service=None, bill_type="131")
    lines = [_line("line", values, day, claim)] if scope != "pair" else [
        _line("line", values, day, claim), _line("other", values, day, claim)
    ]  # fmt: skip
    if scope == "group":
        lines = [_line("group", values, day, claim)]
    lines += list(_other_lines(solution, day, claim, codes))
    claim.update(_claim_values(values, claim))
    claim["lines"] = tuple(structs.replace(line, number=at) for at, line in enumerate(lines, 1))
    if "claim.total_charge" not in values:
        claim["total_charge"] = sum(line.charge or 0 for line in lines)
    sent = values.get("claim.sent_on") or day + timedelta(days=14)
    return Witness(Claim(**claim), _payer(values), sent)


def _day(values: Mapping[str, Any]) -> date:
    for key in ("line.date", "group.day", "rule.day", "claim.date"):
        if values.get(key) is not None:
            return values[key]  # type: ignore[no-any-return]
    return DAY


def _line(name: str, values: Mapping[str, Any], day: date, claim: dict[str, Any]) -> ServiceLine:
    made: dict[str, Any] = {
        "procedure": DEFAULT_PROCEDURE, "date": day, "units": 1, "unit_basis": "UN", "charge": 10_000,
        "diagnosis_pointers": (1,),
    }  # fmt: skip
    for key, value in values.items():
        owner, _, field = key.partition(".")
        if owner != name:
            continue
        if field in LINE_FIELDS:
            made[field] = _plain(value)
            if value is None and field in CLAIM_FIELDS:
                claim[field] = None
        elif field == "units_per_day":
            made["units"] = value
        elif field == "minutes":
            made.update(units=value, unit_basis="MJ") if value is not None else None
        elif field == "days" and value:
            made["date_to"] = day + timedelta(days=int(value) - 1)
        elif field == "first_diagnosis":
            claim["diagnoses"] = (Diagnosis(code=value),) if value else ()
            made["diagnosis_pointers"] = (1,) if value else ()
        elif field == "diagnoses":
            claim["diagnoses"] = tuple(Diagnosis(code=code) for code in value)
            made["diagnosis_pointers"] = tuple(range(1, len(value) + 1))
        elif field.startswith("patient_age"):
            claim["patient_birth_date"] = _born(made["date"] or day, field, value)
    return ServiceLine(**made)


def _born(day: date, field: str, value: Any) -> date | None:
    unit = {"patient_age": "year", "patient_age_months": "month"}.get(field, "day")
    return add_duration(day, -int(value), unit) if value is not None else None


def _claim_values(values: Mapping[str, Any], claim: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        owner, _, field = key.partition(".")
        if owner == "diagnosis" and field == "code":
            yield "diagnoses", (Diagnosis(code=value),)
        if owner != "claim":
            continue
        if field == "first_diagnosis":
            yield "diagnoses", (Diagnosis(code=value),) if value else ()
        elif field == "diagnoses":
            yield field, tuple(Diagnosis(code=code) for code in value)
        elif field == "icd_procedures":
            yield field, tuple(IcdProcedure(code=code) for code in value)
        elif field == "patient_age":
            yield "patient_birth_date", _born(_day(values), field, value)
        elif field in CLAIM_FIELDS and field not in ("lines", "other_payers"):
            yield field, _plain(value)


def _other_lines(solution: Solution, day: date, claim: dict[str, Any], codes: Codes) -> Iterator[ServiceLine]:
    """Lines for the sources that must not be empty, and for fields that list other lines' codes."""
    for text, node in solution.conditions.items():
        if solution.free.get(text) != TRUE or not isinstance(node, ir.Quantified) or node.mode != "any":
            continue
        source = node.source
        if source.kind not in ("lines", "other_lines", "lines_on_any_claim", "other_lines_on_any_claim"):
            continue
        values: dict[str, Any] = {}
        if source.where is not None:
            inner = solve([(source.where, TRUE)], codes)
            if inner.verdict is False:
                continue
            values = {f"it.{key.partition('.')[2]}": value for key, value in inner.values.items()
                      if key.startswith(f"{source.variable}.")}  # fmt: skip
        yield _line("it", values, day, claim)
    for key in ("line.same_day_procedures", "claim.procedures"):
        for procedure in solution.values.get(key) or ():
            yield _line("it", {"it.procedure": procedure}, day, claim)


def _payer(values: Mapping[str, Any]) -> ResolvedPayer | None:
    if "claim.payer" in values and values["claim.payer"] is None:
        return None
    return ResolvedPayer(
        values.get("claim.payer") or "EXAMPLE_PAYER", values.get("claim.payer_class") or "COMMERCIAL",
        values.get("claim.product") or "", values.get("claim.payer_state") or "",
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """Decimals that are whole as whole numbers: how claims hold them."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


class Judge:
    """Asks the engine about single rules. Every status runs, so that drafts are looked at too."""

    def __init__(self, program: Program, store: TableStore | None) -> None:
        running = tuple(structs.replace(rule, status="active") for rule in program.rules if rule.status in RUNNING)
        # Overrides are left out: a rule is judged as it stands, whoever switches it off for somebody.
        packs = tuple(structs.replace(pack, overrides=()) for pack in program.packs)
        self.program = structs.replace(program, rules=running, packs=packs)
        self.store = store or TableStore([])
        self._engines: dict[tuple[str, ...], Engine] = {}
        self._payer: ResolvedPayer | None = None

    def scrub(self, made: Witness, rules: Iterable[str]) -> ScrubResult:
        """What those rules say of a claim."""
        named = tuple(sorted(rules))
        engine = self._engines.get(named)
        if engine is None:
            wanted = tuple(rule for rule in self.program.rules if rule.id in named)
            program = structs.replace(self.program, rules=wanted)
            engine = self._engines[named] = Engine(program, self.store, self._resolve, Options())
        self._payer = made.payer
        return engine.scrub(InputClaim(made.claim, "", 0), made.sent_on)

    def _resolve(self, *_: Any) -> ResolvedPayer | None:
        return self._payer


def said(made: Witness) -> str:
    """The claim in one line, as a person would tell it: payer, form, lines."""
    claim = made.claim
    lines = []
    for line in claim.lines:
        text = "-".join((line.procedure or "(no code)", *line.modifiers))
        lines.append(f"{text} x{line.units} on {line.date}")
    codes = ", ".join(item.code or "" for item in claim.diagnoses)
    payer = f"{made.payer.payer} ({made.payer.payer_class})" if made.payer else "an unknown payer"
    return f"{claim.type} claim to {payer}, diagnoses {codes or 'none'}: {'; '.join(lines)}"
