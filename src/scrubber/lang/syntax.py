"""The syntax tree: what the author typed, with where; names and types are not yet known."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """Base of every piece of syntax. ``span`` is the start and end of its text."""

    span: Span


# ---- values -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal(Piece):
    """A bare code or number; the other side says which. ``kind``: literal, money, date or text."""

    text: str
    kind: str = "literal"


@dataclass(frozen=True, slots=True)
class Duration(Piece):
    count: str
    unit: str


@dataclass(frozen=True, slots=True)
class Reference(Piece):
    """``owner.field``, or a bare name (then ``parts`` has one member)."""

    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Arithmetic(Piece):
    op: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Call(Piece):
    """A function or a table. ``column`` is empty where none is named."""

    name: str
    name_span: Span
    arguments: tuple[Value, ...]
    at: Value | None
    column: str
    column_span: Span


@dataclass(frozen=True, slots=True)
class Aggregate(Piece):
    mode: str
    value: Value | None
    source: Source


# ---- sets -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetName(Piece):
    name: str


@dataclass(frozen=True, slots=True)
class Range(Piece):
    text: str


@dataclass(frozen=True, slots=True)
class Pattern(Piece):
    text: str


@dataclass(frozen=True, slots=True)
class SetLiteral(Piece):
    members: tuple[Literal | Range | Pattern | SetName, ...]


# ---- conditions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AllOf(Piece):
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Piece):
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation(Piece):
    item: Condition


@dataclass(frozen=True, slots=True)
class Flag(Piece):
    value: Reference | Call


@dataclass(frozen=True, slots=True)
class Comparison(Piece):
    op: str
    op_span: Span
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Between(Piece):
    value: Value
    low: Value
    high: Value
    negated: bool


@dataclass(frozen=True, slots=True)
class Membership(Piece):
    value: Value
    codes: Set
    negated: bool


@dataclass(frozen=True, slots=True)
class Holding(Piece):
    """``mode``: one, any, all, none. With ``one``, ``codes`` is a value, a range or a pattern."""

    items: Reference
    mode: str
    codes: Set | Value


@dataclass(frozen=True, slots=True)
class Presence(Piece):
    value: Value
    negated: bool


@dataclass(frozen=True, slots=True)
class Quantified(Piece):
    mode: str
    count: Value | None
    source: Source
    satisfy: Condition | None


# ---- sources ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alias(Piece):
    name: str


@dataclass(frozen=True, slots=True)
class Same(Piece):
    keys: tuple[Reference, ...]
    like: Alias | None


@dataclass(frozen=True, slots=True)
class Within(Piece):
    duration: Duration | Reference
    direction: str
    anchor: Reference | Literal


@dataclass(frozen=True, slots=True)
class Where(Piece):
    condition: Condition


@dataclass(frozen=True, slots=True)
class Source(Piece):
    """``clauses`` as written: any order, and any number until they are checked. ``items`` for a list field."""

    kind: str
    kind_span: Span
    items: Reference | None
    alias: Alias | None
    clauses: tuple[Same | Within | Where, ...]


Value = Literal | Duration | Reference | Arithmetic | Call | Aggregate
Set = SetName | Range | Pattern | SetLiteral | Reference | Call
Condition = AllOf | AnyOf | Negation | Flag | Comparison | Between | Membership | Holding | Presence | Quantified
