"""What the engine finds is what the reference evaluator finds of every rule on every subject, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.engine.claims_of import AS_OF
from tests.engine.warm import warms_after
from tests.engine.wide_packs import WideMaker

from scrubber.core.logic import Unknown
from scrubber.engine.evaluate.world import World
from scrubber.engine.judge.hit import Hit, subject_day
from scrubber.engine.judge.keys import joined
from scrubber.engine.judge.outcome import Bypassed, Fires, Outcome, settle, variables_of
from scrubber.engine.judge.run import run
from scrubber.engine.judge.subjects import groups_of
from scrubber.engine.plan.plan import Plan
from scrubber.engine.plan.rule import BoundRule


@pytest.mark.parametrize("seed", [6, 7])
def test_every_rule_on_every_subject(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 4: the reference evaluator defines what a rule means. What is not run, grouped, remembered or asked
    of one line for another changes no finding and no bypass."""
    warms_after(monkeypatch, lines=20, look_ups=5)
    maker = WideMaker(seed)
    engine = maker.pack(tmp_path / "p", 50).engine
    compared = 0
    for _ in range(60):
        claim, (history, batch) = maker.claim(), maker.history()
        worlds = [engine.world(claim, AS_OF, history, batch) for _ in range(2)]
        plan = engine.plan(worlds[0].claim)
        hits = [hit for hit in run(plan, worlds[0]) if isinstance(hit, Hit)]
        found = {_mark(hit.rule, hit.subject, hit.outcome) for hit in hits if isinstance(hit.outcome, Fires | Bypassed)}
        assert found == set(_one_by_one(plan, worlds[1]))
        compared += len(found)
    assert compared > 1_000


def _mark(rule: BoundRule, subject: tuple[Any, ...], outcome: Outcome) -> tuple[Any, ...]:
    lines = tuple(line.index for each in subject for line in getattr(each, "lines", (each,)))
    return rule.rule.id, rule.row and rule.row.place.line, lines, getattr(subject[0], "day", None), outcome


def _one_by_one(plan: Plan, world: World) -> Iterator[tuple[Any, ...]]:
    """The findings and bypasses, found the plain way."""
    for scope in ("line", "pair", "group"):
        for rule in plan.rules[scope]:
            for subject in _subjects(rule, world):
                world.day = subject_day(rule, world, subject[0])
                bound = rule.revision_on(world.day)
                if bound is not None and not isinstance(bound, Unknown):
                    outcome = settle(bound, world, variables_of(bound, subject))
                    if isinstance(outcome, Fires | Bypassed):
                        yield _mark(rule, subject, outcome)


def _subjects(rule: BoundRule, world: World) -> Iterator[tuple[Any, ...]]:
    """Those that certainly belong together."""
    lines = world.claim.lines
    if rule.rule.scope == "line":
        yield from ((line,) for line in lines)
    elif rule.rule.scope == "group":
        yield from ((group,) for group, missing in groups_of(rule.group_keys, world) if missing is None)
    else:
        for line in lines:
            for other in lines:
                if (
                    line is not other
                    and joined(rule.pair_fields, line, other) is True
                    and _published(rule, line, other)
                ):
                    yield line, other


def _published(rule: BoundRule, line: Any, other: Any) -> bool:
    """Whether the table of a pair rule, which is the pack's own, has a row of the two."""
    table = rule.pair_table and rule.pair_table.own
    return table is None or (
        None not in (line.procedure, other.procedure) and table.has_key((other.procedure, line.procedure))
    )
