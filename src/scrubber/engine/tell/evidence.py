"""The evidence of a finding: every value and table row that its conditions read, in the order they are read.

What a condition reads does not depend on its truth, but for the elements an aggregate measures. So each revision's
reading is worked out once, as a list of steps, and run on every subject it fires on. Tests hold it equal to what the
reference evaluator reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from scrubber.engine.evaluate.access import Variables
from scrubber.engine.evaluate.asking import Test
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import SCOPE_VARIABLES, Bindings, Group, key_of
from scrubber.engine.tell.evidence_steps import Fields, Reading, Steps, is_of, of_each, row_of
from scrubber.lang import ir


class Asking(Bindings, Protocol):
    """Bindings that make functions of conditions too."""

    def asked(self, condition: ir.Condition, variables: tuple[str, ...]) -> Test: ...


class EvidenceReader:
    """Reads the evidence of some conditions, on whatever subject. May be shared by threads."""

    def __init__(self, conditions: Iterable[ir.Condition], scope: str, bindings: Asking) -> None:
        self._bindings = bindings
        self._names: tuple[str, ...] = ("claim", *SCOPE_VARIABLES[scope])
        self._known: set[tuple[str, str]] = set()
        self._inside = 0
        steps = Steps()
        for condition in conditions:
            self._condition(condition, steps)
        self._steps = steps.done()

    def read(self, reading: Reading, variables: Variables) -> None:
        """Add to ``reading`` what is read on the subject of these variables."""
        for step in self._steps:
            step(reading, variables)

    # ---- conditions ----

    def _condition(self, node: ir.Condition, steps: Steps) -> None:
        match node:
            case ir.And() | ir.Or():
                for item in node.items:
                    self._condition(item, steps)
            case ir.Not():
                self._condition(node.item, steps)
            case ir.Compare():
                self._values(steps, node.left, node.right)
            case ir.Between():
                self._values(steps, node.value, node.low, node.high)
            case ir.In() | ir.Has():
                self._values(steps, node.value if isinstance(node, ir.In) else node.items)
                if isinstance(node.codes, ir.ListOf):
                    self._values(steps, node.codes.value)
            case ir.Missing() | ir.Flag():
                self._values(steps, node.value)
            case ir.Quantified():
                self._over(node.source, steps, node.satisfy, None, node.mode == "any")
                if node.count is not None and node.mode not in ("any", "no", "all"):
                    self._values(steps, node.count)

    # ---- values ----

    def _values(self, steps: Steps, *nodes: ir.Value) -> None:
        for node in nodes:
            match node:
                case ir.FieldOf():
                    self._field(node, steps)
                case ir.Arithmetic():
                    self._values(steps, node.left, node.right)
                case ir.Call():
                    self._values(steps, *node.arguments)
                case ir.Lookup():
                    self._values(steps, *node.keys, *((node.at,) if node.at else ()))
                    steps.add(row_of(node, self._bindings))
                case ir.Aggregate():
                    self._over(node.source, steps, None, node.value, False)

    def _field(self, node: ir.FieldOf, steps: Steps) -> None:
        """A field of a variable: once, where it is certain to have been read before."""
        mark = (node.variable, node.name)
        if node.record == "row" or mark in self._known:
            return
        if not self._inside:
            self._known.add(mark)
        steps.field(node)

    # ---- sources ----

    def _over(self, source: ir.Source, steps: Steps, satisfy: ir.Condition | None, measured: ir.Value | None,
              witnessed: bool) -> None:  # fmt: skip
        """A loop: of each element its keys, its date, and what is asked of it."""
        if source.items is not None:
            self._values(steps, source.items)
        known = set(self._known)
        # The element's own name may hide one outside: what was read of that one says nothing of the element.
        self._known = {mark for mark in known if mark[0] != source.variable}
        outside, self._names = self._names, (*self._names, source.variable)
        self._inside += 1
        near = Steps()
        if source.within:
            self._values(near, source.within.duration, source.within.anchor)
        asked = Steps()
        if source.where is not None:
            self._condition(source.where, asked)
        after = Steps()
        if satisfy is not None:
            self._condition(satisfy, after)
        if measured is not None:
            self._values(after, measured)
        steps_near, steps_asked, steps_after = near.done(), asked.done(), after.done()
        self._inside -= 1
        names, self._names = self._names, outside
        self._known = known
        bindings = self._bindings
        keys: list[str] = []
        for part in source.same:
            keys += [part.field] if part.field else bindings.parameter(part.parameter)
        kept = "earlier" if source.reaches_history else "procedures" if source.record == "icd_procedure" else ""
        # Only the elements that count are measured, and only those that are met are witnesses.
        decide = (measured is not None and bool(steps_after)) or (witnessed and bool(kept))
        plain = not source.same and source.within is None
        every = plain and source.where is None
        if not decide and all(is_of(source.variable, each) for each in (*steps_asked, *steps_after)):
            own = [each for each in (*steps_asked, *steps_after) if isinstance(each, Fields)]
            steps.add(of_each(source, bindings, keys, steps_near, own))
            return
        where = None
        if decide and plain and source.where is not None and len(set(names)) == len(names):
            where = bindings.asked(source.where, names)
        walked = decide and not every and where is None

        def step(reading: Reading, variables: Variables) -> None:
            world, found = reading.world, reading.found
            evaluate = Reference(world, bindings, variables)
            truths = {id(item): met for item, met in evaluate.elements(source)} if walked else {}
            excluded = variables.get(source.other_than) if source.kind.startswith("other") else None
            like = variables.get(source.like)
            for item in evaluate.collection(source):
                if item is excluded or (isinstance(excluded, Group) and item in excluded):
                    continue
                for key in keys:
                    for owner in (item, like):
                        name = key_of(owner, key)
                        if (id(owner), name) not in found:
                            reading.field(owner, name)
                inner = {**variables, source.variable: item}
                if source.within:
                    reading.field(item, "date")
                    for each in steps_near:
                        each(reading, variables)
                for each in steps_asked:
                    each(reading, inner)
                met: Any = every or truths.get(id(item))
                if where is not None:
                    met = where.run(world, *[inner[name] for name in names])
                if satisfy is not None or met is True:
                    for each in steps_after:
                        each(reading, inner)
                if witnessed and kept and met is True:
                    getattr(reading, kept)[id(item)] = item

        steps.add(step)
