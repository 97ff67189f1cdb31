"""The typed intermediate representation: what a condition means, and all that the evaluators see.

Nodes are plain data: they can be written to a cache and read back without running code. ``span`` is the start and end
of the node's text in the condition, for messages and for showing which clause decided. ``Unknown`` and absent rows are
explained in ``grammar/SPEC.md``.
"""

# Annotations are evaluated here, once: msgspec would evaluate each postponed one at every start.
from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from scrubber.core.types import Type

Span = tuple[int, int]


class Node(Struct, frozen=True, array_like=True, tag=True, tag_field="node", kw_only=True, cache_hash=True):
    """Base of every node."""

    span: Span = (0, 0)


# ---- values -----------------------------------------------------------------------------------------------------


class CodeConst(Node, frozen=True):
    """A code, normalised (no dots, upper case); also a member of an enumeration."""

    value: str
    type: Type


class TextConst(Node, frozen=True):
    value: str


class NumberConst(Node, frozen=True):
    """An exact number, kept as its decimal text so that it survives any cache."""

    text: str


class MoneyConst(Node, frozen=True):
    cents: int


class DateConst(Node, frozen=True):
    value: date


class DurationConst(Node, frozen=True):
    """``unit`` is ``day``, ``month`` or ``year``."""

    count: int
    unit: str


class FieldOf(Node, frozen=True):
    """``variable.name``. ``record`` is the variable's record: line, claim, diagnosis, payer, group."""

    variable: str
    record: str
    name: str
    type: Type


class Element(Node, frozen=True):
    """The element itself, where a list holds codes rather than records: a bare ``it``."""

    variable: str
    type: Type


class ParameterOf(Node, frozen=True):
    """``policy.name``: bound when a plan is made."""

    name: str
    type: Type


class Arithmetic(Node, frozen=True):
    """``op`` is ``+ - * /``. Dates take durations; money takes money (+ -) or a number (* /)."""

    op: str
    left: "Value"
    right: "Value"
    type: Type


class Lookup(Node, frozen=True):
    """A column of a table's row. ``column`` is empty for the row itself (``is missing``). ``at``: as of which date;
    None means the date of the line that the keys name first, or of the subject."""

    table: str
    keys: "tuple[Value, ...]"
    column: str
    at: "Value | None"
    type: Type


class Call(Node, frozen=True):
    """A function of the closed registry."""

    function: str
    arguments: "tuple[Value, ...]"
    type: Type


class Aggregate(Node, frozen=True):
    """``mode``: count, count_distinct, sum, least, greatest. ``value`` is what is aggregated; None for count."""

    mode: str
    source: "Source"
    value: "Value | None"
    type: Type


# ---- sets -------------------------------------------------------------------------------------------------------


class Codes(Node, frozen=True):
    """A literal set: exact members, inclusive ranges, patterns (``*`` any run, ``?`` one character) and value sets.

    All are normalised; ``E11.*`` is held as ``E11?*`` (strictly below) and ``E11*`` as itself. Set names have no @.
    ``system`` is the code system of what it is compared with; numbers are held as ``numbers`` (decimal text).
    """

    exact: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()
    patterns: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    parameters: tuple[str, ...] = ()
    system: str = ""


class ListOf(Node, frozen=True):
    """A list used as a set: a list field, or a table's list column."""

    value: "Value"


# ---- conditions -------------------------------------------------------------------------------------------------


class And(Node, frozen=True):
    items: "tuple[Condition, ...]"


class Or(Node, frozen=True):
    items: "tuple[Condition, ...]"


class Not(Node, frozen=True):
    item: "Condition"


class Compare(Node, frozen=True):
    """``op`` is one of ``= != < <= > >=``."""

    op: str
    left: "Value"
    right: "Value"


class Between(Node, frozen=True):
    """Inclusive at both ends."""

    value: "Value"
    low: "Value"
    high: "Value"
    negated: bool = False


class In(Node, frozen=True):
    value: "Value"
    codes: Codes | ListOf
    negated: bool = False


class Has(Node, frozen=True):
    """``mode``: any, all, none. ``all`` asks that each exact member, range, pattern and set is met by some element."""

    items: "Value"
    codes: Codes | ListOf
    mode: str


class Missing(Node, frozen=True):
    """``is missing``; negated: ``is present``. Of a row: whether the table has one. Of an empty list: missing."""

    value: "Value"
    negated: bool = False


class Flag(Node, frozen=True):
    """A yes-or-no value standing alone."""

    value: "Value"


class Quantified(Node, frozen=True):
    """``mode``: any, no, all, at_least, at_most, exactly. ``satisfy`` is given for ``all`` only."""

    mode: str
    source: "Source"
    count: "Value | None" = None
    satisfy: "Condition | None" = None


class Key(Struct, frozen=True, array_like=True):
    """One member of ``with same (…)``: a field of both elements, or ``policy.x`` (a list of fields)."""

    field: str = ""
    parameter: str = ""


class Within(Node, frozen=True):
    """``within DURATION before|after|of ANCHOR``: before excludes the anchor's day and includes the far day."""

    duration: "Value"
    direction: str
    anchor: "Value"


class Source(Node, frozen=True):
    """What a quantifier or an aggregate ranges over.

    ``kind``: lines, other_lines, lines_on_any_claim, other_lines_on_any_claim, prior_lines, prior_claims, group_lines,
    list (then ``items``). ``variable`` names the element; ``record`` is its record, empty for a list of codes.
    ``like`` is the variable whose keys are compared; ``other_than`` the variable that ``other`` excludes.
    """

    kind: str
    variable: str
    record: str
    items: "Value | None" = None
    same: tuple[Key, ...] = ()
    like: str = ""
    other_than: str = ""
    within: "Within | None" = None
    where: "Condition | None" = None

    @property
    def reaches_history(self) -> bool:
        """Whether it ranges over earlier claims too."""
        return self.kind.startswith("prior") or self.kind.endswith("any_claim")


Value = (
    CodeConst | TextConst | NumberConst | MoneyConst | DateConst | DurationConst | FieldOf | Element | ParameterOf
    | Arithmetic | Lookup | Call | Aggregate
)  # fmt: skip
Condition = And | Or | Not | Compare | Between | In | Has | Missing | Flag | Quantified


def clauses(condition: Condition) -> Iterator[Condition]:
    """What must all hold, clause by clause."""
    if isinstance(condition, And):
        for item in condition.items:
            yield from clauses(item)
    else:
        yield condition


def nodes_of(tree: Any) -> Iterator[Any]:
    """A node and all inside it: conditions, values, sets, sources. Of a tuple, those of each member."""
    if isinstance(tree, Node):
        yield tree
        tree = parts_of(tree)
    for item in tree if isinstance(tree, tuple | list) else ():
        yield from nodes_of(item)


def parts_of(node: Node) -> list[Any]:
    """What a node is made of: nodes, and tuples of them."""
    if isinstance(node, Codes):  # often hundreds of codes, and no node among them
        return []
    parts = [getattr(node, name) for name in node.__struct_fields__ if name != "span"]
    return [part for part in parts if isinstance(part, Node | tuple)]
