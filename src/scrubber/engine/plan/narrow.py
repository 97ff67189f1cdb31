"""The part of a condition that depends on nothing but a subject's codes, its epoch, a few fields of the claim, and who
pays.

Claims of one practice carry the same few hundred codes over and over. Where this part of a condition is false for a
line's codes, the rule is clear on every such line, so the plan works it out once and then leaves the rule out. What a
table says of those codes is put into the rest of the condition as a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from msgspec import Struct, structs

from scrubber.claims.line_view import MINUTES
from scrubber.claims.view import OWN_FIELDS, ClaimView
from scrubber.core.logic import Truth
from scrubber.core.types import Type
from scrubber.engine.evaluate.reference import lookup_variable
from scrubber.engine.plan.epochs import Epochs
from scrubber.lang import ir

SHARED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "line": {
        "line": frozenset({
            "procedure", "modifiers", "modifier_1", "modifier_2", "modifier_3", "modifier_4", "place_of_service",
            "revenue_code", "unit_basis",
        }),
    },
    "pair": {"line": frozenset({"procedure"}), "other": frozenset({"procedure"})},
    "group": {"group": frozenset({"procedure"})},
}  # fmt: skip
"""By scope and variable: the fields, beside the epoch of the day, that the plan remembers rules by."""

DAYS = frozenset({"date", "day"})

OF_PLAN = frozenset({"type", "payer", "payer_class", "product", "payer_state"})
"""The fields of a claim that its plan is chosen by."""

OF_PRACTICE = frozenset({
    "bill_type", "billing_state", "billing_taxonomy", "frequency", "patient_sex", "place_of_service",
})  # fmt: skip
"""Further fields of a claim that have few values, which the plan remembers rules by where rules read them."""


class Sharing(Struct, frozen=True):
    """What subjects with one key agree on: fields by variable, and fields of the claim. ``loose`` are the tables whose
    setting is chosen by more than fields of the claim; ``bare``: all subjects come without history; ``epochs``: the
    epochs that a key holds of days, None where there are too few subjects for it to pay to work out what those with one
    key agree on."""

    fields: Mapping[str, frozenset[str]]
    claim: frozenset[str]
    loose: frozenset[str]
    bare: bool
    epochs: Epochs | None = None

    @property
    def lasting(self) -> bool:
        """Whether there are so many subjects that it pays to work out what those with one key agree on."""
        return self.epochs is not None

    def split(self, when: ir.Condition) -> tuple[ir.And, ir.And]:
        """``when`` in two parts that must both hold: what all such subjects agree on, and the rest."""
        items = tuple(self._spelled_out(item) for item in ir.clauses(when))
        shared = tuple(item for item in items if self.holds(item))
        return ir.And(items=shared), ir.And(items=tuple(item for item in items if item not in shared))

    def _spelled_out(self, node: ir.Condition) -> ir.Condition:
        """That minutes are missing, by what they are made of: a line whose basis is known to be another has none."""
        match node:
            case ir.Missing(value=ir.FieldOf(name="minutes", variable=variable, record=record), negated=negated):
                if "unit_basis" not in self.fields.get(variable, ()):
                    return node
                basis, units = (
                    ir.FieldOf(variable=variable, record=record, name=name, type=Type(kind))
                    for name, kind in (("unit_basis", "code"), ("units", "number"))
                )
                other = ir.Compare(op="!=", left=basis, right=ir.CodeConst(value=MINUTES, type=basis.type))
                missing = ir.Or(items=(ir.Missing(value=basis), other, ir.Missing(value=units)))
                return ir.Not(item=missing) if negated else missing
        return node

    def holds(self, node: Any) -> bool:
        """Whether what a node says is the same for all such subjects."""
        match node:
            case tuple():
                return all(self.holds(item) for item in node)
            case ir.FieldOf(record="row") | ir.CodeConst():
                return True
            case ir.FieldOf(variable="claim", name=name):
                return name in self.claim
            case ir.FieldOf(name=name):
                return name in self.fields.get(node.variable, ())
            case ir.Compare(left=left, right=right) if self._day(left) or self._day(right):
                return isinstance(left, ir.DateConst) or isinstance(right, ir.DateConst)
            case ir.Between(value=value, low=low, high=high) if self._day(value):
                return isinstance(low, ir.DateConst) and isinstance(high, ir.DateConst)
            case ir.Missing(value=value) if self._day(value):
                return True
            case ir.Lookup():
                return self.fixes(node)
            case ir.Quantified(source=source) if self.bare and source.kind.startswith("prior"):
                return node.count is None or self.holds(node.count)  # over nothing, and unknown for lack of history
            case ir.Aggregate(source=source) if self.bare and source.reaches_history:
                return True  # unknown for lack of history, whatever else there is
            case ir.Source(kind=kind):
                # A list's elements are codes or records; a record's own fields are not among the shared ones.
                if kind != "list" or node.record or node.same or node.within is not None:
                    return False
        return not isinstance(node, ir.Node) or all(self.holds(part) for part in ir.parts_of(node))

    def _day(self, node: ir.Value) -> bool:
        """The day of a subject: the key holds its epoch, in which all days compare alike with the days conditions
        name."""
        return isinstance(node, ir.FieldOf) and node.name in DAYS and node.variable in self.fields

    def fixes(self, node: ir.Lookup) -> bool:
        """Whether a look-up gives the same for all such subjects."""
        if node.table in self.loose or not self.holds(node.keys):
            return False
        if node.at is not None:
            return self._day(node.at)
        variable = lookup_variable(node)
        return not variable or variable in self.fields

    def residue(self, node: ir.Condition, value: Callable[[ir.Value], Any], truth: Callable[[ir.Condition], Truth]
                ) -> ir.Condition:  # fmt: skip
        """What is left of a condition once what all such subjects agree on is put in: :data:`HOLDS`, :data:`FAILS`, or
        a condition. What they agree on and is unknown is left as it stands, for its reasons."""
        match node:
            case ir.And() | ir.Or():
                settles, passes = (FAILS, HOLDS) if isinstance(node, ir.And) else (HOLDS, FAILS)
                items = []
                for item in node.items:
                    left = self.residue(item, value, truth)
                    if left == settles:
                        return settles
                    if left != passes:
                        items.append(left)
                if not items:
                    return passes
                return items[0] if len(items) == 1 else structs.replace(node, items=tuple(items))
            case ir.Not():
                left = self.residue(node.item, value, truth)
                return FAILS if left == HOLDS else HOLDS if left == FAILS else structs.replace(node, item=left)
        met = truth(node) if self.holds(node) else None
        if met is True or met is False:
            return HOLDS if met else FAILS
        condition: ir.Condition = self._constants(node, value)
        return condition

    def possible(self, node: ir.Condition, truth: Callable[[ir.Condition], Truth]) -> bool:
        """Whether a condition could be anything but False, by what all such subjects agree on."""
        match node:
            case ir.And():
                return all(self.possible(item, truth) for item in node.items)
            case ir.Or():
                return any(self.possible(item, truth) for item in node.items)
        return not self.holds(node) or truth(node) is not False

    def _constants(self, node: Any, value: Callable[[ir.Value], Any]) -> Any:
        """The tree with each look-up that all such subjects agree on replaced by what it gives."""
        if isinstance(node, ir.Lookup) and node.column and self.fixes(node):
            return _constant(value(node), node)
        if isinstance(node, tuple):
            return tuple(self._constants(item, value) for item in node)
        if isinstance(node, ir.Node) and not isinstance(node, ir.Missing | ir.Codes):
            changed = {name: self._constants(getattr(node, name), value) for name in node.__struct_fields__}
            return structs.replace(node, **changed)
        return node


HOLDS: ir.Condition = ir.And(items=())
FAILS: ir.Condition = ir.Or(items=())


class ClaimKey:
    """The values of some fields of a claim as one key, read the quick way where the claim holds them itself."""

    __slots__ = ("_derived", "_own", "of")

    def __init__(self, fields: Iterable[str]) -> None:
        wanted = frozenset(fields)
        own = sorted(wanted & OWN_FIELDS)
        self._own = attrgetter(*own) if own else None
        self._derived = tuple(sorted(wanted - OWN_FIELDS))
        self.of: Callable[[ClaimView], Any] = self._all if self._derived or not own else self._of_source
        """The key of a claim."""

    def _of_source(self, claim: ClaimView) -> Any:
        return self._own(claim.source)  # type: ignore[misc]  # there are such fields

    def _all(self, claim: ClaimView) -> tuple[Any, ...]:
        own = self._own(claim.source) if self._own else None
        return (own, *[getattr(claim, field) for field in self._derived])


def _constant(value: Any, node: ir.Lookup) -> ir.Value:
    """A cell as a constant of its type; the look-up itself where it gives nothing that can be written as one."""
    if node.type.many or isinstance(value, bool):
        return node
    match node.type.kind, value:
        case "money", int():
            return ir.MoneyConst(cents=value)
        case "number", int() | Decimal():
            return ir.NumberConst(text=str(value))
        case "code", str():
            return ir.CodeConst(value=value, type=node.type)
        case "date", date():
            return ir.DateConst(value=value)
    return node


def claim_fields(condition: Any) -> frozenset[str] | None:
    """The fields of the claim that the condition of a table's setting reads; None where it reads anything else."""
    fields = set()
    for node in ir.nodes_of(condition):
        if isinstance(node, ir.Source | ir.Lookup | ir.Element) or (
            isinstance(node, ir.FieldOf) and node.variable != "claim"
        ):
            return None
        if isinstance(node, ir.FieldOf):
            fields.add(node.name)
    return frozenset(fields)
