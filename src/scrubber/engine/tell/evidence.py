"""The evidence of a finding: every value and table row that its conditions read, in the order they are read.

By the reference evaluator at first, by one function compiled for the revision once it is told often; tests hold the
second equal to the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scrubber.engine.evaluate.access import Variables
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.trace import Trace
from scrubber.engine.evaluate.world import SCOPE_VARIABLES, Bindings, World
from scrubber.lang import ir


class EvidenceReader:
    """Reads the evidence of some conditions, on whatever subject. May be shared by threads."""

    __slots__ = ("_asked", "_bindings", "_conditions", "_names", "_run")

    def __init__(self, conditions: Iterable[ir.Condition], scope: str, bindings: Bindings) -> None:
        self._conditions, self._bindings = tuple(conditions), bindings
        self._names = ("claim", *SCOPE_VARIABLES[scope])
        self._asked = 0
        self._run: Callable[..., None] | None = None

    def read(self, trace: Trace, world: World, variables: Variables) -> None:
        """Add to ``trace`` what is read on the subject of these variables."""
        if self._run is None:
            self._asked += 1
            if self._asked < self._bindings.worth_compiling:
                evaluate = Reference(world, self._bindings, variables, trace)
                for condition in self._conditions:
                    evaluate.truth(condition)
                return
            # Imported here: a short run compiles nothing.
            from scrubber.engine.evaluate.row.evidence import compile_reading

            self._run = compile_reading(self._conditions, self._bindings, self._names)
        values = [variables[name] for name in self._names]
        self._run(trace.found, trace.earlier, trace.procedures, world, *values)
