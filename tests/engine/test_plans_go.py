"""Plans that are thrown away go: nothing that an engine remembers holds them."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from tests.engine.claims_of import claim, line
from tests.engine.packs_of import header, loaded, rule, write_pack
from tests.engine.warm import said

from scrubber.engine.plan.plan import Plan


def test_plans_that_are_thrown_away_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Architecture, what is kept: plans beyond a number are thrown away, all at once. Of each something is remembered
    here: a claim with nothing to say, one that lacks history, and one with a gap."""
    monkeypatch.setattr("scrubber.engine.scrub.PLANS_KEPT", 1)
    rules = {
        "a": rule("any prior line where (it.procedure = 99213)", "TEST-01", extra="needs: [history]"),
        "b": rule("line.units > 3", "TEST-02"),
    }
    engine = loaded(write_pack(tmp_path / "p", header(), **rules)).engine
    for payer in ("MEDICARE", "CIGNA", "AETNA", "HUMANA"):
        for units, history in ((1, []), (1, None), (None, [])):
            source = claim(line(1, "99213", units=units), payer_name=payer, filing_indicator=None)
            said(engine, (source, (history, [])))
    gc.collect()
    plans = [each for each in gc.get_objects() if isinstance(each, Plan)]
    assert [plan.who.payer for plan in plans if plan._bindings[0].program is engine.program] == ["HUMANA"]
