"""Operands read straight from a subject, for words and evidence: values without the reasons of what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import Bindings, World
from scrubber.lang import ir

Variables = dict[str, Any]
Access = Callable[[World, Variables], Any]
"""The value on a world and the variables of a subject; None, ABSENT or Unknown where there is none."""


def access(node: ir.Value, bindings: Bindings) -> Access:
    """The reader of an operand: direct for fields and constants, by the reference evaluator for the rest."""
    match node:
        case ir.FieldOf(variable=variable, name=name):
            return lambda _world, variables: getattr(variables[variable], name)
        case ir.Element(variable=variable):
            return lambda _world, variables: variables[variable]
        case ir.CodeConst() | ir.TextConst() | ir.DateConst():
            constant = node.value
            return lambda _world, _variables: constant
    return lambda world, variables: Reference(world, bindings, variables).value(node)
