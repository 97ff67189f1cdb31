"""A condition taken apart by what its truth depends on.

Clauses that all subjects with one key agree on are worked out once, with their reasons. A comparison with a cell that
is unknown on all of them is unknown for that reason and for those of its other side, so that nothing of it is left but
whether that is known. Quantifiers over lines are asked element by element, each by what is known of two lines with such
codes (:mod:`scrubber.engine.plan.elements`). What remains is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from scrubber.core.logic import NAMES_A_DAY, Reason, Unknown
from scrubber.engine.evaluate.asking import Test
from scrubber.engine.evaluate.known import Known
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import NO_HISTORY, World
from scrubber.engine.plan.doubts import Terms, Told
from scrubber.engine.plan.elements import ElementsOf
from scrubber.engine.plan.narrow import FAILS, Sharing
from scrubber.lang import ir

CONSTANTS = (
    ir.CodeConst, ir.TextConst, ir.NumberConst, ir.MoneyConst, ir.DateConst, ir.DurationConst, ir.ParameterOf,
)  # fmt: skip


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


def _on_element(
    agreed: ir.And, rest: ir.And, terms: Terms, world: World, subject: tuple[Any, ...]
) -> Told | None:  # fmt: skip
    """The condition of all elements that share this one's key, in two parts; None where it is false on all of them."""
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
    doubts = terms.bindings.doubts
    for item in rest.items:
        elements = doubts.elements(item, terms, _on_element)
        if elements is not None:
            over.append(elements.of(world, subject))
            continue
        left = sharing.residue(item, evaluate.value, evaluate.truth) if doubts.may_change(item) else item
        if left == FAILS:
            return None
        for clause in ir.clauses(left):
            found.left(clause)
    return Parts(found.reasons, ir.And(items=tuple(found.rest)), tuple(over), tuple(found.walked))


class _Found:
    """Collects the reasons and the clauses of a condition."""

    def __init__(self, evaluate: Reference, sharing: Sharing) -> None:
        self.evaluate, self.sharing = evaluate, sharing
        self.reasons: frozenset[Reason] = frozenset()
        self.rest: list[Any] = []
        self.walked: list[ir.Condition] = []

    def agreed(self, clause: ir.Condition) -> None:
        """Add a clause that has one truth on all subjects with one key: true, or unknown."""
        truth = self.evaluate.truth(clause)
        if isinstance(truth, Unknown):
            if alike(truth) and not (truth.reasons >= NO_HISTORY.reasons and _adds_up(clause)):
                self.reasons |= truth.reasons
            else:
                self.walked.append(clause)

    def left(self, clause: ir.Condition) -> None:
        """Add a clause that differs.

        A comparison is unknown where one of its sides is, but false where one is absent. So with an unknown cell on one
        side all that is left to ask is whether the other sides are known.
        """
        # A day that a table named is no turn of the epochs, so a comparison with it is not the same on all their days.
        if self.sharing.holds(clause) and not any(isinstance(part, ir.DateConst) for part in ir.nodes_of(clause)):
            self.agreed(clause)
            return
        if isinstance(clause, ir.Compare):
            reasons, sides = _sides((clause.left, clause.right), self._cell)
            if reasons:
                self.reasons |= reasons
                self.rest += [Known(value=side) for side in sides if not isinstance(side, CONSTANTS)]
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
    none names a line or a day. A missing field of a line is that line's, even where the reason does not say which."""
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
