"""The state of one check: names in scope, problems found, and small helpers that every part of the checker uses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from scrubber.core.catalogue import CODE_OF_RECORD, RECORDS
from scrubber.core.types import Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.environment import Environment, Subject
from scrubber.lang.problems import Edit, Problem


@dataclass(frozen=True, slots=True)
class Variable:
    """An element that a source binds. ``record`` is empty where the list holds codes; then ``type`` is theirs."""

    name: str
    record: str
    type: Type


def article(noun: str) -> str:
    """``a`` or ``an`` before a noun, as it is spoken."""
    return f"an {noun}" if noun[:1] in "aeio" or noun.startswith("NPI") else f"a {noun}"


def describe(type_: Type) -> str:
    """A type as a message says it: ``a procedure code``, ``a list of diagnoses``."""
    if type_.many:
        of = {"diagnosis": "diagnoses"}.get(type_.of, f"{type_.of.replace('_', ' ')}s")
        if type_.kind == "code":
            return f"a list of {type_.of.replace('_', ' ')} codes".replace("of  codes", "of codes")
        return f"a list of {of}" if type_.kind == "record" else f"a list of {type_.kind}s"
    if type_.kind == "code":
        system = type_.of.replace("_", " ")
        if system in ("npi", "ndc"):
            return f"an {system.upper()}"
        return f"{article(system)} code" if system and "code" not in system else f"a {system or 'code'}"
    if type_.kind == "number":
        return "a number"
    if type_.kind == "fields":
        return "a list of fields"
    fixed = {"money": "money", "text": "text", "flag": "a yes-or-no value", "row": f"a row of `{type_.of}`"}
    return fixed.get(type_.kind, article(type_.of if type_.kind == "record" else type_.kind))


class Base(ABC):
    """Names, problems and positions. The parts of the checker build on it, one on top of another."""

    def __init__(self, text: str, subject: Subject, environment: Environment) -> None:
        self.text = text
        self.subject = subject
        self.environment = environment
        self.problems: list[Problem] = []
        self.elements: list[Variable] = []
        self.inlined_at: s.Span | None = None
        self.inlining: tuple[str, ...] = ()
        self.inlined = 0
        self.depth = 0

    @abstractmethod
    def condition(self, piece: s.Condition) -> ir.Condition | None:
        """Check a condition: its meaning, or None with problems added."""

    @abstractmethod
    def value(self, piece: s.Value, wanted: Type | None = None) -> ir.Value | None:
        """Check a value of any kind."""

    @abstractmethod
    def element_of(self, source: ir.Source) -> Variable:
        """The element that a source binds."""

    @abstractmethod
    def scalar(self, piece: s.Value, wanted: Type | None = None) -> ir.Value | None:
        """Check a value that is no list."""

    @abstractmethod
    def source(self, piece: s.Source) -> ir.Source | None:
        """Check what a quantifier ranges over."""

    # ---- positions and problems

    def span(self, piece: s.Piece) -> s.Span:
        """Where a node's text stands in the condition; for a definition's parts, where the definition is used."""
        return self.inlined_at or piece.span

    def source_text(self, piece: s.Piece) -> str:
        """What the author typed."""
        return self.text[piece.span[0] : piece.span[1]]

    def problem(
        self,
        code: str,
        span: s.Span,
        headline: str,
        help: str = "",
        label: str = "",
        edit: str | Edit | None = None,
        safe: bool = False,
        labels: tuple[tuple[int, int, str], ...] = (),
        severity: str = "error",
    ) -> None:
        """Records a problem. ``edit`` as text replaces the span."""
        change = Edit(span[0], span[1], edit, safe) if isinstance(edit, str) else edit
        self.problems.append(Problem(code, headline, span[0], span[1], label, help, labels, change, severity))

    # ---- names

    def variable(self, name: str) -> Variable | None:
        """The element or subject of that name."""
        for element in reversed(self.elements):
            if element.name == name:
                return element
        record = self.subject.variables.get(name)
        return None if record is None else Variable(name, record, Type("record", record))

    def variable_names(self) -> list[str]:
        """Every variable in scope, the nearest first."""
        return [*dict.fromkeys([e.name for e in reversed(self.elements)] + list(self.subject.variables))]

    def nearest_line(self) -> str:
        """The variable that ``other lines`` excludes and ``with same`` compares with; empty where there is none."""
        for element in reversed(self.elements):
            if element.record == "line":
                return element.name
        if self.subject.line:
            return self.subject.line
        return "group" if "group" in self.subject.variables else ""

    def fields_of(self, record: str) -> dict[str, Type]:
        """The fields of a record with their types."""
        if record == "group":
            return dict(self.subject.group)
        if record == "row":
            return dict(self.subject.row)
        return {name: field.type for name, field in RECORDS.get(record, {}).items()}


def type_of(value: ir.Value) -> Type:
    """The type of a value."""
    if isinstance(value, ir.TextConst):
        return Type("text")
    if isinstance(value, ir.NumberConst):
        return Type("number")
    if isinstance(value, ir.MoneyConst):
        return Type("money")
    if isinstance(value, ir.DateConst):
        return Type("date")
    if isinstance(value, ir.DurationConst):
        return Type("duration")
    return value.type


def element_code(record: str) -> str:
    """The field that a record is compared by; empty where it has none."""
    return CODE_OF_RECORD.get(record, "")


def comparable(a: Type, b: Type) -> bool:
    """Whether two values can be held against one another."""
    if a.kind != b.kind:
        return False
    return a.kind != "code" or a.of == b.of or not a.of or not b.of
