"""Which clauses golden cases have seen, and which small changes of a rule they notice."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scrubber.packs.bundled import bundled_packs
from scrubber.testing.clauses import coverage_of
from scrubber.testing.golden import load_suite
from scrubber.testing.mutants import mutants_of
from scrubber.testing.neighbours import after, before
from scrubber.testing.programs import Programs
from scrubber.testing.survivors import survivors_of

from .conftest import Run
from .golden_of import GOLDEN, RULE, folder

MORE = """\
  - {name: the first code, claim: {lines: ["99202 x2"]}, expect: fires}
  - {name: the code before, claim: {lines: ["99201 x2"]}, expect: clear}
  - {name: the last code, claim: {lines: ["99215 x2"]}, expect: fires}
  - {name: the code after, claim: {lines: ["99216 x2"]}, expect: clear}
  - {name: with 26, claim: {lines: ["99213-26 x2"]}, expect: fires}
  - {name: the first day, claim: {lines: ["99213 x2 2024-01-01"]}, expect: fires}
  - {name: the day before, claim: {lines: ["99213 x2 2023-12-31"]}, expect: not_applicable}
"""


def test_clauses_are_counted_true_false_and_unknown(tmp_path: Path) -> None:
    """Three cases: the code is always in the range; the exception is looked at only where the rest holds."""
    more = (
        GOLDEN
        + '  - {name: no units, claim: {lines: [{procedure: "99213", without: [units]}]}, expect: undetermined}\n'
    )
    (rule,) = coverage_of([load_suite(folder(tmp_path, more))])
    assert [(clause.part, clause.text, clause.true, clause.false, clause.unknown) for clause in rule.clauses] == [
        ("when", "line.procedure in 99202-99215", 4, 0, 0),
        ("when", "line.units > 1", 2, 1, 1),
        ("unless 1", "line.modifiers has 25", 1, 2, 0),
    ]
    assert [clause.text for clause in rule.uncovered] == ["line.procedure in 99202-99215"]


def test_coverage_as_table_and_json(tmp_path: Path, run: Run) -> None:
    path = folder(tmp_path)
    done = run("rules", "coverage", str(path))
    assert done.exit_code == 1
    assert "mine: 2 of 3 clauses seen true and false" in done.stdout
    assert "      when: line.procedure in 99202-99215 (3 true, 0 false, 0 unknown)" in done.stdout
    assert "line.units" not in done.stdout
    assert "line.units > 1 (2 true, 1 false" in run("rules", "coverage", str(path), "--all").stdout
    found = json.loads(run("rules", "coverage", str(path), "--format", "json").stdout)
    assert found["packs"] == {"mine": {"rules": 1, "clauses": 3, "both_ways": 2, "unknown": 0}}
    assert run("rules", "coverage", str(folder(tmp_path, GOLDEN + MORE))).exit_code == 0


def test_mutants_of_a_rule_are_its_small_changes(tmp_path: Path) -> None:
    found = [mutant.change for mutant in mutants_of(load_suite(folder(tmp_path)).rule)]
    assert found == [
        "when: without line.procedure in 99202-99215",
        "when: without line.units > 1",
        "when: line.procedure in 99202-99215 → line.procedure not in 99202-99215",
        "when: line.procedure in 99202-99215 → line.procedure in 99203-99215",
        "when: line.procedure in 99202-99215 → line.procedure in 99201-99215",
        "when: line.procedure in 99202-99215 → line.procedure in 99202-99216",
        "when: line.procedure in 99202-99215 → line.procedure in 99202-99214",
        "when: line.units > 1 → line.units >= 1",
        "when: line.units > 1 → line.units > 2",
        "when: line.units > 1 → line.units > 0",
        "unless 1: without it",
        "unless 1: line.modifiers has 25 → line.modifiers has none of {25}",
        "unless 1: line.modifiers has 25 → line.modifiers has 26",
        "first day 2024-01-01 → 2024-01-02",
        "first day 2024-01-01 → 2023-12-31",
    ]


def test_what_no_case_notices_survives(tmp_path: Path) -> None:
    (few,) = survivors_of([load_suite(folder(tmp_path))])
    assert "when: line.procedure in 99202-99215 → line.procedure in 99203-99215" in few.unexpected
    assert "first day 2024-01-01 → 2024-01-02" in few.unexpected
    assert "when: line.units > 1 → line.units >= 1" not in few.unexpected
    (enough,) = survivors_of([load_suite(folder(tmp_path, GOLDEN + MORE))])
    assert (enough.unexpected, enough.mutants, enough.passed) == ((), 15, True)


def test_survivors_are_allowed_with_a_reason_and_only_as_long_as_they_survive(tmp_path: Path, run: Run) -> None:
    allowed = (
        "survivors:\n"
        "  - {change: first day 2024-01-01 → 2023-12-31, reason: no claim of that year is sent any more}\n"
        "  - {change: 'when: line.units > 1 → line.units >= 1', reason: a reason that went stale}\n"
    )
    cases = "".join(line for line in MORE.splitlines(keepends=True) if "the day before" not in line)
    path = folder(tmp_path, GOLDEN + cases + allowed)
    done = run("rules", "test", "--mutate", str(path))
    assert done.exit_code == 1
    assert "noticed by now, take it out of `survivors`: when: line.units > 1 → line.units >= 1" in done.stdout
    assert "allowed: first day 2024-01-01 → 2023-12-31 (no claim of that year" in done.stdout
    path.write_text(GOLDEN + cases + allowed.rpartition("  - ")[0], encoding="utf-8")
    done = run("rules", "test", "--mutate", str(path))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "15 changes of 1 rules: no survivors without a reason, 1 with one."
    found = json.loads(run("rules", "test", "--mutate", str(path), "--format", "json").stdout)
    assert found["summary"] == {"rules": 1, "mutants": 15, "survivors": 0, "allowed": 1, "stale": 0}


def test_mutation_needs_cases_that_hold(tmp_path: Path, run: Run) -> None:
    done = run("rules", "test", "--mutate", str(folder(tmp_path, rule=RULE.replace("> 1", "> 2"))))
    assert done.exit_code == 2
    assert "has cases that do not hold as it is" in done.stderr


def test_every_part_of_the_language_is_changed() -> None:
    """Quantifiers, sources, tables, money, durations and flags of the bundled rules, each in some mutant."""
    rules = Programs().made_of(bundled_packs()).program.rules
    said = "\n".join(mutant.change for rule in rules for mutant in mutants_of(rule))
    for part in (
        "without same date",
        "without `where`",
        "→ no ",
        "is missing → ",
        "not (",
        "policy.filing_limit + 1 day",
    ):
        assert part in said, part


@pytest.mark.parametrize(
    ("code", "next_"), [("99202", "99203"), ("99209", "99210"), ("LT", "LU"), ("A0009", "A0010"), ("V00", "V01")]
)
def test_neighbours(code: str, next_: str) -> None:
    assert (after(code), before(next_)) == (next_, code)


def test_mutants_leave_the_rule_itself_alone() -> None:
    program = Programs().made_of(bundled_packs()).program
    rule = next(rule for rule in program.rules if rule.id == "NCCI-PTP-01")
    assert rule.revisions[0].window.first == date(1996, 1, 1)
    changed = [mutant.rule for mutant in mutants_of(rule)]
    assert all(other != rule and other.id == rule.id for other in changed)
