"""How far a condition is from being true, or false, on a subject: the number of clauses that stand in the way."""

from __future__ import annotations

from typing import Any

from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import Group
from scrubber.lang import ir

NO_ELEMENT = 3.0
"""A quantifier that ranges over nothing: an element has to be added, and then to fit."""


def distance(node: ir.Condition, reference: Reference, want: bool) -> float:
    """0 where the condition has the truth that is wanted; the less has to be changed, the smaller."""
    match node:
        case ir.And() | ir.Or():
            parts = [distance(item, reference, want) for item in node.items]
            return sum(parts) if isinstance(node, ir.And) == want else min(parts, default=0.0)
        case ir.Not():
            return distance(node.item, reference, not want)
    truth = reference.truth(node)
    if not isinstance(truth, Unknown) and truth is want:
        return 0.0
    if isinstance(node, ir.Quantified) and (node.mode in ("any", "at_least")) == want:
        return 1.0 + min((_element(node.source, item, reference) for item in _items(node.source, reference)),
                         default=NO_ELEMENT)  # fmt: skip
    return 1.5 if isinstance(truth, Unknown) else 1.0


def _items(source: ir.Source, reference: Reference) -> list[Any]:
    excluded = reference.variables.get(source.other_than) if source.kind.startswith("other") else None
    return [item for item in reference.collection(source)
            if item is not excluded and not (isinstance(excluded, Group) and item in excluded)]  # fmt: skip


def _element(source: ir.Source, item: Any, reference: Reference) -> float:
    total = 0.0
    like = reference.variables.get(source.like)
    for key in source.same:
        for name in [key.field] if key.field else reference.bindings.parameter(key.parameter):
            ours, theirs = getattr(item, name, None), getattr(like, name, None)
            total += (ours is None) + (theirs is None) or ours != theirs
    if source.within is not None:
        total += reference.near(source.within, item) is not True
    if source.where is not None:
        outer = reference.variables
        reference.variables = {**outer, source.variable: item}
        try:
            total += distance(source.where, reference, True)
        finally:
            reference.variables = outer
    return total * 0.9
