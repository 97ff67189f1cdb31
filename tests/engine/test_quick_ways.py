"""Where most claims are decided in a quick way, the long way says the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.engine.generated import claims, conditions
from tests.engine.generated_packs import Maker
from tests.engine.test_evaluators_agree import BINDINGS, NAMES, SUBJECT, _world
from tests.engine.warm import fresh, said, warms_after
from tests.engine.wide_packs import WideMaker

from scrubber.claims.model import Claim
from scrubber.engine import scrub
from scrubber.engine.evaluate.asking import Asked, FirstThatHolds, in_doubt
from scrubber.engine.judge import groups, pairs
from scrubber.engine.plan import elements, partners
from scrubber.engine.plan.plan import Plan
from scrubber.lang.compile import compile_condition

LONG_WAYS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "every group is made": (groups, "each_alone", lambda *_: False),
    "every lone line is asked as a group": (Plan, "for_lone", lambda *_: None),
    "lines are grouped before published pairs are looked for": (pairs, "all_published", lambda *_: None),
    "every pair of codes is asked for itself": (Plan, "_facts_of", lambda *_: None),
    "every line may be the second of a pair": (partners, "partners_of", lambda *_: None),
    "every line may be what a quantifier looks for": (elements, "partners_by", lambda *_: None),
    "every result is told anew": (scrub, "found_nothing", lambda *_: False),
}


@pytest.mark.parametrize("way", LONG_WAYS)
@pytest.mark.parametrize(("make", "seed"), [(Maker, 3), (WideMaker, 4)])
def test_the_long_way_says_the_same(
    way: str, make: type[Maker], seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design section 9: what the engine remembers and leaves out changes nothing that it says."""
    warms_after(monkeypatch, lines=20, look_ups=5)
    maker = make(seed)
    engine = maker.pack(tmp_path / "p", 50).engine
    asked = [(maker.claim(), maker.history()) for _ in range(60)]
    quick = [said(engine, each) for each in asked]
    owner, name, long_way = LONG_WAYS[way]
    taken = []
    monkeypatch.setattr(owner, name, lambda *given: (taken.append(name), long_way(*given))[1])
    slow = fresh(engine)
    assert [said(slow, each) for each in asked] == quick
    assert taken


@pytest.mark.parametrize(("make", "seed"), [(Maker, 5), (WideMaker, 6)])
def test_memos_that_are_always_full_change_nothing(
    make: type[Maker], seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Architecture, what is kept: a memo that is full is thrown away, and nothing that it held is said of another."""
    warms_after(monkeypatch, lines=20, look_ups=5)
    maker = make(seed)
    engine = maker.pack(tmp_path / "p", 50).engine
    asked = [(maker.claim(), maker.history()) for _ in range(60)]
    roomy = [said(engine, each) for each in asked]
    monkeypatch.setattr("scrubber.core.memo.KEPT", 1)
    narrow = fresh(engine)
    assert [said(narrow, each) for each in asked] == roomy


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(conditions(), min_size=1, max_size=4), claim=claims(), complete=st.booleans())
def test_the_first_of_several_conditions_that_holds(texts: list[str], claim: Claim, complete: bool) -> None:
    """Design section 4: exceptions are asked in order, and the first that holds lifts the rule; where none does for
    certain, those that are unknown are looked at."""
    found = [compile_condition(text, SUBJECT, NAMES).condition for text in texts]
    assume(None not in found)
    nodes = [node for node in found if node is not None]
    names = ("claim", "line")
    tests = [Asked(node, BINDINGS, names) for node in nodes]
    first = FirstThatHolds(nodes, tests, BINDINGS, names)
    world = _world(claim, [], complete)
    for turn in range(2 * BINDINGS.worth_compiling):  # by their functions at first, then by one
        line = world.claim.lines[turn % len(world.claim.lines)]
        world.day = line.date
        truths = [test.run(world, world.claim, line) for test in tests]
        unknown = tuple(place for place, truth in enumerate(truths) if truth is None)
        held = first.run(world, world.claim, line)
        if True in truths or not unknown:
            assert held == (truths.index(True) if True in truths else None)
        else:
            assert held is not None
            assert held < 0
            assert in_doubt(held) == unknown
