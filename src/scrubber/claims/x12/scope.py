"""Reading the elements of a segment into the fields of one record: claim, line, payer, or a level above the claim."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from scrubber.claims.inputs import Deviation, deviations_of
from scrubber.claims.model import Diagnosis, IcdProcedure
from scrubber.claims.origin import Key, Mark
from scrubber.claims.values import MOST_CODED, BadValueError, cents, count, day, quantity
from scrubber.claims.x12.fields import FieldAt
from scrubber.claims.x12.segments import Segment
from scrubber.core.code_systems import normalise_code
from scrubber.core.diagnostics import InputProblem

MOST_PROBLEMS: Final = 100
"""Problems kept of one record or one file; what is beyond tells nothing more."""

DIAGNOSIS_QUALIFIERS: Final = frozenset(("ABK", "ABF", "ABJ", "APR", "ABN", "BK", "BF", "BJ", "PR", "BN"))
PROCEDURE_QUALIFIERS: Final = frozenset(("BBR", "BBQ", "BR", "BQ"))


class Scope:
    """The values, marks, problems and deviations gathered for one record."""

    __slots__ = (
        "decided", "deviations", "diagnoses", "extra", "file", "marks", "number", "payer_of_line", "problems",
        "procedures", "record", "values",
    )  # fmt: skip

    def __init__(self, file: str, record: str, number: int, marks: dict[Key, Mark]) -> None:
        self.file = file
        self.record = record
        self.number = number
        self.marks = marks
        self.values: dict[str, Any] = {}
        self.extra: dict[str, Any] = {}
        """What only helps to build the claim: names for the patient key, whether there is an hour of discharge."""
        self.payer_of_line = ""
        self.decided: list[tuple[str, date]] = []
        """Of a line: the payers that adjudicated it, each with the day."""
        self.problems: list[InputProblem] = []
        self.deviations: list[Deviation] = []
        self.diagnoses: list[tuple[str, str, str, Segment, int, str]] = []
        self.procedures: list[tuple[list[str], Segment, int, str]] = []

    def take(self, row: FieldAt, segment: Segment, loop: str) -> None:
        """Read one field from its segment. The first segment that gives a field wins."""
        name, whole = row.name, _WHOLE.get(row.kind)
        if whole is not None:
            whole(self, row, segment, loop)
            return
        if self.values.get(name) is not None:
            return
        self.mark(name, segment, row.element, row.component, loop)
        raw = segment.component(row.element, row.component) if row.component else segment.element(row.element)
        if row.kind == "code":
            value: Any = self.code(name, raw)
        else:
            text = _trim(raw)
            if not text:
                value = None
            else:
                try:
                    value = SIMPLE[row.kind](text)
                except BadValueError as error:
                    self.problem(segment, row.element, row.component, str(error) + ".")
                    return
        if value is not None:
            self.values[name] = value
        elif row.required:
            self.problem(segment, row.element, row.component, "is empty, and it is required.", _hint(segment, row))

    def code(self, name: str, raw: str, diagnosis: int | None = None, icd_procedure: int | None = None) -> str | None:
        """A code as held; what was untidy about it is recorded."""
        if raw.isalnum() and raw.upper() == raw:
            return raw
        value = normalise_code(raw)
        if value != raw and value:
            self.deviate(name, raw, diagnosis, icd_procedure)
        return value or None

    def deviate(self, name: str, raw: str, diagnosis: int | None, icd_procedure: int | None = None) -> None:
        """Record in what ways a code as sent differs from the code as held."""
        of = "diagnosis" if diagnosis is not None else "icd_procedure" if icd_procedure is not None else self.record
        path = f"{of}.{name}"
        line = self.number if self.record == "line" else None
        self.deviations.extend(
            Deviation(path, kind, line, diagnosis, icd_procedure) for kind in deviations_of(raw, True)
        )

    def mark(self, name: str, segment: Segment, element: int, component: int, loop: str) -> None:
        """Remember where a field stands, whether or not it has a value there."""
        if self.record != "payer":
            self.marks[(self.record, self.number, name)] = (segment, element, component, loop)

    def problem(self, segment: Segment, element: int, component: int, message: str, help: str = "") -> None:
        """Add a problem with an element of a segment."""
        if len(self.problems) >= MOST_PROBLEMS:
            return
        line = self.number if self.record == "line" else None
        self.problems.append(problem_at(self.file, segment, element, component, message, line, help))


def problem_at(
    file: str,
    segment: Segment,
    element: int,
    component: int,
    message: str,
    line: int | None = None,
    help: str = "",
    claim: str | None = None,
) -> InputProblem:
    """A problem with an element (0: with the whole segment); ``message`` goes on from the element's name."""
    name = segment.id if segment.id.isalnum() and segment.id.isascii() and len(segment.id) <= 3 else "the segment"
    if element:
        name = f"{name}{element:02d}" + (f"-{component}" if component else "")
    span = segment.span(element, component) if element else None
    return InputProblem(
        file=file,
        message=f"{name} {message}",
        offset=span[0] if span is not None else segment.offset,
        segment=segment.index,
        element=name if name != "the segment" else None,
        claim=claim,
        line=line,
        help=help,
    )


def _hint(segment: Segment, row: FieldAt) -> str:
    """What to look at where a component is missing because another separator seems to be used."""
    if row.component and any(mark in segment.element(row.element) for mark in ":>^|"):
        return "ISA16 declares another component separator than this element seems to use."
    return ""


MORE_NOTES: Final = "note and more"
"""Marks a note that stands in more than one NTE segment, and so cannot be set as one."""


def _trim(raw: str) -> str:
    text = raw.strip()
    return text if text.isascii() else text.strip("\u00a0\ufeff").strip()


def _flag(text: str) -> bool:
    if text in ("Y", "y"):
        return True
    if text in ("N", "n"):
        return False
    raise BadValueError("is not Y or N")


SIMPLE: Final[MappingProxyType[str, Callable[[str], Any]]] = MappingProxyType({
    "text": str,
    "money": cents,
    "quantity": quantity,
    "day": day,
    "flag": _flag,
    "relation": lambda text: text == "18",
})  # fmt: skip


NPI_QUALIFIERS: Final = ("XX", "")


def _npi(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    """NM109 is an NPI where NM108 says XX, or says nothing."""
    if segment.element(8).strip() not in NPI_QUALIFIERS:
        return
    scope.take(FieldAt(row.name, row.element, kind="code"), segment, loop)


def _ndc(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    """LIN03 is an NDC where LIN02 says N4."""
    if normalise_code(segment.element(2)) == "N4":
        scope.take(FieldAt(row.name, row.element, kind="code"), segment, loop)


def _present(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    scope.mark(row.name, segment, row.element, 0, loop)
    scope.values[row.name] = True


def _note(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    text = _trim(segment.element(row.element))
    if row.name not in scope.values:
        scope.mark(row.name, segment, row.element, 0, loop)
    if text:
        before = scope.values.get(row.name)
        if before is not None:
            scope.mark(MORE_NOTES, segment, row.element, 0, loop)
        scope.values[row.name] = text if before is None else f"{before} {text}"


def _key(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    scope.extra[row.name] = _trim(segment.element(row.element)).upper()


def _bill_type(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    """Type of bill: facility type and care (CLM05-1, two digits) and frequency (CLM05-3)."""
    scope.mark(row.name, segment, row.element, 1, loop)
    parts = [*segment.components(row.element), "", "", ""]
    facility = scope.code(row.name, parts[0])
    if facility is None:
        scope.problem(segment, row.element, 1, "is empty, and it is required.")
        return
    frequency = normalise_code(parts[2])
    if frequency:
        scope.values[row.name] = facility + frequency


def _codes(scope: Scope, row: FieldAt, segment: Segment, loop: str, first: int, last: int) -> None:
    parts = segment.components(row.element)
    scope.mark(row.name, segment, row.element, first, loop)
    held: list[str] = []
    for at, raw in enumerate(parts[first - 1 : last], first):
        value = scope.code(row.name, raw)
        if value is not None:
            held.append(value)
            if row.name == "modifiers":
                scope.mark(f"modifier_{len(held)}", segment, row.element, at, loop)
    scope.values[row.name] = tuple(held)


def _modifiers(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    """The third to sixth components of the procedure; empty ones are skipped, the order is kept."""
    _codes(scope, row, segment, loop, 3, 6)


def _causes(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    _codes(scope, row, segment, loop, 1, 3)


def _pointers(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    scope.mark(row.name, segment, row.element, 1, loop)
    held: list[int] = []
    for at, raw in enumerate(segment.components(row.element)[:4], 1):
        text = _trim(raw)
        if text:
            try:
                held.append(count(text))
            except BadValueError:
                scope.problem(segment, row.element, at, "is not the position of a diagnosis.")
    scope.values[row.name] = tuple(held)


def _diagnoses(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    for element in range(1, len(segment.elements)):
        parts = segment.components(element)
        qualifier = normalise_code(parts[0])
        if qualifier in DIAGNOSIS_QUALIFIERS:
            code = parts[1] if len(parts) > 1 else ""
            scope.diagnoses.append((parts[0], code, parts[8] if len(parts) > 8 else "", segment, element, loop))
            if not _trim(code):
                scope.problem(segment, element, 2, "is empty, and it is required.")
        elif qualifier in PROCEDURE_QUALIFIERS:
            scope.procedures.append((parts, segment, element, loop))
        elif not qualifier and len(parts) > 1:
            scope.problem(segment, element, 1, "is empty: without it the code cannot be told from others.")
        elif not qualifier.isalnum() and qualifier:
            scope.problem(segment, element, 1, "is not a qualifier.", _hint(segment, FieldAt("", element, 1)))


def _dated(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    """One date; of a range its first day. An hour alone (DTP02 TM) is no date."""
    if scope.values.get(row.name) is not None:
        return
    if segment.element(2).strip() == "TM":
        if row.name == "discharge_date":
            scope.extra["_discharge_hour"] = True
        return
    scope.mark(row.name, segment, row.element, 0, loop)
    first, _ = _range(scope, row, segment)
    if first is not None:
        scope.values[row.name] = first


def _period(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    """A date or a range of dates: ``date`` and ``date_to``, ``statement_from`` and ``statement_to``.

    A statement of a single date (D8, which earlier guides had for DTP*434) is one of one day. 837 guide X223A2 has a
    range there whose two days may be the same.
    """
    if scope.values.get(row.name) is not None:
        return
    until = "date_to" if row.name == "date" else "statement_to"
    scope.mark(row.name, segment, row.element, 0, loop)
    scope.mark(until, segment, row.element, 0, loop)
    first, last = _range(scope, row, segment)
    if first is not None:
        scope.values[row.name] = first
    if last is None and until == "statement_to" and segment.element(2).strip() == "D8":
        last = first
    if last is not None:
        scope.values[until] = last


def _range(scope: Scope, row: FieldAt, segment: Segment) -> tuple[date | None, date | None]:
    text, form = _trim(segment.element(row.element)), segment.element(2).strip()
    if not text:
        scope.problem(segment, row.element, 0, "is empty, and it is required.")
        return None, None
    first, dash, last = text.partition("-")
    if form == "RD8" and not dash:
        scope.problem(segment, row.element, 0, "is not a range of dates of the form CCYYMMDD-CCYYMMDD.")
        return None, None
    if form == "DT":
        first = first[:8]
    found: list[date | None] = []
    for part in (first, last) if dash else (first,):
        try:
            found.append(day(part.strip()))
        except BadValueError as error:
            scope.problem(segment, row.element, 0, f"{error}.")
            found.append(None)
    return found[0], found[1] if dash else None


def _adjudicator(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    scope.payer_of_line = _trim(segment.element(row.element))


def _adjudicated(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    """2430 DTP*573: the day the payer named in SVD01 decided this line."""
    first, _ = _range(scope, row, segment)
    if scope.payer_of_line and first is not None:
        scope.decided.append((scope.payer_of_line, first))


def _line_number(scope: Scope, row: FieldAt, segment: Segment, loop: str) -> None:
    """LX01 was read when the line was started."""
    scope.mark(row.name, segment, row.element, 0, loop)


_WHOLE: Final[MappingProxyType[str, Callable[[Scope, FieldAt, Segment, str], None]]] = MappingProxyType({
    "npi": _npi, "ndc": _ndc, "present": _present, "note": _note, "key": _key, "bill_type": _bill_type,
    "modifiers": _modifiers, "causes": _causes, "pointers": _pointers, "diagnoses": _diagnoses, "dated": _dated,
    "period": _period, "adjudicator": _adjudicator, "adjudicated": _adjudicated, "line_number": _line_number,
})  # fmt: skip


def diagnoses_of(scope: Scope, institutional: bool) -> tuple[Diagnosis, ...]:
    """The diagnoses gathered, in order. On an institutional claim the principal comes first, then the others, then the
    admitting diagnosis, reasons for visit and external causes, wherever their HI segments stood.
    """
    entries = scope.diagnoses
    if institutional:
        entries = sorted(entries, key=lambda entry: rank(normalise_code(entry[0])))
    held: list[Diagnosis] = []
    for position, (qualifier, code, poa, segment, element, loop) in enumerate(entries, 1):
        if position > MOST_CODED:
            scope.problem(
                segment, element, 0, f"is diagnosis {position} of the claim; no more than {MOST_CODED} are read."
            )
            break
        held.append(
            Diagnosis(
                code=scope.code("code", code, position),
                qualifier=scope.code("qualifier", qualifier, position),
                poa=scope.code("poa", poa, position),
            )
        )
        for name, component in (("code", 2), ("qualifier", 1), ("poa", 9)):
            scope.marks[("diagnosis", position, name)] = (segment, element, component, loop)
    return tuple(held)


def icd_procedures_of(scope: Scope) -> tuple[IcdProcedure, ...]:
    """The ICD procedures gathered (837I 2300 HI, BBR and BBQ), the principal one first."""
    entries = sorted(scope.procedures, key=lambda entry: normalise_code(entry[0][0])[-1:] != "R")
    held: list[IcdProcedure] = []
    for position, (parts, segment, element, loop) in enumerate(entries, 1):
        if position > MOST_CODED:
            scope.problem(
                segment, element, 0, f"is procedure {position} of the claim; no more than {MOST_CODED} are read."
            )
            break
        for name, component in (("code", 2), ("qualifier", 1), ("date", 4)):
            scope.marks[("icd_procedure", position, name)] = (segment, element, component, loop)
        qualifier, code, _, when = [*parts, "", "", ""][:4]
        if not _trim(code):
            scope.problem(segment, element, 2, "is empty, and it is required.")
        on: date | None = None
        try:
            on = day(_trim(when)) if _trim(when) else None
        except BadValueError as error:
            scope.problem(segment, element, 4, f"{error}.")
        held.append(
            IcdProcedure(
                code=scope.code("code", code, icd_procedure=position),
                qualifier=scope.code("qualifier", qualifier, icd_procedure=position),
                date=on,
            )
        )
    return tuple(held)


def rank(qualifier: str) -> int:
    """Where a diagnosis of this qualifier stands on an institutional claim: principal, others, all the rest."""
    return {"K": 0, "F": 1}.get(qualifier[-1:], 2)
