"""The types of the condition language, shared by the field catalogue, tables and the checker."""

# Annotations are evaluated here, once: msgspec would evaluate each postponed one at every start.
from msgspec import Struct

KINDS = (
    "code", "text", "number", "money", "date", "duration", "flag", "record", "calendar", "fields", "row",
)  # fmt: skip


_RECORDS = {"icd_procedure": "ICD procedure"}
"""Records whose name in words is not the name in a rule."""


class Type(Struct, frozen=True):
    """What a value is.

    ``kind`` is one of :data:`KINDS`. ``of`` narrows it: the code system of a code (``procedure``; empty: any), the
    record of a record (``line``), the table of a row. ``many`` marks a list. Numbers are exact (``int`` or
    ``Decimal``), money is an ``int`` of cents, dates are ``datetime.date``, durations pair a count with a unit.
    """

    kind: str
    of: str = ""
    many: bool = False

    def __str__(self) -> str:
        system = self.of.replace("_", " ")
        code = system if system.endswith("code") else f"{system} code".strip()
        one = {"code": code, "record": _RECORDS.get(self.of, self.of), "flag": "yes-or-no flag"}.get(
            self.kind, self.kind
        )
        if not self.many:
            return one
        return "list of diagnoses" if one == "diagnosis" else f"list of {one}s"

    @property
    def one(self) -> "Type":
        """The type of an element of this list."""
        return Type(self.kind, self.of)


NUMBER, MONEY, DATE, DURATION = Type("number"), Type("money"), Type("date"), Type("duration")
FLAG, TEXT, CODE = Type("flag"), Type("text"), Type("code")
CALENDAR, FIELDS = Type("calendar"), Type("fields")


def code(system: str) -> Type:
    """A code of ``system``."""
    return Type("code", system)


def codes(system: str) -> Type:
    """A list of codes of ``system``."""
    return Type("code", system, many=True)


def record(name: str) -> Type:
    """One record, such as a line or a diagnosis."""
    return Type("record", name)


def records(name: str) -> Type:
    """A list of records."""
    return Type("record", name, many=True)
