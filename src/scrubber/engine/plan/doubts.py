"""Conditions whose reasons are known beforehand: what subjects with one key cannot know, and why, is found out once.

A table that was not supplied, or of which only a slice was, leaves whole conditions unknown, on every line alike. To
walk such a condition for its reasons takes many times what deciding it takes. So it is taken apart, clause by clause.
What all subjects with one key agree on is worked out once, with its reasons. The rest is compiled, and walked only where
it is unknown itself. A comparison with a cell that is unknown on all of them is unknown for that reason and for those of
its other side, so that nothing of it is left but whether that is known. Quantifiers over lines are asked element by
element, each by what is known of two lines with such codes (:mod:`scrubber.engine.plan.elements`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from scrubber.core.logic import Reason, Unknown
from scrubber.engine.evaluate.asking import ALWAYS, Test
from scrubber.engine.evaluate.asking import Truth as Run
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.elements import Elements, ElementsOf, by_codes
from scrubber.engine.plan.narrow import FAILS, Sharing, clauses
from scrubber.lang import ir

if TYPE_CHECKING:
    from scrubber.engine.plan.bindings import PackBindings

NAMES_A_DAY = frozenset({"no_edition"})
"""Reasons that are told with the day of the subject: not the same for all days of an epoch."""

CONSTANTS = (
    ir.CodeConst, ir.TextConst, ir.NumberConst, ir.MoneyConst, ir.DateConst, ir.DurationConst, ir.ParameterOf,
)  # fmt: skip

KEPT = 65_536


class Terms(Struct, frozen=True):
    """In what terms a condition is asked: the names of its pack, the variables of a subject beside ``claim``, and what
    subjects with one key agree on."""

    bindings: PackBindings
    variables: tuple[str, ...]
    sharing: Sharing

    def reference(self, world: World, subject: Iterable[Any]) -> Reference:
        """The reference evaluator on a subject."""
        variables = {"claim": world.claim, "row": EMPTY_ROW, **dict(zip(self.variables, subject, strict=True))}
        return Reference(world, self.bindings, variables)

    def asked(self, condition: ir.And) -> Test:
        """The function of a condition."""
        if not condition.items:
            return ALWAYS
        only = condition.items[0] if len(condition.items) == 1 else condition
        return self.bindings.asked(only, ("claim", *self.variables))


class Doubts:
    """What a pack's rules have found out of reasons, kept by its bindings: reasons that are told again and again are one
    object, so that rules with one truth share one function, and are not told apart when they are told. May be shared
    by threads."""

    __slots__ = ("_elements", "_told", "_unknown")

    def __init__(self) -> None:
        self._unknown: dict[frozenset[Reason], Unknown] = {}
        self._elements: dict[tuple[Any, ...], Elements | None] = {}
        self._told: dict[tuple[Any, ...], Told] = {}

    def unknown(self, reasons: frozenset[Reason]) -> Unknown:
        """The unknown for these reasons."""
        found = self._unknown.get(reasons)
        if found is None:
            if len(self._unknown) >= KEPT:
                self._unknown = {}
            found = self._unknown[reasons] = Unknown(*reasons)
        return found

    def one_of(self, unknowns: list[Unknown]) -> Unknown:
        """One unknown with the reasons of all."""
        first = unknowns[0]
        for each in unknowns:
            if each is not first:
                return self.unknown(frozenset().union(*[each.reasons for each in unknowns]))
        return first

    def elements(self, node: ir.Condition, terms: Terms) -> Elements | None:
        """What is known of the elements of a clause that ranges over lines and asks a table of their codes; None of any
        other clause."""
        if not isinstance(node, ir.Quantified):
            return None
        key = (node, terms.variables, terms.sharing.bare)
        if key not in self._elements:
            self._elements[key] = by_codes(node, terms, _on_element)
        return self._elements[key]

    def told(self, terms: Terms, reasons: frozenset[Reason], rest: ir.And, over: tuple[ElementsOf, ...],
             walked: tuple[ir.Condition, ...]) -> Told:  # fmt: skip
        """The condition of these parts: one for all rules of the pack with the same."""
        test = terms.asked(rest)
        key = (terms.variables, reasons, test, over, walked)
        found = self._told.get(key)
        if found is None:
            if len(self._told) >= KEPT:
                self._told = {}
            found = self._told[key] = Told(terms, self, reasons, test, rest, over, walked)
        return found


class Told:
    """A condition on subjects with one key: unknown for ``reasons`` at least, unless something of the ``rest`` is false.

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


class Parts(NamedTuple):
    """A condition taken apart: the arguments of :meth:`Doubts.told`."""

    reasons: frozenset[Reason]
    rest: ir.And
    over: tuple[ElementsOf, ...]
    walked: tuple[ir.Condition, ...]


def test_of(agreed: ir.And, rest: ir.And, terms: Terms, world: World, subject: tuple[Any, ...]) -> Test | None:
    """What is still to be asked of subjects that share this one's key, of a condition in two parts: what they agree on,
    which is not false, and the rest; None where the rest is false on all of them."""
    parts = _parts(agreed, rest, terms, world, subject)
    if parts is None:
        return None
    if parts.reasons or parts.over or parts.walked:
        return terms.bindings.doubts.told(terms, *parts)
    return terms.asked(parts.rest)


def _on_element(condition: ir.And, terms: Terms, world: World, subject: tuple[Any, ...]) -> Told | None:
    """The condition of all elements that share this one's key; None where it is false on all of them."""
    agreed, rest = terms.sharing.split(condition)
    if terms.reference(world, subject).truth(agreed) is False:
        return None
    parts = _parts(agreed, rest, terms, world, subject)
    return None if parts is None else terms.bindings.doubts.told(terms, *parts)


def _parts(agreed: ir.And, rest: ir.And, terms: Terms, world: World, subject: tuple[Any, ...]) -> Parts | None:
    evaluate, sharing = terms.reference(world, subject), terms.sharing
    found = _Found(evaluate, sharing)
    for item in agreed.items:
        found.agreed(item)
    over: list[ElementsOf] = []
    for item in rest.items:
        elements = terms.bindings.doubts.elements(item, terms)
        if elements is not None:
            over.append(elements.of(world, subject))
            continue
        left = sharing.residue(item, evaluate.value, evaluate.truth)
        if left == FAILS:
            return None
        for clause in clauses(left):
            found.left(clause)
    return Parts(found.reasons, ir.And(items=tuple(found.rest)), tuple(over), tuple(found.walked))


class _Found:
    """Collects the reasons and the clauses of a condition."""

    def __init__(self, evaluate: Reference, sharing: Sharing) -> None:
        self.evaluate, self.sharing = evaluate, sharing
        self.reasons: frozenset[Reason] = frozenset()
        self.rest: list[ir.Condition] = []
        self.walked: list[ir.Condition] = []

    def agreed(self, clause: ir.Condition) -> None:
        """Add a clause that has one truth on all subjects with one key: true, or unknown."""
        truth = self.evaluate.truth(clause)
        if isinstance(truth, Unknown):
            if alike(truth) and not _adds_up(clause):
                self.reasons |= truth.reasons
            else:
                self.walked.append(clause)

    def left(self, clause: ir.Condition) -> None:
        """Add a clause that differs.

        A comparison is unknown where one of its sides is, but false where one is absent. So with an unknown cell on one
        side all that is left to ask is whether the other sides are known.
        """
        if self.sharing.holds(clause):
            self.agreed(clause)
            return
        if isinstance(clause, ir.Compare):
            reasons, sides = _sides((clause.left, clause.right), self._cell)
            if reasons:
                self.reasons |= reasons
                self.rest += [ir.Known(value=side) for side in sides if not isinstance(side, CONSTANTS)]
                return
        self.rest.append(clause)

    def _cell(self, node: ir.Lookup) -> Unknown | None:
        """Why a cell is unknown on all subjects with one key; None where it is known, or differs."""
        if not self.sharing.fixes(node):
            return None
        value = self.evaluate.value(node)
        return value if isinstance(value, Unknown) and alike(value) else None


def alike(truth: Unknown) -> bool:
    """Whether a clause that is the same on all subjects with one key is unknown for the same reasons on all of them:
    none names a line or a day. That of a line without a number names none, and is still that line's."""
    return not any(
        reason.line is not None
        or reason.kind in NAMES_A_DAY
        or (reason.kind == "missing_field" and reason.what.startswith("line."))
        for reason in truth.reasons
    )


def _adds_up(node: ir.Condition) -> bool:
    """Whether a clause reads lines of the claim itself beside history: without history it is unknown on all subjects,
    and of these lines more may be missing."""
    return any(isinstance(part, ir.Source) and part.kind.endswith("any_claim") for part in ir.nodes_of(node))


def _sides(
    values: tuple[ir.Value, ...], cell: Callable[[ir.Lookup], Unknown | None]
) -> tuple[frozenset[Reason], list[ir.Value]]:
    """The reasons of unknown cells among values, also where they are reckoned with, and the other values."""
    reasons: frozenset[Reason] = frozenset()
    others: list[ir.Value] = []
    for value in values:
        more: frozenset[Reason] = frozenset()
        inner: list[ir.Value] = []
        match value:
            case ir.Lookup():
                found = cell(value)
                more = found.reasons if found is not None else more
            case ir.Arithmetic():
                more, inner = _sides((value.left, value.right), cell)
            case ir.Call():
                more, inner = _sides(value.arguments, cell)
        reasons |= more
        others += inner if more else [value]
    return reasons, others
