"""Reports of the demo, made in this process without the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from scrubber import Scrubber
from scrubber.claims.read import read_claims
from scrubber.engine.batch import Batch
from scrubber.engine.scrub import Engine, Options

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "examples" / "demo.837"
AS_OF = date(2024, 8, 15)
Read = Callable[..., Batch]


@pytest.fixture(scope="session")
def scrubber() -> Scrubber:
    """The rules the demo is about, and a pack that only says it speaks for Medicare: other rules come and go."""
    engine = Scrubber.load(ROOT / "rules" / "ncci", Path(__file__).parent / "packs" / "speaks", cache=False).engine
    only = frozenset({"NCCI-PTP-00", "NCCI-PTP-01", "NCCI-MUE-03", "NCCI-AOC-01"})
    return Scrubber(Engine(engine.program, engine.store, engine.resolve, Options(only=only)))


@pytest.fixture
def batch() -> Read:
    """A batch over files, read under short names."""

    def make(*paths: Path) -> Batch:
        return Batch(lambda: (item for path in paths for item in read_claims(path, path.name)), None, True)

    return make
