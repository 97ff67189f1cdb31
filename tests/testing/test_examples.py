"""Examples made by the machine hold as golden cases, by both evaluators; of what is not found it is said why."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.engine.compile.program import CompiledRule
from scrubber.engine.judge.hit import subject_day
from scrubber.engine.judge.outcome import Clear, Fires, Outcome, settle
from scrubber.engine.plan.rule import BoundRevision
from scrubber.engine.scrub import rules_of
from scrubber.packs.bundled import bundled_packs
from scrubber.testing.examples import Example, NotDecided, example_of
from scrubber.testing.golden import GoldenCase, Suite, asked, load_suite
from scrubber.testing.programs import Programs
from scrubber.testing.tell import subjects

from .conftest import Run
from .golden_of import RULE, folder

PROGRAMS = Programs()
LOADED = PROGRAMS.made_of(bundled_packs())
NONE = {"NCCI-AOC-04": "another rule", "NCCI-AOC-H04": "another rule", "CS-DX-04": "none of the claims looked at"}
"""The findings of the first two are kept only beside a finding of another rule (scrubber.engine.tell.linking).
The third is about a code that one release has and the next has not; a made-up row is in its table on every day."""
SHARE = 0.95
"""Of the rules of our packs so many, at least, have both claims."""


def by_the_reference(suite: Suite, case: GoldenCase) -> list[Outcome]:
    """What the reference evaluator makes of every subject on the claim."""
    engine, source, earlier, batch = asked(suite, case)
    world = engine.world(source.claim, case.as_of, earlier, batch)
    bound = rules_of(engine.plan(world.claim))[suite.rule.id]
    found = []
    for _, variables, record in subjects(bound, world):
        world.day = subject_day(bound, world, record)
        revision = bound.revision_on(world.day)
        if isinstance(revision, BoundRevision):
            found.append(settle(revision, world, variables))
    return found


@pytest.mark.parametrize("rule", LOADED.rules.values(), ids=lambda rule: rule.id)
def test_example_of_each_rule_holds_when_it_is_pasted(tmp_path: Path, rule: CompiledRule) -> None:
    """The text is a golden file: the compiled rule fires on the one claim and is clear on the other, and so says the
    reference evaluator."""
    made = example_of(LOADED.program, rule, LOADED.payers)
    if rule.id in NONE:
        assert isinstance(made, NotDecided)
        assert NONE[rule.id] in made.reason
        return
    assert isinstance(made, Example), made
    path = tmp_path / f"{rule.id}.yaml"
    path.write_text(made.text(), encoding="utf-8")
    suite = load_suite(path, PROGRAMS)
    assert [result.message for result in suite.run() if not result.passed] == []
    assert [case.expect for case in suite.cases] == ["fires", "clear"]
    firing, clear = (by_the_reference(suite, case) for case in suite.cases)
    assert any(isinstance(outcome, Fires) for outcome in firing)
    assert all(isinstance(outcome, Clear) for outcome in clear)
    assert made.findings
    assert {finding.rule for finding in made.findings} == {rule.id}


def test_most_rules_have_both() -> None:
    assert len(LOADED.rules) - len(NONE) >= SHARE * len(LOADED.rules)
    assert LOADED.rules.keys() >= NONE.keys()


def test_example_is_small_and_stands_at_the_boundary(tmp_path: Path, run: Run) -> None:
    """Two units fire and one is clear; nothing is on the claim that the rule does not need."""
    folder(tmp_path)
    done = run("rules", "example", "MINE-01", "--pack", str(tmp_path / "pack"))
    assert done.exit_code == 0, done.stderr
    assert 'claim: {lines: [{procedure: "99213", units: "2"}]}\n    expect: fires' in done.stdout
    assert 'claim: {lines: [{procedure: "99213", units: "1"}]}\n    expect: clear' in done.stdout


def test_clear_claim_is_the_day_before_and_of_the_same_form() -> None:
    """What is moved is the day of the procedure, or the code of the earlier claim, and not the form of the claim."""
    made = example_of(LOADED.program, LOADED.rules["CS-PCS-05"], LOADED.payers)
    assert isinstance(made, Example)
    assert made.clear is not None
    fires, clear = made.fires["claim"], made.clear["claim"]
    (late,), (done,) = fires["icd_procedures"], clear["icd_procedures"]
    assert late["date"] > fires["statement_to"] == done["date"]
    assert {**fires, "icd_procedures": clear["icd_procedures"]} == clear
    made = example_of(LOADED.program, LOADED.rules["NCCI-PTP-HX00"], LOADED.payers)
    assert isinstance(made, Example)
    assert made.clear is not None
    assert made.fires["claim"] == made.clear["claim"]
    forms = [claim["type"] for state in (made.fires, made.clear) for claim in (state["claim"], *state["history"])]
    assert forms == ["INSTITUTIONAL"] * 4


CLAUSES = "- line.procedure in 99202-99215\n      - line.units > 1"
BOTH = [
    # Counts, sums and quantifiers over other lines and earlier claims, joined and within a time.
    "- count of line.modifiers > 2",
    "- sum of it.units over lines > 12",
    "- greatest of it.charge over lines > $900.00",
    "- at least 3 other lines where (it.procedure = 11720)",
    "- exactly 2 lines where (it.modifiers has TA)",
    "- no other line where (it.procedure in 11719-11721)\n      - line.procedure = G0127",
    "- any other line as big with same (date, rendering_npi) where (big.units > line.units)",
    "- any prior line within 30 days before line.date where (it.procedure = 11720)",
    "- any line on any claim as late where (late.date > line.date + 10 days)",
    "- all other lines where (it.procedure = 11720) satisfy (it.units > 2)\n      - line.procedure = 11720",
    # Records in a list of the claim, with their own fields.
    "- any claim.icd_procedures as done where (done.code is present and done.date is missing)",
    "- any claim.icd_procedures as done where (done.date > line.date and done.qualifier = BBQ)",
    "- count of claim.icd_procedures > 2",
    "- claim.icd_procedures has 02703DZ",
    "- any claim.diagnoses as found where (found.position > 1 and found.poa = N and found.code in E08-E13)",
    # Earlier claims of the same form, and of another.
    "- claim.type = INSTITUTIONAL\n      - any prior line as big with same (date, claim_type) where (big.units > 2)",
    "- any prior line as big with same (billing_npi) where (big.claim_type = DENTAL and big.procedure is present)",
    # Derived fields, worked out backwards.
    "- line.patient_age < 18",
    "- line.patient_age_days between 1 and 28",
    "- line.units_per_day > 2\n      - line.days = 3",
    "- line.minutes > 60",
    "- line.modifier_3 = 59",
    "- line.same_day_procedures has any of {11720, 11721}",
    "- line.first_diagnosis in E08-E13",
    "- line.diagnoses has none of {E11.*}\n      - line.diagnoses has I10",
    "- claim.first_diagnosis = I10\n      - claim.other_diagnoses has E11.9",
    "- claim.line_count > 2",
    "- count of distinct it.place_of_service over lines > 1",
    "- count of distinct it.date over lines > 2",
    "- count of distinct it.procedure over lines = 2\n      - claim.line_count > 2",
    "- claim.secondary_payer is missing\n      - claim.other_payers is present",
    # Functions, texts, money, dates.
    "- length(line.description) > 20",
    "- not valid_npi(line.rendering_npi)",
    "- year(line.date) = 2025",
    "- days_between(line.date, claim.sent_on) > 90",
    "- line.charge / line.units > $50.00",
    "- line.units * 3 > 10",
    "- claim.sent_on > next_workday(line.date + 30 days, federal)",
    # Alternatives and negations.
    "- not (line.procedure in 99202-99215 or line.units < 4)",
    "- line.emergency\n      - line.place_of_service != 23",
]


@pytest.mark.parametrize("clauses", BOTH)
def test_kinds_of_clauses_have_an_example(tmp_path: Path, run: Run, clauses: str) -> None:
    """Both claims are found, and hold as golden cases."""
    needs = "    needs: [history]\n" if "prior" in clauses or "any claim" in clauses else ""
    rule = RULE.replace(CLAUSES, clauses).replace("    scope: line\n", f"    scope: line\n{needs}")
    assert clauses in rule
    path = folder(tmp_path, rule=rule)
    done = run("rules", "example", "MINE-01", "--pack", str(tmp_path / "pack"))
    assert done.exit_code == 0, done.stderr
    path.write_text(f"packs: [../pack]\n{done.stdout}", encoding="utf-8")
    results = list(load_suite(path, Programs()).run())
    assert [result.message for result in results if not result.passed] == []
    assert [result.expected for result in results] == ["fires", "clear"]


def test_what_cannot_be_found_is_said_with_the_clause_in_the_way(tmp_path: Path, run: Run) -> None:
    """No claim meets a rule that contradicts itself."""
    rule = RULE.replace("- line.units > 1", "- line.units > 5\n      - line.units < 3")
    folder(tmp_path, rule=rule)
    done = run("rules", "example", "MINE-01", "--pack", str(tmp_path / "pack"))
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "MINE-01: not decided: none of the claims looked at" in done.stderr
    assert "meets `line.units > 5` together with the rest" in done.stderr
    assert run("rules", "example", "MINE-1").exit_code == 2


def test_a_rule_without_a_clear_claim_says_so(tmp_path: Path, run: Run) -> None:
    """A rule that fires on whatever claim it is asked of has an example of one side only."""
    rule = RULE.replace("- line.procedure in 99202-99215\n      - line.units > 1", "- claim.line_count > 0")
    folder(tmp_path, rule=rule)
    done = run("rules", "example", "MINE-01", "--pack", str(tmp_path / "pack"))
    assert done.exit_code == 1
    assert "expect: fires" in done.stdout
    assert "expect: clear" not in done.stdout
    assert "not decided: no claim near the one that fires was found to be clear" in done.stderr
