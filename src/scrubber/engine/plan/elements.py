"""Quantifiers over lines that ask a table of the codes of two lines: what is known of such lines is found out once.

"No other line of the same day and provider whose code is a primary of this one": the table is asked of each two codes
once, and not again on each claim on which both stand. Where it does not answer, the reasons are kept with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import TYPE_CHECKING, Any

from msgspec import structs

from scrubber.core.logic import Truth, Unknown
from scrubber.core.types import Type
from scrubber.engine.evaluate.world import NO_HISTORY, Group, World
from scrubber.engine.plan.narrow import ClaimKey
from scrubber.lang import ir

if TYPE_CHECKING:
    from scrubber.engine.plan.doubts import Doubts, Terms, Told

KEPT = 65_536

LINES: dict[str, Callable[[World, dict[str, Any]], Iterable[Any]]] = {
    "lines": lambda world, _: world.claim.lines,
    "other_lines": lambda world, _: world.claim.lines,
    "lines_on_any_claim": lambda world, _: (*world.claim.lines, *world.prior_lines),
    "other_lines_on_any_claim": lambda world, _: (*world.claim.lines, *world.prior_lines),
    "prior_lines": lambda world, _: world.prior_lines,
    "group_lines": lambda _, variables: variables["group"].lines,
}
"""The lines that a source ranges over, by its kind."""

Make = Callable[[ir.And, "Terms", "Doubts", World, tuple[Any, ...]], "Told | None"]
"""Finds out what all elements with one key agree on; None where the condition is false on all of them."""


def by_codes(node: ir.Quantified, terms: Terms, doubts: Doubts, make: Make) -> Elements | None:
    """What is known of the elements of a quantifier, if it is one over lines that asks a table of an element's code."""
    source = node.source
    if node.mode not in ("any", "no") or source.kind not in LINES or source.within or source.where is None:
        return None
    if source.variable in terms.variables:
        return None
    loose = terms.sharing.loose
    lookups = [part for part in ir.nodes_of(source.where) if isinstance(part, ir.Lookup)]
    if source.reaches_history:
        # Which file answers is chosen by the line's own claim, and an earlier claim may be of another kind.
        loose |= {part.table for part in lookups if terms.bindings.table(part.table).fields}
    fields = {**terms.sharing.fields, source.variable: frozenset({"procedure"})}
    sharing = structs.replace(terms.sharing, fields=fields, loose=loose)
    if not any(sharing.fixes(part) for part in lookups):
        return None
    return Elements(node, structs.replace(terms, variables=(*terms.variables, source.variable), sharing=sharing),
                    doubts, make)  # fmt: skip


class Elements:
    """A quantifier over lines, with what is known of elements by the codes of the subject and of the element."""

    def __init__(self, node: ir.Quantified, terms: Terms, doubts: Doubts, make: Make) -> None:
        self.node, self.terms, self.doubts, self._make = node, terms, doubts, make
        self.known: dict[tuple[Any, ...], Told | None] = {}
        self.condition = ir.And(items=(*_keys(node.source, terms), node.source.where))  # type: ignore[arg-type]
        self._claim_key = ClaimKey(terms.sharing.claim)
        read = {(part.variable, part.name) for part in ir.nodes_of(self.condition) if isinstance(part, ir.FieldOf)}
        self._fields = tuple(
            tuple(sorted(name for name in terms.sharing.fields.get(variable, ()) if (variable, name) in read))
            for variable in terms.variables[:-1]
        )
        self._of: dict[tuple[Any, ...], ElementsOf] = {}
        self._numbers = count()

    def of(self, world: World, subject: tuple[Any, ...]) -> ElementsOf:
        """The quantifier on all subjects that agree with this one in what the table is asked of."""
        epoch_of = self.terms.sharing.epoch_of
        assert epoch_of is not None
        key = (
            self._claim_key.of(world.claim),
            epoch_of(world.day),
            *[
                (*[getattr(each, name) for name in fields],
                 epoch_of(getattr(each, "date", None)), epoch_of(getattr(each, "day", None)))
                for each, fields in zip(subject, self._fields, strict=True)
            ],
        )  # fmt: skip
        found = self._of.get(key)
        if found is None:
            if len(self._of) >= KEPT:
                self._of = {}
            # No number is given twice, not even by two threads: what is remembered under one is of one subject's codes.
            found = self._of.setdefault(key, ElementsOf(self, next(self._numbers)))
        return found

    def find(self, key: tuple[Any, ...], world: World, values: tuple[Any, ...]) -> Told | None:
        """What is asked of elements with a key."""
        found = self._make(self.condition, self.terms, self.doubts, world, values)
        if len(self.known) >= KEPT:
            self.known = {}
        self.known[key] = found
        return found


class ElementsOf:
    """A quantifier on subjects with one key."""

    __slots__ = ("_elements", "_epoch_of", "_lines", "_node", "_number", "_other_than", "_variables")

    def __init__(self, elements: Elements, number: int) -> None:
        source = elements.node.source
        self._elements, self._number, self._node = elements, number, elements.node
        self._variables = elements.terms.variables[:-1]
        self._lines = LINES[source.kind]
        self._other_than = source.other_than if source.kind.startswith("other") else ""
        self._epoch_of: Any = elements.terms.sharing.epoch_of

    def truth(self, world: World, claim: Any, *subject: Any) -> Truth:
        """The truth of the quantifier on a subject, with all its reasons."""
        variables = dict(zip(self._variables, subject, strict=True))
        excluded = variables.get(self._other_than)
        node, elements, number, epoch_of = self._node, self._elements, self._number, self._epoch_of
        unknowns: list[Unknown] = [NO_HISTORY] if node.source.reaches_history and not world.complete else []
        known = elements.known
        for item in self._lines(world, variables):
            if item is excluded or (isinstance(excluded, Group) and item in excluded):
                continue
            key = (number, item.procedure, epoch_of(item.date))
            try:
                told = known[key]
            except KeyError:
                told = elements.find(key, world, (*subject, item))
            if told is None:
                continue
            met = told.truth(world, claim, *subject, item)
            if met is True:
                return node.mode == "any"
            if isinstance(met, Unknown):
                unknowns.append(met)
        if not unknowns:
            return node.mode == "no"
        return elements.doubts.one_of(unknowns)


def _keys(source: ir.Source, terms: Terms) -> list[ir.Condition]:
    """``with same (…)`` as comparisons of an element and the variable it is like."""
    names = [
        name
        for key in source.same
        for name in ([key.field] if key.field else terms.bindings.parameter(key.parameter))
    ]  # fmt: skip
    ours, theirs = source.variable, source.like
    return [
        ir.Compare(op="=", left=_field(ours, "line", name), right=_field(theirs, "group" if theirs == "group" else "line", name))
        for name in names
    ]


def _field(variable: str, record: str, name: str) -> ir.FieldOf:
    # A line's day is its date, as :func:`scrubber.engine.evaluate.world.key_of` has it.
    return ir.FieldOf(
        variable=variable, record=record, name="date" if name == "day" and record == "line" else name, type=Type("text")
    )
