"""Quantifiers over lines that ask a table of the codes of two lines: what is known of such lines is found out once.

"No other line of the same day and provider whose code is a primary of this one": the table is asked of each two codes
once, and not again on each claim on which both stand. Where it does not answer, the reasons are kept with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from msgspec import structs

from scrubber.core.logic import Reason, Unknown
from scrubber.core.memo import kept, with_room
from scrubber.core.types import Type
from scrubber.engine.evaluate.world import NO_HISTORY, Group, World, first_and_last, is_long
from scrubber.engine.plan.epochs import Epoch, Epochs
from scrubber.engine.plan.likeness import Likeness, asked_of_codes, likeness
from scrubber.engine.plan.narrow import ClaimKey
from scrubber.engine.plan.partners import Partners, partners_by
from scrubber.lang import ir

if TYPE_CHECKING:
    from scrubber.engine.plan.doubts import Terms, Told


def _own(world: World) -> Iterable[Any]:
    return world.claim.lines


def _earlier(world: World) -> Iterable[Any]:
    return world.prior_lines


def _all(world: World) -> Iterable[Any]:
    return (*world.claim.lines, *world.prior_lines)


LINES: dict[str, Callable[[World], Iterable[Any]]] = {
    "lines": _own, "other_lines": _own, "prior_lines": _earlier, "lines_on_any_claim": _all,
    "other_lines_on_any_claim": _all,
}  # fmt: skip
"""The lines that a source ranges over, by its kind, but for those of a group."""

Make = Callable[[ir.And, ir.And, "Terms", World, tuple[Any, ...]], "Told | None"]
"""Finds out what all elements with one key agree on; None where the condition is false on all of them."""


def by_codes(node: ir.Quantified, terms: Terms, make: Make) -> Elements | None:
    """What is known of the elements of a quantifier, if it is one over lines that asks a table of an element's code."""
    source = node.source
    plain = source.kind in (*LINES, "group_lines") and source.within is None
    if node.mode not in ("any", "no") or not plain or source.where is None or source.variable in terms.variables:
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
    return Elements(node, structs.replace(terms, variables=(*terms.variables, source.variable), sharing=sharing), make)


class Elements:
    """A quantifier over lines, with what is known of elements by the codes of the subject and of the element."""

    def __init__(self, node: ir.Quantified, terms: Terms, make: Make) -> None:
        self.node, self.terms, self._make = node, terms, make
        self.doubts = terms.bindings.doubts
        self.known: dict[tuple[Any, ...], tuple[Told | None, Unknown | None]] = {}
        self._keys = _keys(node.source, terms)
        self.condition = ir.And(items=(*self._keys, node.source.where))  # type: ignore[arg-type]
        self._parts = terms.sharing.split(self.condition)
        self.fields = frozenset(part.name for part in ir.nodes_of(tuple(self._keys)) if isinstance(part, ir.FieldOf))
        self._claim_key = ClaimKey(terms.sharing.claim)
        read = {(part.variable, part.name) for part in ir.nodes_of(self.condition) if isinstance(part, ir.FieldOf)}
        self._fields = tuple(
            tuple(sorted(name for name in terms.sharing.fields.get(variable, ()) if (variable, name) in read))
            for variable in terms.variables[:-1]
        )
        self._asked = asked_of_codes(self.condition, terms.bindings, first=terms.variables[:-1])
        self._told_by = _told_by(self.condition, node.source.variable)
        self._of: dict[tuple[Any, ...], ElementsOf] = {}
        self._numbers = count()

    def of(self, world: World, subject: tuple[Any, ...]) -> ElementsOf:
        """The quantifier on all subjects that agree with this one in what the table is asked of, and in epochs."""
        epochs = self.terms.sharing.epochs
        assert epochs is not None
        like = self.likeness(world)
        key = (
            self._claim_key.of(world.claim),
            *[
                (*[getattr(each, name) if like is None or name != "procedure" else like.of(each.procedure)
                   for name in fields],
                 epochs[getattr(each, "date", None)], epochs[getattr(each, "day", None)])
                for each, fields in zip(subject, self._fields, strict=True)
            ],
        )  # fmt: skip
        found = self._of.get(key)
        if found is None:
            self._of = with_room(self._of)
            partners = self._partners(world, subject) if like is None else None
            # No number is given twice, not even by two threads: what is remembered under one is of one subject's codes.
            found = self._of.setdefault(key, ElementsOf(self, next(self._numbers), partners))
        return found

    def _partners(self, world: World, subject: tuple[Any, ...]) -> Partners | None:
        """The procedures that an element must carry for the condition to be anything but False; None where no table
        says."""
        lines = dict(zip(self.terms.variables, subject, strict=False))  # the last variable is the element's
        terms = self.terms
        return partners_by(self.condition, terms.bindings, lines, self.node.source.variable, world, terms.sharing.loose)

    def likeness(self, world: World) -> Likeness | None:
        """The procedures of a long claim by what the condition knows of them."""
        if not is_long(world):
            return None
        mark = (self, likeness)
        if mark not in world.memo:
            world.memo[mark] = likeness((self._asked,), world)
        found: Likeness | None = world.memo[mark]
        return found

    def crowd(self, world: World) -> list[Alike]:
        """The lines of a long claim, those that the condition cannot tell apart together."""
        found: list[Alike] | None = world.memo.get(self)
        if found is None:
            found = world.memo[self] = self._crowd(world)
        return found

    def _crowd(self, world: World) -> list[Alike]:
        like, epochs, lines = self.likeness(world), self.terms.sharing.epochs, world.claim.lines
        assert epochs is not None
        # Reasons name a line by its number.
        read = self._told_by if len({line.number for line in lines}) == len(lines) else None
        found: dict[Any, Alike] = {}
        for line in lines:
            code = line.procedure if like is None else like.of(line.procedure)
            mark = id(line) if read is None else (code, read(line))
            if mark in found:
                found[mark].lines.append(line)
            else:
                found[mark] = Alike([line], code, epochs[line.date])
        return list(found.values())

    def find(self, key: tuple[Any, ...], world: World, values: tuple[Any, ...]) -> tuple[Told | None, Unknown | None]:
        """What is asked of elements with a key, and how they are unknown, if they are where all keys are the same."""
        told = self._make(*self._parts, self.terms, world, values)
        found = (told, None if told is None else told.unless(self._keys))
        self.known = kept(self.known, key, found)
        return found


class ElementsOf:
    """A quantifier on subjects with one key."""

    __slots__ = (
        "_alike", "_any", "_elements", "_epochs", "_excluded", "_kind", "_number", "_partners", "_reaches_history",
    )  # fmt: skip

    def __init__(self, elements: Elements, number: int, partners: Partners | None) -> None:
        source, variables = elements.node.source, elements.terms.variables
        self._elements, self._number, self._any = elements, number, elements.node.mode == "any"
        self._partners = partners
        self._kind, self._reaches_history = source.kind, source.reaches_history
        apart = source.kind.startswith("other") and source.other_than in variables
        self._excluded = variables.index(source.other_than) if apart else None
        self._alike = variables[:-1] == ("line",) and LINES.get(source.kind) is _own
        self._epochs: Any = elements.terms.sharing.epochs

    def truth(self, world: World, claim: Any, *subject: Any) -> bool | Unknown | None:
        """The truth of the quantifier on a subject, with all its reasons; None where it cannot be told."""
        excluded = None if self._excluded is None else subject[self._excluded]
        group = excluded if isinstance(excluded, Group) else None
        unknowns: list[Unknown] = [NO_HISTORY] if self._reaches_history and not world.complete else []
        elements, number = self._elements, self._number
        known, partners = elements.known, self._partners
        if is_long(world):
            if self._alike:
                return self._of_crowd(world, claim, subject, excluded, unknowns)
            partners = None  # codes that the lines of this claim do not tell apart are of one number
        for line, procedure, epoch in _coded(self._kind, world, subject, self._epochs):
            if line is excluded or (group is not None and line in group):
                continue
            if partners is not None and procedure is not None and procedure not in partners:
                continue
            try:
                told, way = known[number, procedure, epoch]
            except KeyError:
                told, way = elements.find((number, procedure, epoch), world, (*subject, line))
            if told is None:
                continue
            # Where no line lacks a key, elements that are unknown in one way add nothing to one another.
            if way is not None and way in unknowns and self._alike and _whole(elements.fields, world):
                continue
            met = told.run(world, claim, *subject, line)
            if met is False:
                continue
            if met is True:
                return self._any
            if met is None:
                return None
            unknowns.append(met)
        return elements.doubts.one_of(unknowns) if unknowns else not self._any

    def _of_crowd(self, world: World, claim: Any, subject: tuple[Any, ...], excluded: Any, unknowns: list[Unknown]
                  ) -> bool | Unknown | None:  # fmt: skip
        """The same on a line of a long claim: of lines that are alike one is asked."""
        elements = self._elements
        for alike in elements.crowd(world):
            line = next((line for line in alike.lines if line is not excluded), None)
            if line is None:
                continue
            key = (self._number, alike.code, alike.epoch)
            told, _ = elements.known.get(key) or elements.find(key, world, (*subject, line))
            met = False if told is None else told.run(world, claim, *subject, line)
            if met is True:
                return self._any
            if met is None:
                return None
            if met is not False:
                unknowns.append(elements.doubts.unknown(alike.reasons(met, line, excluded)))
        return elements.doubts.one_of(unknowns) if unknowns else not self._any


class Alike:
    """Lines of a claim that a condition cannot tell apart, and what they are remembered by."""

    __slots__ = ("_reasons", "code", "epoch", "lines")

    def __init__(self, lines: list[Any], code: Any, epoch: Epoch) -> None:
        self.lines, self.code, self.epoch = lines, code, epoch
        self._reasons: dict[Reason, frozenset[Reason]] = {}

    def reasons(self, met: Unknown, line: Any, excluded: Any) -> frozenset[Reason]:
        """Why a condition is unknown on any of the lines but one, by why it is on ``line``."""
        if len(self.lines) == 1:
            return met.reasons
        found = met.reasons
        for reason in met.reasons:
            if reason.line == line.number:
                found |= self._of_each(reason) - {structs.replace(reason, line=getattr(excluded, "number", None))}
        return found | met.reasons

    def _of_each(self, reason: Reason) -> frozenset[Reason]:
        """A reason that names a line, of each of the lines."""
        if reason not in self._reasons:
            named = frozenset([structs.replace(reason, line=line.number) for line in self.lines])
            self._reasons.update(dict.fromkeys(named, named))
        return self._reasons[reason]


def _whole(fields: frozenset[str], world: World) -> bool:
    """Whether all lines of the claim have all these fields."""
    found: bool | None = world.memo.get(fields)
    if found is None:
        found = world.memo[fields] = all(
            getattr(line, field) is not None for line in world.claim.lines for field in fields
        )
    return found


def _told_by(condition: ir.Condition, variable: str) -> Callable[[Any], tuple[Any, ...]] | None:
    """Reads of an element all but its procedure by which a condition can tell it from another; None where it looks at
    further lines as well."""
    if any(isinstance(part, ir.Source) for part in ir.nodes_of(condition)):
        return None
    read = {part.name for part in ir.nodes_of(condition) if isinstance(part, ir.FieldOf) and part.variable == variable}
    # A look-up is as of a line's date; two names at least, so that a tuple is read.
    return attrgetter("date", *sorted(read - {"procedure", "date"}), "date_to")


Coded = list[tuple[Any, "str | None", Epoch]]


def _coded(kind: str, world: World, subject: tuple[Any, ...], epochs: Epochs) -> Coded:
    """The lines that a source ranges over, each with what it is remembered by; of a claim's own lines once a claim."""
    if kind == "group_lines":
        return [(line, line.procedure, epochs[line.date]) for line in subject[0].lines]
    mark = LINES[kind]
    found: Coded | None = world.memo.get(mark)
    if found is None:
        found = world.memo[mark] = [(line, line.procedure, epochs[line.date]) for line in mark(world)]
    return found


def _keys(source: ir.Source, terms: Terms) -> list[ir.Compare]:
    """``with same (…)`` as comparisons of an element and the variable it is like."""
    ours, theirs = source.variable, source.like
    record = "group" if theirs == "group" else "line"
    return [
        comparison
        for key in source.same
        for name in ([key.field] if key.field else terms.bindings.parameter(key.parameter))
        for comparison in _alike(ours, theirs, record, name)
    ]


def _alike(ours: str, theirs: str, record: str, name: str) -> list[ir.Compare]:
    """A key as comparisons: to share a ``day`` each must begin no later than the other ends."""
    if name != "day":
        return [ir.Compare(op="=", left=_field(ours, "line", name), right=_field(theirs, record, name))]
    (first, last), (their_first, their_last) = first_and_last("line"), first_and_last(record)
    return [
        ir.Compare(op="<=", left=_field(ours, "line", first), right=_field(theirs, record, their_last)),
        ir.Compare(op="<=", left=_field(theirs, record, their_first), right=_field(ours, "line", last)),
    ]


def _field(variable: str, record: str, name: str) -> ir.FieldOf:
    return ir.FieldOf(variable=variable, record=record, name=name, type=Type("text"))
