"""Decides what conditions can and cannot be: satisfied together, implied by one another, always true.

A condition is split into tests of one field each. For every field a few values are enough to tell its tests apart,
the missing value among them; the conditions are then searched over those values, with the three-valued logic of the
language. What cannot be split that way (a table, another line, a calculation) is free to be anything. So an answer of
*no* holds for every claim, while *yes* is given only where nothing free or dependent was leant on. Everything else is
*not decided*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrubber.engine.evaluate.lists import BoundCodes
from scrubber.lang import ir
from scrubber.lint.algebra_terms import ANY, FALSE, TRUE, UNKNOWN, Term, Terms, possible
from scrubber.lint.algebra_values import values_of

Codes = Callable[[ir.Codes], BoundCodes]
Goal = tuple[ir.Condition, int]
"""A condition, and which truth values are asked of it."""
Bound = tuple[Codes, str]
"""How the sets of a condition are bound, and in whose names: what two packs call alike may differ."""

MOST_STEPS = 60_000
TOGETHER = (
    {"date", "date_to", "days", "day", "statement_from", "statement_to", "patient_age", "patient_age_months",
     "patient_age_days", "patient_birth_date"},
    {"diagnoses", "first_diagnosis", "other_diagnoses", "diagnosis_pointers", "code", "position", "seventh_character"},
    {"procedure", "procedures", "same_day_procedures"},
    {"units", "unit_basis", "units_per_day", "minutes", "days"},
    {"payer", "payer_class", "product", "payer_state", "payers", "other_payers", "secondary_payer",
     "secondary_payer_class", "billing_state"},
    {"rendering_npi", "billing_npi"}, {"rendering_taxonomy", "billing_taxonomy"}, {"total_charge", "charge"},
    {"bill_type", "frequency", "type"},
)  # fmt: skip
"""Fields that are worked out from one another: a set of values for them need not be one a claim can have."""


@dataclass(frozen=True, slots=True)
class Solution:
    """``verdict``: whether some claim meets the goals; None where that is not decided, and ``why`` says why.

    ``values`` are those of a candidate by field (``line.procedure``); ``free`` what else it would take, by text.
    """

    verdict: bool | None
    values: dict[str, Any] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)
    conditions: dict[str, ir.Condition] = field(default_factory=dict)
    why: str = ""


def solve(goals: Sequence[Goal], codes: Codes) -> Solution:
    """A set of values on which every goal's condition has one of the truth values asked."""
    return solve_across([(condition, bits, (codes, "")) for condition, bits in goals])


def solve_across(goals: Sequence[tuple[ir.Condition, int, Bound]]) -> Solution:
    """As :func:`solve`, over conditions of several packs."""
    terms = Terms()
    asked = [(terms.of(condition, codes, names), bits) for condition, bits, (codes, names) in goals]
    return _Search(terms, asked).run()


def satisfiable(condition: ir.Condition, codes: Codes) -> bool | None:
    """Whether the condition can be true."""
    return solve([(condition, TRUE)], codes).verdict


def refutable(condition: ir.Condition, codes: Codes) -> bool | None:
    """Whether the condition can be false."""
    return solve([(condition, FALSE)], codes).verdict


def implies(first: ir.Condition, second: ir.Condition, codes: Codes) -> bool | None:
    """Whether the second is true wherever the first is."""
    return negated(solve([(first, TRUE), (second, FALSE | UNKNOWN)], codes).verdict)


def disjoint(first: ir.Condition, second: ir.Condition, codes: Codes) -> bool | None:
    """Whether the two are never true together."""
    return negated(solve([(first, TRUE), (second, TRUE)], codes).verdict)


def negated(verdict: bool | None) -> bool | None:
    """The opposite; not decided stays so."""
    return None if verdict is None else not verdict


class _Search:
    def __init__(self, terms: Terms, goals: Sequence[tuple[Term, int]]) -> None:
        self.terms, self.goals = terms, goals
        self.steps = 0
        self.complete = True
        self.values: dict[str, Any] = {}
        self.free: dict[str, int] = {}
        self.candidates: dict[str, list[Any]] = {}
        for key, about in terms.fields.items():
            found, complete = values_of(about.type, key, about.matchers, about.constants, about.ordered)
            self.candidates[key] = found
            self.complete = self.complete and complete
        # The narrowest first: what fails is then seen early. What is free is asked last.
        self.order = sorted(self.candidates, key=lambda key: len(self.candidates[key]))

    def run(self) -> Solution:
        found = self._from(0)
        if found is None:
            return Solution(None, why="there are too many cases")
        if not found:
            return Solution(False) if self.complete else Solution(None, why="a pattern of codes is too open")
        conditions = {text: self.terms.free[text] for text in self.free}
        dependent = not independent(self.values)
        if self.free or dependent:
            why = (
                "it depends on tables, other lines or calculations" if self.free else "its fields depend on one another"
            )
            return Solution(None, dict(self.values), dict(self.free), conditions, why)
        return Solution(True, dict(self.values))

    def _from(self, at: int) -> bool | None:
        """Whether the goals can be met with what is set so far; None where the search was given up."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            return None
        met = True
        for term, asked in self.goals:
            bits = possible(term, self.free, self.values)
            if not bits & asked:
                return False
            met = met and not bits & ~asked
        if met:
            return True
        if at < len(self.order):
            return self._each(self.values, self.order[at], self.candidates[self.order[at]], at)
        waiting = [text for text in self.terms.free if text not in self.free]
        if not waiting:
            return False
        return self._each(self.free, waiting[0], (FALSE, TRUE, UNKNOWN), at)

    def _each(self, where: dict[str, Any], key: str, values: Iterable[Any], at: int) -> bool | None:
        for value in values:
            where[key] = value
            found = self._from(at + 1 if where is self.values else at)
            if found is not False:
                return found
        del where[key]
        return False


def independent(keys: Iterable[str]) -> bool:
    """Whether fields are such that any values of them can stand together."""
    seen: set[str] = set()
    for key in keys:
        name = key.partition(".")[2]
        if name in seen:
            return False
        seen.add(name)
    return not any(len(seen & group) > 1 for group in TOGETHER)


__all__ = [
    "ANY", "FALSE", "TRUE", "UNKNOWN", "Solution", "disjoint", "implies", "refutable", "satisfiable", "solve",
    "solve_across",
]  # fmt: skip
