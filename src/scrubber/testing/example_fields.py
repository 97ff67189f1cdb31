"""Giving a field of a claim a value: which of the fields that are sent has to change, and to what.

Derived fields are worked out backwards: an age is a day of birth, units a day are units, a payer's class is what the
payer map says of the payer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from scrubber.claims.model import Claim, ServiceLine
from scrubber.core.catalogue import RECORDS
from scrubber.core.code_systems import code_system
from scrubber.core.dates import add_duration
from scrubber.core.money import format_money
from scrubber.core.types import Type
from scrubber.engine.evaluate.lists import code_of
from scrubber.testing.example_state import Edit, Path, State, at, both, put, without

SPARE: Final = {
    "procedure": ("11055", "11720", "99213"), "diagnosis": ("E119", "I10"),
    "icd_procedure": ("0210093", "02703DZ"), "modifier": ("22", "52", "77"),
    "revenue_code": ("0450", "0300"), "place_of_service": ("11", "22"), "npi": ("1234567893", "1245319599"),
    "taxonomy": ("207Q00000X", "208D00000X"), "ndc": ("12345678901",), "payer_sequence": ("P", "S"),
    "claim_status": ("PAID", "DENIED"),
}  # fmt: skip
"""Codes where the rule names none: any of the shape will do."""
_AGES = {"patient_age": "year", "patient_age_months": "month", "patient_age_days": "day"}
_FROM_CLAIM = frozenset({
    "place_of_service", "clia", "prior_auth", "initial_treatment_date", "attachment", "referring_npi",
    "supervising_npi", "facility_npi", "rendering_npi",
})  # fmt: skip
_BY_DEFAULT = frozenset({"diagnoses", "diagnosis_pointers"})
"""Lists that a claim of a golden case has unless it says that it does not."""
_PAYER = {"payer": "payer", "payer_class": "class", "product": "product", "payer_state": "state"}
LINE_FIELDS = frozenset(ServiceLine.__struct_fields__)
CLAIM_FIELDS = frozenset(Claim.__struct_fields__) - {"diagnoses", "other_payers", "lines", "patient_key"}
_DAY = timedelta(days=1)


def written(value: Any, type_: Type) -> Any:
    """A value as a claim has it: text, or a list of texts."""
    if isinstance(value, tuple | list):
        return [written(each, type_) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return format_money(value) if type_.kind == "money" else str(code_of(value))


def ordinary(type_: Type, day: date, field: str = "") -> list[Any]:
    """Values of a type that say nothing in particular."""
    match type_.kind:
        case "date":
            return [day]
        case "number":
            return [1]
        case "money":
            return [10_000]
        case "flag":
            return [True, False]
        case "text":
            return ["123456789"] if field.endswith("zip") else ["12D3456789"] if field == "clia" else ["EXAMPLE"]
    return list(SPARE.get(type_.of, (code_system(type_.of).example.replace(".", ""),)))


def field_edits(owner: Any, name: str, value: Any, paths: dict[int, Path], day: date) -> Iterator[Edit]:
    """Edits after which the field has that value; None: it is missing. Nothing where no edit can do that."""
    record = owner.record
    if record == "group":
        lines = [line for line in owner.lines if id(line) in paths]
        each = [next(field_edits(line, "date" if name == "day" else name, value, paths, day), None) for line in lines]
        if each and None not in each:
            yield both(*(edit for edit in each if edit is not None))
        return
    path = paths.get(id(owner))
    if record == "payer" and path is None:
        own = {"sequence": "payer_sequence", "id": "payer_id", "name": "payer_name"}.get(name)
        if own:
            yield _plain(("claim",), own, value, Type("code"))
        return
    if path is None:
        return
    type_ = RECORDS[record][name].type
    if record == "line":
        yield from _line(owner, name, value, path, type_)
    elif record == "claim":
        yield from _claim(owner, name, value, path, type_)
    elif record == "payer" and name not in ("payer", "payer_class"):
        yield _plain(path, name, value, type_)
    elif record in ("diagnosis", "icd_procedure"):
        yield from _coded(owner, name, value, path, type_)


def _plain(path: Path, name: str, value: Any, type_: Type) -> Edit:
    if value == () and name not in _BY_DEFAULT:
        return _dropped(path, name)
    return without(path, name) if value is None or value == () else put(path, name, written(value, type_))


def _line(line: Any, name: str, value: Any, path: Path, type_: Type) -> Iterator[Edit]:
    claim_path = path[:-2]
    if name == "date":
        if value is None:
            yield both(without(path, "date", "date_to"), without(claim_path, "statement_from"))
        else:
            yield both(put(path, "date", value.isoformat()), _dropped(path, "date_to"))
    elif name.startswith("modifier_"):
        place = int(name[-1]) - 1
        kept = [*line.modifiers[:place], *SPARE["modifier"][len(line.modifiers) : place]]
        yield put(path, "modifiers", kept if value is None else [*kept, value, *line.modifiers[place + 1 :]])
    elif name == "days":
        if value is not None and value >= 1 and line.date is not None:
            yield put(path, "date_to", (line.date + (value - 1) * _DAY).isoformat())
    elif name == "units_per_day":
        units = None if value is None else value * (line.days or 1)
        counted = [put(path, "unit_basis", "UN")] if line.unit_basis == "MJ" else []
        yield both(_plain(path, "units", units, type_), *counted)
    elif name == "minutes":
        if value is None:
            yield put(path, "unit_basis", "UN")
        else:
            yield both(put(path, "units", str(value)), put(path, "unit_basis", "MJ"))
    elif name in ("diagnoses", "first_diagnosis", "diagnosis_pointers"):
        yield from _pointed(line, name, value, path)
    elif name in _AGES:
        born = add_duration(line.date, -int(value), _AGES[name]) if value is not None and line.date else None
        yield _plain(claim_path, "patient_birth_date", born, Type("date"))
    elif name == "same_day_procedures":
        for code in value or ():
            yield more_lines(claim_path, {**at_line(line), "procedure": code_of(code)})
    elif name in ("billing_npi", "billing_tin", "claim_status"):
        yield _plain(claim_path, name, value, type_)
    elif name == "claim_type":
        if value is not None:
            yield put(claim_path, "type", value)
    elif name == "rendering_taxonomy":
        own = path if line.source.rendering_npi is not None else claim_path
        yield _plain(own, name if own == path or line.claim.source.rendering_npi else "billing_taxonomy", value, type_)
    elif value is None and name in _FROM_CLAIM:
        names = (name, "billing_npi") if name == "rendering_npi" else (name,)
        yield both(without(path, name), without(claim_path, *names))
    elif name in LINE_FIELDS:
        yield _plain(path, name, value, type_)


def at_line(line: Any) -> State:
    """A line of the same day, as a start for another."""
    return {} if line.source.date is None else {"date": line.source.date.isoformat()}


def _pointed(line: Any, name: str, value: Any, path: Path) -> Iterator[Edit]:
    claim_path = path[:-2]
    if value is None or value == ():
        yield without(path, "diagnosis_pointers")
        yield without(claim_path, "diagnoses")
    elif name == "diagnosis_pointers":
        yield put(path, name, [str(each) for each in value])
    else:
        codes = [code_of(value), *(each.code for each in line.claim.diagnoses[1:])] if name == "first_diagnosis" else [
            code_of(each) for each in value
        ]  # fmt: skip
        pointers = [str(place) for place in range(1, len(codes) + 1)]
        first = put(path, "diagnosis_pointers", pointers[:1] if name == "first_diagnosis" else pointers[:4])
        yield both(put(claim_path, "diagnoses", codes), first)


def _claim(claim: Any, name: str, value: Any, path: Path, type_: Type) -> Iterator[Edit]:
    lines = [(*path, "lines", line.index) for line in claim.lines]
    if name in _PAYER:
        if value is not None and path == ("claim",):
            yield put(("payer",), _PAYER[name], code_of(value))
    elif name == "sent_on":
        if value is not None:
            yield put((), "as_of", value.isoformat())
    elif name == "patient_age":
        born = add_duration(claim.date, -int(value), "year") if value is not None and claim.date else None
        yield _plain(path, "patient_birth_date", born, Type("date"))
    elif name in ("first_diagnosis", "other_diagnoses", "diagnoses"):
        yield from _diagnoses(claim, name, value, path)
    elif name == "procedures":
        yield from (more_lines(path, {"procedure": code_of(code)}) for code in value or ())
    elif name in ("date", "date_to"):
        fields = ("statement_from", "statement_to")
        if value is None:
            yield both(*(without(line, "date", "date_to") for line in lines), without(path, *fields))
        else:
            days = [both(put(line, "date", value.isoformat()), _dropped(line, "date_to")) for line in lines]
            yield both(*days)
            if name == "date_to" and lines:
                yield put(lines[-1], "date_to", value.isoformat())
    elif name == "line_count":
        if value is not None and value > len(lines):
            yield more_lines(path, {"procedure": SPARE["procedure"][2]})
    elif name == "rendering_npi" and value is None:
        yield without(path, "rendering_npi", "billing_npi")
    elif name == "rendering_taxonomy":
        yield _plain(path, name if claim.source.rendering_npi else "billing_taxonomy", value, type_)
    elif name == "type":
        if value is not None:
            yield put(path, "type", value)
    elif name == "other_payers":
        if value is None or value == ():
            yield _dropped(path, "other_payers")
        else:
            yield put(path, "other_payers", [{"name": "OTHER PAYER", "sequence": "S"}])
    elif name in CLAIM_FIELDS:
        yield _plain(path, name, value, type_)


def _diagnoses(claim: Any, name: str, value: Any, path: Path) -> Iterator[Edit]:
    own = [each.code for each in claim.diagnoses]
    if name == "first_diagnosis":
        rest = own[1:]
        yield without(path, "diagnoses") if value is None else put(path, "diagnoses", [code_of(value), *rest])
    elif name == "other_diagnoses":
        yield put(path, "diagnoses", [*(own[:1] or SPARE["diagnosis"][:1]), *map(code_of, value or ())])
    elif value is None or value == ():
        yield without(path, "diagnoses")
    else:
        yield put(path, "diagnoses", [code_of(each) for each in value])


def _coded(record: Any, name: str, value: Any, path: Path, type_: Type) -> Iterator[Edit]:
    """A field of a diagnosis or an ICD procedure. One that has its code alone is written as the code; one without its
    code is none, so the code is not taken away."""
    if name == "seventh_character":
        if value is not None:
            yield from _coded(record, "code", (record.code or "").ljust(6, "X")[:6] + value, path, type_)
    elif name != "position" and (name != "code" or value is not None):

        def edit(state: State) -> None:
            # Only diagnoses are on a claim that does not list them: the one that golden claims have by default.
            listed = at(state, path[:-2]).setdefault(path[-2], [*SPARE["diagnosis"][:1]])
            old = listed[path[-1]]
            new = {"code": old} if isinstance(old, str) else {field: old[field] for field in old if field != name}
            new |= {} if value is None else {name: written(value, type_)}
            listed[path[-1]] = new["code"] if new.keys() == {"code"} else new

        yield edit


def _dropped(path: Path, field: str) -> Edit:
    return lambda state: at(state, path).pop(field, None)


def more_lines(path: Path, line: State) -> Edit:
    """One line more on the claim at the path."""
    return lambda state: at(state, path)["lines"].append(dict(line))
