"""Operands read straight from a subject, for words and fixes: values without the reasons of what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scrubber.engine.evaluate.each_row import by_name
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import Bindings, World
from scrubber.lang import ir

Values = tuple[Any, ...]
"""The claim and what a rule's subject holds, in the order of the variables of its scope."""
Access = Callable[[World, Values], Any]
"""The value on a world and a subject; None, ABSENT or Unknown where there is none."""


def access(node: ir.Value, bindings: Bindings, names: tuple[str, ...]) -> Access:
    """The reader of an operand: direct for fields and constants, by the reference evaluator for the rest, which is
    compiled once it is read often. ``names`` are the variables that values are given of, ``claim`` first."""
    match node:
        case ir.FieldOf(variable=variable, name=name) if variable in names:
            at = names.index(variable)
            return lambda _world, values: getattr(values[at], name)
        case ir.Element(variable=variable) if variable in names:
            at = names.index(variable)
            return lambda _world, values: values[at]
        case ir.CodeConst() | ir.TextConst() | ir.DateConst():
            constant = node.value
            return lambda _world, _values: constant
    return _Reckoned(node, bindings, names).on


class _Reckoned:
    """A value that is looked up or worked out. May be shared by threads."""

    __slots__ = ("_asked", "_bindings", "_names", "_node", "_run")

    def __init__(self, node: ir.Value, bindings: Bindings, names: tuple[str, ...]) -> None:
        self._node, self._bindings, self._names = node, bindings, names
        self._asked = 0
        self._run: Callable[..., Any] | None = None

    def on(self, world: World, values: Values) -> Any:
        """The value on a subject."""
        if self._run is None:
            self._asked += 1
            if self._asked < self._bindings.worth_compiling:
                return Reference(world, self._bindings, by_name(self._names, values)).value(self._node)
            # Imported here: a short run compiles nothing.
            from scrubber.engine.evaluate.row.conditions import compile_value

            self._run = compile_value(self._node, self._bindings, self._names)
        return self._run(world, *values)
