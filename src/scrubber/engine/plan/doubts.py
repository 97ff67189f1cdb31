"""Conditions whose reasons are known beforehand: what subjects with one key cannot know, and why, is found out once.

A table that was not supplied, or of which only a slice was, leaves whole conditions unknown, on every line alike. To
walk such a condition for its reasons takes many times what deciding it takes. So it is taken apart
(:mod:`scrubber.engine.plan.clauses`): what is the same on all subjects with one key is kept with its reasons, the rest
is compiled, and walked only where it is unknown itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from scrubber.core.logic import Reason, Unknown
from scrubber.core.memo import kept
from scrubber.engine.evaluate.asking import ALWAYS, Test
from scrubber.engine.evaluate.asking import Truth as Run
from scrubber.engine.evaluate.each_row import by_name
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.elements import Elements, ElementsOf, Make, by_codes
from scrubber.engine.plan.narrow import Sharing
from scrubber.lang import ir

if TYPE_CHECKING:
    from scrubber.engine.plan.bindings import PackBindings


class Terms(Struct, frozen=True):
    """In what terms a condition is asked: the names of its pack, the variables of a subject beside ``claim``, and what
    subjects with one key agree on."""

    bindings: PackBindings
    variables: tuple[str, ...]
    sharing: Sharing

    def reference(self, world: World, subject: Iterable[Any]) -> Reference:
        """The reference evaluator on a subject."""
        variables = by_name(("claim", *self.variables), (world.claim, *subject))
        return Reference(world, self.bindings, variables)

    def asked(self, condition: ir.And) -> Test:
        """The function of a condition."""
        if not condition.items:
            return ALWAYS
        only = condition.items[0] if len(condition.items) == 1 else condition
        return self.bindings.asked(only, ("claim", *self.variables))


class Doubts:
    """What a pack's rules have found out of reasons, kept by its bindings. May be shared by threads.

    Reasons that are told again and again are one object, so that rules with one truth share one function.
    """

    __slots__ = ("_changing", "_elements", "_told", "_unknown")

    def __init__(self) -> None:
        self._unknown: dict[frozenset[Reason], Unknown] = {}
        self._elements: dict[tuple[Any, ...], Elements | None] = {}
        self._told: dict[tuple[Any, ...], Told] = {}
        self._changing: dict[int, tuple[ir.Condition, bool]] = {}

    def may_change(self, clause: ir.Condition) -> bool:
        """Whether anything that a table or a shared part says could be put into a clause of a rule that differs between
        subjects."""
        found = self._changing.get(id(clause))
        if found is None or found[0] is not clause:
            may = isinstance(clause, ir.And | ir.Or | ir.Not) or any(
                isinstance(part, ir.Lookup) for part in ir.nodes_of(clause)
            )
            found = self._changing[id(clause)] = (clause, may)
        return found[1]

    def unknown(self, reasons: frozenset[Reason]) -> Unknown:
        """The unknown for these reasons."""
        found = self._unknown.get(reasons)
        if found is None:
            found = Unknown(*reasons)
            self._unknown = kept(self._unknown, reasons, found)
        return found

    def one_of(self, unknowns: list[Unknown]) -> Unknown:
        """One unknown with the reasons of all."""
        first = unknowns[0]
        for each in unknowns:
            if each is not first:
                return self.unknown(frozenset().union(*[each.reasons for each in unknowns]))
        return first

    def elements(self, node: ir.Condition, terms: Terms, make: Make) -> Elements | None:
        """What is known of the elements of a clause that ranges over lines and asks a table of their codes; None of any
        other clause."""
        if not isinstance(node, ir.Quantified):
            return None
        sharing = terms.sharing
        fields = tuple(sharing.fields.get(variable) for variable in terms.variables)
        key = (node, terms.variables, fields, sharing.loose, sharing.bare)
        if key not in self._elements:
            self._elements[key] = by_codes(node, terms, make)
        return self._elements[key]

    def told(self, terms: Terms, reasons: frozenset[Reason], rest: ir.And, over: tuple[ElementsOf, ...],
             walked: tuple[ir.Condition, ...]) -> Told:  # fmt: skip
        """The condition of these parts: one for all rules of the pack with the same."""
        test = terms.asked(rest)
        key = (terms.variables, reasons, test, over, walked)
        found = self._told.get(key)
        if found is None:
            found = Told(terms, self, reasons, test, rest, over, walked)
            self._told = kept(self._told, key, found)
        return found


class Told:
    """A condition on subjects with one key: unknown for ``reasons`` at least, unless a clause of the ``rest`` is false.

    ``over`` are clauses over lines, ``walked`` those that are unknown on all such subjects for reasons that differ.
    ``run`` gives its truth with all its reasons, as the reference evaluator has it; None where it cannot be told: the
    whole rule will crash in its turn, and that is reported.
    """

    __slots__ = ("_condition", "_doubts", "_known", "_over", "_rest", "_terms", "_walked", "run")

    def __init__(self, terms: Terms, doubts: Doubts, reasons: frozenset[Reason], rest: Test, condition: ir.And,
                 over: tuple[ElementsOf, ...], walked: tuple[ir.Condition, ...]) -> None:  # fmt: skip
        self._terms, self._doubts, self._rest, self._condition = terms, doubts, rest, condition
        self._over, self._walked = over, walked
        known = self._known = doubts.unknown(reasons) if reasons else None
        told: bool | Unknown = True if known is None else known
        self.run: Run = self._in_full if over or walked else self._plainly
        if rest is ALWAYS and not over and not walked:
            self.run = lambda *_: told

    def unless(self, clauses: Collection[ir.Condition]) -> Unknown | None:
        """What it is unless one of these clauses is not true, if that is unknown for reasons that are known."""
        plain = not self._over and not self._walked
        return self._known if plain and all(item in clauses for item in self._condition.items) else None

    def _plainly(self, world: World, claim: Any, *subject: Any) -> bool | Unknown | None:
        try:
            met = self._rest.run(world, claim, *subject)
        except Exception:
            return None
        if met is False:
            return False
        if not met:
            return self._in_full(world, claim, *subject)
        return True if self._known is None else self._known

    def _in_full(self, world: World, claim: Any, *subject: Any) -> bool | Unknown | None:
        try:
            met = self._rest.run(world, claim, *subject)
            if met is False:
                return False
            found: list[Unknown] = [] if self._known is None else [self._known]
            for clause in self._over:
                truth = clause.truth(world, claim, *subject)
                if truth is False or truth is None:
                    return truth
                if truth is not True:
                    found.append(truth)
            if self._walked or not met:
                evaluate = self._terms.reference(world, subject)
                truth = evaluate.together(self._walked if met else (*self._walked, self._condition))
                if truth is False:
                    return False
                if truth is not True:
                    found.append(truth)
        except Exception:
            return None
        return self._doubts.one_of(found) if found else True
