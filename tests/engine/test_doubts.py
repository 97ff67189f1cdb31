"""What is known beforehand of reasons: rules over tables that leave most codes out say the same of a claim, whatever
was asked before, and are not walked for it again and again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.generated_packs import SlicedMaker
from tests.engine.test_warm_generated import fresh, said


@pytest.mark.parametrize("seed", range(4))
def test_a_slice_leaves_out_the_same_for_every_claim(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract: a gap says what is missing, and design section 9: no state between claims."""
    monkeypatch.setattr("scrubber.engine.plan.plan.WORTH_EPOCHS", 10)
    maker = SlicedMaker(seed)
    engine = maker.pack(tmp_path / "p", 60).engine
    claims = [(maker.claim(), maker.history()) for _ in range(120)]
    expected = [said(fresh(engine), asked) for asked in claims]
    assert sum(b"only a slice of it is loaded" in text for text in expected) > 60
    assert [said(engine, asked) for asked in claims] == expected
    assert [said(engine, asked) for asked in reversed(claims)] == expected[::-1]
