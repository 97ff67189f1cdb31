"""Which clauses the golden cases of a rule have seen true, false and unknown.

A clause is a condition that and, or and not do not take apart further; those in ``where`` and ``satisfy`` count too.
A clause of an exception counts on subjects on which ``when`` does not fail: elsewhere the exception decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from scrubber.core.logic import Truth, Unknown
from scrubber.engine.evaluate.reference import Reference
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.hit import subject_day
from scrubber.engine.judge.outcome import evaluator
from scrubber.engine.plan.rule import BoundRevision, BoundRule
from scrubber.engine.scrub import Engine
from scrubber.lang import ir
from scrubber.lang.unparse import unparse
from scrubber.testing.golden import Suite, asked
from scrubber.testing.tell import subjects

LEAVES = (ir.Compare, ir.Between, ir.In, ir.Has, ir.Missing, ir.Flag, ir.Quantified)
Key = tuple[int, int, int]
"""Place of the revision, of the condition in it (0 is ``when``, then the exceptions) and of the clause in that."""


class Clause(Struct, frozen=True):
    """A clause, and how often it was true, false and unknown. ``part`` is ``when`` or ``unless N``."""

    revision: int
    part: str
    text: str
    true: int = 0
    false: int = 0
    unknown: int = 0

    @property
    def both_ways(self) -> bool:
        """Whether it was seen true and seen false."""
        return bool(self.true and self.false)


class RuleCoverage(Struct, frozen=True):
    """The clauses of one rule, in the order of its text, as all its golden files together have seen them."""

    rule: str
    pack: str
    status: str
    clauses: tuple[Clause, ...]

    @property
    def uncovered(self) -> tuple[Clause, ...]:
        """The clauses that were not seen both ways."""
        return tuple(clause for clause in self.clauses if not clause.both_ways)


def coverage_of(suites: Iterable[Suite]) -> tuple[RuleCoverage, ...]:
    """The coverage of the rules that the suites test, by pack and rule.

    Raises:
        RuleFileError: a case cannot be read.
    """
    seen: dict[str, dict[Key, list[int]]] = {}
    rules = {}
    for suite in suites:
        rules[suite.rule.id] = suite.rule
        _count(suite, seen.setdefault(suite.rule.id, {}))
    return tuple(
        RuleCoverage(rule.id, rule.pack, rule.status, tuple(
            Clause(revision.number, "when" if part == 0 else f"unless {part}",
                   unparse(leaf, line_variable(rule.scope)), *seen[rule.id].get((at, part, number), (0, 0, 0)))
            for at, revision in enumerate(rule.revisions)
            for part, condition in enumerate((revision.when, *(item.condition for item in revision.unless)))
            for number, leaf in enumerate(leaves(condition))
        ))
        for rule in sorted(rules.values(), key=lambda rule: (rule.pack, rule.id))
    )  # fmt: skip


def line_variable(scope: str) -> str:
    """The line variable that ``with same`` compares with where it says no other, for reading a condition back."""
    return "line" if scope in ("line", "pair") else "group" if scope == "group" else ""


def leaves(node: Any) -> Iterator[Any]:
    """The clauses below a condition, each before those inside it."""
    if isinstance(node, LEAVES):
        yield node
    if isinstance(node, tuple):
        for item in node:
            yield from leaves(item)
    elif isinstance(node, ir.Node):
        for name in node.__struct_fields__:
            yield from leaves(getattr(node, name))


class _Recorder(Reference):
    """The reference evaluator, keeping the truth of every clause it comes by."""

    def __init__(self, like: Reference, keys: dict[int, list[int]]) -> None:
        super().__init__(like.world, like.bindings, like.variables)
        self.keys, self.truths = keys, list[tuple[int, Truth]]()

    def truth(self, node: ir.Condition) -> Truth:
        found = super().truth(node)
        self.truths += [(number, found) for number in self.keys.get(id(node), ())]
        return found


def _count(suite: Suite, counts: dict[Key, list[int]]) -> None:
    for case in suite.cases:
        engine, source, earlier, batch = asked(suite, case)
        world = engine.world(source.claim, case.as_of, earlier, batch)
        for bound in _bound(engine, world, suite.rule.id):
            for _, variables, record in subjects(bound, world):
                day = subject_day(bound, world, record)
                revision = bound.revision_on(day)
                if isinstance(revision, BoundRevision):
                    world.day = day
                    _look(bound.revisions.index(revision), revision, world, variables, counts)


def _bound(engine: Engine, world: World, rule: str) -> Iterator[BoundRule]:
    """The rule in the plan of the claim; of a rule over a list, every row."""
    return (bound for rules in engine.plan(world.claim).rules.values() for bound in rules if bound.rule.id == rule)


def _look(at: int, revision: BoundRevision, world: World, variables: dict[str, Any],
          counts: dict[Key, list[int]]) -> None:  # fmt: skip
    conditions = (revision.when, *(item.condition for item in revision.revision.unless))
    for part, condition in enumerate(conditions):
        if condition is None:
            continue
        keys: dict[int, list[int]] = {}  # one clause may stand in several places: a definition that is used twice
        for number, leaf in enumerate(leaves(condition)):
            keys.setdefault(id(leaf), []).append(number)
        recorder = _Recorder(evaluator(revision, world, variables), keys)
        whole = recorder.truth(condition)
        for number, truth in recorder.truths:
            side = 2 if isinstance(truth, Unknown) else 0 if truth else 1
            counts.setdefault((at, part, number), [0, 0, 0])[side] += 1
        if part == 0 and whole is False:
            return
