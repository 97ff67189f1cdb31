"""Claims from JSON, field by field: names every trouble by its JSON pointer, keeps what can be read.

It accepts a little more than the published schema, for people who write claims by hand: numbers as text, and
a diagnosis or an ICD procedure as its code alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from scrubber.claims.inputs import Deviation, InputClaim, deviations_of
from scrubber.claims.model import Claim, Diagnosis, IcdProcedure, OtherPayer, ServiceLine
from scrubber.claims.values import MOST_CODED, BadValueError, cents_of, iso_day, plain, quantity
from scrubber.core.catalogue import RECORDS
from scrubber.core.code_systems import code_system, normalise_code
from scrubber.core.diagnostics import InputProblem
from scrubber.core.types import TEXT, Type

MOST_PROBLEMS: Final = 100
_DECODER = msgspec.json.Decoder(strict=True)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}", re.ASCII)
_BYTE = re.compile(r"\(byte ([0-9]{1,15})\)", re.ASCII)
_CLASSES: Final = MappingProxyType({
    "claim": Claim, "line": ServiceLine, "diagnosis": Diagnosis, "icd_procedure": IcdProcedure, "payer": OtherPayer,
})  # fmt: skip
_WHOLE: Final = frozenset({"number", "diagnosis_pointers"})
_LISTS: Final = MappingProxyType({
    "lines": "line", "diagnoses": "diagnosis", "icd_procedures": "icd_procedure", "other_payers": "payer",
})  # fmt: skip


def syntax_problem(error: Exception, file: str, pointer: str, offset: int | None) -> InputProblem:
    """What to say of text that is no JSON. The decoder's words are not passed on: only its position is."""
    if isinstance(error, RecursionError):
        return InputProblem(file, "the JSON is nested too deeply to be a claim.", offset=offset, element=pointer)
    found = _BYTE.search(str(error))
    at = int(found[1]) + (offset or 0) if found is not None else offset
    truncated = "truncated" in str(error)
    message = "the JSON ends before it is complete." if truncated else "this is not valid JSON."
    return InputProblem(file, message, offset=at, element=pointer)


def decode_carefully(
    data: bytes | msgspec.Raw, file: str, index: int, pointer: str = "$", offset: int | None = None
) -> InputClaim | InputProblem:
    """One claim from JSON text, with a problem for every field that could not be read."""
    try:
        value = _DECODER.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return syntax_problem(error, file, pointer, offset)
    found = claim_from_mapping(value, file=file, index=index, pointer=pointer, offset=offset)
    if isinstance(found, InputClaim) and not found.claim.lines:
        name = found.claim.patient_control_number
        empty = InputProblem(
            file, "the claim has no service lines.", offset, element=f"{pointer}.lines", claim=name and name[:38]
        )
        return replace(found, problems=(*found.problems, empty))
    return found


def claim_from_mapping(
    value: object, *, file: str = "", index: int = 0, pointer: str = "$", offset: int | None = None
) -> InputClaim | InputProblem:
    """A claim from plain dicts and lists, as JSON or YAML gives them: catalogue names, money in dollars, ISO dates."""
    if not isinstance(value, Mapping):
        return InputProblem(
            file, f"a claim is a JSON object, and this is {_noun(value)}.", offset=offset, element=pointer
        )
    reading = _Reading(file, offset)
    name = value.get("patient_control_number")
    reading.claim = name[:38] if isinstance(name, str) else None
    values = reading.record("claim", value, pointer)
    return InputClaim(
        Claim(**values), file, index, None, tuple(reading.problems), tuple(dict.fromkeys(reading.deviations)), pointer
    )


class _Reading:
    """One claim being read."""

    def __init__(self, file: str, offset: int | None) -> None:
        self.file = file
        self.offset = offset
        self.claim: str | None = None
        self.line: int | None = None
        self.diagnosis: int | None = None
        self.icd_procedure: int | None = None
        self.problems: list[InputProblem] = []
        self.deviations: list[Deviation] = []

    def problem(self, pointer: str, message: str, help: str = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(
                InputProblem(self.file, message, self.offset, None, pointer, self.claim, self.line, help)
            )

    def record(self, record: str, given: Mapping[Any, Any], pointer: str) -> dict[str, Any]:
        """The fields of one record that could be read."""
        known = _CLASSES[record].__struct_fields__
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                self._unknown(record, name, known, pointer)
                continue
            if value is None:
                continue
            at = f"{pointer}.{name}"
            if name in _LISTS and record == "claim":
                values[name] = self._records(_LISTS[name], value, at)
                continue
            field = RECORDS[record].get(name)
            read = self._value(record, name, field.type if field is not None else TEXT, value, at)
            if read is not None:
                values[name] = read
        return values

    def _unknown(self, record: str, name: object, known: tuple[str, ...], pointer: str) -> None:
        if not isinstance(name, str) or _NAME.fullmatch(name) is None:
            self.problem(pointer, f"a {record} has a field whose name is not known; it was not read.")
            return
        field = RECORDS[record].get(name)
        if field is not None and field.derived:
            self.problem(f"{pointer}.{name}", f"{record}.{name} is worked out and cannot be given.", "Leave it out.")
            return
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), known, 1)
        help = f"Did you mean {near[0]}?" if near else ""
        self.problem(f"{pointer}.{name}", f"a {record} has no field of this name; it was not read.", help)

    def _records(self, record: str, value: object, pointer: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            self.problem(pointer, f"expected a list of {record} objects, found {_noun(value)}.")
            return ()
        held: list[Any] = []
        taken: set[int] = set()
        for at, item in enumerate(value):
            where = f"{pointer}[{at}]"
            if record in ("diagnosis", "icd_procedure"):
                if at == MOST_CODED:
                    self.problem(pointer, f"holds more than {MOST_CODED} codes; those beyond were not read.")
                    break
                if isinstance(item, str):
                    item = {"code": item}
            if not isinstance(item, Mapping):
                self.problem(where, f"expected a {record} object, found {_noun(item)}.")
                continue
            if record == "line":
                self.line = self._line_number(item, at, taken)
            elif record == "diagnosis":
                self.diagnosis = len(held) + 1
            elif record == "icd_procedure":
                self.icd_procedure = len(held) + 1
            values = self.record(record, item, where)
            if record == "line":
                number = values.get("number", self.line)
                if number != self.line:
                    first = number is None or number > 0
                    wrong = "repeats the number of an earlier line" if first else "is no line number: they begin at 1"
                    self.problem(f"{where}.number", f"{wrong}; the next free was used.")
                values["number"] = self.line
            held.append(_CLASSES[record](**values))
            self.line = self.diagnosis = self.icd_procedure = None
        return tuple(held)

    def _line_number(self, item: Mapping[Any, Any], at: int, taken: set[int]) -> int:
        given = item.get("number")
        number = given if isinstance(given, int) and not isinstance(given, bool) else None
        if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 10:
            number = int(given)
        if number is None:
            number = at + 1
        if number in taken or number < 1:
            number = max(taken, default=0) + 1
        taken.add(number)
        return number

    def _value(self, record: str, name: str, type_: Type, value: object, pointer: str) -> Any:
        if type_.many:
            if not isinstance(value, list | tuple):
                self.problem(pointer, f"expected a {type_}, found {_noun(value)}.")
                return None
            one = [self._one(record, name, type_.one, item, f"{pointer}[{at}]") for at, item in enumerate(value)]
            return tuple(item for item in one if item is not None)
        return self._one(record, name, type_, value, pointer)

    def _one(self, record: str, name: str, type_: Type, value: object, pointer: str) -> Any:
        if isinstance(value, str) and not value.strip():
            return None
        try:
            if type_.kind == "code":
                return self._code(record, name, type_, value)
            read = _READ[type_.kind](value)
            if name in _WHOLE and not isinstance(read, int):
                raise BadValueError("is not a whole number")
            return read
        except BadValueError as error:
            self.problem(pointer, f"{record}.{name} {error}.")
            return None

    def _code(self, record: str, name: str, type_: Type, value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, str):
            raise BadValueError(f"is {_noun(value)}; a {type_} is given as text, in quotes")
        held = normalise_code(value)
        if held != value:
            path = f"{record}.{name}"
            at = (self.line, self.diagnosis, self.icd_procedure)
            self.deviations += [Deviation(path, kind, *at) for kind in deviations_of(value, True)]
        system = code_system(type_.of)
        if system.values and held and held not in system.values:
            raise BadValueError(f"is not one of {', '.join(system.values)}")
        return held or None


def _noun(value: object) -> str:
    for kind, noun in (
        (bool, "true or false"), (int | float | Decimal, "a number"), (str, "text"), (list | tuple, "a list"),
        (Mapping, "an object"), (date, "a date"),
    ):  # fmt: skip
        if isinstance(value, kind):
            return noun
    return "null" if value is None else "something else"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadValueError(f"is {_noun(value)}; expected text")
    return value


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise BadValueError(f"is {_noun(value)}; expected true or false")


def _number(value: object) -> int | Decimal:
    if isinstance(value, str):
        return quantity(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValueError(f"is {_noun(value)}; expected a number")
    return plain(Decimal(repr(value)) if isinstance(value, float) else value)


def _money(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise BadValueError(f'is {_noun(value)}; expected an amount of dollars such as "100.00"')
    return cents_of(value)


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise BadValueError(f"is {_noun(value)}; expected a date of the form YYYY-MM-DD")
    return iso_day(value.strip())


_READ: Final[MappingProxyType[str, Callable[[object], Any]]] = MappingProxyType({
    "text": _text, "flag": _flag, "number": _number, "money": _money, "date": _day,
})  # fmt: skip
