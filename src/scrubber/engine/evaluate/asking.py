"""A condition as a function: by the reference evaluator at first, compiled once it is asked often.

Compiling a condition takes as long as evaluating it some dozens of times. A command that checks one file asks most
rules a few times only and need not compile them; a service asks all of them again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import Bindings, World
from scrubber.lang import ir

WORTH_COMPILING = 24

Test = Callable[..., bool | None]
"""A function of (world, claim, *subject): True, False, or None where it is unknown."""


def always(*_: Any) -> bool:
    """The condition of a rule that has none."""
    return True


def never(*_: Any) -> bool:
    """The condition of a rule that does not hold."""
    return False


def unsure(*_: Any) -> None:
    """The condition of a rule that has still to be looked at."""
    return


class Asked:
    """A condition over ``variables``, of which the first is ``claim``. May be shared by threads."""

    __slots__ = ("_asked", "_bindings", "_compiled", "_condition", "_variables")

    def __init__(self, condition: ir.Condition, bindings: Bindings, variables: tuple[str, ...]) -> None:
        self._condition, self._bindings, self._variables = condition, bindings, variables
        self._asked = 0
        self._compiled: Test | None = None

    def __call__(self, world: World, *values: Any) -> bool | None:
        """The truth of the condition."""
        if self._compiled is not None:
            return self._compiled(world, *values)
        self._asked += 1
        if self._asked < WORTH_COMPILING:
            variables = {"row": EMPTY_ROW, **dict(zip(self._variables, values, strict=True))}
            found = Reference(world, self._bindings, variables).truth(self._condition)
            return None if isinstance(found, Unknown) else found
        # Imported here: a short run compiles nothing.
        from scrubber.engine.evaluate.row.conditions import compile_condition

        self._compiled = compile_condition(self._condition, self._bindings, self._variables)
        return self._compiled(world, *values)
