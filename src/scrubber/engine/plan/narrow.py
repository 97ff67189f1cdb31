"""The part of a rule's condition that depends on nothing but a subject's codes, its day and who pays.

Claims of one practice carry the same few hundred codes over and over. Where this part of a condition is false for a
line's codes on a day, the rule is clear on every such line, so the plan works it out once and then leaves the rule out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from scrubber.core.types import Type
from scrubber.lang import ir

SHARED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "line": {"line": frozenset({"procedure", "modifiers", "place_of_service", "date"})},
    "pair": {"line": frozenset({"procedure", "date"}), "other": frozenset({"procedure", "date"})},
    "group": {"group": frozenset({"procedure", "day"})},
}
"""By scope and variable: the fields that the plan remembers rules by."""

OF_PLAN = frozenset({"type", "payer", "payer_class", "product", "payer_state"})
"""The fields of a claim that its plan is chosen by."""


def split(when: ir.Condition, scope: str, by_claim: Callable[[str], bool]) -> tuple[ir.And, ir.And]:
    """``when`` in two parts that must both hold: what any two subjects with the same shared fields agree on, the rest.

    ``by_claim`` says of a table whether its setting is chosen by fields of the claim alone.
    """
    items = when.items if isinstance(when, ir.And) else (when,)
    shared = tuple(item for item in items if _shared(item, SHARED[scope], by_claim))
    return ir.And(items=shared), ir.And(items=tuple(item for item in items if item not in shared))


def _shared(node: Any, shared: Mapping[str, frozenset[str]], by_claim: Callable[[str], bool]) -> bool:
    match node:
        case tuple():
            return all(_shared(item, shared, by_claim) for item in node)
        case ir.FieldOf(record="row"):
            return True
        case ir.FieldOf(variable="claim", name=name):
            return name in OF_PLAN
        case ir.FieldOf(name=name):
            return name in shared.get(node.variable, ())
        case ir.Lookup(table=table) if not by_claim(table):
            return False
        case ir.Source(kind=kind):
            # A list's elements are codes or records; a record's own fields are not among the shared ones.
            if kind != "list" or node.record or node.same or node.within is not None:
                return False
        case Type():
            return True
    if not isinstance(node, Struct):
        return True
    return all(_shared(getattr(node, field), shared, by_claim) for field in node.__struct_fields__)


def claim_fields(condition: Any) -> frozenset[str] | None:
    """The fields of the claim that the condition of a table's setting reads; None where it reads anything else."""
    if isinstance(condition, tuple):
        parts = [claim_fields(item) for item in condition]
        return None if None in parts else frozenset().union(*(part for part in parts if part is not None))
    if isinstance(condition, ir.FieldOf):
        return frozenset({condition.name}) if condition.variable == "claim" else None
    if isinstance(condition, ir.Source | ir.Lookup | ir.Element):
        return None
    if not isinstance(condition, Struct) or isinstance(condition, Type):
        return frozenset()
    return claim_fields(tuple(getattr(condition, field) for field in condition.__struct_fields__))
