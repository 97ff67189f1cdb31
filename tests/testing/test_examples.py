"""Examples made by the machine hold as golden cases, and what cannot be found is said so."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.packs.bundled import bundled_packs
from scrubber.testing.examples import example_of
from scrubber.testing.golden import load_suite
from scrubber.testing.programs import Programs

from .conftest import Run
from .golden_of import RULE, folder

PROGRAMS = Programs()
FOUND = ("NCCI-PTP-00", "NCCI-PTP-01", "NCCI-MUE-00", "NCCI-MUE-01", "NCCI-MUE-02", "NCCI-AOC-01", "MCR-TF-01",
         "MCR-CHIRO-01", "MCR-UNL-02", "MCR-TEL-01", "MCR-UNB-02")  # fmt: skip
"""Codes, numbers, dates, modifiers, one other line, groups and tables: rules of each kind."""


@pytest.mark.parametrize("name", FOUND)
def test_examples_hold_when_they_are_pasted(tmp_path: Path, name: str) -> None:
    """The text is a golden file whose cases hold: the compiled rule says what the search said."""
    loaded = PROGRAMS.made_of(bundled_packs())
    made = example_of(loaded.program, loaded.rules[name])
    assert made is not None
    path = tmp_path / f"{name}.yaml"
    path.write_text(made.text(), encoding="utf-8")
    results = list(load_suite(path, PROGRAMS).run())
    assert [result.message for result in results if not result.passed] == []
    assert results[0].came == ("fires",)
    assert made.clear is None or results[1].came == ("clear",)


def test_example_is_small_and_stands_at_the_boundary(tmp_path: Path, run: Run) -> None:
    """Two units fire and one is clear; nothing is on the claim that the rule does not need."""
    folder(tmp_path)
    done = run("rules", "example", "MINE-01", "--pack", str(tmp_path / "pack"))
    assert done.exit_code == 0, done.stderr
    assert 'claim: {lines: [{procedure: "99202", units: "2"}]}\n    expect: fires' in done.stdout
    assert 'claim: {lines: [{procedure: "99202", units: "1"}]}\n    expect: clear' in done.stdout


def test_what_cannot_be_found_is_said_so(tmp_path: Path, run: Run) -> None:
    """No claim meets a rule that contradicts itself."""
    rule = RULE.replace("- line.units > 1", "- line.units > 5\n      - line.units < 3")
    folder(tmp_path, rule=rule)
    done = run("rules", "example", "MINE-01", "--pack", str(tmp_path / "pack"))
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "no example of MINE-01 can be found" in done.stderr
    assert run("rules", "example", "MINE-1").exit_code == 2
