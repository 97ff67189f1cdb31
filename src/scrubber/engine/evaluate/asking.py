"""A condition as a function: by the reference evaluator at first, compiled once it is asked often.

Compiling a condition takes as long as evaluating it some dozens of times. A command that checks one file asks most
rules a few times only and need not compile them; a service asks all of them again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from msgspec import Struct

from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.each_row import by_name
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import Bindings, World
from scrubber.lang import ir

WORTH_COMPILING = 24
WORTH_COMPILING_LATER = 3
"""In a run that has gone on for a while, and so will likely go on: what is asked thrice is asked again."""

Truth = Callable[..., bool | Unknown | None]
"""A function of (world, claim, *subject): True, False, or where it is unknown None; an Unknown where its reasons are
known already."""


def in_doubt(found: int) -> tuple[int, ...]:
    """The places of the conditions that are unknown, by what :class:`FirstThatHolds` gives where it is negative."""
    return tuple(place for place in range((-found).bit_length()) if -found >> place & 1)


class Test(Protocol):
    """A condition that can be run."""

    @property
    def run(self) -> Truth: ...


class Settled(Struct, frozen=True):
    """A condition whose truth is known."""

    run: Truth


ALWAYS = Settled(lambda *_: True)
"""The condition of a rule that has none."""
NEVER = Settled(lambda *_: False)
"""The condition of a rule that does not hold."""
UNSURE = Settled(lambda *_: None)
"""The condition of a rule that has still to be looked at."""


class Asked:
    """A condition over ``variables``, of which the first is ``claim``. May be shared by threads.

    ``run`` is its function of (world, claim, *subject).
    """

    __slots__ = ("_asked", "_bindings", "_variables", "condition", "run")

    def __init__(self, condition: ir.Condition, bindings: Bindings, variables: tuple[str, ...]) -> None:
        self.condition, self._bindings, self._variables = condition, bindings, variables
        self._asked = 0
        self.run: Truth = self._first

    def _first(self, world: World, *values: Any) -> bool | Unknown | None:
        """The truth of the condition, until it is worth compiling."""
        self._asked += 1
        if self._asked < self._bindings.worth_compiling:
            found = Reference(world, self._bindings, by_name(self._variables, values)).truth(self.condition)
            return None if isinstance(found, Unknown) else found
        # Imported here: a short run compiles nothing.
        from scrubber.engine.evaluate.row.conditions import compile_condition

        self.run = compile_condition(self.condition, self._bindings, self._variables)
        return self.run(world, *values)


class FirstThatHolds:
    """Which of several conditions holds first. ``run`` is a function of (world, claim, *subject): its place, from 0;
    None where none holds; where none does and some are unknown, their places as the bits of a negative number. May be
    shared by threads.

    By the functions of the conditions at first, by one compiled for all of them once it is asked often.
    """

    __slots__ = ("_asked", "_bindings", "_conditions", "_tests", "_variables", "run")

    def __init__(self, conditions: Sequence[ir.Condition], tests: Sequence[Test], bindings: Bindings,
                 variables: tuple[str, ...]) -> None:  # fmt: skip
        self._conditions, self._tests, self._bindings, self._variables = conditions, tests, bindings, variables
        self._asked = 0
        self.run: Callable[..., int | None] = self._first

    def _first(self, world: World, *values: Any) -> int | None:
        self._asked += 1
        if self._asked < self._bindings.worth_compiling:
            unknown = 0
            for place, test in enumerate(self._tests):
                found = test.run(world, *values)
                if found is True:
                    return place
                if found is not False:
                    unknown += 1 << place
            return -unknown if unknown else None
        # Imported here: a short run compiles nothing.
        from scrubber.engine.evaluate.row.conditions import compile_first

        self.run = compile_first(self._conditions, self._bindings, self._variables)
        return self.run(world, *values)
