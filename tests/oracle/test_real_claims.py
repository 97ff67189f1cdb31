"""Real claims of public test files: nothing from tables of another year, and every finding read and found right."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scrubber import Scrubber

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def reviewed(real_tables: Path) -> Iterator[Any]:
    before = set(sys.modules)
    sys.path.insert(0, str(BENCHMARKS))
    import real_837_findings

    yield real_837_findings, real_837_findings.review(Scrubber.load(tables=real_tables, cache=False))
    sys.path.remove(str(BENCHMARKS))
    for name in set(sys.modules) - before:
        if (BENCHMARKS / f"{name}.py").is_file():
            del sys.modules[name]


def test_with_their_own_dates_nothing_comes_from_tables_of_2024(reviewed: Any) -> None:
    """Design section 7: outside an edition's cover the outcome is not evaluated, and never clean."""
    assert reviewed[1].counts["claims"] >= 700
    assert reviewed[1].promises == []


def test_the_published_examples(reviewed: Any) -> None:
    """Known dirt of the shared data: 99213 and 99214 on two dates; 99213 with 96372 in 2005, before the edit."""
    assert len(reviewed[1].examples) == 2
    assert [wrong for wrong in reviewed[1].examples.values() if wrong] == []


def test_every_finding_was_read_and_is_right(reviewed: Any) -> None:
    """A new rule that fires on a real claim is read and judged in benchmarks/real_837_verdicts.csv."""
    module, found = reviewed
    verdicts = module.read_verdicts()
    assert [row for row in found.rows if module.verdict_of(row, verdicts).verdict != "right"] == []
    unused = [v for v in verdicts if not any(v.rule == row.rule and v.part in row.message for row in found.rows)]
    assert unused == []
