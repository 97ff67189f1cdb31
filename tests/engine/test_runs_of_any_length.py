"""A short run asks conditions whole, a long one works out what lines agree on: both say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.warm import warms_after

from scrubber.testing.programs import Programs
from scrubber.testing.runner import found_files, run_files

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def test_every_golden_case_holds_in_a_long_run_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest runs each case as a short run; here every claim is one of very many."""
    warms_after(monkeypatch, lines=1)
    results = run_files(found_files([str(GOLDEN)]), Programs())
    assert sum(len(file.results) for file in results) > 1000
    assert [file.file for file in results if not file.passed] == []
