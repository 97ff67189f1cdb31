"""A warmed engine and a fresh one, for tests that hold the two equal."""

from __future__ import annotations

import msgspec
import pytest
from tests.engine.claims_of import AS_OF

from scrubber.claims.inputs import InputClaim
from scrubber.engine.scrub import Engine


def said(engine: Engine, asked: tuple) -> bytes:
    """All that is said of a claim, as text."""
    claim, (history, batch) = asked
    return msgspec.json.encode(engine.scrub(InputClaim(claim, "", 0), AS_OF, history, batch))


def fresh(engine: Engine) -> Engine:
    """The same packs and tables, and nothing remembered."""
    return Engine(engine.program, engine.store, engine.resolve, engine.options)


def warms_after(monkeypatch: pytest.MonkeyPatch, lines: int, look_ups: int | None = None) -> None:
    """Plans work their epochs out after so many lines, and tables theirs after so many look-ups."""
    monkeypatch.setattr("scrubber.engine.plan.plan.WORTH_EPOCHS", lines)
    if look_ups is not None:
        monkeypatch.setattr("scrubber.engine.plan.tables.WORTH_EPOCHS", look_ups)
