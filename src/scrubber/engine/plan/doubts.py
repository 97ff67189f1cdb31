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
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from scrubber.core.logic import Reason, Truth, Unknown
from scrubber.engine.evaluate.asking import ALWAYS, Test
from scrubber.engine.evaluate.each_row import EMPTY_ROW
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import World
from scrubber.engine.plan.elements import Elements, ElementsOf, by_codes
from scrubber.engine.plan.narrow import Sharing
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
        return self.bindings.asked(condition, ("claim", *self.variables)) if condition.items else ALWAYS


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
            self._elements[key] = by_codes(node, terms, self, _on_element)
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
    ``truth`` is its truth with all its reasons, as the reference evaluator has it.
    """

    __slots__ = ("_condition", "_doubts", "_known", "_over", "_rest", "_simple", "_terms", "_walked")

    def __init__(self, terms: Terms, doubts: Doubts, reasons: frozenset[Reason], rest: Test, condition: ir.And,
                 over: tuple[ElementsOf, ...], walked: tuple[ir.Condition, ...]) -> None:  # fmt: skip
        self._terms, self._doubts, self._rest, self._condition = terms, doubts, rest, condition
        self._over, self._walked, self._simple = over, walked, not over and not walked
        self._known: Truth = doubts.unknown(reasons) if reasons else True

    @property
    def worth_asking(self) -> bool:
        """Whether anything of the condition is known to be unknown, or is asked element by element."""
        return self._known is not True or not self._simple

    def run(self, world: World, claim: Any, *subject: Any) -> bool | Unknown | None:
        """The truth; None where it cannot be told: the whole rule will crash in its turn, and that is reported."""
        try:
            return self.truth(world, claim, *subject)
        except Exception:
            return None

    def truth(self, world: World, claim: Any, *subject: Any) -> Truth:
        """The truth of the condition on a subject."""
        met = self._rest.run(world, claim, *subject)
        if met is False:
            return False
        return self._known if met and self._simple else self._in_full(bool(met), world, claim, subject)

    def _in_full(self, met: bool, world: World, claim: Any, subject: tuple[Any, ...]) -> Truth:
        found: list[Unknown] = [] if self._known is True else [self._known]  # type: ignore[list-item]
        for clause in self._over:
            truth = clause.truth(world, claim, *subject)
            if truth is False:
                return False
            if isinstance(truth, Unknown):
                found.append(truth)
        walked = self._walked if met else (*self._walked, self._condition)
        if walked:
            evaluate = self._terms.reference(world, subject)
            for condition in walked:
                truth = evaluate.truth(condition)
                if truth is False:
                    return False
                if isinstance(truth, Unknown):
                    found.append(truth)
        return self._doubts.one_of(found) if found else True


def told(shared: ir.And, rest: ir.And, settled: ir.And, terms: Terms, doubts: Doubts, world: World,
         subject: tuple[Any, ...]) -> Told:  # fmt: skip
    """The condition of all subjects that share this one's key: of what they agree on, none of which is false, and the
    rest, as it stands and with what tables say of the subject put in."""
    evaluate = terms.reference(world, subject)
    reasons: frozenset[Reason] = frozenset()
    walked: list[ir.Condition] = []
    for item in shared.items:
        truth = evaluate.truth(item)
        if isinstance(truth, Unknown):
            if alike(truth) and not _adds_up(item):
                reasons |= truth.reasons
            else:
                walked.append(item)
    left: list[ir.Condition] = []
    over: list[ElementsOf] = []
    for item, put_in in zip(rest.items, settled.items, strict=True):
        elements = doubts.elements(item, terms)
        if elements is not None:
            over.append(elements.of(world, subject))
            continue
        more, others = _compared(put_in, lambda node: _cell(node, terms.sharing, evaluate))
        reasons |= more
        left += others
    return doubts.told(terms, reasons, ir.And(items=tuple(left)), tuple(over), tuple(walked))


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


def _cell(node: ir.Lookup, sharing: Sharing, evaluate: Reference) -> Unknown | None:
    """Why a cell is unknown on all subjects with one key; None where it is known, or differs."""
    if not sharing.fixes(node):
        return None
    value = evaluate.value(node)
    return value if isinstance(value, Unknown) and alike(value) else None


def _compared(
    node: ir.Condition, cell: Callable[[ir.Lookup], Unknown | None]
) -> tuple[frozenset[Reason], list[ir.Condition]]:
    """A clause as reasons for which it is unknown, unless one of the clauses beside them is false.

    A comparison is unknown where one of its sides is, but false where one is absent. So with an unknown cell on one side
    all that is left to ask is whether the other sides are known.
    """
    if isinstance(node, ir.Compare):
        reasons, sides = _sides((node.left, node.right), cell)
        if reasons:
            return reasons, [ir.Known(value=side) for side in sides if not isinstance(side, CONSTANTS)]
    return frozenset(), [node]


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


def _on_element(condition: ir.And, terms: Terms, doubts: Doubts, world: World, subject: tuple[Any, ...]) -> Told | None:
    """The condition of all elements that share this one's key; None where it is false on all of them."""
    shared, rest = terms.sharing.split(condition)
    evaluate = terms.reference(world, subject)
    if evaluate.truth(shared) is False:
        return None
    settled = terms.sharing.constants(rest, evaluate.value)
    return told(shared, rest, settled, terms, doubts, world, subject)
