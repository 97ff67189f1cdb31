"""Of a long claim, what is decided of lines that a rule cannot tell apart is decided once, and says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.engine.claims_of import AS_OF, claim, line
from tests.engine.generated_packs import Maker
from tests.engine.warm import fresh, said

from scrubber import Scrubber
from scrubber.claims.model import Claim
from scrubber.engine.evaluate.reference import Reference


def long_claim(maker: Maker) -> Claim:
    """A claim with the lines of several, some of them twice."""
    lines = [one for _ in range(5) for one in maker.claim().lines]
    lines += maker.chance.sample(lines, len(lines) // 2)
    return replace(maker.claim(), lines=tuple(replace(one, number=at) for at, one in enumerate(lines, 1)))


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_alike_lines_are_said_as_if_each_were_asked(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design section 9: deterministic. Rules over lines, other lines and earlier ones; fields are missing here and there."""
    maker = Maker(seed)
    engine = maker.pack(tmp_path / "p", 60).engine
    claims = [(long_claim(maker), maker.history()) for _ in range(12)]
    monkeypatch.setattr("scrubber.engine.evaluate.world.LONG", 1_000_000)
    monkeypatch.setattr("scrubber.engine.judge.found._said_of_line", lambda *_: False)
    expected = [said(fresh(engine), asked) for asked in claims]
    assert sum(b'"rule":"GEN-' in text for text in expected) == len(claims)
    monkeypatch.undo()
    monkeypatch.setattr("scrubber.engine.evaluate.world.LONG", 2)
    assert [said(fresh(engine), asked) for asked in claims] == expected


def test_reasons_are_asked_for_once_where_lines_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of one code that the bundled slice leaves out: rules over the other lines are unknown on each of them, and
    twice as many lines are not four times as many questions to the reference evaluator."""
    asked: list[int] = []
    lookup = Reference.lookup
    monkeypatch.setattr(Reference, "lookup", lambda self, node: (asked.append(1), lookup(self, node))[1])
    scrubber, counts = Scrubber.load(cache=False), []
    for lines in (60, 120):
        asked.clear()
        result = scrubber.scrub(claim(*[line(n, "99213") for n in range(1, lines + 1)]), as_of=AS_OF)
        gaps = {gap.rule: gap for gap in result.not_evaluated}
        assert gaps["NCCI-AOC-01"].lines == gaps["NCCI-AOC-04"].lines == tuple(range(1, lines + 1))
        counts.append(len(asked))
    assert counts[1] < 3 * counts[0]
